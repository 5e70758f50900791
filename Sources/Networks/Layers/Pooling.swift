import CKernels
import Tensors

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

extension ck_pooling {
  /// The sizes of `window` over an image.
  init(_ window: Window, over image: Shape) {
    let place = window.placement(height: image.extents[0], width: image.extents[1])
    self.init(
      height: image.extents[0],
      width: image.extents[1],
      channels: image.extents[2],
      outputHeight: place.height,
      outputWidth: place.width,
      windowHeight: window.height,
      windowWidth: window.width,
      strideHeight: window.strideHeight,
      strideWidth: window.strideWidth,
      dilationHeight: window.dilation,
      dilationWidth: window.dilation,
      padTop: place.top,
      padLeft: place.left
    )
  }

  /// Values of one output image.
  var outputCount: Int { outputHeight * outputWidth * channels }
}

/// A pooling window in a plan; the state of a maximum is the winning tap of each output.
struct PlannedPooling {
  let kind: PoolingKind
  let shape: ck_pooling

  func forward(_ frame: Frame) {
    withUnsafePointer(to: shape) { shape in
      switch kind {
      case .maximum:
        ck_max_pool_forward(
          shape,
          frame.samples,
          frame.inputs,
          frame.outputs,
          frame.isTraining ? frame.indexState : nil
        )
      case .average:
        ck_average_pool_forward(shape, frame.samples, frame.inputs, frame.outputs)
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    withUnsafePointer(to: shape) { shape in
      switch kind {
      case .maximum:
        ck_max_pool_backward(
          shape,
          frame.samples,
          frame.dOutputs,
          frame.indexState,
          dInputs,
          frame.accumulates
        )
      case .average:
        ck_average_pool_backward(shape, frame.samples, frame.dOutputs, dInputs, frame.accumulates)
      }
    }
  }
}

/// Pooling over a whole image in a plan; the state of a maximum is the winning cell.
struct PlannedGlobalPooling {
  let kind: PoolingKind
  let cells: Int
  let channels: Int

  func forward(_ frame: Frame) {
    switch kind {
    case .maximum:
      ck_global_max_forward(
        frame.samples,
        cells,
        channels,
        frame.inputs,
        frame.outputs,
        frame.isTraining ? frame.indexState : nil
      )
    case .average:
      ck_global_average_forward(frame.samples, cells, channels, frame.inputs, frame.outputs)
    }
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    switch kind {
    case .maximum:
      ck_global_max_backward(
        frame.samples,
        cells,
        channels,
        frame.dOutputs,
        frame.indexState,
        dInputs,
        frame.accumulates
      )
    case .average:
      ck_global_average_backward(
        frame.samples,
        cells,
        channels,
        frame.dOutputs,
        dInputs,
        frame.accumulates
      )
    }
  }
}
