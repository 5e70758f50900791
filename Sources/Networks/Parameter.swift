import Tensors

/// What a tensor of a layer is for.
public enum ParameterRole: String, Hashable, Sendable, CaseIterable, Codable {
  case weights
  case bias
  /// Batch normalisation's factor (gamma).
  case scale
  /// Batch normalisation's addend (beta).
  case offset
  /// Moving statistics of batch normalisation: kept, not trained.
  case movingMean
  case movingVariance
  /// What a recurrent layer multiplies its memory with.
  case recurrentWeights
  /// Attention's projection back to the features.
  case outputWeights
  case outputBias
  /// Those of the direction that goes from the end to the beginning.
  case reversedWeights
  case reversedRecurrentWeights
  case reversedBias

  /// Whether training changes it through its gradient.
  public var isTrainable: Bool {
    switch self {
    case .weights, .bias, .scale, .offset, .recurrentWeights, .outputWeights, .outputBias,
      .reversedWeights, .reversedRecurrentWeights, .reversedBias:
      true
    case .movingMean, .movingVariance: false
    }
  }

  /// The word for it in messages, which is a plural.
  public var name: String {
    switch self {
    case .weights: "weights"
    case .bias: "bias values"
    case .scale: "scale factors"
    case .offset: "offsets"
    case .movingMean: "moving means"
    case .movingVariance: "moving variances"
    case .recurrentWeights: "recurrent weights"
    case .outputWeights: "output weights"
    case .outputBias: "output bias values"
    case .reversedWeights: "weights of the reversed direction"
    case .reversedRecurrentWeights: "recurrent weights of the reversed direction"
    case .reversedBias: "bias values of the reversed direction"
    }
  }

  /// Whether weight decay pulls it towards 0.
  var decays: Bool { isPrunable }

  /// Whether pruning and clustering may touch it.
  public var isPrunable: Bool {
    switch self {
    case .weights, .recurrentWeights, .outputWeights, .reversedWeights, .reversedRecurrentWeights:
      true
    case .bias, .scale, .offset, .movingMean, .movingVariance, .outputBias, .reversedBias:
      false
    }
  }
}

/// A tensor of a layer.
public struct Parameter: Hashable, Sendable, Codable {
  /// What it is for.
  public let role: ParameterRole
  /// Its values, in the layout that the layer's kind documents.
  public var tensor: Tensor

  /// A parameter.
  public init(role: ParameterRole, tensor: Tensor) {
    self.role = role
    self.tensor = tensor
  }
}
