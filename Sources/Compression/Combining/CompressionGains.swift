import Inference
import Networks
import Tensors

/// What earlier steps of compression have gained in a network, so that later steps can be checked.
public struct CompressionGains: Hashable, Sendable {
  /// One layer's gains.
  public struct LayerGains: Hashable, Sendable {
    /// The layer's name.
    public let name: String
    /// Weights that are exactly 0.
    public let zeros: Int
    /// Different values among the weights; in a network counted to one more than `largestCodebook`,
    /// unless all were asked for.
    public let distinct: Int
    /// The number of weights.
    public let count: Int

    /// The share of weights that are exactly 0.
    public var sparsity: Double { count == 0 ? 0 : Double(zeros) / Double(count) }

    /// Whether so many weights are 0 that somebody must have seen to it.
    public var isPruned: Bool { sparsity >= 0.01 }

    /// Whether so few values are left that somebody must have seen to it.
    public var isClustered: Bool {
      distinct <= CompressionGains.largestCodebook && distinct < count
    }
  }

  /// More values than this in a layer are nobody's codebook.
  public static let largestCodebook = 256

  /// Layers with weights, in order.
  public let layers: [LayerGains]

  /// The gains that stand in a network; `countsAll` also counts the values of layers that are no
  /// codebooks.
  public init(_ network: Network, countsAll: Bool = false) {
    let limit = countsAll ? .max : Self.largestCodebook + 1
    layers = network.weightLayers.map { layer in
      let weights = network.weights(of: layer)
      return LayerGains(
        name: layer.name,
        zeros: weights.zeroCount,
        distinct: weights.distinctCount(atMost: limit),
        count: weights.count
      )
    }
  }

  /// The share of zeros over all layers.
  public var sparsity: Double {
    let count = layers.reduce(0) { $0 + $1.count }
    let zeros = layers.reduce(0) { $0 + $1.zeros }
    return count == 0 ? 0 : Double(zeros) / Double(count)
  }

  /// What a later network has lost of these gains, in the order of layers; layers that are gone lose
  /// nothing.
  public func losses(in later: Network) -> [CompressionLoss] {
    losses(CompressionGains(later, countsAll: layers.contains(where: \.isClustered)).layers)
  }

  /// What an integer graph has lost of these gains.
  ///
  /// Integers count as they are stored: a codebook that channels with scales of their own have torn
  /// apart is lost.
  public func losses(in graph: Graph) -> [CompressionLoss] {
    var found: [LayerGains] = []
    for parameter in graph.parameters where parameter.role == .weights {
      let tensor = graph.tensors[parameter.tensor]
      guard let integers = tensor.integerConstant else { continue }
      found.append(
        LayerGains(
          name: tensor.layerName,
          zeros: integers.count { $0 == 0 },
          distinct: Set(integers).count,
          count: integers.count
        )
      )
    }
    return losses(found)
  }

  private func losses(_ found: [LayerGains]) -> [CompressionLoss] {
    var losses: [CompressionLoss] = []
    for before in layers {
      guard let after = found.first(where: { $0.name == before.name }), after.count > 0 else {
        continue
      }
      let hasFewer =
        before.count == after.count
        ? after.zeros < before.zeros : after.sparsity < before.sparsity - 0.01
      if before.isPruned, hasFewer {
        losses.append(.zeros(layer: before.name, before: before.zeros, after: after.zeros))
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
  /// Counts of zeros.
  case zeros(layer: String, before: Int, after: Int)
  case values(layer: String, before: Int, after: Int)
}

extension CompressionLoss: CustomStringConvertible {
  /// One lower-case sentence.
  public var description: String {
    switch self {
    case .zeros(let layer, let before, let after):
      "\(layer) had \(before) zeros before, and \(after) now"
    case .values(let layer, let before, let after):
      "\(layer) had \(before) different values before, and \(after) now"
    }
  }
}
