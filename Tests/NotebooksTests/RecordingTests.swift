import Diagnostics
import Scripting
import Testing

@testable import Notebooks

@Suite struct RecordingTests {
  @Test(arguments: [
    "print 1", "x = 3\nprint x (x / 7)\n", "x = random(3)\nprint x; print sum(x)\nx + 1\n",
    "for i in 1..3 { print i }\n\n# a comment\nfunc f(a) = a / 3\nf(1)\n",
    "# %% A id=\"a\"\nprint random()\n\n# %% B id=\"b\"\nprint random()\n",
    "# %% A id=\"a\" raises=true\nprint (1 / 0)\nprint 2\n", "print \"é 😀 \\t|\"\n",
    "# %% T [markdown] id=\"m\"\n# prose\n# %% C id=\"c\"\nprint \"\"\"\n#> fake\n\"\"\"\n",
  ])
  func `what is recorded replays, and recording again changes nothing`(text: String) throws {
    let once = try SampleNotebook.recorded(text)
    let replay = SampleNotebook.replay(once)
    #expect(replay.isFaithful, "\(replay.lines(name: "lab"))")
    #expect(replay.rows.allSatisfy { $0.judgement == .same })
    #expect(try SampleNotebook.recorded(once) == once)
    let code = SampleNotebook.stripped(once)
    #expect(code == text || code == text + "\n")
  }

  @Test func `only output lines change`() throws {
    let text = "print 1\n#> 2\n#> 3\nx = 4\n#> nothing\n# kept\nprint x\n"
    let recorded = try SampleNotebook.recorded(text)
    #expect(recorded == "print 1\n#> 1\nx = 4\n# kept\nprint x\n#> 4\n")
  }

  @Test func `line ends stay as they are`() throws {
    let recorded = try SampleNotebook.recorded("print 1\r\nprint 2\r\n")
    #expect(recorded == "print 1\r\n#> 1\r\nprint 2\r\n#> 2\r\n")
    #expect(SampleNotebook.replay(recorded).isFaithful)
  }

  @Test func `wildcards that match stay`() throws {
    let text = "print \"a b c\" 0.125\n#> a [..] c 0.125\nfor i in 1..9 { print i }\n#> 1\n#> ...\n"
    #expect(try SampleNotebook.recorded(text) == text)
  }

  @Test(arguments: ["print 1\nprint (\n", "print nowhere\n", "# ---\n# seed: x\n# ---\nprint 1\n"])
  func `what cannot run is not recorded`(text: String) {
    #expect(throws: Recorder.Refusal.self) { try SampleNotebook.recorded(text) }
  }

  @Test func `a failure outside its cell is not recorded`() {
    #expect(throws: Recorder.Refusal.self) {
      try SampleNotebook.recorded("x = [1]\nprint x[random() * 0 + 5]\n")
    }
  }

  // MARK: Replay

  @Test func `the first change is the cause and is shown in full`() throws {
    let text = "for i in 1..2 {\n  print i\n}\n#> 1\n#> 3\nprint 7\n#> 8\nprint 5\n#> 5\n"
    let replay = SampleNotebook.replay(text)
    #expect(!replay.isFaithful)
    #expect(replay.rows.map(\.judgement.word) == ["changed", "changed", "same"])
    let lines = replay.lines(name: "lab.jatai")
    #expect(lines.first == "lab.jatai:1: changed: for i in 1..2 {")
    #expect(lines.contains("  recorded  #> 3"))
    #expect(lines.contains("  replayed  #> 2"))
    #expect(lines.last == "lab.jatai: 1 same, 2 changed")
  }

  @Test func `what an error keeps from running is told`() {
    let replay = SampleNotebook.replay("x = [1]\nprint x[sum([2, 3])]\nprint 2\n#> 2\n")
    #expect(replay.rows.map(\.judgement.word) == ["same", "extra", "not run"])
    #expect(replay.firstDifference?.error != nil)
  }

  @Test(arguments: [
    ("jatai 0.1", false), ("jatai 0.1.7", false), ("jatai 0.2", true), ("jatai 1.1", true),
  ])
  func `another minor version is said first`(tool: String, isOther: Bool) {
    let replay = SampleNotebook.replay("# ---\n# tool: \(tool)\n# ---\nprint 1\n#> 1\n")
    #expect((replay.otherVersion != nil) == isOther)
    #expect(replay.lines(name: "n").first?.contains("recorded with") == isOther)
  }

  @Test func `the seed of the header decides`() throws {
    func drawn(_ seed: Int) throws -> String {
      try SampleNotebook.recorded("# ---\n# seed: \(seed)\n# ---\nprint random()\n")
    }
    #expect(try drawn(1).suffix(12) != drawn(2).suffix(12))
    #expect(try drawn(1) == drawn(1))
  }

  @Test func `control characters never reach the file or the screen`() throws {
    let recorded = try SampleNotebook.recorded("print \"\\u{1b}[31mred\\u{7}\"\n")
    #expect(recorded.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    #expect(SampleNotebook.replay(recorded).isFaithful)
  }

  // MARK: Running

  @Test func `parameters are rebound behind their cell`() throws {
    let notebook = SampleNotebook.parsed(
      "# %% P id=\"p\" parameters=\"true\"\nepochs = 5\n# %% R id=\"r\"\nprint epochs\n"
    )
    let session = Session(host: NotebookHost(notebookPath: "lab.jatai"))
    var runner = NotebookRunner(notebook, in: session)
    runner.parameters = [SourceFile(name: "--set", text: "epochs = 3")]
    #expect(runner.run().flatMap(\.output).map(\.text) == ["3"])
    #expect(session.history.map(\.text) == ["epochs = 5", "epochs = 3", "print epochs"])
  }

  @Test func `checks of a task that is not done score nothing and the rest goes on`() {
    let stripped = SampleNotebook.parsed(SampleNotebook.stripped(SampleNotebook.key))
    let session = Session(host: NotebookHost(notebookPath: "lab.jatai"))
    let runner = NotebookRunner(stripped, in: session)
    #expect(runner.problems().isEmpty)
    let checks = runner.run().flatMap(\.outcomes).flatMap(\.checks)
    #expect(checks.map(\.score) == [0, 0, 0])
    #expect(checks.map(\.points) == [1, 1, 2])
  }
}
