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
    let judgement = compare(expected[...], actual[...])
    guard judgement == .same else { return judgement }
    let recordedTimes = recorded.filter { $0.mark == "~" }.map(\.text)
    let printedTimes = printed.filter { $0.kind == .volatile }.map(\.text)
    return recordedTimes == printedTimes ? .same : .volatile
  }

  private func compare(
    _ expected: ArraySlice<RecordedLine>,
    _ actual: ArraySlice<OutputLine>
  ) -> Judgement {
    var expected = expected
    var actual = actual
    var largest = 0.0
    while let first = expected.first {
      if first.mark == ">", first.text == "..." {
        return anyLines(then: expected.dropFirst(), actual, largest)
      }
      guard let second = actual.first else { return .missing(marked(first)) }
      guard first.mark == second.kind.rawValue.first else {
        return .changed(expected: marked(first), actual: marked(second))
      }
      switch lines.verdict(recorded: first.text, printed: second) {
      case .same: break
      case .close(let distance): largest = max(largest, distance)
      case .different: return .changed(expected: marked(first), actual: marked(second))
      }
      expected = expected.dropFirst()
      actual = actual.dropFirst()
    }
    if let second = actual.first { return .extra(marked(second)) }
    return largest > 0 ? .close(largest) : .same
  }

  private func anyLines(
    then rest: ArraySlice<RecordedLine>,
    _ actual: ArraySlice<OutputLine>,
    _ largest: Double
  ) -> Judgement {
    var first: Judgement?
    for start in actual.startIndex...actual.endIndex {
      let judgement = compare(rest, actual[start...])
      if case .close(let distance) = judgement { return .close(max(distance, largest)) }
      if judgement == .same { return largest > 0 ? .close(largest) : .same }
      first = first ?? judgement
    }
    return first ?? .same
  }

  private func marked(_ line: RecordedLine) -> String { "#\(line.mark) \(line.text)" }

  private func marked(_ line: OutputLine) -> String { "#\(line.kind.rawValue) \(line.text)" }
}
