import Tensors

/// A few values that stand for many weights.
struct Clusters: Hashable, Sendable {
  /// The shared values, rising.
  let codebook: [Double]
  /// The first weight of each cluster but the first; a weight's index is the number of these that
  /// are not above it.
  private let lowerBounds: [Double]
  /// The cluster of exact zeros, when they are kept apart.
  private let zeroIndex: Int?
  /// The number of bounds before each of equal parts of the line, and before its end, which leave few
  /// bounds to search; empty where there are fewer than two.
  private var boundsBefore: [Int32] = []
  private var lowest = 0.0
  private var partsPerUnit = 0.0

  /// So many that most parts hold no bound or one.
  private static let partsPerBound = 16

  /// Clusters sorted weights into at most `clusters` values: fewer if there are fewer distinct
  /// weights.
  ///
  /// With `keepsZeros`, 0 is one of the values (if any weight is 0), no other weight becomes 0, and
  /// the rest share the others.
  init(
    sorted: [Double],
    clusters: Int,
    start: CentroidStart,
    keepsZeros: Bool,
    roundedToFloat: Bool,
    using random: inout SeededGenerator
  ) {
    let kept = keepsZeros && sorted.contains(0)
    let others = kept ? sorted.filter { $0 != 0 } : sorted
    let weights = SortedWeights(sorted: others)
    let wanted = min(kept ? clusters - 1 : clusters, weights.values.count)
    guard wanted > 0 else {
      codebook = kept ? [0] : []
      lowerBounds = []
      zeroIndex = kept ? 0 : nil
      return
    }
    let cuts: [Int]
    if wanted == weights.values.count {
      cuts = Array(0...wanted)
    } else if let centroids = weights.centroids(wanted, start: start, using: &random) {
      cuts = Lloyd(weights).cuts(from: centroids)
    } else {
      cuts = OptimalClustering(weights).cuts(clusters: wanted)
    }

    var entries: [(value: Double, lowerBound: Double)] = []
    for cluster in 0..<cuts.count - 1 {
      let first = cuts[cluster]
      let end = cuts[cluster + 1]
      // The rounding of sums may carry a mean an ulp beyond its values.
      var value = min(max(weights.mean(first, end), weights.values[first]), weights.values[end - 1])
      if roundedToFloat { value = Double(Float(value)) }
      if kept, value == 0 {
        // The mean of weights on both sides of 0: it must not look like a pruned weight.
        value = weights.values[first..<end].min { $0.magnitude < $1.magnitude } ?? value
      }
      entries.append((value, weights.values[first]))
    }
    lowerBounds = entries.dropFirst().map(\.lowerBound)
    var values = entries.map(\.value)
    zeroIndex = kept ? values.count { $0 < 0 } : nil
    if let zeroIndex { values.insert(0, at: zeroIndex) }
    codebook = values
    tabulate()
  }

  /// The index of a weight that was among those clustered.
  func index(of weight: Double) -> Int {
    if let zeroIndex, weight == 0 { return zeroIndex }
    var low = 0
    var high = lowerBounds.count
    if !boundsBefore.isEmpty {
      let part = part(of: weight)
      low = Int(boundsBefore[part])
      high = Int(boundsBefore[part + 1])
    }
    while low < high {
      let middle = (low + high) / 2
      if lowerBounds[middle] <= weight { low = middle + 1 } else { high = middle }
    }
    guard let zeroIndex, low >= zeroIndex else { return low }
    return low + 1
  }

  /// In which of the equal parts between the first and the last bound a weight lies; parts keep the
  /// order of weights.
  @inline(__always)
  private func part(of weight: Double) -> Int {
    Int(max(0, min((weight - lowest) * partsPerUnit, Double(boundsBefore.count - 2))))
  }

  /// Counts the bounds before each part.
  private mutating func tabulate() {
    guard let first = lowerBounds.first, let last = lowerBounds.last, first < last else { return }
    let parts = Self.partsPerBound * lowerBounds.count
    let factor = Double(parts) / (last - first)
    guard factor.isFinite else { return }
    lowest = first
    partsPerUnit = factor
    boundsBefore = [Int32](repeating: 0, count: parts + 1)
    var counts = boundsBefore
    for bound in lowerBounds { counts[part(of: bound) + 1] += 1 }
    for place in 1...parts { counts[place] += counts[place - 1] }
    boundsBefore = counts
  }
}

/// Bits that one index into a codebook needs: `ceil(log2(k))`.
func indexBits(codebookCount: Int) -> Int {
  codebookCount <= 1 ? 0 : Int.bitWidth - (codebookCount - 1).leadingZeroBitCount
}
