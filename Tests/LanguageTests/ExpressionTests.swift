import Diagnostics
import Language
import TestSupport
import Testing

/// Expected trees are read off the grammar and the precedences of the language's description.
@Suite("Expressions")
struct ExpressionTests {
  @Test(arguments: [
    Case("3", "3"), Case("1_000", "1000"), Case("0.5", "0.5"), Case("1e-3", "0.001"),
    Case("1.5E3", "1500"), Case("2e+2", "200"), Case("007", "7"), Case("1_0.2_5", "10.25"),
    Case("80%", "80:%"), Case("64KiB", "64:KiB"), Case("3.3V", "3.3:V"), Case("5uJ", "5:uJ"),
    Case("1e3ms", "1000:ms"), Case("8bit", "8:bit"), Case("12MAC", "12:MAC"),
    Case("3.4month", "3.4:month"),
    Case("3k", "3000"), Case("2M", "2000000"), Case("1G", "1000000000"),
    Case("1.76T", "1760000000000"),
    Case("1e3k", "1000000"),
    Case("28x28x1", "28x28x1"), Case("3x3", "3x3"), Case("2of4", "2of4"),
    Case("block1x4", "block1x4"),
    Case("int16x8", "int16x8"),
    Case("true", "true"), Case("false", "false"), Case("none", "none"),
    Case("rede_poda", "rede_poda"), Case("acurácia", "acurácia"), Case("σ2", "σ2"),
    Case("x_1", "x_1"),
  ])
  func `literals and names`(test: Case) {
    #expect(outline(test.text) == test.expected)
  }

  @Test(arguments: [
    Case("-2 ** 2", "(- (** 2 2))"), Case("2 ** -1", "(** 2 (- 1))"),
    Case("2 ** 3 ** 2", "(** 2 (** 3 2))"), Case("2 ** 3 * 4", "(* (** 2 3) 4)"),
    Case("- - 2", "(- (- 2))"), Case("--2", "(- (- 2))"), Case("-a.b", "(- (. a b))"),
    Case("1 + 2 * 3", "(+ 1 (* 2 3))"), Case("(1 + 2) * 3", "(* (+ 1 2) 3)"),
    Case("1 - 2 - 3", "(- (- 1 2) 3)"), Case("8 / 4 / 2", "(/ (/ 8 4) 2)"),
    Case("7 %% 3 * 2", "(* (%% 7 3) 2)"), Case("7%%3", "(%% 7 3)"), Case("50%%%3", "(%% 50:% 3)"),
    Case("1% * b", "(* 1:% b)"), Case("-x * y", "(* (- x) y)"), Case("x * -y", "(* x (- y))"),
    Case("1 + 1..n - 1", "(.. (+ 1 1) (- n 1))"), Case("0..1 step 0.1", "(.. 0 1 step 0.1)"),
    Case("-1..1", "(.. (- 1) 1)"), Case("1..5", "(.. 1 5)"), Case("1.5..2.5", "(.. 1.5 2.5)"),
    Case("a < b", "(< a b)"), Case("a + 1 >= b", "(>= (+ a 1) b)"),
    Case("3 in 1..5", "(in 3 (.. 1 5))"), Case("3 not in a", "(not in 3 a)"),
    Case("not a == b", "(not (== a b))"), Case("not not a", "(not (not a))"),
    Case("a or b and c", "(or a (and b c))"), Case("not a and b", "(and (not a) b)"),
    Case("a and b or c", "(or (and a b) c)"), Case("(a or b) and c", "(and (or a b) c)"),
    Case("a == b within t", "(== a b within t)"),
    Case("a != b within 1% * b", "(!= a b within (* 1:% b))"),
    Case("a == b within 1ms and c", "(and (== a b within 1:ms) c)"),
    Case("(a < b) == c", "(== (< a b) c)"),
    Case("if c then a else b", "(choose c a b)"),
    Case("if a then 1 else if b then 2 else 3", "(choose a 1 (choose b 2 3))"),
    Case("[if a then 1 else 2, 3]", "[(choose a 1 2) 3]"),
  ])
  func `operators and their precedence`(test: Case) {
    #expect(outline("x = " + test.text) == "(= x \(test.expected))")
  }

  @Test(arguments: [
    Case("f()", "(call f)"), Case("f(1, k=2)", "(call f 1 k=2)"), Case("f(1,)", "(call f 1)"),
    Case("f(to=1, if=2)", "(call f to=1 if=2)"), Case("f(1)(2)", "(call (call f 1) 2)"),
    Case("a[0]", "(index a 0)"), Case("a[-1]", "(index a (- 1))"),
    Case("a[1..3]", "(index a (.. 1 3))"),
    Case("r.name", "(. r name)"), Case("r.in.from", "(. (. r in) from)"),
    Case("a[0].b(1)[2]", "(index (call (. (index a 0) b) 1) 2)"), Case("base@1", "(@ base 1)"),
    Case("base@1.conv", "(. (@ base 1) conv)"), Case("zoo.lenet5()", "(call (. zoo lenet5))"),
    Case("(f)(x)", "(call <f> x)"), Case("zip(m)", "(call zip m)"), Case("show.x", "(. show x)"),
    Case("plot[0]", "(index plot 0)"),
    Case("[]", "[]"), Case("[1, 2, 3]", "[1 2 3]"), Case("[[1], [2,],]", "[[1] [2]]"),
    Case("[1,\n 2\n]", "[1 2]"), Case("f(\n1,\n\n2\n)", "(call f 1 2)"),
    Case("x = {}", "(= x (record))"),
    Case("x = { name: \"a\", size: 3KiB }", "(= x (record name=\"a\" size=3:KiB))"),
    Case("x = { in: { to: 1 } }", "(= x (record in=(record to=1)))"),
    Case("x = { \"two words\": 1 }", "(= x (record two words=1))"),
    Case("x = {\n a: 1,\n b: 2,\n}", "(= x (record a=1 b=2))"),
    Case("f({ a: 1 }, [{ b: 2 }])", "(call f (record a=1) [(record b=2)])"),
    Case("x = a + { b: 1 }", "(= x (+ a (record b=1)))"),
    Case("({ a: 1 })", "(record a=1)"), Case("{ a: 1,\n b: 2 }", "(record a=1 b=2)"),
    Case("{ a: 1 }.a == 1 | show", "<(== (. (record a=1) a) 1) | show>"),
    Case("func(v) = v * 2", "(func (v) (* v 2))"),
    Case(
      "map(a, func(v, k = 2) { w = v\n return w * k })",
      "(call map a (func (v k=2) {(= w v) (return (* w k))}))"
    ),
    Case("(x)", "<x>"), Case("((x))", "<x>"), Case("(x + 1)", "(+ x 1)"),
    Case("f((x))", "(call f <x>)"),
  ])
  func `calls, indices, members, lists and records`(test: Case) {
    #expect(outline(test.text) == test.expected)
  }

  @Test(arguments: [
    Case(#""""#, #""""#), Case(#""a""#, #""a""#), Case(#""a\n\t\"\\""#, #""a\n\t\"\\""#),
    Case(#""\u{e7}""#, #""ç""#), Case(#""\(x)""#, #""\(x)""#), Case(#""\(x:.2)!""#, #""\(x:.2)!""#),
    Case(#""\("in\("deep")")""#, #""\("in\("deep")")""#),
    Case(#""\(f({ a: 1 }))""#, #""\((call f (record a=1)))""#),
    Case(#""\(if a then "x" else "y")""#, #""\((choose a "x" "y"))""#),
    Case("\"\"\"\na\n \"b\"\n\"\"\"", #""\na\n \"b\"\n""#),
    Case("\"\"\"\\(x:.0)\"\"\"", #""\(x:.0)""#),
    Case("\"\"\"a\r\nb\"\"\"", #""a\nb""#), Case("\"# no comment\"", "\"# no comment\""),
    Case("\"é中🙂\"", "\"é中🙂\""), Case("\"\"\"\n# %% no cell\n\"\"\"", #""\n# %% no cell\n""#),
  ])
  func `strings`(test: Case) {
    #expect(outline(test.text) == test.expected)
  }

  @Test func `a decomposed name is the composed name`() {
    let program = parsed("acura\u{301}cia = 1\nacurácia = 2")
    let names = program.statements.map { statement -> [UInt8] in
      if case .assignment(let name, _, _, _) = statement { return Array(name.text.utf8) }
      return []
    }
    #expect(names == [Array("acurácia".utf8), Array("acurácia".utf8)])
    #expect(program.diagnostics.isEmpty)
  }

  @Test(arguments: [
    ("a = (b + c) * d", ["a = (b + c) * d", "(b + c) * d"]),
    ("  f(x)[1].y ; z", ["f(x)[1].y", "z"]),
    ("train base on digits # c", ["train base on digits"]),
    ("if a { b } else { c }\nd", ["if a { b } else { c }", "d"]),
    ("x = \"a\\(b)\"", ["x = \"a\\(b)\"", "\"a\\(b)\""]),
  ])
  func `ranges are exact`(text: String, expected: [String]) {
    let program = parsed(text)
    var found: [String] = []
    for statement in program.statements {
      found.append(program.source.text(of: statement.range))
      if case .assignment(_, _, let value, _) = statement {
        found.append(program.source.text(of: value.range))
      }
    }
    #expect(found == expected)
  }

  private func outline(_ text: String) -> String {
    let program = parsed(text)
    guard program.diagnostics.isEmpty else {
      return program.diagnostics.map(\.message).joined(separator: "; ")
    }
    return Outline.of(program)
  }
}
