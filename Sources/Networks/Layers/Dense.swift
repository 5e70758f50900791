import CKernels

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

/// A dense layer in a plan; a sample may have several rows, each multiplied by the same weights.
struct PlannedDense {
  /// Rows of one sample.
  let rows: Int
  let inputs: Int
  let units: Int
  /// Where the bias stands behind the weights; nil if there is none.
  let bias: Int?
  let activation: PlannedActivation

  /// Floats of scratch memory for either direction.
  func workspace(samples: Int) -> Int {
    let rows = rows * samples
    return max(
      ck_matmul_workspace(rows, units, inputs),
      ck_matmul_workspace(inputs, units, rows),
      ck_matmul_workspace(rows, inputs, units)
    )
  }

  /// Floats of the weights with their axes exchanged, which the backward pass reads.
  var preparedCount: Int { inputs * units }

  /// Exchanges the axes of the weights, once for all chunks of a step.
  func prepare(_ weights: UnsafePointer<Float>, _ prepared: UnsafeMutablePointer<Float>) {
    ck_transpose(inputs, units, weights, prepared)
  }

  // inputs is (rows, inputs), weights is (inputs, units); the result is (rows, units).
  func forward(_ frame: Frame) {
    let rows = rows * frame.samples
    ck_matmul(
      0,
      0,
      rows,
      units,
      inputs,
      frame.inputs,
      inputs,
      frame.parameters,
      units,
      frame.outputs,
      units,
      0,
      frame.workspace
    )
    if bias != nil || activation.function != ck_linear {
      ck_bias_activation(
        activation.function,
        activation.slope,
        rows,
        units,
        frame.outputs,
        bias.map { frame.parameters + $0 },
        frame.outputs
      )
    }
  }

  // d is short for "derivative of the loss with respect to"; shapes match the forward pass.
  func backward(_ frame: Frame) {
    let rows = rows * frame.samples
    activation.backwardInPlace(frame, count: rows * units)
    if let gradients = frame.gradients {
      ck_matmul(
        1,
        0,
        inputs,
        units,
        rows,
        frame.inputs,
        inputs,
        frame.dOutputs,
        units,
        gradients,
        units,
        0,
        frame.workspace
      )
      if let bias { ck_column_sums(rows, units, frame.dOutputs, gradients + bias, 0) }
    }
    if let dInputs = frame.dInputs {
      ck_matmul(
        0,
        0,
        rows,
        inputs,
        units,
        frame.dOutputs,
        units,
        frame.prepared,
        inputs,
        dInputs,
        inputs,
        frame.accumulates,
        frame.workspace
      )
    }
  }
}
