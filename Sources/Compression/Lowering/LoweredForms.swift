import Inference
import Networks
import Tensors

extension BatchNormalization {
  /// The factor and addend per channel that it amounts to with its moving statistics:
  /// `scale / sqrt(variance + epsilon)` and `offset - mean * factor`.
  func affine(
    _ network: Network,
    _ index: Int,
    _ name: String
  ) throws(QuantizationError) -> (factors: [Double], addends: [Double]) {
    guard
      let scale = network.parameter(.scale, of: index),
      let offset = network.parameter(.offset, of: index),
      let mean = network.parameter(.movingMean, of: index),
      let variance = network.parameter(.movingVariance, of: index)
    else { throw .unsupportedLayer(layer: name, reason: "its statistics are missing") }
    var factors: [Double] = []
    var addends: [Double] = []
    for channel in 0..<scale.count {
      let spread = (Double(variance[channel]) + Double(epsilon)).squareRoot()
      let factor = Double(scale[channel]) / spread
      let addend = Double(offset[channel]) - Double(mean[channel]) * factor
      guard factor.isFinite, addend.isFinite else { throw .notANumber(layer: name) }
      factors.append(factor)
      addends.append(addend)
    }
    return (factors, addends)
  }
}

extension Window {
  var graphWindow: GraphWindow {
    GraphWindow(
      padding: padding == .same ? .same : .valid,
      strideHeight: strideHeight,
      strideWidth: strideWidth,
      dilationHeight: dilation,
      dilationWidth: dilation
    )
  }
}

extension ActivationFunction {
  /// The form that joins an operation; nil for functions that need one of their own.
  var fused: FusedActivation? {
    switch self {
    case .linear: FusedActivation.none
    case .relu: .relu
    case .relu6: .relu6
    case .leaky, .sigmoid, .tanh, .softmax, .softplus, .gelu, .hardSwish, .hardSigmoid, .step: nil
    }
  }
}

extension OperationKind {
  /// The same operation followed by an activation; nil if it has one or cannot have one.
  func fusing(_ activation: FusedActivation) -> OperationKind? {
    switch self {
    case .convolution(let window, .none): .convolution(window, activation)
    case .depthwiseConvolution(let window, let multiplier, .none):
      .depthwiseConvolution(window, multiplier: multiplier, activation)
    case .fullyConnected(.none, let keeps, _):
      .fullyConnected(activation, keepsDimensions: keeps)
    case .add(.none): .add(activation)
    default: nil
    }
  }

  /// Whether it has weights that a batch normalisation may change.
  var isFoldable: Bool {
    switch self {
    case .convolution(_, .none), .depthwiseConvolution(_, _, .none), .fullyConnected(.none, _, _):
      true
    default: false
    }
  }

  var isDepthwise: Bool {
    if case .depthwiseConvolution = self { true } else { false }
  }
}
