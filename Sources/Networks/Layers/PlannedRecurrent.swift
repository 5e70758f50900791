import CKernels

/// A recurrent layer in a plan.
///
/// All steps' products with the weights are one matrix product; then each step adds the product of
/// what is remembered, and applies its gates. Gradients come back step by step (back-propagation
/// through time), and the weights' gradients are again one product over all steps.
struct PlannedRecurrent {
  let kind: RecurrentKind
  let steps: Int
  let features: Int
  let units: Int
  let returnsSequence: Bool
  /// The forward direction, and the backward one if there is one.
  let forwardDirection: PlannedDirection
  let backwardDirection: PlannedDirection?

  /// Floats of one sample that a direction keeps: gates, then what else its kind needs, then the
  /// remembered values.
  var directionState: Int {
    switch kind {
    case .simple: steps * 2 * units
    case .gated: steps * 7 * units
    case .longShortTerm: steps * 7 * units
    }
  }

  /// Floats of one sample that a direction keeps besides: what it remembers before rounding.
  private var exactState: Int { forwardDirection.rounding == nil ? 0 : steps * units }

  var directions: Int { backwardDirection == nil ? 1 : 2 }
  var stateCount: Int { (directionState + exactState) * directions }

  func workspace(samples: Int) -> Int {
    let columns = kind.gates * units
    let rows = samples * steps
    let products = [
      ck_matmul_workspace(rows, columns, features),
      ck_matmul_workspace(samples, columns, units),
      ck_matmul_workspace(samples, units, columns),
      ck_matmul_workspace(features, columns, rows),
      ck_matmul_workspace(units, columns, steps),
      ck_matmul_workspace(rows, features, columns),
    ]
    // Inference keeps its state here; training the products of a step, dh and dc.
    return stateCount * samples + samples * (columns + 2 * units) + (products.max() ?? 0)
  }

  /// Floats of the weights with their axes exchanged, which the backward pass reads.
  var preparedCount: Int { directions * kind.gates * units * (features + units) }

  /// Exchanges the axes of all weights, once for all chunks of a step.
  func prepare(_ parameters: UnsafePointer<Float>, _ prepared: UnsafeMutablePointer<Float>) {
    let columns = kind.gates * units
    for (index, direction) in [forwardDirection, backwardDirection].enumerated() {
      guard let direction else { continue }
      let place = prepared + index * columns * (features + units)
      ck_transpose(features, columns, parameters + direction.weights, place)
      ck_transpose(
        units,
        columns,
        parameters + direction.recurrentWeights,
        place + columns * features
      )
    }
  }

  /// What a direction remembers before rounding, (samples, steps, units): behind all that is kept.
  func exact(
    _ direction: PlannedDirection,
    _ state: UnsafeMutablePointer<Float>,
    _ samples: Int
  ) -> UnsafeMutablePointer<Float> {
    state + (directions * directionState + (direction.isReversed ? exactState : 0)) * samples
  }

  func forward(_ frame: Frame) {
    let state = frame.isTraining ? frame.state : frame.workspace
    let scratch = frame.workspace + stateCount * frame.samples
    run(forwardDirection, frame, state, scratch, column: 0)
    if let backwardDirection {
      run(
        backwardDirection,
        frame,
        state + directionState * frame.samples,
        scratch,
        column: units
      )
    }
  }

  // MARK: Arrays of one direction

  struct Kept {
    /// (samples, steps, gates · units): activated gates, later their gradients.
    let gates: UnsafeMutablePointer<Float>
    // lstm: cells and their tanh, (samples, steps, units) each. gru: the recurrent candidate, then
    // (samples, steps, 3 · units) are gradients of the recurrent products.
    let extra: UnsafeMutablePointer<Float>
    // (samples, steps, units)
    let remembered: UnsafeMutablePointer<Float>
  }

  func kept(_ state: UnsafeMutablePointer<Float>, _ samples: Int) -> Kept {
    let steps = samples * steps
    let extra = state + steps * kind.gates * units
    switch kind {
    case .simple: return Kept(gates: state, extra: extra, remembered: extra)
    case .gated: return Kept(gates: state, extra: extra, remembered: extra + steps * 3 * units)
    case .longShortTerm:
      return Kept(gates: state, extra: extra, remembered: extra + steps * 2 * units)
    }
  }

  // MARK: Forward

  private func run(
    _ direction: PlannedDirection,
    _ frame: Frame,
    _ state: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>,
    column: Int
  ) {
    let samples = frame.samples
    let columns = kind.gates * units
    let kept = kept(state, samples)
    let products = scratch
    let workspace = scratch + samples * (columns + 2 * units)
    let rows = samples * steps
    let recurrent = frame.parameters + direction.recurrentWeights
    let rounding = direction.rounding
    let scale = rounding?.scale(frame.sharedFrame.shared)
    rounding?.beginStep(frame)
    ck_matmul(
      0,
      0,
      rows,
      columns,
      features,
      frame.inputs,
      features,
      frame.parameters + direction.weights,
      columns,
      kept.gates,
      columns,
      0,
      workspace
    )
    ck_bias_activation(
      ck_linear,
      0,
      rows,
      columns,
      kept.gates,
      frame.parameters + direction.bias,
      kept.gates
    )
    for position in 0..<steps {
      let step = direction.isReversed ? steps - 1 - position : position
      let before = direction.isReversed ? step + 1 : step - 1
      let gates = kept.gates + step * columns
      let isFirst = position == 0
      switch kind {
      case .simple, .longShortTerm:
        if !isFirst {
          ck_matmul(
            0,
            0,
            samples,
            columns,
            units,
            kept.remembered + before * units,
            steps * units,
            recurrent,
            columns,
            gates,
            steps * columns,
            1,
            workspace
          )
        }
      case .gated:
        if isFirst {
          ck_fill(samples * columns, 0, products)
        } else {
          ck_matmul(
            0,
            0,
            samples,
            columns,
            units,
            kept.remembered + before * units,
            steps * units,
            recurrent,
            columns,
            products,
            columns,
            0,
            workspace
          )
        }
        ck_bias_activation(
          ck_linear,
          0,
          samples,
          columns,
          products,
          frame.parameters + direction.bias + columns,
          products
        )
      }
      let earlierPlace = before * units
      let place = step * units
      switch kind {
      case .simple:
        for sample in 0..<samples {
          ck_tanh_values(
            units,
            gates + sample * steps * columns,
            kept.remembered + sample * steps * units + place
          )
        }
      case .gated:
        ck_gru_forward(
          samples,
          units,
          gates,
          steps * columns,
          products,
          kept.extra + step * columns,
          steps * columns,
          isFirst ? nil : kept.remembered + earlierPlace,
          kept.remembered + place,
          steps * units
        )
      case .longShortTerm:
        ck_lstm_forward(
          samples,
          units,
          gates,
          steps * columns,
          isFirst ? nil : kept.extra + earlierPlace,
          kept.extra + place,
          kept.extra + samples * steps * units + place,
          kept.remembered + place,
          steps * units
        )
      }
      guard let rounding, let scale else { continue }
      let exact = exact(direction, frame.state, samples) + place
      for sample in 0..<samples {
        let values = kept.remembered + sample * steps * units + place
        let own = exact + sample * steps * units
        ck_copy(units, values, own)
        rounding.round(units, own, values, scale, frame)
      }
    }
    copyOut(direction, frame, kept.remembered, column: column)
  }

  private func copyOut(
    _ direction: PlannedDirection,
    _ frame: Frame,
    _ remembered: UnsafeMutablePointer<Float>,
    column: Int
  ) {
    let width = units * directions
    let last = direction.isReversed ? 0 : steps - 1
    for sample in 0..<frame.samples {
      guard returnsSequence else {
        ck_copy(
          units,
          remembered + (sample * steps + last) * units,
          frame.outputs + sample * width + column
        )
        continue
      }
      for step in 0..<steps {
        let place = sample * steps + step
        ck_copy(units, remembered + place * units, frame.outputs + place * width + column)
      }
    }
  }
}

/// Where a direction's parameters stand behind the node's first, and which way it goes.
struct PlannedDirection {
  let weights: Int
  let recurrentWeights: Int
  let bias: Int
  let isReversed: Bool
  /// How what it remembers is rounded from step to step, in training for integers.
  let rounding: PlannedActivationRounding?
}
