import Diagnostics
import Glibc
import Language
import TestSupport
import Testing

@testable import Scripting

/// Damaged and generated scripts go through lexer, parser, checker, formatter and interpreter with
/// small limits: whatever they hold, they end with a value or a diagnostic.
///
/// `JATAI_FUZZ=1000000` asks for that many inputs; `JATAI_FUZZ_FOLDER` names a folder that keeps the
/// input each batch is at, so that one that ends the process can be looked at. `Scripts/fuzz` sets
/// both.
@Suite struct FuzzTests {
  private static let batches = 40

  /// Inputs of a batch.
  private static let inputsPerBatch: UInt64 = {
    #if DEBUG
    let usual = 2_000
    #else
    let usual = 100_000
    #endif
    let asked = FileSystem.environment("JATAI_FUZZ").flatMap { Int($0) }
    return UInt64((max(1, asked ?? usual) + batches - 1) / batches)
  }()

  private static let folder = FileSystem.environment("JATAI_FUZZ_FOLDER")

  /// Resident memory that all tests of this process together may reach: 3 GiB.
  private static let residentBytes = 3 << 30

  @Test(.timeLimit(.minutes(600)), arguments: UInt64(0)..<UInt64(FuzzTests.batches))
  func `no damaged script crashes or hangs`(batch: UInt64) throws {
    for seed in batch * Self.inputsPerBatch..<(batch + 1) * Self.inputsPerBatch {
      let bytes = FuzzInput.bytes(seed: seed)
      if let folder = Self.folder { Self.keep(bytes, in: "\(folder)/batch-\(batch).jatai") }
      let problem = Self.problem(of: SourceFile(name: "fuzz", bytes: bytes))
      #expect(problem == nil, "seed \(seed)")
    }
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    #expect(usage.ru_maxrss * 1024 < Self.residentBytes)
  }

  /// Sends an input through everything, and tells what should not have been.
  private static func problem(of source: SourceFile) -> String? {
    let session = Session(host: TestHost(folder: "/nonexistent", hasData: false))
    session.limits = SessionLimits(steps: 20_000, outputBytes: 10_000)
    session.memoryLimit = 1 << 22
    let program = Parser.parse(source, vocabulary: Session.vocabulary)
    for diagnostic in session.check(program) {
      if let problem = problem(of: diagnostic, in: source) { return problem }
    }
    guard !program.diagnostics.contains(where: { $0.severity == .error }) else { return nil }
    if let problem = problemOfFormat(program) { return problem }
    guard !trains(source) else { return nil }
    var outcomes: [StatementOutcome] = []
    session.onDeepStack {
      for statement in program.statements where !session.isQuitting {
        outcomes.append(session.execute(statement, of: program))
      }
    }
    for outcome in outcomes {
      var diagnostics = outcome.warnings
      switch outcome.status {
      case .failed(let error), .interrupted(let error, _): diagnostics.append(error)
      case .succeeded, .quit: break
      }
      for diagnostic in diagnostics {
        if let problem = problem(of: diagnostic, in: source) { return problem }
      }
      for line in outcome.output where hasControlCharacters(line.text) {
        return "control characters in the output \(line.text.debugDescription)"
      }
    }
    return nil
  }

  /// Whether a script has words that compute long without steps of the language.
  private static func trains(_ source: SourceFile) -> Bool {
    Lexer.tokens(of: source).contains { token in
      token.kind == .word
        && ["train", "gradcheck", "distill"].contains(source.text(of: token.range))
    }
  }

  /// Formatting keeps the meaning, and formatting again changes nothing.
  private static func problemOfFormat(_ program: Program) -> String? {
    let formatted = Formatter.format(program)
    let again = Parser.parse(
      SourceFile(name: "formatted", text: formatted),
      vocabulary: Session.vocabulary
    )
    guard Outline.of(again) == Outline.of(program) else { return "formatting changes the meaning" }
    guard Formatter.format(again) == formatted else { return "formatting twice differs" }
    return nil
  }

  /// The words are visible, and every range lies inside its source.
  private static func problem(of diagnostic: Diagnostic, in source: SourceFile) -> String? {
    let size = (diagnostic.source ?? source).bytes.count
    let range = diagnostic.range
    guard range.start >= 0, range.start <= range.end, range.end <= size else {
      return "'\(diagnostic.id)' stands at \(range.start)..<\(range.end) of \(size) bytes"
    }
    for note in diagnostic.notes {
      let size = (note.source ?? diagnostic.source ?? source).bytes.count
      if let range = note.range, range.start < 0 || range.end < range.start || range.end > size {
        return "a note of '\(diagnostic.id)' stands outside its source"
      }
    }
    let text = DiagnosticRenderer().render(diagnostic)
    guard !text.split(separator: "\n").contains(where: { hasControlCharacters($0) }) else {
      return "control characters in \(text.debugDescription)"
    }
    return nil
  }

  private static func hasControlCharacters(_ text: some StringProtocol) -> Bool {
    text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
      || text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) }
  }

  private static func keep(_ bytes: [UInt8], in path: String) {
    guard let file = fopen(path, "w") else { return }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }
}
