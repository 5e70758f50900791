import Diagnostics
import Language
import TestSupport
import Testing

@Suite("Unfinished input")
struct IncompletenessTests {
  @Test(arguments: [
    Case("network base {", "'{' is not closed yet @13"),
    Case("network base {\n  residual {\n  }\n", "'{' is not closed yet @13"),
    Case("x = [1,", "'[' is not closed yet @4"), Case("f(a, [1, 2]", "'(' is not closed yet @1"),
    Case("x = { a: (1", "'(' is not closed yet @9"),
    Case("x = \"\"\"a\nb", "the string is not closed yet @4"),
    Case("x = \"\"\"a \\(b)", "the string is not closed yet @4"),
    Case("a |", "the line goes on after '|' @2"),
    Case("a | # why", "the line goes on after '|' @2"),
    Case("x =\n\n", "the line goes on after '=' @2"),
    Case("x = a and", "the line goes on after 'and' @6"),
    Case("x = 1 +", "the line goes on after '+' @6"),
    Case("x = a not", "the line goes on after 'not' @6"),
    Case("print a,", "the line goes on after ',' @7"),
    Case("x = 7 %%", "the line goes on after '%%' @6"),
    Case("x += ", "the line goes on after '+=' @2"),
    Case("print \"{\" [", "'[' is not closed yet @10"),
    Case("x = \"\\(a)\" + (", "'(' is not closed yet @13"),
    Case("for i in", "the line goes on after 'in' @6"),
  ])
  func `tells what waits and where`(test: Case) {
    let found = Parser.isIncomplete(test.text, vocabulary: .sample)
    #expect(found.map { "\($0) @\($0.range.start)" } == test.expected)
  }

  @Test(arguments: [
    "", "\n", "x", "train base on digits epochs=4", "x = 80%", "network n { relu }", "x = [1, 2]",
    "x = \"abc", "x = \"a \\(b", "x = )", "x = (]", "# (", "print \"(\"", "a | show", "if a { b }",
    "x = 3 + $", "help in()", "help in", "x; explain not\n", "\"\"\"a\n\"\"\"", "android", "begin",
  ])
  func `complete text runs`(text: String) {
    #expect(Parser.isIncomplete(text, vocabulary: .sample) == nil)
  }

  @Test(arguments: SampleScripts.all.indices)
  func `a script read line by line is complete exactly at the ends of statements`(index: Int) {
    let script = SampleScripts.all[index]
    var pending = ""
    var pieces: [String] = []
    for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
      pending += line + "\n"
      guard Parser.isIncomplete(pending, vocabulary: .sample) == nil else { continue }
      pieces.append(pending)
      pending = ""
    }
    #expect(pending.isEmpty)
    let piecewise = pieces.map { Outline.of(parsed($0)) }.filter { !$0.isEmpty }
    #expect(piecewise.joined(separator: "\n") == Outline.of(parsed(script)))
  }
}
