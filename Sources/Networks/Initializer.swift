import Tensors

/// How weights begin.
///
/// All but `zeros` draw from the generator they are given, so the same seed makes the same network.
/// Recurrent weights begin orthogonal whatever is chosen, unless it is `zeros`. Uniform distributions are used throughout, because they need no transcendental function.
public enum Initializer: String, Hashable, Sendable, CaseIterable {
  /// Uniform in ±sqrt(6 / (inputs + outputs)) (Glorot and Bengio, 2010).
  case glorot
  /// Uniform in ±sqrt(6 / inputs), for the relu family (He et al., 2015).
  case he
  /// Rows or columns of length 1, at right angles to each other (Saxe et al., 2014).
  case orthogonal
  case zeros

  /// What a layer uses unless a script names another: He before functions that are 0 for half of
  /// their inputs, Glorot before the others.
  static func standard(for activation: ActivationFunction?) -> Initializer {
    switch activation {
    case .relu, .relu6, .leaky, .hardSwish, .gelu: .he
    case .linear, .sigmoid, .tanh, .softmax, .softplus, .hardSigmoid, .step, nil: .glorot
    }
  }

  /// Weights of `shape`, of which each output sums `fanIn` and each input feeds `fanOut`.
  func weights(
    _ shape: Shape,
    fanIn: Int,
    fanOut: Int,
    using generator: inout SeededGenerator
  ) -> Tensor {
    switch self {
    case .zeros:
      return Tensor(shape)
    case .glorot:
      let limit = (6 / Double(max(1, fanIn + fanOut))).squareRoot()
      return Initializer.uniform(shape, limit: limit, using: &generator)
    case .he:
      let limit = (6 / Double(max(1, fanIn))).squareRoot()
      return Initializer.uniform(shape, limit: limit, using: &generator)
    case .orthogonal:
      return Initializer.orthogonalMatrix(shape, using: &generator)
    }
  }

  private static func uniform(
    _ shape: Shape,
    limit: Double,
    using generator: inout SeededGenerator
  ) -> Tensor {
    var tensor = Tensor(shape)
    tensor.withMutableElements { elements in
      for index in elements.indices {
        elements[index] = Float((generator.nextUnit() * 2 - 1) * limit)
      }
    }
    return tensor
  }

  /// Gram-Schmidt over the shorter side of (all but the last extent) x (last extent).
  ///
  /// Sums of twelve uniform numbers stand for normal ones (Irwin-Hall), twice orthogonalised.
  private static func orthogonalMatrix(
    _ shape: Shape,
    using generator: inout SeededGenerator
  ) -> Tensor {
    let columns = max(1, shape.extents.last ?? 1)
    let rows = shape.count / columns
    let count = min(rows, columns)
    let length = max(rows, columns)
    var vectors: [[Double]] = []
    for _ in 0..<count {
      var vector = (0..<length).map { _ in
        (0..<12).reduce(-6.0) { sum, _ in sum + generator.nextUnit() }
      }
      for _ in 0..<2 {
        for other in vectors {
          let product = zip(vector, other).reduce(0.0) { $0 + $1.0 * $1.1 }
          for index in vector.indices { vector[index] -= product * other[index] }
        }
      }
      let norm = vector.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
      vectors.append(norm > 0 ? vector.map { $0 / norm } : vector)
    }
    var tensor = Tensor(shape)
    tensor.withMutableElements { elements in
      for row in 0..<rows {
        for column in 0..<columns {
          let value = rows >= columns ? vectors[column][row] : vectors[row][column]
          elements[row * columns + column] = Float(value)
        }
      }
    }
    return tensor
  }
}

extension Network {
  /// A network with new weights: biases 0, scales 1, moving variances 1, and weights by `initializers`
  /// (a choice per node; Glorot or He after the activation where none is named).
  ///
  /// Weights are drawn node by node in order, so two architectures that begin alike begin with the
  /// same weights. `given` parameters replace those that would be drawn; every generator call is made
  /// all the same, so that giving one layer's weights leaves the others as they were.
  public init(
    _ architecture: Architecture,
    initializers: [Int: Initializer] = [:],
    given: [Int: [ParameterRole: Tensor]] = [:],
    using generator: inout SeededGenerator
  ) throws(NetworkError) {
    try Network.check(given, architecture)
    let parameters = Network.drawn(architecture, initializers, given, using: &generator)
    self.init(architecture: architecture, parameters: parameters)
  }

  /// The network that `init(_:initializers:given:using:)` makes with a generator of this seed, whose
  /// weights are drawn when they are first asked for.
  public init(
    pending architecture: Architecture,
    initializers: [Int: Initializer] = [:],
    given: [Int: [ParameterRole: Tensor]] = [:],
    seed: UInt64
  ) throws(NetworkError) {
    try Network.check(given, architecture)
    let pending = PendingParameters {
      var generator = SeededGenerator(seed: seed)
      return Network.drawn(architecture, initializers, given, using: &generator)
    }
    self.init(architecture: architecture, storage: .pending(pending))
  }

  /// Throws unless the given parameters are those of the architecture.
  private static func check(
    _ given: [Int: [ParameterRole: Tensor]],
    _ architecture: Architecture
  ) throws(NetworkError) {
    for node in given.keys.sorted() {
      let shapes = architecture.parameterShapes(of: node)
      let name = architecture.nodes[node].name
      for role in ParameterRole.allCases {
        guard let tensor = given[node]?[role] else { continue }
        guard let shape = shapes.first(where: { $0.role == role })?.shape else {
          throw .noSuchParameter(node: name, role: role)
        }
        guard tensor.shape == shape else {
          throw .wrongParameterShape(
            node: name,
            role: role,
            expected: shape,
            found: tensor.shape
          )
        }
      }
    }
  }

  private static func drawn(
    _ architecture: Architecture,
    _ initializers: [Int: Initializer],
    _ given: [Int: [ParameterRole: Tensor]],
    using generator: inout SeededGenerator
  ) -> [[Parameter]] {
    architecture.nodes.indices.map { node in
      let layer = architecture.nodes[node].layer
      let initializer = initializers[node] ?? Initializer.standard(for: layer.activation)
      return architecture.parameterShapes(of: node).map { role, shape in
        let tensor = layer.initialTensor(role, shape, initializer, using: &generator)
        return Parameter(role: role, tensor: given[node]?[role] ?? tensor)
      }
    }
  }
}

extension Layer {
  /// A parameter before training.
  fileprivate func initialTensor(
    _ role: ParameterRole,
    _ shape: Shape,
    _ initializer: Initializer,
    using generator: inout SeededGenerator
  ) -> Tensor {
    switch role {
    case .offset, .movingMean, .outputBias: return Tensor(shape)
    case .bias, .reversedBias: return initialBias(shape)
    case .scale, .movingVariance: return Tensor(shape, repeating: 1)
    case .recurrentWeights, .reversedRecurrentWeights:
      let recurrent = initializer == .zeros ? initializer : .orthogonal
      return recurrent.weights(
        shape,
        fanIn: shape.extents[0],
        fanOut: shape.extents[1],
        using: &generator
      )
    case .weights, .outputWeights, .reversedWeights:
      let fan = fan(of: shape)
      return initializer.weights(shape, fanIn: fan.inputs, fanOut: fan.outputs, using: &generator)
    }
  }

  /// Zeros, but ones for the forget gate of an lstm, which begins by remembering (Jozefowicz et al.,
  /// 2015).
  private func initialBias(_ shape: Shape) -> Tensor {
    var bias = Tensor(shape)
    if case .recurrent(let recurrent) = self, recurrent.kind == .longShortTerm {
      for unit in recurrent.units..<2 * recurrent.units { bias[unit] = 1 }
    }
    return bias
  }

  /// How many values an output sums, and how many outputs an input feeds.
  private func fan(of weights: Shape) -> (inputs: Int, outputs: Int) {
    let extents = weights.extents
    switch self {
    case .depthwiseConvolution:
      let taps = extents[0] * extents[1]
      return (taps, taps * extents[3])
    case .convolution(let convolution):
      let taps = extents[0] * extents[1]
      return (taps * extents[2], taps * extents[3] / convolution.groups)
    case .temporalConvolution:
      return (extents[0] * extents[1], extents[0] * extents[2])
    case .transposedConvolution:
      let taps = extents[0] * extents[1]
      return (taps * extents[3], taps * extents[2])
    case .dense, .recurrent, .embedding, .attention, .input, .pooling, .activation, .flatten,
      .reshape, .dropout, .noise, .batchNormalization, .layerNormalization, .upsampling, .padding,
      .cropping, .positionalEncoding, .addition, .concatenation:
      return (extents[0], extents.last ?? 1)
    }
  }
}
