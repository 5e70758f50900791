import Diagnostics
import Language
import TestSupport
import Testing

@Suite("Formatter")
struct FormatterTests {
  @Test(arguments: [
    Case("x=1+2*3", "x = 1 + 2 * 3\n"), Case("x  =  (1+2)*3 ;y=x", "x = (1 + 2) * 3\ny = x\n"),
    Case("train   base on digits epochs = 4", "train base on digits epochs=4\n"),
    Case("quantize w to 2bit scale = 1 / 3 zero=- 1", "quantize w to 2bit scale=1/3 zero=-1\n"),
    Case("print (-3) (x) (2*n) a[ 0 ]", "print -3 (x) (2 * n) a[0]\n"),
    Case("plot f on (a) (-3)", "plot f on (a) (-3)\n"),
    Case("plot x=(a == b) within", "plot x=(a == b) within\n"),
    Case("x = [1,2,3,]", "x = [1, 2, 3]\n"),
    Case("x = {a:1,\"b c\":2}", "x = { a: 1, \"b c\": 2 }\n"),
    Case("x = [\n1,\n2]", "x = [\n  1,\n  2,\n]\n"),
    Case("f(\n  a, k = 2)", "f(\n  a,\n  k=2,\n)\n"),
    Case("({a:1})", "{ a: 1 }\n"), Case("(((x)))", "(x)\n"), Case("((3))", "3\n"),
    Case("(\"a\")", "\"a\"\n"),
    Case("(f(x))", "f(x)\n"), Case("(prune b to 50%)", "prune b to 50%\n"),
    Case("x = (prune b to 50%).values", "x = (prune b to 50%).values\n"),
    Case(
      "-2**2; (-2)**2; 2**-1; (2**3)**2; not(a==b); (not a)==b",
      "-2 ** 2\n(-2) ** 2\n2 ** -1\n(2 ** 3) ** 2\nnot a == b\n(not a) == b\n"
    ),
    Case("x = a-(b-c)-d", "x = a - (b - c) - d\n"),
    Case("x = 0..n-1 step 0.1", "x = 0..(n - 1) step 0.1\n"),
    Case("x = a==b within 1%*b", "x = a == b within 1% * b\n"),
    Case("if a{b}else if c{d}else{e}", "if a { b } else if c { d } else { e }\n"),
    Case("if a {\nb } else { c }", "if a {\n  b\n} else {\n  c\n}\n"),
    Case("for i in 1 .. 3 { }", "for i in 1..3 {}\n"),
    Case("func f( x,k=2 )=x", "func f(x, k = 2) = x\n"),
    Case("map(a,func(v){w=v;return w})", "map(a, func(v) { w = v; return w })\n"),
    Case("(func(x) = x)(3)", "(func(x) = x)(3)\n"),
    Case("network n{input 28x28x1;flatten}", "network n { input 28x28x1; flatten }\n"),
    Case(
      "network n(k=1){\nconv k 3x3:first\nresidual{relu}shortcut{relu}:r\n}",
      "network n(k = 1) {\n  conv k 3x3 : first\n  residual { relu } shortcut { relu } : r\n}\n"
    ),
    Case("board b{ram 8KiB;offset -3}", "board b { ram 8KiB; offset -3 }\n"),
    Case(
      "check \"a\" points=2{expect x partial from 3 else \"no\"}",
      "check \"a\" points=2 { expect x partial from 3 else \"no\" }\n"
    ),
    Case("a|show|plot to \"x.svg\"", "a | show | plot to \"x.svg\"\n"),
    Case("quiet  train x on y", "quiet train x on y\n"),
    Case("a\n\n\n\nb\n\n", "a\n\nb\n"), Case("", ""), Case("\n\n# c\n\n\n", "# c\n"),
    Case(
      "#!/bin/x\n# ---\n# id: a\n# ---\n\n\n# %% t\nx\n#> 3\n#~ t\ny # z",
      "#!/bin/x\n# ---\n# id: a\n# ---\n\n# %% t\nx\n#> 3\n#~ t\ny  # z\n"
    ),
    Case(
      "if a { # why\n# one\n\nb # two\n# three\n} # four",
      "if a {  # why\n  # one\n\n  b  # two\n  # three\n}  # four\n"
    ),
    Case("x = [ # one\n 1,  2 ]", "x = [ # one\n 1,  2 ]\n"),
    Case("for x in [1, # one\n2] { y\n}\nz=1", "for x in [1, # one\n2] { y\n}\nz = 1\n"),
    Case("  #> indented\nx", "  #> indented\nx\n"),
    Case("x = \"\"\"\n  a\n\"\"\"", "x = \"\"\"\n  a\n\"\"\"\n"),
    Case("x\r\ny\r\n", "x\ny\n"), Case("acura\u{301}cia=1", "acurácia = 1\n"),
    Case("x = 1_000+1e-3", "x = 1_000 + 1e-3\n"),
    Case("x = 1 2", "x = 1 2"),
  ])
  func `writes the canonical text`(test: Case) {
    let program = parsed(test.text)
    #expect(Formatter.format(program) == test.expected)
  }

  @Test func `long lines are broken at brackets and pipes`() {
    let names = (1...12).map { "a_rather_long_name\($0)" }.joined(separator: ", ")
    let list = Formatter.format(parsed("x = [\(names)]"))
    #expect(list.hasPrefix("x = [\n  a_rather_long_name1,\n"))
    #expect(list.hasSuffix("  a_rather_long_name12,\n]\n"))
    let stage = "prune to 50% method=magnitude unit=weights"
    let pipe = Formatter.format(parsed("x = load \"a\" | \(stage) | \(stage) | show"))
    #expect(pipe == "x = load \"a\" |\n  \(stage) |\n  \(stage) |\n  show\n")
  }

  @Test(arguments: SampleScripts.all.indices)
  func `keeps the meaning of the sample scripts`(index: Int) {
    checkRoundTrip(SampleScripts.all[index])
  }

  @Test(arguments: UInt64(0)..<40)
  func `keeps the meaning of random scripts`(batch: UInt64) {
    let seedsPerBatch: UInt64 = 15
    for seed in batch * seedsPerBatch..<(batch + 1) * seedsPerBatch {
      var generator = ScriptGenerator(seed: seed)
      checkRoundTrip(generator.script())
    }
  }
}

/// parse(format(p)) is p, formatting again changes nothing, and no comment is lost.
func checkRoundTrip(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let program = parsed(text)
  #expect(program.diagnostics.map(\.message) == [], "\(text)", sourceLocation: sourceLocation)
  let formatted = Formatter.format(program)
  let again = parsed(formatted)
  #expect(again.diagnostics.map(\.message) == [], "\(formatted)", sourceLocation: sourceLocation)
  #expect(
    Outline.of(again) == Outline.of(program),
    "\(text)\n→\n\(formatted)",
    sourceLocation: sourceLocation
  )
  #expect(Formatter.format(again) == formatted, "\(text)", sourceLocation: sourceLocation)
  #expect(
    again.comments.count == program.comments.count,
    "\(text)\n→\n\(formatted)",
    sourceLocation: sourceLocation
  )
}
