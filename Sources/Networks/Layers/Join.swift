import CKernels

/// One input of a sum or of a concatenation in a plan; a join of n inputs is n such operations.
struct PlannedJoin {
  /// Rows of one sample.
  let rows: Int
  /// Values of an input's row and of an output's row.
  let columns: Int
  let outputColumns: Int
  /// Where the input's row begins in the output's.
  let start: Int
  /// Whether the output already holds the sum of earlier inputs.
  let adds: Bool
  /// Applied to the whole output, with its last input.
  let activation: PlannedActivation
  /// Whether the output is complete with this input, and their sum.
  let isLastOfSum: Bool

  func forward(_ frame: Frame) {
    let rows = rows * frame.samples
    guard columns != outputColumns else {
      if adds {
        ck_add(rows * columns, frame.outputs, frame.inputs, frame.outputs)
      } else {
        ck_copy(rows * columns, frame.inputs, frame.outputs)
      }
      guard activation.function != ck_linear else { return }
      ck_activation_forward(
        activation.function,
        activation.slope,
        rows * columns,
        frame.outputs,
        frame.outputs
      )
      return
    }
    for row in 0..<rows {
      ck_copy(
        columns,
        frame.inputs + row * columns,
        frame.outputs + row * outputColumns + start
      )
    }
  }

  func backward(_ frame: Frame) {
    let rows = rows * frame.samples
    activation.backwardInPlace(frame, count: rows * outputColumns)
    guard let dInputs = frame.dInputs else { return }
    guard columns != outputColumns else {
      if frame.accumulates == 1 {
        ck_add(rows * columns, dInputs, frame.dOutputs, dInputs)
      } else if dInputs != frame.dOutputs {
        ck_copy(rows * columns, frame.dOutputs, dInputs)
      }
      return
    }
    for row in 0..<rows {
      let target = dInputs + row * columns
      let source = frame.dOutputs + row * outputColumns + start
      if frame.accumulates == 1 {
        ck_add(columns, target, source, target)
      } else {
        ck_copy(columns, source, target)
      }
    }
  }
}
