import Networks
import Tensors

/// What earlier steps of compression have gained in a network, so that later steps can be checked.
public struct CompressionGains: Hashable, Sendable {
  /// One layer's gains.
  public struct LayerGains: Hashable, Sendable {
    /// The layer's name.
    public let name: String
    /// The share of weights that are exactly 0.
    public let sparsity: Double
    /// Different values among the weights.
    public let distinct: Int
    /// The number of weights.
    public let count: Int

    /// Whether so few values are left that somebody must have seen to it.
    public var isClustered: Bool {
      distinct <= CompressionGains.largestCodebook && distinct < count
    }
  }

  /// More values than this in a layer are nobody's codebook.
  public static let largestCodebook = 256

  /// Layers with weights, in order.
  public let layers: [LayerGains]

  /// The gains that stand in a network.
  public init(_ network: Network) {
    layers = network.weightLayers.map { layer in
      let weights = network.weights(of: layer)
      return LayerGains(
        name: layer.name,
        sparsity: weights.count == 0 ? 0 : Double(weights.zeroCount) / Double(weights.count),
        distinct: weights.distinctCount,
        count: weights.count
      )
    }
  }

  /// What a later network has lost of these gains, in the order of layers; layers that are gone lose
  /// nothing.
  public func losses(in later: Network) -> [CompressionLoss] {
    let found = CompressionGains(later).layers
    var losses: [CompressionLoss] = []
    for before in layers {
      guard let after = found.first(where: { $0.name == before.name }) else { continue }
      if after.sparsity < before.sparsity {
        losses.append(.zeros(layer: before.name, before: before.sparsity, after: after.sparsity))
      }
      if before.isClustered, after.distinct > before.distinct {
        losses.append(.values(layer: before.name, before: before.distinct, after: after.distinct))
      }
    }
    return losses
  }
}

/// A gain that a later step has undone.
public enum CompressionLoss: Hashable, Sendable {
  case zeros(layer: String, before: Double, after: Double)
  case values(layer: String, before: Int, after: Int)
}

extension CompressionLoss: CustomStringConvertible {
  /// One lower-case sentence.
  public var description: String {
    switch self {
    case .zeros(let layer, let before, let after):
      "\(layer) had a sparsity of \(before) before, and \(after) now"
    case .values(let layer, let before, let after):
      "\(layer) had \(before) different values before, and \(after) now"
    }
  }
}
