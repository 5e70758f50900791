import CKernels
import Tensors

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

extension ck_convolution {
  /// The sizes of `window` over an image.
  init(_ window: Window, over image: Shape, filters: Int, groups: Int) {
    let place = window.placement(height: image.extents[0], width: image.extents[1])
    self.init(
      height: image.extents[0],
      width: image.extents[1],
      channels: image.extents[2],
      outputHeight: place.height,
      outputWidth: place.width,
      filters: filters,
      windowHeight: window.height,
      windowWidth: window.width,
      strideHeight: window.strideHeight,
      strideWidth: window.strideWidth,
      dilationHeight: window.dilation,
      dilationWidth: window.dilation,
      padTop: place.top,
      padLeft: place.left,
      groups: groups
    )
  }

  /// Cells of one output image.
  var outputCells: Int { outputHeight * outputWidth }
}

/// A convolution in a plan.
struct PlannedConvolution {
  let shape: ck_convolution
  /// Where the bias stands behind the weights; nil if there is none.
  let bias: Int?
  let activation: PlannedActivation

  /// Floats of scratch memory for any of the three passes.
  func workspace() -> Int { withUnsafePointer(to: shape) { ck_convolution_workspace($0) } }

  /// Floats of rearranged weights for the gradient by the inputs.
  func preparedCount() -> Int { withUnsafePointer(to: shape) { ck_convolution_prepared_count($0) } }

  /// Rearranges the weights; once after each change of them.
  func prepare(_ weights: UnsafePointer<Float>, _ prepared: UnsafeMutablePointer<Float>) {
    withUnsafePointer(to: shape) { ck_convolution_prepare($0, weights, prepared) }
  }

  // inputs is (samples, height, width, channels), outputs (samples, rows, columns, filters).
  func forward(_ frame: Frame) {
    withUnsafePointer(to: shape) {
      ck_convolution_forward(
        $0,
        frame.samples,
        frame.inputs,
        frame.parameters,
        frame.outputs,
        frame.workspace
      )
    }
    guard bias != nil || activation.function != ck_linear else { return }
    ck_bias_activation(
      activation.function,
      activation.slope,
      frame.samples * shape.outputCells,
      shape.filters,
      frame.outputs,
      bias.map { frame.parameters + $0 },
      frame.outputs
    )
  }

  func backward(_ frame: Frame) {
    let rows = frame.samples * shape.outputCells
    activation.backwardInPlace(frame, count: rows * shape.filters)
    withUnsafePointer(to: shape) { shape in
      if let gradients = frame.gradients {
        ck_convolution_backward_weights(
          shape,
          frame.samples,
          frame.inputs,
          frame.dOutputs,
          gradients,
          0,
          frame.workspace
        )
        if let bias {
          ck_column_sums(rows, self.shape.filters, frame.dOutputs, gradients + bias, 0)
        }
      }
      if let dInputs = frame.dInputs {
        ck_convolution_backward_inputs(
          shape,
          frame.samples,
          frame.dOutputs,
          frame.prepared,
          dInputs,
          frame.accumulates,
          frame.workspace
        )
      }
    }
  }
}
