import CKernels

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

/// A depthwise convolution in a plan.
struct PlannedDepthwise {
  let shape: ck_convolution
  /// Where the bias stands behind the weights; nil if there is none.
  let bias: Int?
  let activation: PlannedActivation

  // inputs is (samples, height, width, channels); outputs has channels x multiplier channels.
  func forward(_ frame: Frame) {
    withUnsafePointer(to: shape) {
      ck_depthwise_forward($0, frame.samples, frame.inputs, frame.parameters, frame.outputs)
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
        ck_depthwise_backward_weights(
          shape,
          frame.samples,
          frame.inputs,
          frame.dOutputs,
          gradients,
          0
        )
        if let bias {
          ck_column_sums(rows, self.shape.filters, frame.dOutputs, gradients + bias, 0)
        }
      }
      if let dInputs = frame.dInputs {
        ck_depthwise_backward_inputs(
          shape,
          frame.samples,
          frame.dOutputs,
          frame.parameters,
          dInputs,
          frame.accumulates
        )
      }
    }
  }
}
