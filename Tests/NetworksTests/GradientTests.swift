import Networks
import Tensors
import Testing

/// A layer between two that learn, so that its gradients by inputs and by parameters both count.
struct LayerCase: CustomTestStringConvertible, Sendable {
  let name: String
  let input: [Int]
  let layers: [Layer]

  var testDescription: String { name }

  private static let same = Window(height: 3, width: 3, padding: .same)

  private static func image(_ name: String, _ layers: [Layer]) -> LayerCase {
    let first = Convolution(filters: 4, window: Window(height: 2, width: 2))
    return LayerCase(
      name: name,
      input: [6, 7, 2],
      layers: [.convolution(first)] + layers + [.flatten, .dense(Dense(units: 3))]
    )
  }

  private static func flat(_ name: String, _ layers: [Layer]) -> LayerCase {
    LayerCase(
      name: name,
      input: [5],
      layers: [.dense(Dense(units: 6))] + layers + [.dense(Dense(units: 3))]
    )
  }

  private static func sequence(_ name: String, _ layers: [Layer]) -> LayerCase {
    LayerCase(
      name: name,
      input: [5, 3],
      layers: [.dense(Dense(units: 4))] + layers + [.flatten, .dense(Dense(units: 3))]
    )
  }

  static let functions: [ActivationFunction] = [
    .relu, .relu6, .leaky(slope: 0.2), .sigmoid, .tanh, .softmax, .softplus, .gelu, .hardSwish,
    .hardSigmoid,
  ]

  static let all: [LayerCase] =
    [
      flat("dense", []),
      flat("dense without bias", [.dense(Dense(units: 4, hasBias: false, activation: .tanh))]),
      flat("dropout", [.dropout(rate: 0.4)]),
      flat("batchnorm of flat values", [.batchNormalization(BatchNormalization())]),
      flat("batchnorm and relu", [.batchNormalization(BatchNormalization()), .activation(.relu)]),
      image("convolution, same", [.convolution(Convolution(filters: 3, window: same))]),
      image(
        "convolution, stride 2, relu",
        [
          .convolution(
            Convolution(
              filters: 3,
              window: Window(height: 3, width: 3, strideHeight: 2, strideWidth: 2, padding: .same),
              activation: .relu
            )
          )
        ]
      ),
      image(
        "convolution, dilation 2",
        [.convolution(Convolution(filters: 3, window: Window(height: 2, width: 2, dilation: 2)))]
      ),
      image(
        "convolution, groups",
        [.convolution(Convolution(filters: 6, window: same, groups: 2))]
      ),
      image(
        "convolution 1x1",
        [.convolution(Convolution(filters: 3, window: Window(height: 1, width: 1)))]
      ),
      image("depthwise", [.depthwiseConvolution(DepthwiseConvolution(window: same))]),
      image(
        "depthwise, multiplier 2, stride 2, relu6",
        [
          .depthwiseConvolution(
            DepthwiseConvolution(
              window: Window(height: 3, width: 3, strideHeight: 2, strideWidth: 2, padding: .same),
              multiplier: 2,
              activation: .relu6
            )
          )
        ]
      ),
      image(
        "maxpool",
        [
          .pooling(
            Pooling(
              kind: .maximum,
              window: Window(height: 2, width: 2, strideHeight: 2, strideWidth: 2)
            )
          )
        ]
      ),
      image("maxpool, overlapping", [.pooling(Pooling(kind: .maximum, window: same))]),
      image(
        "avgpool",
        [
          .pooling(
            Pooling(
              kind: .average,
              window: Window(
                height: 2,
                width: 2,
                strideHeight: 2,
                strideWidth: 2,
                padding: .same
              )
            )
          )
        ]
      ),
      image("avgpool global", [.pooling(Pooling(kind: .average, window: nil))]),
      image("maxpool global", [.pooling(Pooling(kind: .maximum, window: nil))]),
      image("batchnorm", [.batchNormalization(BatchNormalization())]),
      image(
        "batchnorm and relu of images",
        [.batchNormalization(BatchNormalization()), .activation(.relu)]
      ),
      image("upsample", [.upsampling(Upsampling(height: 2, width: 3))]),
      image("pad", [.padding(Border(top: 1, bottom: 2, left: 0, right: 1))]),
      image("crop", [.cropping(Border(top: 1, bottom: 0, left: 2, right: 1))]),
      image("noise", [.noise(deviation: 0.2)]),
      image(
        "reshape",
        [.reshape(Shape([10, 12])), .recurrent(Recurrent(kind: .simple, units: 3))]
      ),
      image("layernorm of images", [.layerNormalization(LayerNormalization())]),
      image(
        "deconv, same",
        [
          .transposedConvolution(
            TransposedConvolution(
              filters: 3,
              window: Window(height: 3, width: 3, strideHeight: 2, strideWidth: 2, padding: .same),
              activation: .relu
            )
          )
        ]
      ),
      image(
        "deconv, valid",
        [
          .transposedConvolution(
            TransposedConvolution(
              filters: 2,
              window: Window(height: 2, width: 3, strideHeight: 1, strideWidth: 2)
            )
          )
        ]
      ),
      sequence(
        "conv1d",
        [.temporalConvolution(TemporalConvolution(filters: 3, size: 3, padding: .same))]
      ),
      sequence(
        "conv1d, dilated",
        [.temporalConvolution(TemporalConvolution(filters: 3, size: 2, dilation: 2))]
      ),
      sequence("layernorm", [.layerNormalization(LayerNormalization())]),
      sequence("positional", [.positionalEncoding]),
      sequence("avgpool global of steps", [.pooling(Pooling(kind: .average, window: nil))]),
      sequence("attention", [.attention(Attention(heads: 2, size: 3))]),
      sequence("causal attention", [.attention(Attention(heads: 1, size: 4, isCausal: true))]),
      LayerCase(
        name: "embedding",
        input: [5],
        layers: [
          .embedding(Embedding(vocabulary: 4, units: 3)), .flatten, .dense(Dense(units: 3)),
        ]
      ),
    ]
    + RecurrentKind.allCases.flatMap { kind in
      [(false, false), (true, false), (false, true), (true, true)].map { isSequence, isBoth in
        sequence(
          "\(kind.rawValue)\(isSequence ? ", sequence" : "")\(isBoth ? ", bidirectional" : "")",
          [
            .recurrent(
              Recurrent(
                kind: kind,
                units: 3,
                returnsSequence: isSequence,
                isBidirectional: isBoth
              )
            )
          ]
        )
      }
    } + functions.map { function in flat("activation \(function)", [.activation(function)]) }
    + functions.map { function in
      flat("dense with \(function)", [.dense(Dense(units: 5, activation: function))])
    }
}

@Suite("Gradients against finite differences")
struct GradientTests {
  @Test(arguments: LayerCase.all)
  func `the backward pass matches finite differences`(layer: LayerCase) throws {
    let network = try Network.seeded(.chain(layer.input, layer.layers), seed: 3)
    let check = try network.gradientCheck(on: .classes(9, layer.input))
    #expect(check.largestRelativeError < 1e-3, "\(check.rows)")
  }

  @Test(arguments: LossFunction.allCases, [ActivationFunction.linear, .softmax, .sigmoid])
  func `every loss has its gradient`(loss: LossFunction, last: ActivationFunction) throws {
    let network = try Network.seeded(.small(last: last), seed: 5)
    var options = TrainingOptions()
    options.loss = loss
    // A binary loss of linear or softmax outputs, and a divergence of sigmoids, are none.
    let check = try network.gradientCheck(on: .classes(9, [4]), options: options)
    #expect(check.largestRelativeError < 1e-3, "\(check.rows)")
  }

  @Test(arguments: [LossFunction.crossEntropy, .divergence, .squared, .absolute, .huber])
  func `rows of values have their gradient`(loss: LossFunction) throws {
    let network = try Network.seeded(.small(), seed: 5)
    let soft = try Network.seeded(.small(), seed: 6).outputs(for: fill([9, 4], 1))
    let samples = Samples(inputs: fill([9, 4], 1), expected: .values(soft))
    var options = TrainingOptions()
    options.loss = loss
    let check = try network.gradientCheck(on: samples, options: options)
    #expect(check.largestRelativeError < 1e-3, "\(check.rows)")
  }

  @Test(arguments: [ActivationFunction.linear, .sigmoid])
  func `one output learns two classes`(last: ActivationFunction) throws {
    let architecture = try Architecture.chain(
      [4],
      [.dense(Dense(units: 5, activation: .tanh)), .dense(Dense(units: 1, activation: last))]
    )
    let network = try Network.seeded(architecture, seed: 2)
    let check = try network.gradientCheck(on: .classes(9, [4], classes: 2))
    #expect(check.largestRelativeError < 1e-3, "\(check.rows)")
  }

  @Test func `branches are added and joined, and gradients come back along all of them`() throws {
    var architecture = try Architecture(input: Shape([6, 5, 2]))
    let window = Window(height: 3, width: 3, padding: .same)
    let stem = try architecture.append(
      .convolution(Convolution(filters: 4, window: window, activation: .relu))
    )
    let left = try architecture.append(
      .convolution(Convolution(filters: 4, window: window, activation: .tanh)),
      inputs: [stem]
    )
    let right = try architecture.append(.batchNormalization(BatchNormalization()), inputs: [stem])
    let other = try architecture.append(.batchNormalization(BatchNormalization()), inputs: [left])
    let sum = try architecture.append(.addition, inputs: [stem, other, right])
    let relu = try architecture.append(.activation(.relu), inputs: [sum])
    let joined = try architecture.append(.concatenation, inputs: [relu, left, stem])
    let soft = try architecture.append(.activation(.sigmoid), inputs: [joined])
    try architecture.append(.addition, inputs: [soft, soft])
    try architecture.append(.pooling(Pooling(kind: .average, window: nil)))
    try architecture.append(.dense(Dense(units: 3)))
    let network = try Network.seeded(architecture, seed: 4)
    let check = try network.gradientCheck(on: .classes(9, [6, 5, 2]))
    #expect(check.largestRelativeError < 1e-3, "\(check.rows)")
    #expect(try network.outputs(for: fill([7, 6, 5, 2], 1)).shape == Shape([7, 3]))
  }

  @Test func `a sequence can be answered step by step`() throws {
    let architecture = try Architecture.chain(
      [5, 3],
      [
        .recurrent(Recurrent(kind: .gated, units: 4, returnsSequence: true)),
        .dense(Dense(units: 3, activation: .softmax)),
      ]
    )
    let samples = Samples(
      inputs: fill([6, 5, 3], 1),
      expected: .classes((0..<30).map { Int32($0 * 7 % 3) }, count: 3)
    )
    let network = try Network.seeded(architecture)
    let check = try network.gradientCheck(on: samples)
    #expect(check.largestRelativeError < 1e-3, "\(check.rows)")
    var options = TrainingOptions()
    options.epochs = 2
    let trained = try network.trained(on: samples, validation: samples, options: options)
    #expect(try trained.evaluate(on: samples).loss == trained.training?.validationLoss.last)
  }

  @Test func `label smoothing has its gradient`() throws {
    var options = TrainingOptions()
    options.labelSmoothing = 0.1
    let check = try Network.seeded(.small()).gradientCheck(on: .classes(9, [4]), options: options)
    #expect(check.largestRelativeError < 1e-3, "\(check.rows)")
  }

  @Test func `a frozen batch normalisation passes gradients through its moving statistics`() throws
  {
    var architecture = try Architecture(input: Shape([5]))
    try architecture.append(.dense(Dense(units: 6)))
    try architecture.append(.batchNormalization(BatchNormalization()), isFrozen: true)
    try architecture.append(.activation(.relu))
    try architecture.append(.dense(Dense(units: 3)))
    let check = try Network.seeded(architecture).gradientCheck(on: .classes(9, [5]))
    #expect(check.largestRelativeError < 1e-3, "\(check.rows)")
    #expect(check.rows.allSatisfy { $0.node != "batchnorm1" })
  }
}
