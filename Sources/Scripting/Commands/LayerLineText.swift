import Networks

extension Layer {
  /// The layer as a line of the language, without its weights.
  var line: String {
    switch self {
    case .input: return "input"
    case .dense(let dense):
      return "dense \(dense.units)" + (dense.hasBias ? "" : " bias=false")
        + dense.activation.suffix
    case .convolution(let convolution):
      return "conv \(convolution.filters) \(convolution.window.words(strideDefault: (1, 1)))"
        + (convolution.groups == 1 ? "" : " groups=\(convolution.groups)")
        + (convolution.hasBias ? "" : " bias=false") + convolution.activation.suffix
    case .depthwiseConvolution(let convolution):
      return "depthwise \(convolution.window.words(strideDefault: (1, 1)))"
        + (convolution.multiplier == 1 ? "" : " multiplier=\(convolution.multiplier)")
        + (convolution.hasBias ? "" : " bias=false") + convolution.activation.suffix
    case .temporalConvolution(let convolution):
      return "conv1d \(convolution.filters) \(convolution.size)"
        + (convolution.stride == 1 ? "" : " stride=\(convolution.stride)")
        + (convolution.padding == .same ? " pad=same" : "")
        + (convolution.dilation == 1 ? "" : " dilation=\(convolution.dilation)")
        + (convolution.hasBias ? "" : " bias=false") + convolution.activation.suffix
    case .transposedConvolution(let convolution):
      return "deconv \(convolution.filters) \(convolution.window.words(strideDefault: (1, 1)))"
        + (convolution.hasBias ? "" : " bias=false") + convolution.activation.suffix
    case .upsampling(let upsampling): return "upsample \(upsampling.height)x\(upsampling.width)"
    case .reshape(let shape):
      return shape.rank > 1 ? "reshape \(shape)" : "reshape \(shape.count)"
    case .padding(let border): return "pad \(border.words)"
    case .cropping(let border): return "crop \(border.words)"
    case .noise(let deviation): return "noise \(deviation.words)"
    case .layerNormalization(let normalization):
      return "layernorm"
        + (normalization == LayerNormalization()
          ? "" : " epsilon=\(normalization.epsilon.words)")
    case .recurrent(let recurrent):
      return "\(recurrent.kind.rawValue) \(recurrent.units)"
        + (recurrent.returnsSequence ? " sequence=true" : "")
        + (recurrent.isBidirectional ? " bidirectional=true" : "")
    case .embedding(let embedding):
      return "embedding \(embedding.units) vocabulary=\(embedding.vocabulary)"
    case .positionalEncoding: return "positional"
    case .attention(let attention):
      return "attention heads=\(attention.heads) size=\(attention.size)"
        + (attention.isCausal ? " causal=true" : "")
    case .addition: return "add"
    case .concatenation: return "concat"
    case .pooling(let pooling):
      let kind = pooling.kind == .maximum ? "maxpool" : "avgpool"
      guard let window = pooling.window else { return "\(kind) global" }
      return "\(kind) \(window.words(strideDefault: (window.height, window.width)))"
    case .activation(let function): return function.words
    case .flatten: return "flatten"
    case .dropout(let rate): return "dropout \(rate.words)"
    case .batchNormalization(let normalization):
      let standard = BatchNormalization()
      return "batchnorm"
        + (normalization.momentum == standard.momentum
          ? "" : " momentum=\(normalization.momentum.words)")
        + (normalization.epsilon == standard.epsilon
          ? "" : " epsilon=\(normalization.epsilon.words)")
    }
  }
}

extension Float {
  /// The shortest decimal that is read back as the same number.
  fileprivate var words: String {
    guard let short = Double(description), Float(short) == self else {
      return NumberFormat.exact(Double(self))
    }
    return NumberFormat.exact(short)
  }
}

extension ActivationFunction {
  /// The function as a word or, with its slope, two.
  var words: String {
    if case .leaky(let slope) = self { return "leaky \(slope.words)" }
    return name
  }

  /// The function as last word of a line; nothing for linear.
  fileprivate var suffix: String { self == .linear ? "" : " \(words)" }
}

extension Border {
  /// `1x2` where opposite sides are equal and there are such, else all four.
  fileprivate var words: String {
    if top == bottom, left == right, top > 0, left > 0 { return "\(top)x\(left)" }
    return "[\(top), \(bottom), \(left), \(right)]"
  }
}

extension Window {
  fileprivate func words(strideDefault: (Int, Int)) -> String {
    var words = "\(height)x\(width)"
    if (strideHeight, strideWidth) != strideDefault {
      words +=
        strideHeight == strideWidth
        ? " stride=\(strideHeight)" : " stride=\(strideHeight)x\(strideWidth)"
    }
    if padding == .same { words += " pad=same" }
    if dilation != 1 { words += " dilation=\(dilation)" }
    return words
  }
}
