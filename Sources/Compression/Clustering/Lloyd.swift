/// Lloyd's iterations on sorted values: every value goes to its nearest centroid, every centroid to
/// the mean of its values, until nothing moves.
///
/// The borders are the midpoints between neighbouring centroids, found by bisection, and the means
/// come from running sums; so an iteration costs O(k log n), and the result depends on nothing but
/// the values.
struct Lloyd {
  /// Iterations before a slow creep is cut off.
  private static let mostIterations = 1000

  private let weights: SortedWeights

  init(_ weights: SortedWeights) { self.weights = weights }

  /// Where each cluster begins, with the number of values at the end, from these starting centroids.
  ///
  /// A centroid that no value is nearest to moves to the value farthest from its own centroid, so
  /// that as many clusters come back as centroids went in. There must be that many distinct values.
  func cuts(from start: [Double]) -> [Int] {
    precondition(start.count <= weights.values.count, "fewer distinct values than centroids")
    var centroids = start.sorted()
    var cuts = borders(of: centroids)
    for _ in 0..<Self.mostIterations {
      fillEmpty(&cuts)
      let means = (0..<centroids.count).map { weights.mean(cuts[$0], cuts[$0 + 1]) }
      if means == centroids { break }
      centroids = means
      let next = borders(of: centroids)
      if next == cuts { break }
      cuts = next
    }
    fillEmpty(&cuts)
    return cuts
  }

  /// A value exactly between two centroids goes to the upper one.
  private func borders(of centroids: [Double]) -> [Int] {
    var cuts = [0]
    for index in 1..<max(1, centroids.count) {
      let border = centroids[index - 1] + (centroids[index] - centroids[index - 1]) / 2
      cuts.append(max(cuts[index - 1], weights.position(of: border)))
    }
    return cuts + [weights.values.count]
  }

  /// Gives every empty cluster one value: the one farthest from its centroid among clusters of at
  /// least two, the first of equals.
  ///
  /// That value is an end of its cluster, so cutting it off leaves runs of neighbours.
  private func fillEmpty(_ cuts: inout [Int]) {
    var runs = (0..<cuts.count - 1).map { (first: cuts[$0], end: cuts[$0 + 1]) }
    let wanted = runs.count
    runs.removeAll { $0.first == $0.end }
    while runs.count < wanted {
      var farthest = (distance: -1.0, run: 0, isLast: false)
      for (index, run) in runs.enumerated() where run.end - run.first >= 2 {
        let mean = weights.mean(run.first, run.end)
        let below = mean - weights.values[run.first]
        let above = weights.values[run.end - 1] - mean
        if below > farthest.distance { farthest = (below, index, false) }
        if above > farthest.distance { farthest = (above, index, true) }
      }
      let run = runs[farthest.run]
      let cut = farthest.isLast ? run.end - 1 : run.first + 1
      runs[farthest.run] = (run.first, cut)
      runs.insert((cut, run.end), at: farthest.run + 1)
    }
    cuts = runs.map(\.first) + [weights.values.count]
  }
}
