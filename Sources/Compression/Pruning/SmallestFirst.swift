/// How many of `count` values a sparsity removes: `round(sparsity * count)`, half to even.
func prunedCount(sparsity: Double, of count: Int) -> Int {
  min(count, Int((sparsity * Double(count)).rounded(.toNearestOrEven)))
}

/// The choice of the smallest scores, ties by lowest position.
struct SmallestFirst: Hashable, Sendable {
  /// Whether each position was chosen.
  private(set) var isChosen: [Bool]
  /// The largest score that was chosen; 0 if none was, or only what was 0 before.
  private(set) var threshold: Double

  /// Chooses exactly `number` of `scores`, which must not hold NaN.
  ///
  /// A copy is sorted to find the largest chosen score; everything below it is chosen, and of its
  /// equals the first ones. O(n log n).
  init(_ number: Int, of scores: [Double]) {
    isChosen = [Bool](repeating: false, count: scores.count)
    guard number > 0 else {
      threshold = 0
      return
    }
    let sorted = scores.sorted()
    threshold = sorted[number - 1]
    var equalsWanted = number
    for score in sorted {
      guard score < threshold else { break }
      equalsWanted -= 1
    }
    defer { if threshold == -.infinity { threshold = 0 } }
    for (position, score) in scores.enumerated() {
      if score < threshold {
        isChosen[position] = true
      } else if score == threshold, equalsWanted > 0 {
        isChosen[position] = true
        equalsWanted -= 1
      }
    }
  }
}
