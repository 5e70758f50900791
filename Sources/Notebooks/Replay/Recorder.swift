import Diagnostics
import Scripting

/// Runs a notebook and writes its output under its statements.
public enum Recorder {
  /// Why nothing was recorded.
  public enum Refusal: Error {
    /// The notebook cannot run.
    case problems([Diagnostic])
    /// A statement failed outside a cell that raises an error on purpose.
    case failed(Diagnostic)
    /// The user stopped it.
    case interrupted
    /// A byte of code would change: a mistake of this program.
    case changesCode
  }

  /// The notebook's bytes with new output lines; every other byte is as it was.
  ///
  /// Recorded blocks that match what came out, also by `[..]` and `#> ...`, stay as they are.
  public static func recorded(
    _ notebook: Notebook,
    host: any Host
  ) throws(Refusal) -> [UInt8] {
    let session = Session(host: host, seed: notebook.header.seed)
    session.notebookComposer = SessionNotebook.composer
    let runner = NotebookRunner(notebook, in: session)
    let problems = runner.problems().filter { $0.severity == .error }
    guard problems.isEmpty else { throw .problems(problems) }
    let runs = runner.run()
    guard !runs.contains(where: \.wasInterrupted) else { throw .interrupted }
    for run in runs where !notebook.cells[run.cell].raises {
      if let error = run.error { throw .failed(error) }
    }
    let comparison = BlockComparison(tolerance: notebook.header.tolerance)
    let ending = NotebookEditor.lineEnding(of: notebook.source)
    let runOfStep = StepRun.byPlace(runs)
    var edits: [(range: SourceRange, text: String)] = []
    for (index, cell) in notebook.cells.enumerated() where cell.kind.isCode {
      for (place, step) in cell.steps.enumerated() {
        guard let run = runOfStep[[index, place]] else { continue }
        let judgement = comparison.judgement(recorded: step.recorded, printed: run.output)
        let keeps = judgement == .same || (judgement.isFaithful && step.hasWildcards)
        if keeps, !step.recorded.isEmpty { continue }
        edits += step.recorded.map { ($0.range, "") }
        var text = NotebookEditor.text(of: run.output, ending: ending)
        let endsInNewline =
          step.lineEnd > 0 && notebook.source.bytes[step.lineEnd - 1] == UInt8(ascii: "\n")
        if !text.isEmpty, !endsInNewline { text = ending + text }
        edits.append((SourceRange(step.lineEnd, step.lineEnd), text))
      }
    }
    let bytes = NotebookEditor.replacing(edits, in: notebook.source)
    guard code(of: bytes) == code(of: notebook.source.bytes) else { throw .changesCode }
    return bytes
  }

  /// The bytes without output lines.
  private static func code(of bytes: [UInt8]) -> [UInt8] {
    let source = SourceFile(name: "", bytes: bytes)
    let notebook = Notebook.parse(source, vocabulary: Session.vocabulary)
    let edits = notebook.cells.flatMap { cell in
      cell.steps.flatMap { $0.recorded.map { (range: $0.range, text: "") } }
    }
    var code = NotebookEditor.replacing(edits, in: source)
    if code.last != UInt8(ascii: "\n") { code.append(UInt8(ascii: "\n")) }
    return code
  }
}
