extension Layer {
  /// The word for this kind in scripts, which also begins automatic names.
  public var kindName: String {
    switch self {
    case .input: "input"
    case .dense: "dense"
    case .convolution: "conv"
    case .temporalConvolution: "conv1d"
    case .depthwiseConvolution: "depthwise"
    case .transposedConvolution: "deconv"
    case .pooling(let pooling): pooling.kind == .maximum ? "maxpool" : "avgpool"
    case .upsampling: "upsample"
    case .activation(let function): function.name
    case .flatten: "flatten"
    case .reshape: "reshape"
    case .padding: "pad"
    case .cropping: "crop"
    case .dropout: "dropout"
    case .noise: "noise"
    case .batchNormalization: "batchnorm"
    case .layerNormalization: "layernorm"
    case .recurrent(let recurrent): recurrent.kind.rawValue
    case .embedding: "embedding"
    case .positionalEncoding: "positional"
    case .attention: "attention"
    case .addition: "add"
    case .concatenation: "concat"
    }
  }

  /// The activation function that this layer ends with, if it has one of its own.
  public var activation: ActivationFunction? {
    switch self {
    case .dense(let dense): dense.activation
    case .convolution(let convolution): convolution.activation
    case .temporalConvolution(let convolution): convolution.activation
    case .depthwiseConvolution(let convolution): convolution.activation
    case .transposedConvolution(let convolution): convolution.activation
    case .activation(let function): function
    case .input, .pooling, .upsampling, .flatten, .reshape, .padding, .cropping, .dropout, .noise,
      .batchNormalization, .layerNormalization, .recurrent, .embedding, .positionalEncoding,
      .attention, .addition, .concatenation:
      nil
    }
  }
}
