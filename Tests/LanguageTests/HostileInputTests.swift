import Diagnostics
import Language
import TestSupport
import Testing

/// Inputs that no person writes: each gives few diagnostics, quickly, and never a crash.
@Suite("Hostile input")
struct HostileInputTests {
  @Test(arguments: [
    Case(String(repeating: "(", count: 20_000), "unclosed-bracket"),
    Case(String(repeating: "[", count: 20_000) + String(repeating: "]", count: 20_000), "too-deep"),
    Case(
      "x = " + String(repeating: "[", count: 5_000) + "1" + String(repeating: "]", count: 5_000),
      "too-deep"
    ),
    Case(String(repeating: "if a {\n", count: 3_000), "unclosed-bracket"),
    Case(
      String(repeating: "if a {\n", count: 3_000) + String(repeating: "}\n", count: 3_000),
      "too-deep"
    ),
    Case(
      "network n " + String(repeating: "{ residual ", count: 3_000)
        + String(repeating: "}", count: 3_000),
      "too-deep"
    ),
    Case(
      String(repeating: "f(func() { ", count: 3_000) + String(repeating: "})", count: 3_000),
      "too-deep"
    ),
    Case("x = " + String(repeating: "-", count: 20_000) + "1", "too-deep"),
    Case("x = " + String(repeating: "not ", count: 20_000) + "1", "too-deep"),
    Case("x = " + String(repeating: "2 ** ", count: 20_000) + "1", "too-deep"),
    Case("x = " + String(repeating: "1 + ", count: 20_000) + "1", "too-deep"),
    Case("x = a" + String(repeating: ".b", count: 20_000), "too-deep"),
    Case("x = a" + String(repeating: "()", count: 20_000), "too-deep"),
    Case("x = a" + String(repeating: "[0]", count: 20_000), "too-deep"),
    Case("x = " + String(repeating: "if a then b else ", count: 20_000) + "c", "too-deep"),
    Case(
      "x = " + String(repeating: "\"\\(", count: 20_000) + "1"
        + String(repeating: ")\"", count: 20_000),
      "too-deep"
    ),
    Case(String(repeating: "\"\\(", count: 20_000), "unclosed-interpolation"),
    Case(
      String(repeating: "(", count: 20_000) + String(repeating: "]", count: 20_000),
      "unclosed-bracket"
    ),
    Case("x" + String(repeating: "]", count: 20_000), "unmatched-bracket"),
    Case(String(repeating: "x", count: 1_000_000) + " 3", "unknown-command"),
    Case("x = " + String(repeating: "9", count: 100_000), "number-too-large"),
    Case("x = 1" + String(repeating: "x1", count: 100_000), ""),
    Case("x = 1" + String(repeating: "x0", count: 100_000), "invalid-shape"),
    Case(String(repeating: "\0", count: 100_000), "control-character"),
    Case("x = e" + String(repeating: "\u{301}", count: 10_000), ""),
    Case("x = [" + String(repeating: "1, ", count: 100_000) + "]", ""),
    Case("x = \"" + String(repeating: "\\n", count: 100_000) + "\"", ""),
    Case("print" + String(repeating: " x", count: 100_000), ""),
    Case(String(repeating: "a | ", count: 100_000), "unknown-command"),
    Case("a" + String(repeating: " | show", count: 100_000), ""),
    Case("if a { b }" + String(repeating: " else if a { b }", count: 50_000), ""),
    Case(String(repeating: "\"\"\"", count: 99_999), "unexpected-token"),
  ])
  func `gives one diagnostic`(test: Case) {
    let program = parsed(test.text)
    #expect(Set(program.diagnostics.map(\.id)) == (test.expected.isEmpty ? [] : [test.expected]))
    #expect(program.diagnostics.count <= 2)
    for diagnostic in program.diagnostics {
      let rendered = DiagnosticRenderer().render(diagnostic)
      #expect(rendered.utf8.count < 4_000)
    }
    _ = Outline.of(program)
  }

  /// Elements of a list on one line of two bytes each; a debug build reads a fiftieth.
  private var elementCount: Int {
    #if DEBUG
    100_000
    #else
    5_000_000
    #endif
  }

  @Test func `a line of ten million bytes`() {
    let text = "x = [" + String(repeating: "1,", count: elementCount) + " $]"
    let program = parsed(text)
    #expect(program.diagnostics.map(\.id) == ["unexpected-character"])
    let rendered = program.diagnostics.map { DiagnosticRenderer().render($0) }.joined()
    #expect(
      rendered.hasPrefix(
        "t.jatai:1:\(2 * elementCount + 7): error: unexpected character '$'\n1 | …"
      )
    )
    #expect(rendered.utf8.count < 1_000)
  }

  @Test(
    arguments: [
      [0xFF], [0x78, 0x20, 0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
      [0x23, 0x20, 0xE7, 0x0A], [0x22, 0xE7, 0x22], [0x61, 0xE7, 0xE3, 0x6F],
    ] as [[UInt8]]
  )
  func `bytes that are not UTF-8 are reported once`(bytes: [UInt8]) {
    let program = parsed(bytes)
    #expect(program.diagnostics.filter { $0.id == "invalid-utf8" }.count == 1)
    for diagnostic in program.diagnostics { _ = DiagnosticRenderer().render(diagnostic) }
  }

  @Test func `mistakes inside mistakes are not read again and again`() {
    var text = "a"
    for _ in 0..<60 { text = "print f(func() { \(text) }) + 1 < 2 < 3" }
    #expect(parsed(text).diagnostics.count == 60)
  }
}
