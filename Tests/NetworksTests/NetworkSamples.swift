import Networks
import Tensors

/// Values in -scale..<scale by the formula that Tests/Oracles/networks.py uses too.
func fill(_ extents: [Int], _ seed: Int, scale: Double = 1) -> Tensor {
  let shape = Shape(extents)
  return Tensor(
    shape,
    (0..<shape.count).map { index in
      Float((Double((index * 7919 + seed * 104_729) % 2003) / 1001.5 - 1) * scale)
    }
  )
}

extension Architecture {
  /// Layers one behind the other.
  static func chain(_ extents: [Int], _ layers: [Layer]) throws -> Architecture {
    var architecture = try Architecture(input: Shape(extents))
    for layer in layers { try architecture.append(layer) }
    return architecture
  }

  /// The network 4-8-3 of the recorded trainings.
  static func small(last: ActivationFunction = .softmax) throws -> Architecture {
    try chain(
      [4],
      [
        .dense(Dense(units: 8, activation: .tanh)), .dense(Dense(units: 3, activation: last)),
      ]
    )
  }

  /// A small convolutional network with every layer that images need.
  static func images() throws -> Architecture {
    try chain(
      [8, 8, 1],
      [
        .convolution(
          Convolution(filters: 4, window: Window(height: 3, width: 3, padding: .same))
        ),
        .batchNormalization(BatchNormalization()), .activation(.relu),
        .pooling(
          Pooling(
            kind: .maximum,
            window: Window(height: 2, width: 2, strideHeight: 2, strideWidth: 2)
          )
        ),
        .depthwiseConvolution(
          DepthwiseConvolution(window: Window(height: 3, width: 3, padding: .same))
        ),
        .batchNormalization(BatchNormalization()), .activation(.relu),
        .dropout(rate: 0.25), .flatten,
        .dense(Dense(units: 16, activation: .relu)),
        .dense(Dense(units: 3, activation: .softmax)),
      ]
    )
  }
}

extension Network {
  /// A network with weights by `fill`, each parameter with a seed of its own from 2 on.
  static func filled(_ architecture: Architecture, scale: Double = 0.5) -> Network {
    var seed = 1
    return Network(
      architecture: architecture,
      parameters: architecture.nodes.indices.map { node in
        architecture.parameterShapes(of: node).map { role, shape in
          seed += 1
          return Parameter(role: role, tensor: fill(shape.extents, seed, scale: scale))
        }
      }
    )
  }

  /// A network with weights drawn from `seed`.
  static func seeded(_ architecture: Architecture, seed: UInt64 = 1) throws -> Network {
    var generator = SeededGenerator(seed: seed)
    return try Network(architecture, using: &generator)
  }
}

extension Samples {
  /// `count` samples by `fill` with labels that take turns.
  static func classes(_ count: Int, _ extents: [Int], classes: Int = 3) -> Samples {
    Samples(
      inputs: fill([count] + extents, 1),
      expected: .classes((0..<count).map { Int32($0 % classes) }, count: classes)
    )
  }

  /// `count` samples by `fill` with target values by `fill`.
  static func values(_ count: Int, _ extents: [Int], outputs: [Int]) -> Samples {
    Samples(inputs: fill([count] + extents, 1), expected: .values(fill([count] + outputs, 9)))
  }
}

/// The largest distance between a tensor and recorded values.
func distance(_ tensor: Tensor, _ expected: [Double]) -> Double {
  guard tensor.count == expected.count else { return .infinity }
  return zip(tensor.values, expected).map { abs(Double($0) - $1) }.max() ?? 0
}
