import Diagnostics
import Language
import Scripting

/// A notebook run again and compared with its record.
public struct Replay: Sendable {
  /// One step and what became of it.
  public struct Row: Sendable {
    /// The line that the step begins on, counted from 1.
    public var line: Int
    /// The step's text.
    public var text: String
    /// How it compares.
    public var judgement: Judgement
    /// Whether output is recorded under it.
    public var isRecorded: Bool
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

  /// Whether `tool`, as a header tells it, is this program with the same major and minor version.
  static func isSameVersion(_ tool: String) -> Bool {
    func parts(_ tool: String) -> [Substring] {
      tool.split(whereSeparator: { $0 == " " || $0 == "." }).prefix(3).map { $0 }
    }
    return parts(tool) == parts(Replay.tool)
  }

  /// Runs all cells of `notebook` in a fresh session with the header's seed, and compares.
  public init(_ notebook: Notebook, host: any Host, limits: SessionLimits = SessionLimits()) {
    let session = Session(host: host, seed: notebook.header.seed)
    session.limits = limits
    session.notebookComposer = SessionNotebook.composer
    let runner = NotebookRunner(notebook, in: session)
    if let tool = notebook.header["tool"], !Replay.isSameVersion(tool) { otherVersion = tool }
    problems = runner.problems()
    guard problems.allSatisfy({ $0.severity != .error }) else { return }
    let runs = StepRun.byPlace(runner.run())
    let comparison = BlockComparison(tolerance: notebook.header.tolerance)
    for (index, cell) in notebook.cells.enumerated() where cell.kind.isCode {
      for (place, step) in cell.steps.enumerated() {
        let run = runs[[index, place]]
        let judgement =
          run.map { comparison.judgement(recorded: step.recorded, printed: $0.output) } ?? .notRun
        rows.append(
          Row(
            line: notebook.source.position(of: step.range.start).line,
            text: notebook.source.text(of: step.range),
            judgement: judgement,
            isRecorded: !step.recorded.isEmpty,
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
      let text = row.text.lines
      lines.append("\(name):\(row.line): \(row.judgement.word): \(text.first ?? "")")
      lines += text.dropFirst().map { "  \($0)" }
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
