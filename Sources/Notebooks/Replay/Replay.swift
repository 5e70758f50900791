import Diagnostics
import Language
import Scripting

/// A notebook run again and compared with its record.
public struct Replay: Sendable {
  /// One step and what became of it.
  public struct Row: Sendable {
    /// The line that the step begins on, counted from 1.
    public var line: Int
    /// The step's first line of text.
    public var text: String
    /// How it compares.
    public var judgement: Judgement
    /// The unexpected error that it ended with, rendered.
    public var error: Diagnostic?
  }

  /// Every step in order.
  public private(set) var rows: [Row] = []
  /// What kept it from running at all.
  public private(set) var problems: [Diagnostic] = []
  /// The notebook's `tool:` where its minor version is another one.
  public private(set) var otherVersion: String?

  /// Whether everything came out as recorded.
  public var isFaithful: Bool {
    problems.allSatisfy { $0.severity != .error } && rows.allSatisfy(\.judgement.isFaithful)
  }

  /// The first row that is not as recorded: the cause of the others.
  public var firstDifference: Row? { rows.first { !$0.judgement.isFaithful } }

  /// The version of this program, as `tool:` tells it.
  public static let tool = "jatai 0.1"

  /// Runs all cells of `notebook` in a fresh session with the header's seed, and compares.
  public init(_ notebook: Notebook, host: any Host) {
    let session = Session(host: host, seed: notebook.header.seed)
    session.notebookComposer = SessionNotebook.composer
    let runner = NotebookRunner(notebook, in: session)
    if let tool = notebook.header["tool"], tool != Replay.tool { otherVersion = tool }
    problems = runner.problems()
    guard problems.allSatisfy({ $0.severity != .error }) else { return }
    let runs = runner.run()
    let comparison = BlockComparison(tolerance: notebook.header.tolerance)
    for (index, cell) in notebook.cells.enumerated() where cell.kind.isCode {
      for (place, step) in cell.steps.enumerated() {
        let run = runs.first { $0.cell == index && $0.step == place }
        let judgement =
          run.map { comparison.judgement(recorded: step.recorded, printed: $0.output) } ?? .notRun
        let text = notebook.source.text(of: step.range)
        rows.append(
          Row(
            line: notebook.source.position(of: step.range.start).line,
            text: String(text.split(separator: "\n", maxSplits: 1).first ?? ""),
            judgement: judgement,
            error: cell.raises ? nil : run?.error
          )
        )
      }
    }
  }

  /// The report's lines: the first difference in full, then counts.
  public func lines(name: String) -> [String] {
    var lines: [String] = []
    if let otherVersion {
      lines.append("\(name): recorded with \(otherVersion), replayed with \(Replay.tool)")
    }
    if let row = firstDifference {
      lines.append("\(name):\(row.line): \(row.judgement.word): \(row.text)")
      switch row.judgement {
      case .changed(let expected, let actual):
        lines += ["  recorded  \(expected)", "  replayed  \(actual)"]
      case .missing(let line): lines.append("  recorded  \(line)")
      case .extra(let line): lines.append("  replayed  \(line)")
      case .same, .close, .volatile, .notRun: break
      }
    }
    var counts: [(word: String, count: Int)] = []
    var largest = 0.0
    for row in rows {
      if case .close(let distance) = row.judgement { largest = max(largest, distance) }
      if let index = counts.firstIndex(where: { $0.word == row.judgement.word }) {
        counts[index].count += 1
      } else {
        counts.append((row.judgement.word, 1))
      }
    }
    let order = ["same", "close", "volatile", "changed", "missing", "extra", "not run"]
    let words = order.compactMap { word -> String? in
      guard let count = counts.first(where: { $0.word == word })?.count else { return nil }
      return word == "close"
        ? "\(count) close (largest error \(NumberFormat.text(largest, significant: 3)))"
        : "\(count) \(word)"
    }
    lines.append(
      "\(name): " + (words.isEmpty ? "nothing to replay" : words.joined(separator: ", "))
    )
    return lines
  }
}
