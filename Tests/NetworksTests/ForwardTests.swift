import Testing

@testable import Networks
@testable import Tensors

/// A layer whose outputs Keras has recorded.
struct ForwardCase: CustomTestStringConvertible, Sendable {
  let name: String
  let input: [Int]
  let layer: Layer
  var samples = 1
  let expected: [Double]

  var testDescription: String { name }

  private static func window(
    _ height: Int,
    _ width: Int,
    _ strideHeight: Int = 1,
    _ strideWidth: Int = 1,
    dilation: Int = 1,
    _ padding: Padding = .valid
  ) -> Window {
    Window(
      height: height,
      width: width,
      strideHeight: strideHeight,
      strideWidth: strideWidth,
      dilation: dilation,
      padding: padding
    )
  }

  static let all: [ForwardCase] = [
    ForwardCase(
      name: "dense",
      input: [5],
      layer: .dense(Dense(units: 3)),
      samples: 2,
      expected: KerasValues.dense
    ),
    ForwardCase(
      name: "convolution, same, stride 2, relu",
      input: [5, 6, 2],
      layer: .convolution(
        Convolution(filters: 3, window: window(3, 3, 2, 2, .same), activation: .relu)
      ),
      expected: KerasValues.convSame
    ),
    ForwardCase(
      name: "convolution, valid, stride 2x1",
      input: [6, 5, 2],
      layer: .convolution(Convolution(filters: 2, window: window(3, 2, 2, 1))),
      expected: KerasValues.convValid
    ),
    ForwardCase(
      name: "convolution, dilation 2",
      input: [7, 7, 2],
      layer: .convolution(Convolution(filters: 2, window: window(3, 3, dilation: 2))),
      expected: KerasValues.convDilated
    ),
    ForwardCase(
      name: "convolution, groups",
      input: [4, 4, 4],
      layer: .convolution(Convolution(filters: 6, window: window(3, 3, 1, 1, .same), groups: 2)),
      expected: KerasValues.convGroups
    ),
    ForwardCase(
      name: "depthwise, multiplier 2",
      input: [5, 4, 3],
      layer: .depthwiseConvolution(
        DepthwiseConvolution(window: window(3, 3, 1, 1, .same), multiplier: 2)
      ),
      expected: KerasValues.depthwise
    ),
    ForwardCase(
      name: "depthwise, stride 2",
      input: [6, 7, 2],
      layer: .depthwiseConvolution(DepthwiseConvolution(window: window(3, 3, 2, 2, .same))),
      expected: KerasValues.depthwiseStride
    ),
    ForwardCase(
      name: "maxpool",
      input: [5, 5, 2],
      layer: .pooling(Pooling(kind: .maximum, window: window(2, 2, 2, 2))),
      expected: KerasValues.maxPool
    ),
    ForwardCase(
      name: "maxpool, same",
      input: [5, 5, 2],
      layer: .pooling(Pooling(kind: .maximum, window: window(3, 3, 2, 2, .same))),
      expected: KerasValues.maxPoolSame
    ),
    ForwardCase(
      name: "avgpool, same",
      input: [5, 5, 2],
      layer: .pooling(Pooling(kind: .average, window: window(2, 2, 2, 2, .same))),
      expected: KerasValues.averagePoolSame
    ),
    ForwardCase(
      name: "avgpool global",
      input: [3, 4, 2],
      layer: .pooling(Pooling(kind: .average, window: nil)),
      samples: 2,
      expected: KerasValues.averagePoolGlobal
    ),
    ForwardCase(
      name: "maxpool global",
      input: [3, 4, 2],
      layer: .pooling(Pooling(kind: .maximum, window: nil)),
      samples: 2,
      expected: KerasValues.maxPoolGlobal
    ),
    ForwardCase(
      name: "conv1d, same, stride 2",
      input: [7, 2],
      layer: .temporalConvolution(
        TemporalConvolution(filters: 3, size: 3, stride: 2, padding: .same)
      ),
      samples: 2,
      expected: KerasValues.conv1d
    ),
    ForwardCase(
      name: "deconv, valid, stride 2",
      input: [3, 4, 2],
      layer: .transposedConvolution(TransposedConvolution(filters: 3, window: window(3, 3, 2, 2))),
      expected: KerasValues.deconvValid
    ),
    ForwardCase(
      name: "deconv, same, stride 2",
      input: [3, 4, 2],
      layer: .transposedConvolution(
        TransposedConvolution(filters: 3, window: window(3, 3, 2, 2, .same))
      ),
      expected: KerasValues.deconvSame
    ),
    ForwardCase(
      name: "upsample",
      input: [2, 3, 2],
      layer: .upsampling(Upsampling(height: 2, width: 2)),
      expected: KerasValues.upsample
    ),
    ForwardCase(
      name: "layernorm",
      input: [4, 5],
      layer: .layerNormalization(LayerNormalization()),
      samples: 2,
      expected: KerasValues.layerNorm
    ),
    recurrent("rnn", .simple, samples: 2, KerasValues.rnn),
    recurrent("rnn, sequence", .simple, sequence: true, KerasValues.rnnSequence),
    recurrent("lstm", .longShortTerm, samples: 2, KerasValues.lstm),
    recurrent("lstm, sequence", .longShortTerm, sequence: true, KerasValues.lstmSequence),
    recurrent("gru", .gated, samples: 2, KerasValues.gru),
    recurrent("gru, sequence", .gated, sequence: true, KerasValues.gruSequence),
    recurrent(
      "lstm, bidirectional",
      .longShortTerm,
      both: true,
      samples: 2,
      KerasValues.bidirectional
    ),
    ForwardCase(
      name: "gru, bidirectional, sequence",
      input: [4, 3],
      layer: .recurrent(
        Recurrent(kind: .gated, units: 2, returnsSequence: true, isBidirectional: true)
      ),
      expected: KerasValues.bidirectionalSequence
    ),
  ]

  private static func recurrent(
    _ name: String,
    _ kind: RecurrentKind,
    sequence: Bool = false,
    both: Bool = false,
    samples: Int = 1,
    _ expected: [Double]
  ) -> ForwardCase {
    ForwardCase(
      name: name,
      input: [5, 3],
      layer: .recurrent(
        Recurrent(kind: kind, units: 4, returnsSequence: sequence, isBidirectional: both)
      ),
      samples: samples,
      expected: expected
    )
  }

  static let activations: [(ActivationFunction, [Double])] = [
    (.relu6, KerasValues.activationRelu6),
    (.leaky(slope: 0.2), KerasValues.activationLeaky),
    (.sigmoid, KerasValues.activationSigmoid),
    (.tanh, KerasValues.activationTanh),
    (.softmax, KerasValues.activationSoftmax),
    (.softplus, KerasValues.activationSoftplus),
    (.gelu, KerasValues.activationGelu),
    (.hardSwish, KerasValues.activationHardSwish),
    (.hardSigmoid, KerasValues.activationHardSigmoid),
  ]
}

@Suite("Forward passes against Keras (Tests/Oracles/networks.py)")
struct ForwardTests {
  @Test(arguments: ForwardCase.all)
  func `a layer gives what Keras gives`(layer: ForwardCase) throws {
    let network = Network.filled(try .chain(layer.input, [layer.layer]))
    let outputs = try network.outputs(for: fill([layer.samples] + layer.input, 1))
    #expect(distance(outputs, layer.expected) < 1e-5)
  }

  @Test(arguments: ForwardCase.activations.indices)
  func `an activation function gives what Keras gives`(index: Int) throws {
    let (function, expected) = ForwardCase.activations[index]
    let network = Network.filled(try .chain([6], [.activation(function)]))
    #expect(distance(try network.outputs(for: fill([2, 6], 1, scale: 5)), expected) < 1e-5)
  }

  @Test(arguments: ForwardCase.all)
  func `the double-precision reference gives what Keras gives`(layer: ForwardCase) throws {
    let network = Network.filled(try .chain(layer.input, [layer.layer]))
    let executor = ReferenceExecutor(
      architecture: network.architecture,
      samples: layer.samples,
      isTraining: false,
      streamSeed: 0,
      step: 0
    )
    let parameters = network.parameters.map { node in
      Dictionary(
        uniqueKeysWithValues: node.map { ($0.role, $0.tensor.values.map(Double.init)) }
      )
    }
    let inputs = fill([layer.samples] + layer.input, 1).values.map(Double.init)
    let outputs = executor.run(inputs, parameters: parameters).last ?? []
    #expect(outputs.count == layer.expected.count)
    let largest = zip(outputs, layer.expected).map { abs($0 - $1) }.max() ?? 1
    #expect(largest < 1e-7)
  }

  @Test(arguments: [false, true])
  func `attention gives what Keras gives`(isCausal: Bool) throws {
    let architecture = try Architecture.chain(
      [4, 3],
      [.attention(Attention(heads: 2, size: 5, isCausal: isCausal))]
    )
    // Keras keeps queries, keys and values apart; here they are columns of one matrix.
    let parts = [
      fill([3, 10], 2, scale: 0.5), fill([3, 10], 4, scale: 0.5), fill([3, 10], 6, scale: 0.5),
    ]
    let weights = (0..<3).flatMap { row in
      parts.flatMap { Array($0.values[row * 10..<row * 10 + 10]) }
    }
    let bias = [3, 5, 7].flatMap { fill([10], $0, scale: 0.5).values }
    var generator = SeededGenerator(seed: 1)
    let network = try Network(
      architecture,
      given: [
        1: [
          .weights: Tensor(Shape([3, 30]), weights), .bias: Tensor(Shape([30]), bias),
          .outputWeights: fill([10, 3], 8, scale: 0.5), .outputBias: fill([3], 9, scale: 0.5),
        ]
      ],
      using: &generator
    )
    let expected = isCausal ? KerasValues.attentionCausal : KerasValues.attention
    let inputs = fill([1, 4, 3], 1)
    #expect(distance(try network.outputs(for: inputs), expected) < 1e-5)
    let looks = try network.attentionWeights(for: inputs, of: "attention1")
    #expect(looks.shape == Shape([1, 2, 4, 4]))
    for row in 0..<8 {
      let values = looks.values[row * 4..<row * 4 + 4]
      #expect(abs(values.reduce(0, +) - 1) < 1e-6)
      if isCausal { #expect(values.dropFirst(row % 4 + 1).allSatisfy { $0 == 0 }) }
    }
  }

  @Test func `positions are told by the sines and cosines of the paper`() throws {
    let network = Network.filled(try .chain([3, 4], [.positionalEncoding]))
    let outputs = try network.outputs(for: Tensor(Shape([1, 3, 4])))
    // sin(p), cos(p), sin(p / 100), cos(p / 100) to nine digits, from bc.
    let expected = [
      0, 1, 0, 1,
      0.841470985, 0.540302306, 0.009999833, 0.999950000,
      0.909297427, -0.416146837, 0.019998667, 0.999800007,
    ]
    #expect(distance(outputs, expected) < 1e-7)
  }

  @Test func `an embedding looks rows up, the nearest for what is outside`() throws {
    let network = Network.filled(
      try .chain([4], [.embedding(Embedding(vocabulary: 3, units: 2))])
    )
    let rows = network.parameters[1][0].tensor.values
    let outputs = try network.outputs(for: Tensor(Shape([1, 4]), [2, 0, 7, .nan]))
    #expect(outputs.values == Array(rows[4..<6] + rows[0..<2] + rows[4..<6] + rows[0..<2]))
  }

  @Test func `padding, cropping and reshaping move values`() throws {
    let border = Border(top: 1, bottom: 0, left: 0, right: 2)
    let padding = try Network.filled(.chain([1, 2, 1], [.padding(border)]))
    let inputs = Tensor(Shape([1, 1, 2, 1]), [5, 7])
    let padded = try padding.outputs(for: inputs)
    #expect(padded.shape == Shape([1, 2, 4, 1]))
    #expect(padded.values == [0, 0, 0, 0, 5, 7, 0, 0])
    let back = try Network.filled(.chain([1, 2, 1], [.padding(border), .cropping(border)]))
    #expect(try back.outputs(for: inputs).values == [5, 7])
    let reshaped = try Network.filled(.chain([1, 2, 1], [.reshape(Shape([2]))]))
    #expect(try reshaped.outputs(for: inputs).shape == Shape([1, 2]))
  }

  @Test func `a neuron of the lecture gives 0,524979`() throws {
    let architecture = try Architecture.chain(
      [2],
      [.dense(Dense(units: 1, activation: .sigmoid))]
    )
    var generator = SeededGenerator(seed: 1)
    let network = try Network(
      architecture,
      given: [
        1: [
          .weights: Tensor(Shape([2, 1]), [0.5, -0.25]), .bias: Tensor(Shape([1]), [0.1]),
        ]
      ],
      using: &generator
    )
    let outputs = try network.outputs(for: Tensor(Shape([1, 2]), [1, 2]))
    #expect(abs(outputs[0] - 0.524979) < 1e-6)
    let logits = try network.logits(for: Tensor(Shape([1, 2]), [1, 2]))
    #expect(abs(logits[0] - 0.1) < 1e-6)
  }

  @Test func `softmax rows sum to 1 and activations can be looked at by name`() throws {
    let network = try Network.seeded(.images())
    let inputs = fill([5, 8, 8, 1], 3)
    let outputs = try network.outputs(for: inputs)
    for row in 0..<5 {
      let sum = outputs.values[row * 3..<row * 3 + 3].reduce(0, +)
      #expect(abs(sum - 1) < 1e-6)
    }
    let convolution = try network.activations(for: inputs, of: "conv1")
    #expect(convolution.shape == Shape([5, 8, 8, 4]))
    #expect(convolution.values.contains { $0 < 0 }, "before the relu, not after")
    let relu = try network.activations(for: inputs, of: "relu1")
    #expect(!relu.values.contains { $0 < 0 })
    #expect(throws: NetworkError.noSuchNode("conv9")) {
      try network.activations(for: inputs, of: "conv9")
    }
  }

  @Test func `batch normalisation follows Keras in training and inference`() throws {
    let architecture = try Architecture.chain(
      [3, 2, 2],
      [.batchNormalization(BatchNormalization()), .flatten, .dense(Dense(units: 1))]
    )
    let network = try Network.seeded(architecture)
    let values = fill([6, 3, 2, 2], 1, scale: 2).values.map { $0 + 0.5 }
    let inputs = Tensor(Shape([6, 3, 2, 2]), values)
    let samples = Samples(inputs: inputs, expected: .values(fill([6, 1], 9)))
    var options = TrainingOptions()
    options.learningRate = 0
    options.optimizer = .sgd(momentum: 0)
    let trained = try network.trained(on: samples, options: options)
    let mean = try #require(trained.parameter(.movingMean, of: 1))
    let variance = try #require(trained.parameter(.movingVariance, of: 1))
    #expect(distance(mean, KerasValues.batchNormMovingMean) < 1e-6)
    #expect(distance(variance, KerasValues.batchNormMovingVariance) < 1e-6)
    let outputs = try trained.activations(for: inputs, of: "batchnorm1")
    #expect(distance(outputs, KerasValues.batchNormInference) < 1e-5)
    let executor = ReferenceExecutor(
      architecture: architecture,
      samples: 6,
      isTraining: true,
      streamSeed: 0,
      step: 0
    )
    let parameters = network.parameters.map { node in
      Dictionary(
        uniqueKeysWithValues: node.map { ($0.role, $0.tensor.values.map(Double.init)) }
      )
    }
    let training = executor.run(values.map(Double.init), parameters: parameters)[1]
    let largest = zip(training, KerasValues.batchNormTraining).map { abs($0 - $1) }.max() ?? 1
    #expect(largest < 1e-6)
  }
}
