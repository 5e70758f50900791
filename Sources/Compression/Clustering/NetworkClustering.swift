import Networks
import Tensors

/// How to cluster.
public struct ClusteringOptions: Hashable, Sendable {
  /// Which weights share a codebook.
  public enum Scope: String, Hashable, Sendable, CaseIterable {
    case layer
    /// Each output channel has its own.
    case channel
  }

  /// The number of values left per codebook.
  public var clusters: Int
  /// Where the centroids start.
  public var start = CentroidStart.linear
  /// Which weights share a codebook.
  public var scope = Scope.layer
  /// Exact zeros stay, and 0 counts among the values.
  public var keepsSparsity = false
  /// Names of layers to leave alone; "last" is the last layer with weights.
  public var skip: [String] = []

  /// Clusters of whole layers from a linear start.
  public init(clusters: Int) { self.clusters = clusters }
}

/// What clustering did.
public struct ClusteringReport: Hashable, Sendable {
  /// One layer's share.
  public struct LayerReport: Hashable, Sendable {
    /// The layer's name.
    public let name: String
    /// The number of weights.
    public let count: Int
    /// Different values now.
    public let distinct: Int
    /// Exact zeros now.
    public let zeros: Int
    /// `sum((weight - centroid)²)` when it was clustered, before any fine-tuning.
    public let error: Double
    /// Indices and codebooks as stored: `n * ceil(log2(k)) + 32 * k` per codebook.
    public let bits: Int
  }

  /// Layers that were clustered, in order.
  public internal(set) var layers: [LayerReport]
  /// Fine-tuning's report; nil when there was none.
  public internal(set) var training: TrainingReport?

  /// The sum of squares over all layers.
  public var error: Double { layers.reduce(0) { $0 + $1.error } }
  /// Bits of all indices and codebooks.
  public var bits: Int { layers.reduce(0) { $0 + $1.bits } }
}

/// Leaves every layer (or every output channel) few distinct weights.
///
/// Biases stay as they are.
public func cluster(
  _ network: Network,
  _ options: ClusteringOptions,
  using random: inout SeededGenerator
) throws(ClusteringError) -> (Network, ClusteringReport) {
  let layers: [WeightLayer]
  switch network.weightLayers(without: options.skip) {
  case .success(let found): layers = found
  case .failure(let unknown): throw .unknownLayer(unknown.name, names: unknown.names)
  }
  guard !layers.isEmpty else { throw .noWeights }
  var clustered = network
  var reports: [ClusteringReport.LayerReport] = []
  for layer in layers {
    let weights = network.weights(of: layer)
    let (tensor, error, bits) = try cluster(
      weights,
      options,
      layer: layer.name,
      outputs: network.architecture.nodes[layer.node].outputShape.extents.last ?? 1,
      using: &random
    )
    clustered.setWeights(tensor, of: layer)
    reports.append(
      ClusteringReport.LayerReport(
        name: layer.name,
        count: tensor.count,
        distinct: tensor.distinctCount,
        zeros: tensor.zeroCount,
        error: error,
        bits: bits
      )
    )
  }
  return (clustered, ClusteringReport(layers: reports, training: nil))
}

/// Clusters one layer's weights.
///
/// Output channels run fastest in every layout of weights: units, filters, or channels x
/// multiplier.
private func cluster(
  _ weights: Tensor,
  _ options: ClusteringOptions,
  layer: String,
  outputs: Int,
  using random: inout SeededGenerator
) throws(ClusteringError) -> (Tensor, error: Double, bits: Int) {
  let channels =
    switch options.scope {
    case .layer: 1
    case .channel: outputs
    }
  let size = weights.count / channels
  try checkClusters(
    options.clusters,
    weights: size,
    layer: channels == 1 ? layer : "each channel of \(layer)"
  )
  var result = weights
  var error = 0.0
  var bits = 0
  for channel in 0..<channels {
    let slice = weights.everyNth(channels, from: channel)
    guard slice.allSatisfy(\.isFinite) else { throw .notANumber(layer: layer) }
    if options.keepsSparsity, options.clusters == 1, slice.contains(0),
      slice.contains(where: { $0 != 0 })
    {
      throw .noClusterBesideZero(layer: layer)
    }
    let clusters = Clusters(
      sorted: slice.withUnsafeBufferPointer { radixSorted($0).map(Double.init) },
      clusters: options.clusters,
      start: options.start,
      keepsZeros: options.keepsSparsity,
      roundedToFloat: true,
      using: &random
    )
    result.withMutableElements { elements in
      for (position, weight) in slice.enumerated() {
        let centroid = clusters.codebook[clusters.index(of: Double(weight))]
        let difference = Double(weight) - centroid
        error += difference * difference
        elements[position * channels + channel] = Float(centroid)
      }
    }
    bits +=
      size * indexBits(codebookCount: clusters.codebook.count) + 32 * clusters.codebook.count
  }
  return (result, error, bits)
}

extension Tensor {
  /// Every `step`-th element, beginning with the one at `first`.
  func everyNth(_ step: Int, from first: Int) -> [Float] {
    guard step > 1 else { return values }
    return withElements { elements in
      stride(from: first, to: elements.count, by: step).map { elements[$0] }
    }
  }
}
