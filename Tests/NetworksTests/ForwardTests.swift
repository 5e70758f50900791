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
  ]

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
