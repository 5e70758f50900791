import Diagnostics
import Language
import TestSupport
import Testing

/// A text with one mistake, the diagnostic's id, the text pointed at, and words of the remedy.
struct Mistake: Sendable, CustomTestStringConvertible {
  let text: String
  let id: String
  let place: String
  let remedy: String

  init(_ text: String, _ id: String, _ place: String, _ remedy: String = "") {
    self.text = text
    self.id = id
    self.place = place
    self.remedy = remedy
  }

  var testDescription: String { text.debugDescription }
}

@Suite("Mistakes")
struct MistakeTests {
  private static let commandCases = [
    Mistake("trian base on digits", "unknown-command", "trian", "did you mean 'train'?"),
    Mistake("x = trian base", "unknown-command", "trian", "did you mean 'train'?"),
    Mistake("(trian base)", "unknown-command", "trian", "did you mean 'train'?"),
    Mistake("a | shwo", "unknown-command", "shwo", "did you mean 'show'?"),
    Mistake("netwrk base { relu }", "unknown-command", "netwrk", "did you mean 'network'?"),
    Mistake("xyzzyplugh 3", "unknown-command", "xyzzyplugh", "'help' lists the commands"),
    Mistake("sqrt (4)", "unknown-command", "sqrt", "touches its name: 'sqrt('"),
    Mistake("def f(x):", "unknown-command", "def", "func f(x)"),
    Mistake("import numpy", "unknown-command", "import", "run"),
    Mistake("if a { b } elif c { d }", "unexpected-token", "elif"),
    Mistake("f(prune base to 80%)", "command-in-expression", "prune", "(prune …)"),
    Mistake("[show x]", "command-in-expression", "show"),
    Mistake("x | sweep p in a { p }", "unexpected-token", "sweep"),
    Mistake("sweep p [1] { p }", "unexpected-token", "[", "in [40%, 60%]"),
    Mistake("a | 3", "unexpected-token", "3"),
  ]

  @Test(arguments: commandCases)
  func `commands`(mistake: Mistake) { check(mistake) }

  private static let expressionCases = [
    Mistake("a < b < c", "comparison-chain", "<", "write 'a < b and b < c'"),
    Mistake("a == 1 == 2 + 3", "comparison-chain", "==", "write 'a == 1 and 1 == 2 + 3'"),
    Mistake("f(a < (b) <= c.d)", "comparison-chain", "<=", "write 'a < (b) and (b) <= c.d'"),
    Mistake("print a + b", "operator-in-operand", "+", "write '(a + b)'"),
    Mistake("print a - 3", "operator-in-operand", "-", "write '(a - 3)'"),
    Mistake("print a-3", "operator-in-operand", "-", "write '(a-3)'"),
    Mistake("print -x", "operator-in-operand", "-", "write '(-x)'"),
    Mistake("print a == b", "operator-in-operand", "==", "write '(a == b)'"),
    Mistake("print a in b", "operator-in-operand", "in", "write '(a in b)'"),
    Mistake("network n { dense 2 * n }", "operator-in-operand", "*", "write '(2 * n)'"),
    Mistake("a[0] = 3", "assignment-target", "=", "never change in place"),
    Mistake("r.x += 3", "assignment-target", "+="),
    Mistake("if x = 3 { y }", "assignment-target", "=", "'==' to compare"),
    Mistake("a[1, 2]", "unexpected-token", ",", "a[1][2]"),
    Mistake("(1, 2)", "unexpected-token", ",", "[ ]"),
    Mistake("f(1 2)", "unexpected-token", "2", "comma"),
    Mistake("x = { a 3 }", "unexpected-token", "3"),
    Mistake("x = { a = 3 }", "unexpected-token", "=", "name: value"),
    Mistake("x = { \"\\(a)\": 3 }", "unexpected-token", "\"\\(a)\""),
    Mistake("x = a..b..c", "unexpected-token", ".."),
    Mistake("x = a .b", "unexpected-token", ".", "delete the space"),
    Mistake("base@x", "unexpected-token", "x", "base@1"),
    Mistake("base@1.5", "unexpected-token", "1.5", "base@1"),
    Mistake("x = if a then b", "unexpected-token", "", "both"),
    Mistake("x = if a { b }", "unexpected-token", "{", "then"),
    Mistake("x =", "unexpected-token", ""),
    Mistake("x = + 1", "unexpected-token", "+"),
    Mistake("x = 3 4", "unexpected-token", "4"),
    Mistake("x = a not b", "unexpected-token", "not"),
    Mistake("export { a: 1 } to \"x\"", "unexpected-token", "{", "({ … })"),
    Mistake("{ a }", "unexpected-token", "}"),
    Mistake("quiet { a: 1 }", "unexpected-token", "{"),
    Mistake("network n { { a: 1 } }", "unexpected-token", "{"),
    Mistake("dataset iris,", "unexpected-token", ",", "spaces"),
    Mistake("x = a if c else b", "unexpected-token", "if", "if c then a else b"),
    Mistake("x++", "unexpected-token", "+", "x += 1"),
  ]

  @Test(arguments: expressionCases)
  func `expressions`(mistake: Mistake) { check(mistake) }

  private static let statementCases = [
    Mistake("true = 3", "reserved-word", "true"),
    Mistake("for in in 3 { }", "reserved-word", "in"),
    Mistake("func if(x) = 3", "reserved-word", "if"),
    Mistake("network not { relu }", "reserved-word", "not"),
    Mistake("if a { b }\nelse { c }", "misplaced-else", "else", "} else {"),
    Mistake("else", "misplaced-else", "else"),
    Mistake("x = 3 else", "misplaced-else", "else"),
    Mistake("return 3", "return-outside-function", "return", "'it'"),
    Mistake("break", "break-outside-loop", "break"),
    Mistake("for i in a { func f() { continue } }", "break-outside-loop", "continue"),
    Mistake("for i in a { sweep p in b { break } }", "break-outside-loop", "break"),
    Mistake("for x [1] { y }", "unexpected-token", "[", "for x in"),
    Mistake("for x in [1]: y", "unexpected-token", ":", "braces"),
    Mistake("while a\n{ b }\nc", "unexpected-token", "", "at the end of this line"),
    Mistake("func f x = 3", "unexpected-token", "x"),
    Mistake("func f(x) x", "unexpected-token", "x"),
    Mistake("func f(1) = 2", "unexpected-token", "1"),
    Mistake("check x { }", "unexpected-token", "x", ""),
    Mistake("check \"a\"", "unexpected-token", ""),
    Mistake("check \"a\" points 3 { }", "unexpected-token", "3"),
    Mistake("expect a partial 3", "unexpected-token", "3"),
    Mistake("expect a else b", "unexpected-token", "b"),
    Mistake("board b { clock = 3MHz }", "unexpected-token", "=", "clock 64MHz"),
    Mistake("board b { clock }", "unexpected-token", "}"),
    Mistake("network { relu }", "unexpected-token", "{"),
    Mistake("network n { relu, relu }", "unexpected-token", ",", "';'"),
    Mistake("network n { x = 3 }", "unexpected-token", "x", "before the network"),
    Mistake("network n { 3 }", "unexpected-token", "3"),
    Mistake(
      "network n { residual { relu }\n shortcut { relu } }",
      "misplaced-shortcut",
      "shortcut"
    ),
    Mistake("network n { relu\n : name }", "unexpected-token", ":"),
  ]

  @Test(arguments: statementCases)
  func `statements and layers`(mistake: Mistake) { check(mistake) }

  private static let bracketCases = [
    Mistake("x = (1 + 2", "unclosed-bracket", "(", "')'"),
    Mistake("x = [1, 2\ny = 3\nz = 4", "unclosed-bracket", "[", "']'"),
    Mistake("x = foo(1,\n2,\n", "unclosed-bracket", "("),
    Mistake("x = (1]\ny", "unclosed-bracket", "("),
    Mistake("x = [(1]\ny", "unclosed-bracket", "("),
    Mistake("x = 1)", "unmatched-bracket", ")"),
    Mistake("}\nx", "unmatched-bracket", "}"),
    Mistake("network n {\n relu\n\nx = 3", "unclosed-bracket", "{", "'}'"),
    Mistake("network n {\n dense (3\n relu\n}\nx = 1", "unclosed-bracket", "("),
    Mistake("x = [1\n# %% cell\ny = 2", "unclosed-bracket", "["),
    Mistake("network n {\n relu\n# %% next\nz = 3", "unclosed-bracket", "{"),
  ]

  @Test(arguments: bracketCases)
  func `brackets`(mistake: Mistake) { check(mistake) }

  private static let numberCases = [
    Mistake("x = 64KB1", "unknown-unit", "KB1", "did you mean 'KB'?"),
    Mistake("x = 64kib", "unknown-unit", "kib", "did you mean 'KiB'?"),
    Mistake("x = 5µs", "unknown-unit", "µs", "did you mean 'us'?"),
    Mistake("x = 2x", "unknown-unit", "x", "2 * n"),
    Mistake("x = 0x1F", "unknown-unit", "x1F", "write '31'"),
    Mistake("x = 0x10", "invalid-shape", "0x10", "write '16'"),
    Mistake("x = 3x0", "invalid-shape", "3x0"),
    Mistake("x = 99999999999999999999x3", "invalid-shape", "99999999999999999999x3"),
    Mistake("x = 3x3relu", "unknown-unit", "x3relu"),
    Mistake("x = 1_", "unknown-unit", "_"),
    Mistake("print 5ç", "unknown-unit", "ç"),
    Mistake("x = 1e999", "number-too-large", "1e999"),
    Mistake("x = 9007199254740993", "inexact-integer", "9007199254740993"),
    Mistake(
      "x = 123456789012345678901234567890",
      "inexact-integer",
      "123456789012345678901234567890"
    ),
    Mistake("x = 64KB", "decimal-unit", "64KB", "write '64KiB'"),
    Mistake("x = .5", "missing-digit", ".5", "write '0.5'"),
  ]

  @Test(arguments: numberCases)
  func `numbers`(mistake: Mistake) { check(mistake) }

  private static let stringCases = [
    Mistake("x = \"abc", "unclosed-string", "\""),
    Mistake("x = \"abc\\", "unclosed-string", "\""),
    Mistake("print \"a\" \"b\nprint c", "unclosed-string", "\""),
    Mistake("x = \"\"\"abc\n\ny = 3", "unclosed-string", "\"\"\""),
    Mistake("x = \"a \\(b\ny = 3", "unclosed-interpolation", "\\("),
    Mistake("x = \"a \\(f(\"b\ny = 3", "unclosed-string", "\""),
    Mistake("x = \"\"\"\na \\(b\n\"\"\"\ny = 3", "unclosed-interpolation", "\\("),
    Mistake("x = \"\\([1)\"", "unclosed-bracket", "["),
    Mistake("x = \"\\q\"", "bad-escape", "\\q", "'\\u{e7}'"),
    Mistake("x = \"\\é\"", "bad-escape", "\\é"),
    Mistake("x = \"\\u{110000}\"", "bad-escape", "\\u{110000}"),
    Mistake("x = \"\\u{d800}\"", "bad-escape", "\\u{d800}"),
    Mistake("x = \"\\u41\"", "bad-escape", "\\u"),
    Mistake("x = \"\\u{41\"", "bad-escape", "\\u{41"),
    Mistake("x = \"\\(x:3)\"", "bad-format", ":3", ":.2"),
    Mistake("x = \"\\(x:.100)\"", "bad-format", ":.100"),
    Mistake("x = \"\\()\"", "unexpected-token", ")"),
    Mistake("x = \"\\(a b)\"", "unexpected-token", "b"),
    Mistake("x = \"a\u{1B}[2J\"", "control-character", "\u{1B}", "'\\u{1b}'"),
  ]

  @Test(arguments: stringCases)
  func `strings`(mistake: Mistake) { check(mistake) }

  private static let strangeCases = [
    Mistake("x = 'abc'", "unexpected-character", "'abc'", "write \"abc\""),
    Mistake("x = a && b", "unexpected-character", "&&", "write 'and'"),
    Mistake("x = a || b", "unexpected-character", "||", "write 'or'"),
    Mistake("x = !a", "unexpected-character", "!", "write 'not'"),
    Mistake("x = a ^ 2", "unexpected-character", "^", "'**'"),
    Mistake("x = a % 2", "unexpected-character", "%", "'%%'"),
    Mistake("x = a // 2", "unexpected-character", "//", "floor(a / b)"),
    Mistake("x /= 2", "unexpected-character", "/="),
    Mistake("x = _y", "unexpected-character", "_y"),
    Mistake("x = “abc”", "unexpected-character", "“", "write '\"'"),
    Mistake("x = a − b", "unexpected-character", "−", "write '-'"),
    Mistake("x = a\u{A0}+ b", "unexpected-character", "\u{A0}", "plain space"),
    Mistake("x = a\u{200B} + b", "unexpected-character", "\u{200B}"),
    Mistake("x = $", "unexpected-character", "$"),
    Mistake("x = 🙂 + 1", "unexpected-character", "🙂"),
    Mistake("x = a \\\ny", "unexpected-character", "\\", "inside brackets"),
    Mistake("x\0\0y", "control-character", "\0\0"),
    Mistake("x\ry", "control-character", "\r"),
    Mistake("trаin base", "unknown-command", "trаin", "did you mean 'train'?"),
    Mistake("mоdel = 3", "look-alike-letters", "mоdel", "'model'"),
    Mistake("print Αbc", "look-alike-letters", "Αbc", "'Abc'"),
  ]

  @Test(arguments: strangeCases)
  func `strange text`(mistake: Mistake) { check(mistake) }

  @Test(arguments: ["модель = 3", "μ = 3", "dσ = 3", "x_σ = 3", "变量 = 3", "कखग = 3", "متغير = 3"])
  func `names of other scripts are no look-alikes`(text: String) {
    #expect(parsed(text).diagnostics == [])
  }

  @Test func `every mistake has a case in these tests`() {
    // A text of two gibibytes is too much for a test, and bytes that are no text are hostile input.
    let elsewhere: Set<String> = ["text-too-large", "invalid-utf8", "too-deep"]
    let tested = Set(
      (Self.commandCases + Self.expressionCases + Self.statementCases + Self.bracketCases
        + Self.numberCases + Self.stringCases + Self.strangeCases).map(\.id)
    )
    let known = Set(SyntaxMistake.allCases.map(\.rawValue))
    #expect(tested.union(elsewhere) == known)
  }

  @Test func `parsing goes on behind each mistake`() {
    let program = parsed(
      """
      a = 1 2
      network n { relu 3 3 $; dense (; tanh }
      b = f([1, 2
        3])
      for i in 1..3 { x = ; y = 4 }
      func f() { return ) }
      c = 5; d = ; e = 6
      """
    )
    #expect(
      program.diagnostics.map { "\($0.id) \(program.source.text(of: $0.range))" } == [
        "unexpected-token 2", "unexpected-character $", "unclosed-bracket (", "unexpected-token 3",
        "unexpected-token ;", "unmatched-bracket )", "unexpected-token ;",
      ]
    )
    #expect(
      Outline.of(program) == """
        (network n {tanh})
        (for i (.. 1 3) {(= y 4)})
        (func f() {})
        (= c 5)
        (= e 6)
        """
    )
  }

  @Test func `a fix-it is the edit that the remedy proposes`() {
    let program = parsed("trian base")
    #expect(program.diagnostics.first?.fixIts.map(\.replacement) == ["train"])
  }

  private func check(_ mistake: Mistake, sourceLocation: SourceLocation = #_sourceLocation) {
    let program = parsed(mistake.text)
    let found = program.diagnostics.map {
      "\($0.id) «\(program.source.text(of: $0.range))»"
    }
    #expect(found == ["\(mistake.id) «\(mistake.place)»"], sourceLocation: sourceLocation)
    let remedy = program.diagnostics.first?.remedy ?? ""
    #expect(
      mistake.remedy.isEmpty || remedy.contains(mistake.remedy),
      "the remedy is: \(remedy)",
      sourceLocation: sourceLocation
    )
    #expect(program.diagnostics.allSatisfy { $0.source === program.source })
  }
}
