import Scripting

/// How a statement's replay compares with its record.
public enum Judgement: Hashable, Sendable {
  case same
  /// Numbers differ within the tolerance; the largest distance.
  case close(Double)
  /// Only times, speeds, paths, dates or hosts differ.
  case volatile
  /// The first recorded and the first printed line that differ.
  case changed(expected: String, actual: String)
  /// A recorded line was not printed.
  case missing(String)
  /// A line was printed that is not recorded.
  case extra(String)
  /// An earlier error kept it from running.
  case notRun

  /// Whether a replay with this judgement is as recorded.
  public var isFaithful: Bool {
    switch self {
    case .same, .close, .volatile: true
    case .changed, .missing, .extra, .notRun: false
    }
  }

  /// The word for it in reports.
  public var word: String {
    switch self {
    case .same: "same"
    case .close: "close"
    case .volatile: "volatile"
    case .changed: "changed"
    case .missing: "missing"
    case .extra: "extra"
    case .notRun: "not run"
    }
  }
}

/// Compares everything recorded under a statement with everything it printed.
struct BlockComparison {
  private let lines: LineComparison

  init(tolerance: Tolerance) { lines = LineComparison(tolerance: tolerance) }

  /// The judgement of one step; a recorded `#> ...` stands for any number of lines.
  func judgement(recorded: [RecordedLine], printed: [OutputLine]) -> Judgement {
    let expected = recorded.filter { $0.mark != "~" }
    let actual = printed.filter { $0.kind != .volatile }
    let judgement = compare(expected, actual)
    guard judgement == .same else { return judgement }
    let recordedTimes = recorded.filter { $0.mark == "~" }.map(\.text)
    let printedTimes = printed.filter { $0.kind == .volatile }.map(\.text)
    return recordedTimes == printedTimes ? .same : .volatile
  }

  /// Line by line; behind a `#> ...` the lines that follow it are looked for from the first place to
  /// the last, and only the latest such line is ever gone back to, which is enough.
  private func compare(_ expected: [RecordedLine], _ actual: [OutputLine]) -> Judgement {
    var (row, line) = (0, 0)
    var largest = 0.0
    var open: (row: Int, line: Int, largest: Double)?
    var firstFailure: Judgement?
    while row < expected.count || line < actual.count {
      if row < expected.count, expected[row].mark == ">", expected[row].text == "..." {
        open = (row, line, largest)
        row += 1
        continue
      }
      let failure: Judgement
      if row == expected.count {
        failure = .extra(marked(actual[line]))
      } else if line == actual.count {
        failure = .missing(marked(expected[row]))
      } else if let distance = distance(expected[row], actual[line]) {
        largest = max(largest, distance)
        row += 1
        line += 1
        continue
      } else {
        failure = .changed(expected: marked(expected[row]), actual: marked(actual[line]))
      }
      firstFailure = firstFailure ?? failure
      guard let place = open, place.line < actual.count else { return firstFailure ?? failure }
      open = (place.row, place.line + 1, place.largest)
      (row, line, largest) = (place.row + 1, place.line + 1, place.largest)
    }
    return largest > 0 ? .close(largest) : .same
  }

  /// The largest distance of two lines' numbers, or nil if the lines differ.
  private func distance(_ expected: RecordedLine, _ actual: OutputLine) -> Double? {
    guard expected.mark == actual.kind.rawValue.first else { return nil }
    switch lines.verdict(recorded: expected.text, printed: actual) {
    case .same: return 0
    case .close(let distance): return distance
    case .different: return nil
    }
  }

  private func marked(_ line: RecordedLine) -> String { "#\(line.mark) \(line.text)" }

  private func marked(_ line: OutputLine) -> String { "#\(line.kind.rawValue) \(line.text)" }
}
