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

extension Window {
  /// Outputs along one axis, and the padding before the first sample.
  ///
  /// valid: `(size - reach) / stride + 1` rounded down; same: `ceil(size / stride)`, with the smaller
  /// half of the padding before, as TensorFlow does. `reach` is `(taps - 1) * dilation + 1`.
  static func extent(
    size: Int,
    taps: Int,
    stride: Int,
    dilation: Int,
    padding: Padding
  ) -> (outputs: Int, before: Int) {
    let reach = (taps - 1) * dilation + 1
    switch padding {
    case .valid:
      return (size < reach ? 0 : (size - reach) / stride + 1, 0)
    case .same:
      let outputs = (size + stride - 1) / stride
      return (outputs, max(0, (outputs - 1) * stride + reach - size) / 2)
    }
  }

  /// Rows and columns that the window gives for an image, with the padding above and to the left.
  public func placement(
    height inputHeight: Int,
    width inputWidth: Int
  ) -> (height: Int, width: Int, top: Int, left: Int) {
    let rows = Window.extent(
      size: inputHeight,
      taps: height,
      stride: strideHeight,
      dilation: dilation,
      padding: padding
    )
    let columns = Window.extent(
      size: inputWidth,
      taps: width,
      stride: strideWidth,
      dilation: dilation,
      padding: padding
    )
    return (rows.outputs, columns.outputs, rows.before, columns.before)
  }
}
