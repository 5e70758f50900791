import CKernels

/// `scale * (x - mean) / sqrt(variance + epsilon) + offset` over the last axis (Ba et al., 2016).
public struct LayerNormalization: Hashable, Sendable {
  /// Added to the variance.
  public var epsilon: Float

  /// Keras's default.
  public init(epsilon: Float = 1e-3) { self.epsilon = epsilon }
}

/// Layer normalisation in a plan; the state is a mean and an inverse deviation per row.
struct PlannedLayerNormalization {
  /// Rows of one sample.
  let rows: Int
  let columns: Int
  let epsilon: Float
  /// Where the addend stands behind the factor.
  let offset: Int

  func forward(_ frame: Frame) {
    // Without state there is no backward pass, and the workspace takes what it would read.
    let kept = frame.isTraining ? frame.state : frame.workspace
    ck_layer_norm_forward(
      frame.samples * rows,
      columns,
      frame.inputs,
      frame.parameters,
      frame.parameters + offset,
      epsilon,
      frame.outputs,
      kept,
      kept + frame.samples * rows
    )
  }

  func backward(_ frame: Frame) {
    let rows = frame.samples * rows
    let dFactor = frame.gradients ?? frame.workspace
    let dAddend = frame.gradients.map { $0 + offset } ?? frame.workspace + columns
    ck_fill(columns, 0, dFactor)
    ck_fill(columns, 0, dAddend)
    ck_layer_norm_backward(
      rows,
      columns,
      frame.dOutputs,
      frame.inputs,
      frame.parameters,
      frame.state,
      frame.state + rows,
      frame.dInputs ?? frame.dOutputs,
      dFactor,
      dAddend
    )
  }
}
