import Diagnostics
import Scripting
import TestSupport
import Testing

@testable import Notebooks

@Suite struct SavedSessionTests {
  /// The notebook that `save` writes at the end of a random session.
  private static func saved(_ seed: UInt64, all: Bool = false) throws -> (text: String, [String]) {
    let random = RandomSession(seed: seed)
    let line = "save \"out.jatai\"" + (all ? " all=true" : "")
    let outcome = random.session.run(SourceFile(name: "last", text: line))
    #expect(outcome.exitCode == 0)
    let bytes = try #require(random.host.file("out.jatai"))
    return (String(decoding: bytes, as: UTF8.self), random.typed)
  }

  private static func explanation(_ replay: Replay, _ typed: [String]) -> String {
    let differences = replay.rows.filter { !$0.judgement.isFaithful }.prefix(3)
      .map { "line \($0.line): \($0.judgement): \($0.text)" }
    return (differences + replay.problems.map(\.message) + ["typed:"] + typed)
      .joined(separator: "\n")
  }

  @Test(arguments: UInt64(0)..<200)
  func `a session with undo, failures, loops and a stopped training replays`(seed: UInt64) throws {
    let (text, typed) = try SavedSessionTests.saved(seed, all: seed % 4 == 0)
    let replay = SampleNotebook.replay(text, name: "out.jatai")
    #expect(replay.isFaithful, "\(SavedSessionTests.explanation(replay, typed))")
    #expect(replay.rows.allSatisfy { $0.judgement == .same || $0.judgement == .volatile })
    #expect(!replay.rows.isEmpty)
  }

  @Test(.enabled(if: BuiltProgram.path(named: "jatai") != nil), arguments: [UInt64(3), 8])
  func `a saved session replays in a fresh process`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(SavedSessionTests.saved(seed).text, to: "out.jatai")
    let run = try ProgramRun(["replay", "out.jatai"], in: folder)
    #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
  }

  // MARK: What is saved

  private struct Typed {
    let host = PromptHost()
    let session: Session

    init(_ lines: [String]) {
      session = Session(host: host)
      session.notebookComposer = SessionNotebook.composer
      session.beginCell(Notebook.sessionCell)
      for line in lines { type(line) }
    }

    func type(_ line: String, interruptedAfter looks: Int? = nil) {
      host.interrupt(after: looks)
      _ = session.run(SourceFile(name: "typed", text: line))
      host.interrupt(after: nil)
    }

    var saved: String {
      type("save \"out.jatai\"")
      return String(decoding: host.file("out.jatai") ?? [], as: UTF8.self)
    }
  }

  private static let network = [
    "data = dataset blobs samples=40", "network net { input 2; dense 3 softmax }",
  ]

  @Test func `undone and failed statements are left out`() {
    let typed = Typed(["x = 1", "y = 2", "undo", "x = nowhere", "print x", "help"])
    let saved = typed.saved
    #expect(saved.hasSuffix("\n# %% id=\"session\"\nx = 1\nprint x\n#> 1\n"))
    #expect(!saved.contains("y = 2"))
    #expect(!saved.contains("nowhere"))
  }

  @Test func `failed statements can be kept as comments`() throws {
    let typed = Typed([
      "x = 1", "x = nowhere", "x = [1, 2][x * 9]", "print x", "save \"all.jatai\" all=true",
    ])
    let saved = String(decoding: try #require(typed.host.file("all.jatai")), as: UTF8.self)
    #expect(saved.contains("# failed: x = nowhere\n# because: unknown name 'nowhere'\n"))
    #expect(saved.contains("# failed: x = [1, 2][x * 9]\n# because: "))
    #expect(SampleNotebook.replay(saved).isFaithful)
  }

  @Test func `a stopped training is saved with the epochs it had`() {
    let typed = Typed(SavedSessionTests.network)
    // 40 samples make 5 steps an epoch, and the trainer looks before each.
    typed.type("train net on data epochs=50 batch=8", interruptedAfter: 13)
    let saved = typed.saved
    #expect(saved.contains("train net on data epochs=2 batch=8\n#~ needs "))
    #expect(saved.contains(" of memory\n#> epoch 2/2 "))
    #expect(SampleNotebook.replay(saved).isFaithful)
  }

  @Test(arguments: [
    "train net on data epochs=50 batch=8 schedule=cosine",
    "for i in 1..2 { net2 = train net on data epochs=50 batch=8 }",
    "func f() { best = train net on data epochs=50 batch=8\n return best }\nf()",
  ])
  func `where fewer epochs would not give the same, nothing is kept`(line: String) {
    let typed = Typed(SavedSessionTests.network)
    typed.type(line, interruptedAfter: 13)
    #expect(typed.session.versions(of: "net").count == 1)
    #expect(!typed.saved.contains("#> epoch"))
  }

  @Test func `what reads a result is not done again behind another one`() {
    let typed = Typed(["5", "x = it", "undo", "7", "redo", "print it"])
    #expect(typed.session.value(of: "x") == nil)
    #expect(SampleNotebook.replay(typed.saved).isFaithful)
    let plain = Typed(["5", "x = 1", "undo", "7", "redo", "print it x"])
    #expect(plain.saved.hasSuffix("x = 1\nprint it x\n#> 7 1\n"))
  }

  @Test func `titles hold no control characters`() {
    let typed = Typed(["x = 1", "save \"a\\nseed: 9.jatai\""])
    let saved = typed.host.file("a\nseed: 9.jatai").map { String(decoding: $0, as: UTF8.self) }
    #expect(saved.map { SampleNotebook.parsed($0).header.seed } == 42)
  }

  @Test(arguments: ["/proc/nowhere/out.jatai", "/dev/full", "/"])
  func `a save that fails leaves session and files alone`(path: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let host = NotebookHost(notebookPath: folder.path + "/lab.jatai", writesToDisk: true)
    let session = Session(host: host)
    session.notebookComposer = SessionNotebook.composer
    #expect(session.run(SourceFile(name: "t", text: "x = 1")).exitCode == 0)
    let outcome = session.run(SourceFile(name: "t", text: "save \"\(path)\""))
    #expect(outcome.exitCode == 1)
    guard case .failed(let error)? = outcome.statements.last?.status else {
      Issue.record("it did not fail")
      return
    }
    #expect(error.id == "file")
    #expect(error.remedy != nil)
    #expect(session.history.map(\.text) == ["x = 1"])
    #expect(FileSystem.files(in: folder.path) == [])
    #expect(session.run(SourceFile(name: "t", text: "save \"ok.jatai\"")).exitCode == 0)
    #expect(FileSystem.files(in: folder.path) == ["ok.jatai"])
  }
}
