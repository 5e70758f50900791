import Tensors

/// Clustering of a few values on paper: what `cluster w into 4` gives for a tensor.
public struct HandClustering: Hashable, Sendable {
  /// For each value the position of its centroid in the codebook.
  public let indices: [Int]
  /// The centroids, rising; fewer than asked for if there are fewer distinct values.
  public let codebook: [Double]
  /// Each value's centroid.
  public let values: [Double]
  /// `sum((value - centroid)²)`.
  public let error: Double
  /// What storing takes: `n * ceil(log2(k))` for the indices and 32 for each centroid.
  public let bits: Int

  /// Clusters values into at most `clusters`.
  ///
  /// With `keepsZeros`, exact zeros stay, and 0 counts among the centroids.
  public init(
    _ values: [Double],
    into clusters: Int,
    start: CentroidStart = .linear,
    keepsZeros: Bool = false,
    using random: inout SeededGenerator
  ) throws(ClusteringError) {
    let layer = "the tensor"
    guard values.allSatisfy(\.isFinite) else { throw .notANumber(layer: layer) }
    try checkClusters(clusters, weights: values.count, layer: layer)
    if keepsZeros, clusters == 1, values.contains(0), values.contains(where: { $0 != 0 }) {
      throw .noClusterBesideZero(layer: layer)
    }
    let clustered = Clusters(
      sorted: values.sorted(),
      clusters: clusters,
      start: start,
      keepsZeros: keepsZeros,
      roundedToFloat: false,
      using: &random
    )
    let indices = values.map(clustered.index(of:))
    var error = 0.0
    for (value, index) in zip(values, indices) {
      let difference = value - clustered.codebook[index]
      error += difference * difference
    }
    self.indices = indices
    codebook = clustered.codebook
    self.values = indices.map { clustered.codebook[$0] }
    self.error = error
    bits =
      values.count * indexBits(codebookCount: clustered.codebook.count)
      + 32 * clustered.codebook.count
  }
}

/// Refuses a number of clusters that is not at least 1, or above the number of weights.
func checkClusters(_ clusters: Int, weights: Int, layer: String) throws(ClusteringError) {
  guard clusters >= 1 else { throw .clustersNotPositive(clusters) }
  guard clusters <= weights else {
    throw .moreClustersThanWeights(clusters: clusters, weights: weights, layer: layer)
  }
}
