import Diagnostics
import Language
import Networks
import Tensors

/// Turns one layer line into layers.
enum LayerFactory {
  /// The layers that a line without a block describes, one behind the other; their fit to what comes
  /// before is checked elsewhere.
  ///
  /// `vocabulary` is that of the input, if it has one.
  static func layers(
    _ arguments: LayerArguments,
    vocabulary: Int?
  ) throws(Diagnostic) -> [Layer] {
    guard arguments.line.kind.text == "separable" else {
      return [try layer(arguments, vocabulary: vocabulary)]
    }
    return [
      .depthwiseConvolution(
        DepthwiseConvolution(
          window: try arguments.window(1),
          multiplier: try arguments.count("multiplier", default: 1),
          hasBias: false
        )
      ),
      .convolution(
        Convolution(
          filters: try arguments.count(0, "filters"),
          window: Window(height: 1, width: 1),
          activation: try arguments.activation()
        )
      ),
    ]
  }

  private static func layer(
    _ arguments: LayerArguments,
    vocabulary: Int?
  ) throws(Diagnostic) -> Layer {
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
    case "conv1d":
      return .temporalConvolution(
        TemporalConvolution(
          filters: try arguments.count(0, "filters"),
          size: try arguments.count(1, "size"),
          stride: try arguments.count("stride", default: 1),
          dilation: try arguments.count("dilation", default: 1),
          padding: try arguments.padding(),
          hasBias: try arguments.hasBias(),
          activation: try arguments.activation()
        )
      )
    case "deconv":
      return .transposedConvolution(
        TransposedConvolution(
          filters: try arguments.count(0, "filters"),
          window: try arguments.window(1),
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
    case "upsample":
      let factors = try arguments.window(0)
      return .upsampling(Upsampling(height: factors.height, width: factors.width))
    case "flatten": return .flatten
    case "reshape": return .reshape(try arguments.shape(0))
    case "pad": return .padding(try arguments.border(0))
    case "crop": return .cropping(try arguments.border(0))
    case "noise": return .noise(deviation: try arguments.deviation())
    case "dropout": return .dropout(rate: try arguments.dropoutRate())
    case "batchnorm":
      return .batchNormalization(
        BatchNormalization(
          momentum: Float(try arguments.number("momentum", default: 0.99)),
          epsilon: Float(try arguments.number("epsilon", default: 1e-3))
        )
      )
    case "layernorm":
      return .layerNormalization(
        LayerNormalization(epsilon: Float(try arguments.number("epsilon", default: 1e-3)))
      )
    case "positional": return .positionalEncoding
    case "embedding":
      return .embedding(
        Embedding(
          vocabulary: try arguments.vocabulary(ofInput: vocabulary),
          units: try arguments.count(0, "units")
        )
      )
    case "attention":
      return .attention(
        Attention(
          heads: try arguments.count("heads", default: 1),
          size: try arguments.count("size", default: 1),
          isCausal: try arguments.flag("causal", default: false)
        )
      )
    default:
      if let recurrent = RecurrentKind(rawValue: kind) {
        return .recurrent(
          Recurrent(
            kind: recurrent,
            units: try arguments.count(0, "units"),
            returnsSequence: try arguments.flag("sequence", default: false),
            isBidirectional: try arguments.flag("bidirectional", default: false)
          )
        )
      }
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
