import Diagnostics
import Language
import Networks
import Tensors

/// Turns one layer line into a layer.
enum LayerFactory {
  /// The layer that a line describes; its fit to what comes before is checked elsewhere.
  static func layer(_ arguments: LayerArguments) throws(Diagnostic) -> Layer {
    let kind = arguments.line.kind.text
    switch kind {
    case "dense":
      return .dense(
        Dense(
          units: try arguments.count(0, "units"),
          hasBias: try arguments.hasBias(),
          activation: try arguments.activation()
        )
      )
    case "conv":
      return .convolution(
        Convolution(
          filters: try arguments.count(0, "filters"),
          window: try arguments.window(1),
          groups: try arguments.count("groups", default: 1),
          hasBias: try arguments.hasBias(),
          activation: try arguments.activation()
        )
      )
    case "depthwise":
      return .depthwiseConvolution(
        DepthwiseConvolution(
          window: try arguments.window(0),
          multiplier: try arguments.count("multiplier", default: 1),
          hasBias: try arguments.hasBias(),
          activation: try arguments.activation()
        )
      )
    case "maxpool", "avgpool":
      let pooling: PoolingKind = kind == "maxpool" ? .maximum : .average
      if arguments.line.operands.first?.value.wordOrString == "global" {
        return .pooling(Pooling(kind: pooling, window: nil))
      }
      return .pooling(Pooling(kind: pooling, window: try arguments.window(0, strideIsWindow: true)))
    case "flatten": return .flatten
    case "dropout": return .dropout(rate: try arguments.dropoutRate())
    case "batchnorm":
      return .batchNormalization(
        BatchNormalization(
          momentum: Float(try arguments.number("momentum", default: 0.99)),
          epsilon: Float(try arguments.number("epsilon", default: 1e-3))
        )
      )
    default:
      if let function = ActivationFunction(word: kind, slope: try arguments.slope()) {
        return .activation(function)
      }
      throw Diagnostic(
        "unknown-layer",
        "unknown layer '\(kind)'",
        at: arguments.line.kind.range,
        remedy: nearestName(to: kind, among: LayerTable.kinds).map { "did you mean '\($0)'?" }
          ?? "'help layers' lists them all"
      )
    }
  }
}

extension ActivationFunction {
  /// The function called `word`, or nil.
  init?(word: String, slope: Float = 0.2) {
    switch word {
    case "linear": self = .linear
    case "relu": self = .relu
    case "relu6": self = .relu6
    case "leaky": self = .leaky(slope: slope)
    case "sigmoid": self = .sigmoid
    case "tanh": self = .tanh
    case "softmax": self = .softmax
    case "softplus": self = .softplus
    case "gelu": self = .gelu
    case "hardswish": self = .hardSwish
    case "hardsigmoid": self = .hardSigmoid
    case "step": self = .step
    default: return nil
    }
  }
}
