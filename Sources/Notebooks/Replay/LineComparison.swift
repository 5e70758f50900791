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
    var (want, have) = (0, 0)
    var largest = 0.0
    // The latest `[..]`, and what stood before it: going back to that one alone is enough.
    var open: (want: Int, have: Int, largest: Double)?
    while want < expected.count || have < actual.count {
      if want < expected.count, expected[want] == .anything {
        open = (want, have, largest)
        want += 1
      } else if want < expected.count, have < actual.count,
        let distance = distance(expected[want], actual[have])
      {
        largest = max(largest, distance)
        want += 1
        have += 1
      } else {
        guard let place = open, place.have < actual.count else { return .different }
        open = (place.want, place.have + 1, place.largest)
        (want, have, largest) = (place.want + 1, place.have + 1, place.largest)
      }
    }
    return largest > 0 ? .close(largest) : .same
  }

  /// 0 for equal tokens, the distance of close numbers, nil for different ones.
  private func distance(_ expected: LineTokens.Token, _ actual: LineTokens.Token) -> Double? {
    switch (expected, actual) {
    case (.word(let a), .word(let b)): return a == b ? 0 : nil
    case (.beginning(let a), .word(let b)): return b.hasPrefix(a) ? 0 : nil
    case (.number(let want, let wanted, let unit, let whole), .number(let have, let written, _, _)):
      if wanted == written { return 0 }
      if whole { return want == have ? 0 : nil }
      let distance = abs(want - have)
      return distance <= tolerance.allowance(expected: want, unit: unit) ? distance : nil
    case (.word, _), (.beginning, _), (.number, _), (.anything, _): return nil
    }
  }
}
