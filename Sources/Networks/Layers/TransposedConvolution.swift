import CKernels
import Tensors

/// The transpose of a convolution, which makes images larger.
///
/// Weights are height x width x filters x inputs, as Keras stores them. With `same` an output is
/// `stride` times as large as its input; with `valid` whole windows are laid side by side.
public struct TransposedConvolution: Hashable, Sendable {
  /// Number of output channels.
  public var filters: Int
  /// The moving window; its dilation is 1.
  public var window: Window
  /// Whether a bias is added.
  public var hasBias: Bool
  /// Applied to the sums.
  public var activation: ActivationFunction

  /// A transposed convolution layer.
  public init(
    filters: Int,
    window: Window,
    hasBias: Bool = true,
    activation: ActivationFunction = .linear
  ) {
    self.filters = filters
    self.window = window
    self.hasBias = hasBias
    self.activation = activation
  }

  /// Cells along one axis of the output.
  static func extent(_ size: Int, taps: Int, stride: Int, padding: Padding) -> Int {
    padding == .same ? size * stride : size * stride + max(taps - stride, 0)
  }

  /// Rows and columns of the output.
  func extents(over image: Shape) -> (height: Int, width: Int) {
    (
      TransposedConvolution.extent(
        image.extents[0],
        taps: window.height,
        stride: window.strideHeight,
        padding: window.padding
      ),
      TransposedConvolution.extent(
        image.extents[1],
        taps: window.width,
        stride: window.strideWidth,
        padding: window.padding
      )
    )
  }

  /// The convolution that this one is the transpose of: from the output back to the input.
  func transposed(over image: Shape) -> ck_convolution {
    let output = extents(over: image)
    let isSame = window.padding == .same
    let top = (image.extents[0] - 1) * window.strideHeight + window.height - output.height
    let left = (image.extents[1] - 1) * window.strideWidth + window.width - output.width
    return ck_convolution(
      height: output.height,
      width: output.width,
      channels: filters,
      outputHeight: image.extents[0],
      outputWidth: image.extents[1],
      filters: image.extents[2],
      windowHeight: window.height,
      windowWidth: window.width,
      strideHeight: window.strideHeight,
      strideWidth: window.strideWidth,
      dilationHeight: 1,
      dilationWidth: 1,
      padTop: isSame ? max(0, top) / 2 : 0,
      padLeft: isSame ? max(0, left) / 2 : 0,
      groups: 1
    )
  }
}

/// A transposed convolution in a plan: forward is a convolution's backward pass and the other way.
struct PlannedTransposed {
  /// From this layer's output back to its input.
  let shape: ck_convolution
  /// Where the bias stands behind the weights; nil if there is none.
  let bias: Int?
  let activation: PlannedActivation

  func workspace() -> Int { withUnsafePointer(to: shape) { ck_convolution_workspace($0) } }

  func preparedCount() -> Int { withUnsafePointer(to: shape) { ck_convolution_prepared_count($0) } }

  func prepare(_ weights: UnsafePointer<Float>, _ prepared: UnsafeMutablePointer<Float>) {
    withUnsafePointer(to: shape) { ck_convolution_prepare($0, weights, prepared) }
  }

  func forward(_ frame: Frame) {
    withUnsafePointer(to: shape) {
      ck_convolution_backward_inputs(
        $0,
        frame.samples,
        frame.inputs,
        frame.prepared,
        frame.outputs,
        0,
        frame.workspace
      )
    }
    guard bias != nil || activation.function != ck_linear else { return }
    ck_bias_activation(
      activation.function,
      activation.slope,
      frame.samples * shape.height * shape.width,
      shape.channels,
      frame.outputs,
      bias.map { frame.parameters + $0 },
      frame.outputs
    )
  }

  func backward(_ frame: Frame) {
    let rows = frame.samples * shape.height * shape.width
    activation.backwardInPlace(frame, count: rows * shape.channels)
    withUnsafePointer(to: shape) { shape in
      if let gradients = frame.gradients {
        ck_convolution_backward_weights(
          shape,
          frame.samples,
          frame.dOutputs,
          frame.inputs,
          gradients,
          0,
          frame.workspace
        )
        if let bias {
          ck_column_sums(rows, self.shape.channels, frame.dOutputs, gradients + bias, 0)
        }
      }
      if let dInputs = frame.dInputs {
        ck_convolution_forward(
          shape,
          frame.samples,
          frame.dOutputs,
          frame.parameters,
          dInputs,
          frame.workspace
        )
      }
    }
  }
}
