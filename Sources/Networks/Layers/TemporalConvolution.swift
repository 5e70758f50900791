import CKernels
import Tensors

/// A convolution along the steps of a sequence; weights are size x inputs x filters.
public struct TemporalConvolution: Hashable, Sendable {
  /// Number of output channels.
  public var filters: Int
  /// Steps of the window.
  public var size: Int
  /// Steps from one window to the next.
  public var stride: Int
  /// Distance between taps; 1 is a dense window.
  public var dilation: Int
  /// What happens at the ends.
  public var padding: Padding
  /// Whether a bias is added.
  public var hasBias: Bool
  /// Applied to the sums.
  public var activation: ActivationFunction

  /// A convolution along steps.
  public init(
    filters: Int,
    size: Int,
    stride: Int = 1,
    dilation: Int = 1,
    padding: Padding = .valid,
    hasBias: Bool = true,
    activation: ActivationFunction = .linear
  ) {
    self.filters = filters
    self.size = size
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
    self.hasBias = hasBias
    self.activation = activation
  }

  /// The same window over an image one row high.
  var window: Window {
    Window(
      height: 1,
      width: size,
      strideHeight: 1,
      strideWidth: stride,
      dilation: dilation,
      padding: padding
    )
  }
}
