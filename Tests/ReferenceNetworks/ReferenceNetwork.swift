import Networks
import Tensors

/// The nine networks that training is measured and checked with.
///
/// Layers and sizes are those of `Scripts/benchmarks/peer_networks.py`, which builds them for
/// PyTorch and Keras.
public enum ReferenceNetwork: String, CaseIterable, Sendable {
  /// Digits of 8 x 8 pixels by three dense layers.
  case mlp
  /// Pictures of 28 x 28 pixels by two convolutions.
  case lenet
  /// Keyword spotting by depthwise separable convolutions (MLPerf Tiny).
  case dscnn
  /// Pictures of 32 x 32 x 3 with residual blocks (MLPerf Tiny).
  case resnet8
  /// MobileNetV1 with a quarter of the channels on 96 x 96 x 3 (MLPerf Tiny).
  case mobilenet
  /// Anomaly detection by an auto-encoder of 640 values (MLPerf Tiny).
  case autoencoder = "ae"
  /// 28 rows of 28 pixels through a long short-term memory of 64 units.
  case lstm
  /// 49 frames of 10 features through 32 gated recurrent units.
  case gru
  /// 49 frames of 10 features through one attention head of 32 values.
  case attention = "attn"

  /// The shape of a sample.
  public var input: [Int] {
    switch self {
    case .mlp: [64]
    case .lenet: [28, 28, 1]
    case .dscnn: [49, 10, 1]
    case .resnet8: [32, 32, 3]
    case .mobilenet: [96, 96, 3]
    case .autoencoder: [640]
    case .lstm: [28, 28]
    case .gru, .attention: [49, 10]
    }
  }

  /// Classes told apart; nil for the auto-encoder, which answers with its input.
  public var classes: Int? {
    switch self {
    case .mlp, .lenet, .resnet8, .lstm: 10
    case .dscnn, .gru, .attention: 12
    case .mobilenet: 2
    case .autoencoder: nil
    }
  }

  /// The layers.
  public func architecture() throws(ArchitectureError) -> Architecture {
    var network = try Architecture(input: Shape(input))
    switch self {
    case .mlp:
      try network.append(.dense(Dense(units: 32, activation: .relu)))
      try network.append(.dense(Dense(units: 16, activation: .relu)))
    case .lenet:
      for filters in [8, 16] {
        let window = Window(height: 3, width: 3)
        try network.append(
          .convolution(Convolution(filters: filters, window: window, activation: .relu))
        )
        let pool = Window(height: 2, width: 2, strideHeight: 2, strideWidth: 2)
        try network.append(.pooling(Pooling(kind: .maximum, window: pool)))
      }
      try network.append(.flatten)
    case .dscnn:
      try network.appendNormalized(filters: 64, height: 10, width: 4, stride: 2)
      for _ in 0..<4 { try network.appendSeparable(filters: 64, stride: 1) }
      try network.append(.pooling(Pooling(kind: .average, window: nil)))
    case .resnet8:
      try network.appendNormalized(filters: 16, height: 3, width: 3, stride: 1)
      try network.appendResidual(filters: 16, stride: 1)
      try network.appendResidual(filters: 32, stride: 2)
      try network.appendResidual(filters: 64, stride: 2)
      try network.append(.pooling(Pooling(kind: .average, window: nil)))
    case .mobilenet:
      try network.appendNormalized(filters: 8, height: 3, width: 3, stride: 2)
      let blocks = [
        (16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (128, 1), (128, 1),
        (128, 1), (128, 1), (256, 2), (256, 1),
      ]
      for (filters, stride) in blocks {
        try network.appendSeparable(filters: filters, stride: stride)
      }
      try network.append(.pooling(Pooling(kind: .average, window: nil)))
    case .autoencoder:
      for units in [128, 128, 128, 128, 8, 128, 128, 128, 128] {
        try network.append(.dense(Dense(units: units)))
        try network.append(.batchNormalization(BatchNormalization()))
        try network.append(.activation(.relu))
      }
      try network.append(.dense(Dense(units: 640)))
    case .lstm:
      try network.append(.recurrent(Recurrent(kind: .longShortTerm, units: 64)))
    case .gru:
      try network.append(.recurrent(Recurrent(kind: .gated, units: 32)))
    case .attention:
      let embedded = try network.append(.dense(Dense(units: 32)))
      let attended = try network.append(.attention(Attention(heads: 1, size: 32)))
      try network.append(.addition, inputs: [embedded, attended])
      try network.append(.layerNormalization(LayerNormalization(epsilon: 1e-5)))
      try network.append(.pooling(Pooling(kind: .average, window: nil)))
    }
    if let classes {
      try network.append(.dense(Dense(units: classes, activation: .softmax)))
    }
    return network
  }

  /// `count` samples of normally distributed numbers with random answers.
  public func samples(_ count: Int, seed: UInt64 = 1) -> Samples {
    var generator = SeededGenerator(seed: seed)
    let shape = Shape([count] + input)
    let inputs = Tensor(shape, (0..<shape.count).map { _ in Float(generator.nextNormal()) })
    guard let classes else { return Samples(inputs: inputs, expected: .values(inputs)) }
    let labels = (0..<count).map { _ in Int32(generator.nextIndex(below: classes)) }
    return Samples(inputs: inputs, expected: .classes(labels, count: classes))
  }
}

extension Architecture {
  /// A convolution with `same` padding, batch normalisation and relu.
  fileprivate mutating func appendNormalized(
    filters: Int,
    height: Int,
    width: Int,
    stride: Int
  ) throws(ArchitectureError) {
    let window = Window(
      height: height,
      width: width,
      strideHeight: stride,
      strideWidth: stride,
      padding: .same
    )
    try append(.convolution(Convolution(filters: filters, window: window)))
    try append(.batchNormalization(BatchNormalization()))
    try append(.activation(.relu))
  }

  /// A depthwise 3x3 convolution and a 1x1 convolution, both normalised and with relu.
  fileprivate mutating func appendSeparable(filters: Int, stride: Int) throws(ArchitectureError) {
    let window = Window(
      height: 3,
      width: 3,
      strideHeight: stride,
      strideWidth: stride,
      padding: .same
    )
    try append(.depthwiseConvolution(DepthwiseConvolution(window: window)))
    try append(.batchNormalization(BatchNormalization()))
    try append(.activation(.relu))
    try appendNormalized(filters: filters, height: 1, width: 1, stride: 1)
  }

  /// Two convolutions beside a shortcut, which has a 1x1 convolution where the stride is not 1.
  fileprivate mutating func appendResidual(filters: Int, stride: Int) throws(ArchitectureError) {
    let start = nodes.count - 1
    try appendNormalized(filters: filters, height: 3, width: 3, stride: stride)
    var shortcut = start
    let last = nodes.count - 1
    if stride != 1 {
      let point = Window(height: 1, width: 1, strideHeight: stride, strideWidth: stride)
      shortcut = try append(
        .convolution(Convolution(filters: filters, window: point)),
        inputs: [start]
      )
    }
    let window = Window(height: 3, width: 3, padding: .same)
    try append(.convolution(Convolution(filters: filters, window: window)), inputs: [last])
    let end = try append(.batchNormalization(BatchNormalization()))
    try append(.addition, inputs: [shortcut, end])
    try append(.activation(.relu))
  }
}
