import Tensors

/// The function applied to a layer's sums.
public enum ActivationFunction: Hashable, Sendable {
  case linear
  case relu
  case relu6
  /// `x < 0 ? slope * x : x`
  case leaky(slope: Float)
  case sigmoid
  case tanh
  case softmax
  case softplus
  case gelu
  case hardSwish
  case hardSigmoid
  /// 1 from 0 on, else 0; has no gradient, so it can be run but not trained.
  case step
}

/// How a window treats the border.
public enum Padding: String, Hashable, Sendable {
  /// Only whole windows.
  case valid
  /// `ceil(size / stride)` outputs; the smaller half of the padding stands before (TensorFlow's rule).
  case same
}

/// A window that moves over the rows and columns of an image.
public struct Window: Hashable, Sendable {
  /// Rows of the window.
  public var height: Int
  /// Columns of the window.
  public var width: Int
  /// Rows from one window to the next.
  public var strideHeight: Int
  /// Columns from one window to the next.
  public var strideWidth: Int
  /// Distance between taps; 1 is a dense window.
  public var dilation: Int
  /// What happens at the border.
  public var padding: Padding

  /// A window.
  public init(
    height: Int,
    width: Int,
    strideHeight: Int = 1,
    strideWidth: Int = 1,
    dilation: Int = 1,
    padding: Padding = .valid
  ) {
    self.height = height
    self.width = width
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilation = dilation
    self.padding = padding
  }
}

/// `outputs = activation(inputs x weights + bias)`; weights are inputs x units.
public struct Dense: Hashable, Sendable {
  /// Number of outputs.
  public var units: Int
  /// Whether a bias is added.
  public var hasBias: Bool
  /// Applied to the sums.
  public var activation: ActivationFunction

  /// A dense layer.
  public init(units: Int, hasBias: Bool = true, activation: ActivationFunction = .linear) {
    self.units = units
    self.hasBias = hasBias
    self.activation = activation
  }
}

/// A convolution; weights are height x width x (inputs / groups) x filters.
public struct Convolution: Hashable, Sendable {
  /// Number of output channels.
  public var filters: Int
  /// The moving window.
  public var window: Window
  /// Input and output channels fall into this many independent groups.
  public var groups: Int
  /// Whether a bias is added.
  public var hasBias: Bool
  /// Applied to the sums.
  public var activation: ActivationFunction

  /// A convolution layer.
  public init(
    filters: Int,
    window: Window,
    groups: Int = 1,
    hasBias: Bool = true,
    activation: ActivationFunction = .linear
  ) {
    self.filters = filters
    self.window = window
    self.groups = groups
    self.hasBias = hasBias
    self.activation = activation
  }
}

/// A convolution of each channel by itself; weights are height x width x channels x multiplier,
/// and output channel `c * multiplier + m` comes from input channel `c`.
public struct DepthwiseConvolution: Hashable, Sendable {
  /// The moving window.
  public var window: Window
  /// Output channels per input channel.
  public var multiplier: Int
  /// Whether a bias is added.
  public var hasBias: Bool
  /// Applied to the sums.
  public var activation: ActivationFunction

  /// A depthwise convolution layer.
  public init(
    window: Window,
    multiplier: Int = 1,
    hasBias: Bool = true,
    activation: ActivationFunction = .linear
  ) {
    self.window = window
    self.multiplier = multiplier
    self.hasBias = hasBias
    self.activation = activation
  }
}

/// How a pooling layer sums a window up.
public enum PoolingKind: String, Hashable, Sendable {
  case maximum
  case average
}

/// The maximum or mean of a moving window, or of the whole image.
public struct Pooling: Hashable, Sendable {
  /// What is taken of a window.
  public var kind: PoolingKind
  /// The window; nil takes the whole image and gives a flat list of channels.
  public var window: Window?

  /// A pooling layer.
  public init(kind: PoolingKind, window: Window?) {
    self.kind = kind
    self.window = window
  }
}

/// `scale * (x - mean) / sqrt(variance + epsilon) + offset` per channel (Ioffe and Szegedy, 2015).
public struct BatchNormalization: Hashable, Sendable {
  /// Share of the old moving statistics that a step keeps.
  public var momentum: Float
  /// Added to the variance.
  public var epsilon: Float

  /// Keras's defaults.
  public init(momentum: Float = 0.99, epsilon: Float = 1e-3) {
    self.momentum = momentum
    self.epsilon = epsilon
  }
}

/// A layer of a network: the set is closed, so every pass handles every kind.
public enum Layer: Hashable, Sendable {
  /// Gives the samples; first in every network.
  case input
  case dense(Dense)
  case convolution(Convolution)
  case depthwiseConvolution(DepthwiseConvolution)
  case pooling(Pooling)
  case activation(ActivationFunction)
  case flatten
  /// Zeroes this share of the values while training and scales the rest by `1 / (1 - rate)`.
  case dropout(rate: Float)
  case batchNormalization(BatchNormalization)
}
