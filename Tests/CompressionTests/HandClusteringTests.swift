import Compression
import Tensors
import Testing

@Suite("Clustering by hand")
struct HandClusteringTests {
  /// The course's example: 16 floats with 4 values are 16 indices of 2 bits and 4 floats.
  @Test func `counts the bits of indices and codebook`() throws {
    var random = SeededGenerator(seed: 1)
    let values = sampleValues(16, levels: nil, seed: 2)
    let clustered = try HandClustering(values, into: 4, start: .optimal, using: &random)
    #expect(clustered.bits == 160)
    #expect(clustered.codebook.count == 4)
    #expect(clustered.values == clustered.indices.map { clustered.codebook[$0] })
  }

  /// The least error over all ways to cut sorted values into runs, tried one by one.
  private func bruteForce(_ values: [Double], into clusters: Int) -> Double {
    let sorted = values.sorted()
    func error(_ run: ArraySlice<Double>) -> Double {
      let mean = run.reduce(0, +) / Double(run.count)
      return run.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    func best(_ rest: ArraySlice<Double>, _ clusters: Int) -> Double {
      if clusters == 1 || rest.count <= 1 { return rest.isEmpty ? 0 : error(rest) }
      return (1...rest.count).map { length in
        error(rest.prefix(length)) + best(rest.dropFirst(length), clusters - 1)
      }.min() ?? 0
    }
    return best(sorted[...], clusters)
  }

  @Test(arguments: UInt64(0)..<120)
  func `the optimal start is as good as trying everything`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = 2 + random.nextIndex(below: 11)
    // Few levels give many ties between numbers of clusters, which a price cannot tell apart.
    let levels = [nil, 4, 7, 12][Int(seed % 4)]
    let values = sampleValues(count, levels: levels, seed: seed)
    for clusters in 1...min(count, 5) {
      let clustered = try HandClustering(values, into: clusters, start: .optimal, using: &random)
      let expected = bruteForce(values, into: clusters)
      #expect(abs(clustered.error - expected) < 1e-12, "\(values) into \(clusters)")
    }
  }

  /// All dynamic programming over n² edges, on values in arithmetic progression: every number of
  /// clusters ties with its neighbours.
  @Test(arguments: [24, 60, 97], [5, 7, 11, 20])
  func `the optimal start splices where prices tie`(count: Int, clusters: Int) throws {
    let values = (0..<count).map(Double.init)
    var errors = (0...count).map { length in
      Double(length * (length * length - 1)) / 12
    }
    let single = errors
    for _ in 1..<clusters {
      errors = (0...count).map { end in
        (0...end).map { errors[$0] + single[end - $0] }.min() ?? 0
      }
    }
    var random = SeededGenerator(seed: 1)
    let clustered = try HandClustering(values, into: clusters, start: .optimal, using: &random)
    #expect(clustered.codebook.count == clusters)
    #expect(abs(clustered.error - errors[count]) < 1e-9)
  }

  /// All dynamic programming over n² edges, on values drawn at random.
  @Test(arguments: UInt64(200)..<212)
  func `the optimal start is as good as the plain recurrence`(seed: UInt64) throws {
    let values = sampleValues(90, levels: seed % 3 == 0 ? 40 : nil, seed: seed).sorted()
    let single = (0...90).map { first in
      (0...90).map { end -> Double in
        guard first < end else { return 0 }
        let run = values[first..<end]
        let mean = run.reduce(0, +) / Double(run.count)
        return run.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      }
    }
    var errors = single[0]
    var random = SeededGenerator(seed: 1)
    for clusters in 1...20 {
      let clustered = try HandClustering(values, into: clusters, start: .optimal, using: &random)
      #expect(abs(clustered.error - errors[90]) <= 1e-12 * (1 + errors[90]))
      errors = (0...90).map { end in
        (0...end).map { errors[$0] + single[$0][end] }.min() ?? 0
      }
    }
  }

  /// Every way to cut many values in three, from running sums: here the coarse search takes part.
  @Test func `the optimal start is as good as trying all pairs of cuts`() throws {
    let count = 4200
    let values = sampleValues(count, levels: nil, seed: 300).map { $0 * $0 * $0 }.sorted()
    var sums = [0.0]
    var squares = [0.0]
    for value in values {
      sums.append((sums.last ?? 0) + value)
      squares.append((squares.last ?? 0) + value * value)
    }
    func error(_ first: Int, _ end: Int) -> Double {
      let sum = sums[end] - sums[first]
      return squares[end] - squares[first] - sum * sum / Double(end - first)
    }
    var best = Double.infinity
    let tails = (0..<count).map { error($0, count) }
    for first in 1..<count - 1 {
      let head = error(0, first)
      guard head < best else { continue }
      for second in first + 1..<count {
        best = min(best, head + error(first, second) + tails[second])
      }
    }
    var random = SeededGenerator(seed: 1)
    let clustered = try HandClustering(values, into: 3, start: .optimal, using: &random)
    #expect(abs(clustered.error - best) < 1e-9)
  }

  /// scikit-learn 1.9.1, KMeans(k, n_init=50, tol=0, max_iter=10000, random_state=1).inertia_ on the
  /// 300 values of this formula.
  @Test(arguments: [
    (2, 4.111382431843888), (3, 1.397547734369553), (4, 0.8854837716335917),
    (8, 0.2291071323934481), (16, 0.05564284316063629), (32, 0.009454097325904147),
  ])
  func `the optimal start is never worse than scikit-learn`(clusters: Int, inertia: Double) throws {
    let values = (0..<300).map { index in
      let unit = Double((index * 7919 + 13 * index * index) % 1009) / 1009 - 0.5
      return unit * unit * unit * 4
    }
    var random = SeededGenerator(seed: 1)
    let best = try HandClustering(values, into: clusters, start: .optimal, using: &random)
    #expect(best.error <= inertia * (1 + 1e-12))
    #expect(best.error >= inertia * 0.8)
    for start in CentroidStart.allCases {
      let other = try HandClustering(values, into: clusters, start: start, using: &random)
      #expect(other.error >= best.error - 1e-12)
      #expect(other.codebook.count == clusters)
    }
  }

  @Test(arguments: CentroidStart.allCases, UInt64(0)..<25)
  func `every value stands nearest to its centroid, which is its mean`(
    start: CentroidStart,
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let count = 5 + random.nextIndex(below: 60)
    let values = sampleValues(count, levels: seed % 3 == 0 ? 9 : nil, seed: seed)
    let clusters = 1 + random.nextIndex(below: min(count, 12))
    let clustered = try HandClustering(values, into: clusters, start: start, using: &random)
    #expect(clustered.codebook.count == min(clusters, Set(values).count))
    #expect(clustered.codebook == clustered.codebook.sorted())
    for (value, index) in zip(values, clustered.indices) {
      let nearest = clustered.codebook.map { ($0 - value).magnitude }.min() ?? 0
      #expect((value - clustered.codebook[index]).magnitude <= nearest + 1e-12)
    }
    for (index, centroid) in clustered.codebook.enumerated() {
      let members = zip(values, clustered.indices).filter { $0.1 == index }.map(\.0)
      #expect(!members.isEmpty)
      #expect(abs(members.reduce(0, +) / Double(members.count) - centroid) < 1e-12)
    }
  }

  @Test(arguments: CentroidStart.allCases, UInt64(0)..<20)
  func `keeps exact zeros and makes no others`(start: CentroidStart, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let values = sampleValues(40, levels: seed % 2 == 0 ? 5 : nil, seed: seed).enumerated()
      .map { $0.offset % 3 == 0 ? 0 : $0.element }
    for clusters in 2...6 {
      let clustered = try HandClustering(
        values,
        into: clusters,
        start: start,
        keepsZeros: true,
        using: &random
      )
      #expect(clustered.codebook.count <= clusters)
      #expect(clustered.codebook == clustered.codebook.sorted())
      #expect(zip(values, clustered.values).allSatisfy { ($0 == 0) == ($1 == 0) })
    }
  }

  @Test func `fewer distinct values than clusters stay as they are`() throws {
    var random = SeededGenerator(seed: 1)
    for start in CentroidStart.allCases {
      let clustered = try HandClustering(
        [3, 1, 3, 1, 1, 2],
        into: 5,
        start: start,
        using: &random
      )
      #expect(clustered.codebook == [1, 2, 3])
      #expect(clustered.error == 0)
      #expect(clustered.indices == [2, 0, 2, 0, 0, 1])
      #expect(clustered.bits == 6 * 2 + 3 * 32)
    }
  }

  @Test func `refuses what cannot be`() {
    var random = SeededGenerator(seed: 1)
    #expect(
      throws: ClusteringError.moreClustersThanWeights(
        clusters: 3,
        weights: 2,
        layer: "the tensor"
      )
    ) { try HandClustering([1, 2], into: 3, using: &random) }
    #expect(throws: ClusteringError.clustersNotPositive(0)) {
      try HandClustering([1, 2], into: 0, using: &random)
    }
    #expect(throws: ClusteringError.self) {
      try HandClustering([1, .nan], into: 1, using: &random)
    }
    #expect(throws: ClusteringError.noClusterBesideZero(layer: "the tensor")) {
      try HandClustering([0, 2], into: 1, keepsZeros: true, using: &random)
    }
  }

  @Test func `the same seed draws the same centroids`() throws {
    let values = sampleValues(80, levels: nil, seed: 9)
    var first = SeededGenerator(seed: 5)
    var second = SeededGenerator(seed: 5)
    let one = try HandClustering(values, into: 6, start: .kmeanspp, using: &first)
    let two = try HandClustering(values, into: 6, start: .kmeanspp, using: &second)
    #expect(one == two)
  }
}
