import Diagnostics
import Language
import TestSupport
import Testing

/// Expected trees are read off the grammar of the language's description.
@Suite("Statements and commands")
struct StatementTests {
  @Test(arguments: [
    Case("x = 3", "(= x 3)"), Case("x += 1; x -= 2; x *= 3", "(+= x 1)\n(-= x 2)\n(*= x 3)"),
    Case("for i in\n a { x }", "(for i a {x})"),
    Case("x =\n 3", "(= x 3)"), Case("x = 1 +\n\n # why\n 2", "(= x (+ 1 2))"),
    Case("x = a and\n b", "(= x (and a b))"), Case("x\r\ny\r\n", "x\ny"), Case("\u{FEFF}x", "x"),
    Case("\tx\t;\ty", "x\ny"), Case("", ""), Case(";;\n;", ""), Case("# only a comment", ""),
    Case("for i in 1..3 { x; y }", "(for i (.. 1 3) {x y})"),
    Case("while a { break; continue }", "(while a {(break) (continue)})"),
    Case("if a { x } else if b { y } else { z }", "(if a {x} b {y} else {z})"),
    Case("if a {\n}\n", "(if a {})"),
    Case("if a then b else c", "(choose a b c)"),
    Case("if a then b else c | show", "<(choose a b c) | show>"),
    Case("func half(x) = x / 2", "(func half(x) (/ x 2))"),
    Case("func f(x, k = 2) { return x * k }", "(func f(x k=2) {(return (* x k))})"),
    Case("func f() { return }", "(func f() {(return)})"),
    Case("func p(n) = prune n to 50%", "(func p(n) <prune n to: 50:%>)"),
    Case("func f(\n a,\n b = 1,\n) = a", "(func f(a b=1) a)"),
    Case("expect a >= 96%", "(expect (>= a 96:%))"), Case("expect(a)", "(expect <a>)"),
    Case("expect \"prune\" in lineage(t)", "(expect (in \"prune\" (call lineage t)))"),
    Case("expect a partial from 85%", "(expect a from 85:%)"),
    Case(
      "expect a partial from b - 1 else \"no \\(a)\"",
      "(expect a from (- b 1) else \"no \\(a)\")"
    ),
    Case("expect a == b within 1% else \"no\"", "(expect (== a b within 1:%) else \"no\")"),
    Case("check \"t\" { expect a }", "(check \"t\" {(expect a)})"),
    Case("check \"t\" points=2 {\n x = 1\n}", "(check \"t\" points=2 {(= x 1)})"),
    Case(
      "board m { name \"M\"; clock 16MHz\n offset -3; cores [a, b] }",
      "(board m name=\"M\" clock=16:MHz offset=(- 3) cores=[a b])"
    ),
    Case(
      "check = 1; board = 2; network = 3; quiet = 4; expect = 5; sweep = 6",
      "(= check 1)\n(= board 2)\n(= network 3)\n(= quiet 4)\n(= expect 5)\n(= sweep 6)"
    ),
    Case("network.x; board[0]; quiet", "(. network x)\n(index board 0)\nquiet"),
  ])
  func `statements`(test: Case) {
    #expect(outline(test.text) == test.expected)
  }

  @Test(arguments: [
    Case("help", "<help>"), Case("help if", "<help if>"), Case("help train", "<help train>"),
    Case("x = history", "(= x <history>)"), Case("(help)", "<help>"),
    Case("train base on digits epochs=4 rate=1e-3", "<train base on: digits epochs=4 rate=0.001>"),
    Case("distill big into small on d alpha = 0.5", "<distill big into: small on: d alpha=0.5>"),
    Case("train G against D on data", "<train G against: D on: data>"),
    Case("prune base to 80% from 50% unit=2of4", "<prune base to: 80:% from: 50:% unit=2of4>"),
    Case("split d into [80%, 20%]", "<split d into: [80:% 20:%]>"),
    Case("features d with mfcc at 16kHz", "<features d with: mfcc at: 16:kHz>"),
    Case(
      "plot activations [step, relu] to \"a.svg\"",
      "<plot activations [step relu] to: \"a.svg\">"
    ),
    Case("plot activations[step]", "<plot (index activations step)>"),
    Case("print a -3 (2 * n) -0.5", "<print a (- 3) (* 2 n) (- 0.5)>"),
    Case(
      "print x.y[1](2) 3x3 \"s\" [1] (z)",
      "<print (call (index (. x y) 1) 2) 3x3 \"s\" [1] <z>>"
    ),
    Case("quantize w to 2bit scale=1/3 zero=-1", "<quantize w to: 2:bit scale=(/ 1 3) zero=(- 1)>"),
    Case("plot f on 0..1 step 0.1", "<plot f on: (.. 0 1 step 0.1)>"),
    Case("plot f on 0..1 step=0.1", "<plot f on: (.. 0 1) step=0.1>"),
    Case("plot f on a + b c", "<plot f on: (+ a b) c>"),
    Case("dataset [{ a: 1 }, { a: 2 }]", "<dataset [(record a=1) (record a=2)]>"),
    Case(
      "quantize n to int8 layers={ first: int8, rest: int4 }",
      "<quantize n to: int8 layers=(record first=int8 rest=int4)>"
    ),
    Case("dataset to=1 on=2 if=3", "<dataset to=1 on=2 if=3>"),
    Case("quiet train base on d", "<quiet train base on: d>"),
    Case("quiet 1 + 2", "<quiet (+ 1 2)>"),
    Case("a | show | plot to \"x.svg\"", "<a | show | plot to: \"x.svg\">"),
    Case("dataset iris |\n  show", "<dataset iris | show>"),
    Case("x = (prune b to 50%).values", "(= x (. <prune b to: 50:%> values))"),
    Case("f((prune b to 50%), 1)", "(call f <prune b to: 50:%> 1)"),
    Case(
      "x = sweep p in [1, 2] {\n  m = p\n  { a: m }\n}",
      "(= x <sweep p [1 2] {(= m p) (record a=m)}>)"
    ),
    Case("sweep p in a { p } | plot", "<sweep p a {p} | plot>"),
    Case("sweep p in a jobs=2 slurm=true { p }", "<sweep p a jobs=2 slurm=true {p}>"),
    Case("x = (plot in\n (a))", "(= x (in plot <a>))"),
    Case(
      "zip(m); quantize = 3; show.x; plot[0]; report@1",
      "(call zip m)\n(= quantize 3)\n(. show x)\n(index plot 0)\n(@ report 1)"
    ),
    Case(
      "report + 1; limit * 2 == 3; report in a",
      "(+ report 1)\n(== (* limit 2) 3)\n(in report a)"
    ),
    Case("expect report", "(expect report)"), Case("f(report, [show])", "(call f report [show])"),
    Case("tensor [[1, 2], [3, 4]]", "<tensor [[1 2] [3 4]]>"),
    Case("boards; undo; quit", "<boards>\n<undo>\n<quit>"),
    Case(
      "train n on (if a then b else c) epochs=if x then 1 else 2",
      "<train n on: (choose a b c) epochs=(choose x 1 2)>"
    ),
    Case("plot xs func=func(v) = v * 2", "<plot xs func=(func (v) (* v 2))>"),
  ])
  func `commands`(test: Case) {
    #expect(outline(test.text) == test.expected)
  }

  @Test(arguments: [
    Case(
      "network n { input 28x28x1; flatten; dense 10 softmax }",
      "(network n {input 28x28x1; flatten; dense 10 softmax})"
    ),
    Case(
      "network n {\n  input ([h, w, 3])\n\n  dense (2 * n) bias=false\n}",
      "(network n {input [h w 3]; dense (* 2 n) bias=false})"
    ),
    Case(
      "network n(k, d = 2) { for i in 1..d { dense k } }",
      "(network n(k d=2) {for i (.. 1 d) {dense k}})"
    ),
    Case(
      "network n { if a { flatten } else if b { relu } else { tanh } }",
      "(network n {if a {flatten} b {relu} else {tanh}})"
    ),
    Case(
      "network n { residual { conv 8 1x1 } shortcut { conv 8 1x1 } : r }",
      "(network n {residual {conv 8 1x1} shortcut {conv 8 1x1} :r})"
    ),
    Case(
      "network n { branches join=add { branch { relu }; branch { tanh } } }",
      "(network n {branches join=add {branch {relu}; branch {tanh}}})"
    ),
    Case(
      "network n { conv 8 3x3 : first\n leaky 0.2\n noise -0.5; use encoder; repeat 4 { relu } }",
      "(network n {conv 8 3x3 :first; leaky 0.2; noise (- 0.5); use encoder; repeat 4 {relu}})"
    ),
    Case(
      "network n { dense 1 weights=[[0.5], [-0.25]] bias=[0.1] }",
      "(network n {dense 1 weights=[[0.5] [(- 0.25)]] bias=[0.1]})"
    ),
    Case(
      "network n { step; use from; pad 1x1; dropout 25%; train 3 }",
      "(network n {step; use from; pad 1x1; dropout 25:%; train 3})"
    ),
    Case("network n {}", "(network n {})"), Case("network to { relu }", "(network to {relu})"),
  ])
  func `networks`(test: Case) {
    #expect(outline(test.text) == test.expected)
  }

  @Test(arguments: SampleScripts.all.indices)
  func `the sample scripts have no mistakes`(index: Int) {
    let program = parsed(SampleScripts.all[index])
    #expect(program.diagnostics.map(\.message) == [])
    #expect(program.statements.count > 5)
  }

  @Test func `comments are kept in order of place`() {
    let program = parsed("#!/bin/x\nx = [ # a\n 1 # b\n]\n#> 3\ny # c\n\"# no\"\n# end")
    #expect(
      program.comments.map { program.source.text(of: $0) }
        == ["#!/bin/x", "# a", "# b", "#> 3", "# c", "# end"]
    )
  }

  private func outline(_ text: String) -> String {
    let program = parsed(text)
    guard program.diagnostics.isEmpty else {
      return program.diagnostics.map(\.message).joined(separator: "; ")
    }
    return Outline.of(program)
  }
}
