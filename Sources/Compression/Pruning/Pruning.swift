import Networks
import Tensors

/// Prunes a network and returns the new one with a report; without fine-tuning.
///
/// The network itself stays as it is. Biases are never pruned (but those of a removed unit go with
/// it). `gradient` and `taylor` rank weights by what they make of gradients, which `prune(_:_:gradients:using:)` takes.
public func prune(
  _ network: Network,
  _ options: PruningOptions,
  using random: inout SeededGenerator
) throws(PruningError) -> (Network, PruningReport) {
  try prune(network, options, gradients: nil, using: &random)
}

/// Prunes a network whose loss has these gradients, or mean squares of gradients for `taylor`: per node
/// and parameter, shaped as the parameters.
public func prune(
  _ network: Network,
  _ options: PruningOptions,
  gradients: [[Tensor]]?,
  using random: inout SeededGenerator
) throws(PruningError) -> (Network, PruningReport) {
  guard options.method.needsGradients == false || gradients != nil else {
    throw .needsData(method: options.method.rawValue)
  }
  // A copy that the scores may draw from; the caller's stream goes on from where it stands after.
  var stream = random
  defer { random = stream }
  let scores: (WeightLayer, Tensor) -> [Double] = { layer, tensor in
    options.method.scores(
      tensor,
      gradient: gradients?[layer.node][layer.parameter],
      using: &stream
    )
  }
  switch options.unit {
  case .weights, .twoOfFour, .block1x4:
    return try pruneWeights(of: network, options, scores: scores)
  case .channels, .neurons: return try pruneUnits(of: network, options, scores: scores)
  }
}

extension PruningOptions.Method {
  /// Whether data is needed to take gradients on.
  public var needsGradients: Bool {
    switch self {
    case .magnitude, .random: false
    case .gradient, .taylor: true
    }
  }

  /// A score for every weight; the lowest go first.
  func scores(
    _ weights: Tensor,
    gradient: Tensor?,
    using random: inout SeededGenerator
  ) -> [Double] {
    weights.withElements { weights in
      let slopes = gradient?.values ?? []
      return switch self {
      case .magnitude: weights.map { Double($0.magnitude) }
      case .random: weights.map { _ in random.nextUnit() }
      case .gradient: zip(weights, slopes).map { -Double($0) * Double($1) }
      case .taylor:
        zip(weights, slopes).map { Double($0) * Double($0) * Double($1) }
      }
    }
  }
}
