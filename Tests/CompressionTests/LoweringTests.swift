import Inference
import Networks
import Tensors
import Testing

@testable import Compression

/// One small network for every kind of layer, and what freezing it gives beside what it computes.
struct LayerSample: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let input: [Int]
  /// Kinds that TensorFlow Lite has no form of the layer for.
  var refused: [QuantizationKind] = []
  /// The largest input; symbols are whole numbers below it.
  var symbols = 0
  let build: @Sendable (inout Architecture) throws(ArchitectureError) -> Void

  func network(seed: UInt64) throws -> Network {
    var architecture = try Architecture(input: Shape(input))
    try build(&architecture)
    // Biases, scales and offsets begin at 0 and 1, which would hide mistakes.
    var random = SeededGenerator(seed: seed &+ 77)
    var given: [Int: [ParameterRole: Tensor]] = [:]
    let drawn: [ParameterRole] = [
      .weights, .recurrentWeights, .outputWeights, .reversedWeights, .reversedRecurrentWeights,
    ]
    for index in architecture.nodes.indices {
      for (role, shape) in architecture.parameterShapes(of: index) where !drawn.contains(role) {
        let low = role == .movingVariance ? 0.5 : role == .scale ? 0.8 : -0.3
        let values = (0..<shape.count).map { _ in Float(low + random.nextUnit() * 0.6) }
        given[index, default: [:]][role] = Tensor(shape, values)
      }
    }
    return try Network(pending: architecture, given: given, seed: seed)
  }

  func samples(_ count: Int, seed: UInt64) -> Tensor {
    var random = SeededGenerator(seed: seed)
    let shape = Shape([count] + input)
    let values = (0..<shape.count).map { _ in
      symbols > 0
        ? Float(Int(random.nextUnit() * Double(symbols))) : Float(random.nextUnit() * 2 - 1)
    }
    return Tensor(shape, values)
  }

  static let all: [LayerSample] = [
    .init(testDescription: "dense over steps", input: [6, 5]) { a throws(ArchitectureError) in
      try a.append(.dense(Dense(units: 4, activation: .relu)))
      try a.append(.dense(Dense(units: 3, activation: .tanh)))
    },
    .init(testDescription: "conv1d with batch normalization", input: [12, 3]) {
      a throws(ArchitectureError) in
      try a.append(.temporalConvolution(TemporalConvolution(filters: 6, size: 3, padding: .same)))
      try a.append(.batchNormalization(BatchNormalization()))
      try a.append(.activation(.relu))
      try a.append(
        .temporalConvolution(
          TemporalConvolution(filters: 4, size: 3, stride: 2, activation: .sigmoid)
        )
      )
      try a.append(.pooling(Pooling(kind: .average, window: nil)))
      try a.append(.dense(Dense(units: 3, activation: .softmax)))
    },
    .init(testDescription: "dilated conv1d and global maximum", input: [12, 3]) {
      a throws(ArchitectureError) in
      try a.append(.temporalConvolution(TemporalConvolution(filters: 4, size: 3, dilation: 2)))
      try a.append(.pooling(Pooling(kind: .maximum, window: nil)))
    },
    .init(testDescription: "grouped convolution", input: [6, 6, 4]) {
      a throws(ArchitectureError) in
      try a.append(
        .convolution(
          Convolution(
            filters: 6,
            window: Window(height: 3, width: 3, strideHeight: 1, strideWidth: 1),
            groups: 2,
            activation: .relu
          )
        )
      )
    },
    .init(
      testDescription: "deconvolution",
      input: [4, 5, 3],
      refused: [.int16x8]
    ) { a throws(ArchitectureError) in
      for padding in [Padding.same, .valid] {
        try a.append(
          .transposedConvolution(
            TransposedConvolution(
              filters: 3,
              window: Window(
                height: 3,
                width: 2,
                strideHeight: 2,
                strideWidth: 2,
                padding: padding
              ),
              activation: .relu
            )
          )
        )
      }
    },
    .init(
      testDescription: "upsampling, padding and cropping",
      input: [4, 3, 2]
    ) { a throws(ArchitectureError) in
      try a.append(.upsampling(Upsampling(height: 2, width: 3)))
      try a.append(.padding(Border(top: 1, bottom: 0, left: 2, right: 1)))
      try a.append(.cropping(Border(top: 0, bottom: 2, left: 1, right: 3)))
    },
    .init(testDescription: "reshape", input: [12]) { a throws(ArchitectureError) in
      try a.append(.dense(Dense(units: 12)))
      try a.append(.reshape(Shape([2, 3, 2])))
      try a.append(.flatten)
    },
    .init(testDescription: "residual", input: [6]) { a throws(ArchitectureError) in
      let first = try a.append(.dense(Dense(units: 6, activation: .relu)))
      let second = try a.append(.dense(Dense(units: 6)))
      let third = try a.append(.dense(Dense(units: 6)), inputs: [first])
      try a.append(.addition, inputs: [first, second, third])
      try a.append(.activation(.relu))
    },
    .init(testDescription: "branches", input: [5, 5, 3]) { a throws(ArchitectureError) in
      let window = Window(height: 3, width: 3, strideHeight: 1, strideWidth: 1, padding: .same)
      let left = try a.append(.convolution(Convolution(filters: 2, window: window)), inputs: [0])
      let right = try a.append(
        .convolution(Convolution(filters: 3, window: window, activation: .relu)),
        inputs: [0]
      )
      try a.append(.concatenation, inputs: [left, right])
    },
    .init(testDescription: "layer normalization", input: [5, 8], refused: [.int16x8]) {
      a throws(ArchitectureError) in
      try a.append(.layerNormalization(LayerNormalization()))
    },
    .init(testDescription: "rnn", input: [7, 3]) { a throws(ArchitectureError) in
      try a.append(.recurrent(Recurrent(kind: .simple, units: 5)))
    },
    .init(testDescription: "gru over twelve steps", input: [12, 3]) { a throws(ArchitectureError) in
      try a.append(.recurrent(Recurrent(kind: .gated, units: 4, returnsSequence: true)))
    },
    .init(testDescription: "gru from both ends", input: [5, 3]) { a throws(ArchitectureError) in
      try a.append(.recurrent(Recurrent(kind: .gated, units: 4, isBidirectional: true)))
    },
    .init(testDescription: "lstm", input: [9, 4], refused: [.int16x8]) {
      a throws(ArchitectureError) in
      try a.append(.recurrent(Recurrent(kind: .longShortTerm, units: 6)))
      try a.append(.dense(Dense(units: 3, activation: .softmax)))
    },
    .init(testDescription: "lstm from both ends", input: [6, 4], refused: [.int16x8]) {
      a throws(ArchitectureError) in
      try a.append(
        .recurrent(
          Recurrent(kind: .longShortTerm, units: 5, returnsSequence: true, isBidirectional: true)
        )
      )
    },
    .init(testDescription: "embedding", input: [8], symbols: 20) {
      a throws(ArchitectureError) in
      try a.append(.embedding(Embedding(vocabulary: 20, units: 6)))
      try a.append(.positionalEncoding)
      try a.append(.pooling(Pooling(kind: .average, window: nil)))
      try a.append(.dense(Dense(units: 3, activation: .softmax)))
    },
    .init(testDescription: "attention", input: [6, 8], refused: [.int16x8]) {
      a throws(ArchitectureError) in
      try a.append(.attention(Attention(heads: 2, size: 4)))
    },
    .init(testDescription: "attention of one head", input: [6, 8], refused: [.int16x8]) {
      a throws(ArchitectureError) in
      try a.append(.attention(Attention(heads: 1, size: 4)))
    },
    .init(
      testDescription: "causal attention",
      input: [6, 8],
      refused: [.int8, .int16x8, .int4]
    ) { a throws(ArchitectureError) in
      try a.append(.attention(Attention(heads: 2, size: 4, isCausal: true)))
    },
  ]
}

@Suite("Freezing every layer")
struct LoweringTests {
  @Test(arguments: LayerSample.all, UInt64(1)..<4)
  func `float outputs are the network's`(sample: LayerSample, seed: UInt64) throws {
    let network = try sample.network(seed: seed)
    let inputs = sample.samples(5, seed: seed)
    let found = try GraphRunner(lower(network)).outputs(for: inputs)
    let expected = try network.outputs(for: inputs)
    #expect(found.shape == expected.shape)
    let largest = expected.values.map(\.magnitude).max() ?? 0
    for index in 0..<found.count {
      #expect((found[index] - expected[index]).magnitude <= 1e-5 * largest)
    }
  }

  /// Ternary and binary weights are near only after training.
  private static let kinds: [QuantizationKind] = [.int8, .int16x8, .int4, .float16, .dynamic]

  @Test(arguments: LayerSample.all, kinds)
  func `quantized outputs are near, or the layer is named`(
    sample: LayerSample,
    kind: QuantizationKind
  ) throws {
    let network = try sample.network(seed: 5)
    let inputs = sample.samples(40, seed: 6)
    guard !sample.refused.contains(kind) else {
      let error = #expect(throws: QuantizationError.self) {
        try quantize(network, to: kind, calibration: inputs)
      }
      #expect(error?.description.isEmpty == false)
      return
    }
    try expectNear(network, kind, inputs)
  }

  /// The mean distance of the integers' outputs from the network's, of its largest output.
  private func expectNear(
    _ network: Network,
    _ kind: QuantizationKind,
    _ inputs: Tensor
  ) throws {
    let (graph, _) = try quantize(network, to: kind, calibration: inputs)
    let found = try GraphRunner(graph).outputs(for: inputs)
    let expected = try network.outputs(for: inputs)
    let largest = expected.values.map(\.magnitude).max() ?? 0
    var error: Float = 0
    for index in 0..<found.count { error += (found[index] - expected[index]).magnitude }
    // Four bits of weights leave 15 steps; layers one after another add up.
    let limit: Float = kind == .int4 ? 0.15 : 0.04
    #expect(
      error / Float(found.count) <= limit * largest,
      "\(error / Float(found.count)) \(largest)"
    )
  }

  /// As networks begin: a product with a bias of 0 must not outweigh what it is added to.
  @Test(arguments: [QuantizationKind.int8, .int16x8])
  func `biases of zero cost no precision`(kind: QuantizationKind) throws {
    var architecture = try Architecture(input: Shape([5, 3]))
    try architecture.append(.recurrent(Recurrent(kind: .gated, units: 6)))
    try architecture.append(.dense(Dense(units: 3)))
    let network = try Network(pending: architecture, seed: 4)
    var random = SeededGenerator(seed: 5)
    let shape = Shape([20, 5, 3])
    let inputs = Tensor(shape, (0..<shape.count).map { _ in Float(random.nextUnit() * 2 - 1) })
    try expectNear(network, kind, inputs)
  }

  @Test
  func `logits that hardly differ share alike`() throws {
    var architecture = try Architecture(input: Shape([4]))
    try architecture.append(.dense(Dense(units: 4)))
    try architecture.append(.activation(.softmax))
    let tiny = Tensor(Shape([4, 4]), (0..<16).map { Float($0 - 8) * 1e-11 })
    let network = try Network(pending: architecture, given: [1: [.weights: tiny]], seed: 1)
    let inputs = Tensor(Shape([3, 4]), (0..<12).map { Float($0) / 12 })
    let (graph, _) = try quantize(network, to: .int8, calibration: inputs)
    let outputs = try GraphRunner(graph).outputs(for: inputs)
    for value in outputs.values { #expect(value == 0.25) }
  }

  @Test
  func `a long sequence of a gru is refused with the remedy`() throws {
    var architecture = try Architecture(input: Shape([300, 2]))
    try architecture.append(.recurrent(Recurrent(kind: .gated, units: 2)), name: "memory")
    let network = try Network(pending: architecture, seed: 1)
    let error = #expect(throws: QuantizationError.self) { try lower(network) }
    #expect(error?.description.contains("'memory'") == true)
    #expect(error?.description.contains("use lstm") == true)
  }
}
