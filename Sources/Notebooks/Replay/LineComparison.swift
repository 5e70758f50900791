import Scripting

/// Compares recorded lines with what a replay printed.
struct LineComparison {
  /// What two lines are to each other.
  enum Verdict: Hashable {
    case same
    /// Numbers differ within the tolerance; the largest distance.
    case close(Double)
    case different
  }

  let tolerance: Tolerance

  /// Compares one recorded line with one printed line.
  func verdict(recorded: String, printed: OutputLine) -> Verdict {
    if recorded == printed.text { return .same }
    let expected = LineTokens(recorded: recorded).tokens
    let actual = LineTokens(printed: printed).tokens
    return match(expected[...], actual[...]) ?? .different
  }

  private func match(
    _ expected: ArraySlice<LineTokens.Token>,
    _ actual: ArraySlice<LineTokens.Token>
  ) -> Verdict? {
    var expected = expected
    var actual = actual
    var largest = 0.0
    while let first = expected.first {
      if first == .anything {
        let rest = expected.dropFirst()
        for start in actual.startIndex...actual.endIndex {
          guard let verdict = match(rest, actual[start...]) else { continue }
          return joined(verdict, largest)
        }
        return nil
      }
      guard let second = actual.first, let distance = distance(first, second) else { return nil }
      largest = max(largest, distance)
      expected = expected.dropFirst()
      actual = actual.dropFirst()
    }
    guard actual.isEmpty else { return nil }
    return largest > 0 ? .close(largest) : .same
  }

  private func joined(_ verdict: Verdict, _ distance: Double) -> Verdict {
    switch verdict {
    case .same: distance > 0 ? .close(distance) : .same
    case .close(let other): .close(max(other, distance))
    case .different: .different
    }
  }

  /// 0 for equal tokens, the distance of close numbers, nil for different ones.
  private func distance(_ expected: LineTokens.Token, _ actual: LineTokens.Token) -> Double? {
    switch (expected, actual) {
    case (.word(let a), .word(let b)): return a == b ? 0 : nil
    case (.number(let want, let wanted, let unit, let whole), .number(let have, let written, _, _)):
      if wanted == written { return 0 }
      if whole { return want == have ? 0 : nil }
      let distance = abs(want - have)
      return distance <= tolerance.allowance(expected: want, unit: unit) ? distance : nil
    case (.word, _), (.number, _), (.anything, _): return nil
    }
  }
}
