import Scripting
import TestSupport
import Testing

@testable import Notebooks

@Suite struct GradingTests {
  private static func submission(_ first: String, _ second: String) -> String {
    SampleNotebook.stripped(SampleNotebook.key)
      .replacing("# TODO: bind half to one half of base", with: first)
      .replacing("# TODO: bind double to twice half", with: second)
  }

  private static func report(_ first: String, _ second: String) -> GradeReport {
    SampleNotebook.report(submission(first, second))
  }

  @Test func `the student's copy holds no solution, hidden check or output`() {
    for text in [SampleNotebook.key, SampleNotebook.key.replacing("\n", with: "\r\n")] {
      let copy = SampleNotebook.stripped(text)
      #expect(!copy.contains("thesecret"))
      #expect(!copy.contains("thehidden"))
      #expect(copy.contains("# TODO: bind half"))
      #expect(copy.contains("half of it"))
      #expect(SampleNotebook.parsed(copy).diagnostics.isEmpty)
    }
    #expect(!SampleNotebook.stripped(SampleNotebook.lesson).contains("#>"))
  }

  @Test func `an empty submission scores nothing, the key scores all`() {
    let empty = SampleNotebook.report(SampleNotebook.stripped(SampleNotebook.key))
    #expect(empty.score == 0)
    #expect(empty.points == 5)
    #expect(SampleNotebook.report("").score == 0)
    let full = SampleNotebook.report(SampleNotebook.key)
    #expect(full.score == 5)
    #expect(full.flags.isEmpty)
    #expect(full.mistakes.isEmpty)
  }

  @Test func `a correct solution written differently scores all`() {
    let report = GradingTests.report(
      "func cut(v) = v * 0.5\nhalf = cut(base)",
      "double = 0\nfor i in 1..2 { double += half }"
    )
    #expect(report.score == 5)
  }

  @Test func `partial points, and a wrong first answer does not cost the second`() {
    let report = GradingTests.report("half = 3", "double = half + half")
    // 0 of 1; (3 - 1) / (5 - 1) of 1; 2 of 2 from the key's state; 0 of 1 in the student's own.
    #expect(report.checks.map(\.score) == [0, 0.5, 2, 0])
    #expect(report.checks[0].message.contains("divide base by two"))
  }

  @Test func `a mistake costs its own task alone and is told with its line`() {
    let text = GradingTests.submission("half = base / 2", "double = hlaf * 2")
    let report = SampleNotebook.report(text)
    #expect(report.checks.map(\.score) == [1, 1, 0, 1])
    let line = text.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0.contains("hlaf") }
    #expect(report.mistakes.count == 1)
    #expect(report.mistakes[0].cell == "q2")
    #expect(report.mistakes[0].message.hasPrefix("line \((line ?? 0) + 1): "))
  }

  @Test(arguments: ["half = (base", "half = \"open", "} half", "half = 5\n)", "\u{1b}[2J"])
  func `broken text in one task leaves the others`(broken: String) {
    let report = GradingTests.report(broken, "double = half * 2")
    #expect(report.checks.map(\.score)[2] == 2)
    #expect(report.mistakes.first?.cell == "q1")
  }

  @Test func `edited and added checks count for nothing`() {
    let text = GradingTests.submission("half = 1", "double = 1")
      .replacing("expect half == 5", with: "expect true")
      .replacing("expect double == 10", with: "expect true")
    let report = SampleNotebook.report(
      text + "\n# %% Mine [check] id=\"mine\"\ncheck \"gift\" points=100 { expect true }\n"
    )
    #expect(report.score == 0)
    #expect(report.points == 5)
    #expect(report.flags == ["edited-check"])
    let inTask = GradingTests.report("check \"gift\" points=9 { expect true }", "")
    #expect(inTask.score == 0)
    #expect(inTask.points == 5)
  }

  @Test(arguments: [
    "quit", "undo", "undo\nundo\nundo", "seed 1\nquit", "limit time=1ns",
    "func sum(x) = 5\nbase = 0", "run \"key.jatai\"", "run \"./key.jatai\"", "save \"x.jatai\"",
  ])
  func `commands about the session buy nothing`(trick: String) {
    let report = GradingTests.report(trick, "")
    #expect(report.score <= 1)
    #expect(report.checks.count == 4)
  }

  @Test(arguments: ["key.jatai", "./key.jatai", "../FOLDER/key.jatai", "/ABSOLUTE/key.jatai"])
  func `no statement of a submission reads the key`(path: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(SampleNotebook.key, to: "key.jatai")
    try folder.write(SampleNotebook.key, to: "copy.txt")
    let path = path.replacing("FOLDER", with: folder.name)
      .replacing("/ABSOLUTE", with: folder.path)
    for name in [path, "copy.txt"] {
      let report = SampleNotebook.report(
        GradingTests.submission("run \"\(name)\"", ""),
        path: folder.path + "/key.jatai"
      )
      #expect(report.score == 0)
      #expect(report.mistakes.first?.message.contains("may not be opened") == true)
    }
  }

  @Test func `a loop without end uses up its budget and no more`() {
    let report = SampleNotebook.report(
      GradingTests.submission("while true { }", "double = half * 2"),
      limits: SessionLimits(steps: 100_000, outputBytes: 1 << 20)
    )
    #expect(report.checks.map(\.score) == [0, 0, 2, 0])
    #expect(report.mistakes.first?.message.contains("steps") == true)
  }

  @Test func `flags stand beside the score`() throws {
    let solved = GradingTests.submission("half = base / 2", "double = half * 2\nprint double")
    let recorded = try SampleNotebook.recorded(solved)
    #expect(SampleNotebook.report(recorded).flags.isEmpty)
    let forged = recorded.replacing("#> 10\n", with: "#> 11\n")
    #expect(forged != recorded)
    #expect(SampleNotebook.report(forged).flags == ["does-not-reproduce"])
    let twice = solved + "\n# %% Again [task] id=\"q1\"\nhalf = 5\n"
    #expect(SampleNotebook.report(twice).flags == ["duplicate-id"])
    let other = solved.replacing("jatai 0.1", with: "jatai 0.2")
    #expect(SampleNotebook.report(other).flags == ["other-version"])
    for text in [recorded, forged, twice, other] {
      #expect(SampleNotebook.report(text).score == 5)
    }
    let windows = solved.replacing("\n", with: "\r\n")
    #expect(SampleNotebook.report(windows).flags.isEmpty)
    #expect(SampleNotebook.report(windows).score == 5)
  }

  // MARK: Reports

  @Test func `no report holds the key's solutions or hidden checks`() {
    let report = GradingTests.report("half = 3", "double = nowhere")
    let files = [
      GradeFiles.gradescope(report), GradeFiles.feedback(report), GradeFiles.csv([report]),
    ]
    for bytes in files + [Array(GradeFiles.summary(report).utf8)] {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("thesecret"))
      #expect(!text.contains("thehidden"))
      #expect(!text.contains("hiddenremark"))
    }
  }

  /// Gradescope's page "Autograder specifications" names the fields and their types.
  @Test func `results are JSON with Gradescope's fields`() throws {
    var report = GradingTests.report("half = 3", "double = \"\\u{1b}]0;x\\u{7}\" + 1")
    report.name = "João \"Zé\" \\ \u{1b}[31m"
    let decoded = try #require(JSONText.value(of: GradeFiles.gradescope(report)))
    guard case .object(let results) = decoded else {
      Issue.record("not an object")
      return
    }
    #expect(results["score"] == .number(report.score))
    #expect(results["max_score"] == .number(5))
    #expect(results["visibility"] == .string("visible"))
    guard case .array(let tests)? = results["tests"] else {
      Issue.record("no tests")
      return
    }
    #expect(tests.count == 4)
    var sum = 0.0
    for test in tests {
      guard case .object(let fields) = test, case .number(let score)? = fields["score"],
        case .number(let most)? = fields["max_score"], case .string? = fields["name"],
        case .string(let output)? = fields["output"], case .string(let seen)? = fields["visibility"]
      else {
        Issue.record("a field is missing")
        return
      }
      #expect(score <= most)
      #expect(["visible", "after_published"].contains(seen))
      #expect(output.unicodeScalars.allSatisfy { $0.value >= 0x20 })
      sum += score
    }
    #expect(sum == report.score)
  }

  @Test func `a record comes back as it was`() {
    let report = GradingTests.report("half = 3", "double = 1")
    let copy = GradeFiles.report(from: GradeFiles.record(report))
    #expect(copy?.score == report.score)
    #expect(copy?.checks.map(\.message) == report.checks.map(\.message))
    #expect(GradeFiles.report(from: Array("{\"name\":".utf8)) == nil)
  }

  @Test func `points of any size are written`() {
    #expect(GradeReport.text(7) == "7")
    #expect(GradeReport.text(6.5) == "6.5")
    #expect(GradeReport.text(1e300).hasPrefix("1"))
  }
}
