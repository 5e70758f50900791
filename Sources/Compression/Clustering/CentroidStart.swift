import Tensors

/// Where the centroids stand before Lloyd's iterations.
public enum CentroidStart: String, Hashable, Sendable, CaseIterable {
  /// Evenly from the smallest to the largest value, which keeps the large weights (Han et al., 2016).
  case linear
  /// At evenly spaced ranks, so that every cluster begins with as many weights.
  case quantile
  /// By lot, far from each other (Arthur and Vassilvitskii, 2007).
  case kmeanspp
  /// The best clustering there is, by dynamic programming; nothing is left to iterate.
  case optimal
}

extension SortedWeights {
  /// Starting centroids; `optimal` has none.
  func centroids(
    _ clusters: Int,
    start: CentroidStart,
    using random: inout SeededGenerator
  ) -> [Double]? {
    switch start {
    case .linear: linearCentroids(clusters)
    case .quantile: quantileCentroids(clusters)
    case .kmeanspp: drawnCentroids(clusters, using: &random)
    case .optimal: nil
    }
  }

  private func linearCentroids(_ clusters: Int) -> [Double] {
    guard clusters > 1, let low = values.first, let high = values.last else {
      return [mean(0, values.count)]
    }
    return (0..<clusters).map { low + (high - low) * (Double($0) / Double(clusters - 1)) }
  }

  private func quantileCentroids(_ clusters: Int) -> [Double] {
    let counts = running.map(\.count)
    let total = counts[values.count]
    return (0..<clusters).map { cluster in
      let rank = total * (Double(cluster) + 0.5) / Double(clusters)
      return values[runningPosition(in: counts, above: rank)]
    }
  }

  /// k-means++: the first value by lot, each further one with a chance that grows with the square of
  /// its distance from the nearest centroid so far.
  private func drawnCentroids(_ clusters: Int, using random: inout SeededGenerator) -> [Double] {
    let counts = running.map(\.count)
    let first = runningPosition(in: counts, above: counts[values.count] * random.nextUnit())
    var centroids = [values[first]]
    var distances = values.map { ($0 - values[first]) * ($0 - values[first]) }
    while centroids.count < clusters {
      var sums = [0.0]
      sums.reserveCapacity(values.count + 1)
      for (index, distance) in distances.enumerated() {
        sums.append(sums[index] + distance * (counts[index + 1] - counts[index]))
      }
      let drawn = runningPosition(in: sums, above: sums[values.count] * random.nextUnit())
      let centroid = values[drawn]
      centroids.append(centroid)
      for (index, value) in values.enumerated() {
        let distance = (value - centroid) * (value - centroid)
        if distance < distances[index] { distances[index] = distance }
      }
    }
    return centroids
  }

  /// The value whose share of a running sum holds `level`.
  private func runningPosition(in sums: [Double], above level: Double) -> Int {
    var low = 0
    var high = values.count - 1
    while low < high {
      let middle = (low + high) / 2
      if sums[middle + 1] > level { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
