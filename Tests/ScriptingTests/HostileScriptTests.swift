import Diagnostics
import Language
import Testing

@testable import Scripting

/// One hostile script and the ids that it is answered with.
private struct HostileScript: CustomTestStringConvertible, Sendable {
  let name: String
  let bytes: [UInt8]
  let ids: Set<String>

  init(_ name: String, _ text: String, _ ids: Set<String>) {
    self.init(name, bytes: Array(text.utf8), ids)
  }

  init(_ name: String, bytes: [UInt8], _ ids: Set<String>) {
    self.name = name
    self.bytes = bytes
    self.ids = ids
  }

  var testDescription: String { name }

  static func nested(_ open: String, _ middle: String, _ close: String, _ count: Int) -> String {
    String(repeating: open, count: count) + middle + String(repeating: close, count: count)
  }

  /// Bytes of the long line; a debug build reads a tenth.
  private static let longLine: Int = {
    #if DEBUG
    1_000_000
    #else
    10_000_000
    #endif
  }()

  static let all: [HostileScript] = [
    .init("open brackets", String(repeating: "(", count: 20_000), ["unclosed-bracket"]),
    .init("nested lists", "x = " + nested("[", "1", "]", 5_000), ["too-deep"]),
    .init("open blocks", String(repeating: "if true {\n", count: 3_000), ["unclosed-bracket"]),
    .init("nested blocks", nested("if true {\n", "", "}\n", 3_000), ["too-deep"]),
    .init("long text", "x = \"" + String(repeating: "a", count: longLine) + "\"", []),
    .init(
      "long line with a mistake",
      "x = [" + String(repeating: "1,", count: longLine / 2) + "$]",
      ["unexpected-character"]
    ),
    .init("long list", "x = [" + String(repeating: "1,", count: 200_000) + "]\nprint x", []),
    .init("NUL bytes", bytes: Array("x = 1\0\0".utf8), ["control-character"]),
    .init("only NUL bytes", bytes: [UInt8](repeating: 0, count: 10_000), ["control-character"]),
    .init("a NUL in a string", bytes: Array("x = \"a\0b\"".utf8), ["control-character"]),
    .init("a cut character", bytes: Array("print \"a".utf8) + [0xC3, 0x22], ["invalid-utf8"]),
    .init("a surrogate", bytes: [0x23, 0x20, 0xED, 0xA0, 0x80, 0x0A], ["invalid-utf8"]),
    .init("Latin-1", bytes: Array("# acur".utf8) + [0xE1] + Array("cia".utf8), ["invalid-utf8"]),
    .init("CRLF", "x = 1\r\nif x == 1 {\r\n  print x\r\n}\r\n", []),
    .init("a BOM", "\u{FEFF}x = 1\nprint x", []),
    .init("tabs", "\tx\t=\t1\n\tprint\tx", []),
    .init("infinite recursion", "func f(n) = f(n + 1)\nf(1)", ["recursion-too-deep"]),
    .init(
      "recursion through two functions",
      "func f(n) { return g(n) }\nfunc g(n) = [f(n)]\nf(1)",
      ["recursion-too-deep"]
    ),
    .init(
      "recursion of a function without a name",
      "f = func(g) = g(g)\nf(f)",
      [
        "recursion-too-deep"
      ]
    ),
    .init("a loop without an end", "while true { }", ["step-limit"]),
    .init("a function without an end", "func f() { while true { } }\nf()", ["step-limit"]),
    .init("integers beyond 2^53", "x = 9007199254740993\nprint (x + 1)", ["inexact-integer"]),
    .init(
      "digits beyond every number",
      "x = " + String(repeating: "9", count: 400),
      [
        "number-too-large"
      ]
    ),
    .init("a shape of 1e18", "x = zeros(1000000000x1000000000)", ["shape-too-large"]),
    .init("computed shapes", "x = zeros([1e9, 1e9])", ["shape-too-large"]),
    .init("shapes beyond 64 bits", "x = zeros([1e300, 2])", ["not-a-shape"]),
    .init(
      "a network of 1e18 inputs",
      "network n { input 1000000000x1000000000x1; dense 2 }",
      [
        "shape-too-large"
      ]
    ),
    .init("division by zero", "x = 1 / 0", ["division-by-zero"]),
    .init("remainder by zero", "x = 1 %% 0", ["division-by-zero"]),
    .init("names of many scripts", names, []),
    .init("look-alike letters", "\u{430}dam = 1\nprint \u{430}dam", ["look-alike-letters"]),
    .init("repeated text", "x = \"ab\" * 1e15", ["text-too-long"]),
    .init("repeated lists", "x = [0] * 1e15", ["too-many-elements"]),
    .init("growing text", "s = \"ab\"\nwhile true { s = s + s }", ["text-too-long"]),
    .init(
      "growing lists",
      "limit memory=1MiB\na = [1]\nwhile true { a = a + a }",
      ["memory-limit"]
    ),
    .init("lists in lists", "a = []\nwhile true { a = [a] }", ["nested-too-deep"]),
  ]

  private static let names = [
    "acurácia", "größe", "точность", "ακρίβεια", "דיוק", "دقة", "सटीकता", "ความแม่นยำ", "精度", "정확도",
    "სიზუსტე", "ճշգրտություն", "ትክክለኛነት", "độ",
  ].enumerated().map { "\($0.element) = \($0.offset)\nprint \($0.element)" }
    .joined(separator: "\n")
}

/// Scripts that no person writes: each ends with few diagnostics, and never a crash.
@Suite struct HostileScriptTests {
  @Test(arguments: HostileScript.all)
  fileprivate func `a hostile script ends with a diagnostic`(script: HostileScript) {
    let session = Session(host: TestHost())
    session.limits = SessionLimits(steps: 500_000, outputBytes: 100_000)
    let source = SourceFile(name: "t.jatai", bytes: script.bytes)
    let outcome = session.run(source)
    var found = outcome.diagnostics
    for statement in outcome.statements {
      found += statement.warnings
      if case .failed(let error) = statement.status { found.append(error) }
    }
    #expect(Set(found.map(\.id)) == script.ids)
    #expect(found.count <= 4)
    let failed = found.contains { $0.severity == .error }
    #expect((outcome.exitCode != 0) == failed)
    for diagnostic in found {
      #expect(DiagnosticRenderer().render(diagnostic).utf8.count < 4_000)
      #expect(diagnostic.range.end <= (diagnostic.source ?? source).bytes.count)
    }
  }

  @Test func `infinite recursion tells its depth and the last calls`() {
    let source = SourceFile(name: "t.jatai", text: "func f(n) = f(n + 1)\nf(1)")
    let outcome = Session(host: TestHost()).run(source)
    guard case .failed(let error)? = outcome.statements.last?.status else {
      Issue.record("it did not fail")
      return
    }
    let text = DiagnosticRenderer().render(error)
    #expect(text.contains("'f' was called 1,000 calls deep"))
    #expect(text.contains("note: called here, in 'f'"))
  }

  @Test func `an interruption ends a run`() {
    let host = TestHost()
    host.looksBeforeInterruption = 3
    let session = Session(host: host)
    let outcome = session.run(SourceFile(name: "t", text: "x = 1\nwhile true { x += 1 }"))
    #expect(outcome.exitCode == 130)
    #expect(host.diagnostics.map(\.id) == ["interrupted"])
    #expect(session.value(of: "x").map { ValueText.text($0) } == "1")
  }

  @Test func `an interruption ends a loop inside a sweep, a function and a check`() {
    for text in [
      "sweep k in [1, 2] { while true { }; { a: k } }", "func f() { while true { } }\nx = f()",
      "check \"c\" { while true { } }", "quiet sum(map(1..1e6, func(x) = x))",
    ] {
      let host = TestHost()
      host.looksBeforeInterruption = 2
      let outcome = Session(host: host).run(SourceFile(name: "t", text: text))
      #expect(outcome.exitCode == 130, "\(text)")
    }
  }

  @Test func `the limit of time ends a run`() {
    let host = TestHost()
    host.secondsPerLook = 0.5
    let source = SourceFile(name: "t", text: "limit time=5s\nwhile true { }")
    let outcome = Session(host: host).run(source)
    #expect(outcome.exitCode == 1)
    #expect(host.diagnostics.map(\.id) == ["time-limit"])
  }
}
