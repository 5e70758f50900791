import Networks
import Tensors

/// Small networks with seeded weights, for tests that train nothing.
enum SampleNetwork {
  /// A convolution, a depthwise convolution with batch normalisation, and two dense layers.
  static func images(seed: UInt64) throws -> Network {
    var architecture = try Architecture(input: Shape([8, 8, 2]))
    let window = Window(height: 3, width: 3, padding: .same)
    try architecture.append(
      .convolution(Convolution(filters: 6, window: window, activation: .relu))
    )
    try architecture.append(
      .depthwiseConvolution(DepthwiseConvolution(window: window, multiplier: 2))
    )
    try architecture.append(.batchNormalization(BatchNormalization()))
    try architecture.append(
      .pooling(
        Pooling(
          kind: .maximum,
          window: Window(height: 2, width: 2, strideHeight: 2, strideWidth: 2)
        )
      )
    )
    try architecture.append(.flatten)
    try architecture.append(.dense(Dense(units: 7, activation: .relu)))
    try architecture.append(.dense(Dense(units: 4, activation: .softmax)))
    return filled(architecture, seed: seed)
  }

  /// Every weight, bias, factor and mean uniform in -1..<1; variances in 0.5..<1.5.
  static func filled(_ architecture: Architecture, seed: UInt64) -> Network {
    var random = SeededGenerator(seed: seed)
    let parameters = architecture.nodes.indices.map { node in
      architecture.parameterShapes(of: node).map { role, shape in
        let values = (0..<shape.count).map { _ in
          role == .movingVariance
            ? Float(random.nextUnit() + 0.5) : Float(random.nextUnit() * 2 - 1)
        }
        return Parameter(role: role, tensor: Tensor(shape, values))
      }
    }
    return Network(architecture: architecture, parameters: parameters)
  }
}

/// Numbers drawn from a seed, many of them equal when `levels` are few.
func sampleValues(_ count: Int, levels: Int?, seed: UInt64) -> [Double] {
  var random = SeededGenerator(seed: seed)
  return (0..<count).map { _ in
    guard let levels else { return random.nextUnit() * 2 - 1 }
    return Double(random.nextIndex(below: levels)) - Double(levels / 2)
  }
}
