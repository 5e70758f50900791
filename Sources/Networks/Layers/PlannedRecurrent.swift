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
  private var directionState: Int {
    switch kind {
    case .simple: steps * 2 * units
    case .gated: steps * 7 * units
    case .longShortTerm: steps * 7 * units
    }
  }

  var directions: Int { backwardDirection == nil ? 1 : 2 }
  var stateCount: Int { directionState * directions }

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
    // Inference keeps its state here; training the products of a step, dh, dh of the next step, dc.
    return stateCount * samples + samples * (columns + 3 * units) + (products.max() ?? 0)
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

  func backward(_ frame: Frame) {
    let scratch = frame.workspace + stateCount * frame.samples
    back(forwardDirection, frame, frame.state, scratch, column: 0, adds: frame.accumulates)
    if let backwardDirection {
      back(
        backwardDirection,
        frame,
        frame.state + directionState * frame.samples,
        scratch,
        column: units,
        adds: 1
      )
    }
  }

  // MARK: Arrays of one direction

  private struct Kept {
    /// (samples, steps, gates · units): activated gates, later their gradients.
    let gates: UnsafeMutablePointer<Float>
    // lstm: cells and their tanh, (samples, steps, units) each. gru: the recurrent candidate, then
    // (samples, steps, 3 · units) are gradients of the recurrent products.
    let extra: UnsafeMutablePointer<Float>
    // (samples, steps, units)
    let remembered: UnsafeMutablePointer<Float>
  }

  private func kept(_ state: UnsafeMutablePointer<Float>, _ samples: Int) -> Kept {
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
    let workspace = scratch + samples * (columns + 3 * units)
    let rows = samples * steps
    let recurrent = frame.parameters + direction.recurrentWeights
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
      for sample in 0..<samples {
        let place = (sample * steps + step) * units
        let earlier =
          isFirst ? nil : UnsafePointer(kept.remembered + (sample * steps + before) * units)
        let own = gates + sample * steps * columns
        switch kind {
        case .simple:
          ck_tanh_values(units, own, kept.remembered + place)
        case .gated:
          stepGated(
            own,
            products: products + sample * columns,
            candidate: kept.extra + (sample * steps + step) * 3 * units,
            earlier: earlier,
            result: kept.remembered + place
          )
        case .longShortTerm:
          stepLongShortTerm(
            own,
            cell: kept.extra + place,
            bounded: kept.extra + samples * steps * units + place,
            earlierCell: isFirst
              ? nil : UnsafePointer(kept.extra + (sample * steps + before) * units),
            result: kept.remembered + place
          )
        }
      }
    }
    copyOut(direction, frame, kept.remembered, column: column)
  }

  // i, f, o = sigmoid, g = tanh; c = f c' + i g; h = o tanh(c)
  private func stepLongShortTerm(
    _ gates: UnsafeMutablePointer<Float>,
    cell: UnsafeMutablePointer<Float>,
    bounded: UnsafeMutablePointer<Float>,
    earlierCell: UnsafePointer<Float>?,
    result: UnsafeMutablePointer<Float>
  ) {
    ck_sigmoid_values(2 * units, gates, gates)
    ck_tanh_values(units, gates + 2 * units, gates + 2 * units)
    ck_sigmoid_values(units, gates + 3 * units, gates + 3 * units)
    ck_multiply(units, gates, gates + 2 * units, cell)
    if let earlierCell { ck_multiply_add(units, gates + units, earlierCell, cell) }
    ck_tanh_values(units, cell, bounded)
    ck_multiply(units, gates + 3 * units, bounded, result)
  }

  // z, r = sigmoid; n = tanh(x + r · recurrent); h = z h' + (1 - z) n
  private func stepGated(
    _ gates: UnsafeMutablePointer<Float>,
    products: UnsafeMutablePointer<Float>,
    candidate: UnsafeMutablePointer<Float>,
    earlier: UnsafePointer<Float>?,
    result: UnsafeMutablePointer<Float>
  ) {
    ck_add(2 * units, gates, products, gates)
    ck_sigmoid_values(2 * units, gates, gates)
    ck_copy(units, products + 2 * units, candidate)
    ck_multiply_add(units, gates + units, candidate, gates + 2 * units)
    ck_tanh_values(units, gates + 2 * units, gates + 2 * units)
    for unit in 0..<units {
      let update = gates[unit]
      let new = gates[2 * units + unit]
      result[unit] = update * (earlier?[unit] ?? 0) + (1 - update) * new
    }
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

  // MARK: Backward

  private func back(
    _ direction: PlannedDirection,
    _ frame: Frame,
    _ state: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>,
    column: Int,
    adds: Int32
  ) {
    let samples = frame.samples
    let columns = kind.gates * units
    let kept = kept(state, samples)
    let dRemembered = scratch + samples * columns
    let dNext = dRemembered + samples * units
    let dCell = dNext + samples * units
    let workspace = dCell + samples * units
    let rows = samples * steps
    let width = units * directions
    ck_fill(samples * 3 * units, 0, dRemembered)
    for position in stride(from: steps - 1, through: 0, by: -1) {
      let step = direction.isReversed ? steps - 1 - position : position
      let before = direction.isReversed ? step + 1 : step - 1
      let isFirst = position == 0
      for sample in 0..<samples {
        let dh = dRemembered + sample * units
        ck_copy(units, dNext + sample * units, dh)
        if returnsSequence {
          let source = frame.dOutputs + (sample * steps + step) * width + column
          ck_add(units, dh, source, dh)
        } else if position == steps - 1 {
          ck_add(units, dh, frame.dOutputs + sample * width + column, dh)
        }
        let place = sample * steps + step
        let earlierPlace = (sample * steps + before) * units
        let gates = kept.gates + place * columns
        switch kind {
        case .simple:
          let result = kept.remembered + place * units
          for unit in 0..<units { gates[unit] = dh[unit] * (1 - result[unit] * result[unit]) }
        case .gated:
          backGated(
            gates,
            candidate: kept.extra + place * 3 * units,
            earlier: isFirst ? nil : UnsafePointer(kept.remembered + earlierPlace),
            dh: dh,
            dNext: dNext + sample * units
          )
        case .longShortTerm:
          backLongShortTerm(
            gates,
            bounded: kept.extra + samples * steps * units + place * units,
            earlierCell: isFirst ? nil : UnsafePointer(kept.extra + earlierPlace),
            dh: dh,
            dCell: dCell + sample * units
          )
        }
      }
      guard !isFirst else { continue }
      let recurrent = frame.parameters + direction.recurrentWeights
      let recurrentGradients = kind == .gated ? kept.extra : kept.gates
      ck_matmul(
        0,
        1,
        samples,
        units,
        columns,
        recurrentGradients + step * columns,
        steps * columns,
        recurrent,
        columns,
        dNext,
        units,
        kind == .gated ? 1 : 0,
        workspace
      )
    }
    if let gradients = frame.gradients {
      leaveGradients(direction, frame, kept, gradients, workspace)
    }
    if let dInputs = frame.dInputs {
      ck_matmul(
        0,
        1,
        rows,
        features,
        columns,
        kept.gates,
        columns,
        frame.parameters + direction.weights,
        columns,
        dInputs,
        features,
        adds,
        workspace
      )
    }
  }

  private func backLongShortTerm(
    _ gates: UnsafeMutablePointer<Float>,
    bounded: UnsafePointer<Float>,
    earlierCell: UnsafePointer<Float>?,
    dh: UnsafePointer<Float>,
    dCell: UnsafeMutablePointer<Float>
  ) {
    for unit in 0..<units {
      let input = gates[unit]
      let forget = gates[units + unit]
      let new = gates[2 * units + unit]
      let output = gates[3 * units + unit]
      let cell = dCell[unit] + dh[unit] * output * (1 - bounded[unit] * bounded[unit])
      gates[unit] = cell * new * input * (1 - input)
      gates[units + unit] = cell * (earlierCell?[unit] ?? 0) * forget * (1 - forget)
      gates[2 * units + unit] = cell * input * (1 - new * new)
      gates[3 * units + unit] = dh[unit] * bounded[unit] * output * (1 - output)
      dCell[unit] = cell * forget
    }
  }

  /// Leaves the gradients by the input products in `gates`, those by the recurrent products where the
  /// candidate was, and the direct part of the gradient by the earlier value in `dNext`.
  private func backGated(
    _ gates: UnsafeMutablePointer<Float>,
    candidate: UnsafeMutablePointer<Float>,
    earlier: UnsafePointer<Float>?,
    dh: UnsafePointer<Float>,
    dNext: UnsafeMutablePointer<Float>
  ) {
    for unit in 0..<units {
      let update = gates[unit]
      let reset = gates[units + unit]
      let new = gates[2 * units + unit]
      let dNew = dh[unit] * (1 - update) * (1 - new * new)
      let dUpdate = dh[unit] * ((earlier?[unit] ?? 0) - new) * update * (1 - update)
      let dReset = dNew * candidate[unit] * reset * (1 - reset)
      gates[unit] = dUpdate
      gates[units + unit] = dReset
      gates[2 * units + unit] = dNew
      dNext[unit] = dh[unit] * update
      candidate[2 * units + unit] = dNew * reset
    }
    ck_copy(2 * units, gates, candidate)
  }

  private func leaveGradients(
    _ direction: PlannedDirection,
    _ frame: Frame,
    _ kept: Kept,
    _ gradients: UnsafeMutablePointer<Float>,
    _ workspace: UnsafeMutablePointer<Float>
  ) {
    let columns = kind.gates * units
    let rows = frame.samples * steps
    ck_matmul(
      1,
      0,
      features,
      columns,
      rows,
      frame.inputs,
      features,
      kept.gates,
      columns,
      gradients + direction.weights,
      columns,
      0,
      workspace
    )
    ck_column_sums(rows, columns, kept.gates, gradients + direction.bias, 0)
    let recurrentGradients = kind == .gated ? kept.extra : kept.gates
    if kind == .gated {
      ck_column_sums(rows, columns, kept.extra, gradients + direction.bias + columns, 0)
    }
    let target = gradients + direction.recurrentWeights
    guard steps > 1 else {
      ck_fill(units * columns, 0, target)
      return
    }
    for sample in 0..<frame.samples {
      let values = kept.remembered + sample * steps * units
      let own = recurrentGradients + sample * steps * columns
      ck_matmul(
        1,
        0,
        units,
        columns,
        steps - 1,
        values + (direction.isReversed ? units : 0),
        units,
        own + (direction.isReversed ? 0 : columns),
        columns,
        target,
        columns,
        sample > 0 ? 1 : 0,
        workspace
      )
    }
  }
}

/// Where a direction's parameters stand behind the node's first, and which way it goes.
struct PlannedDirection {
  let weights: Int
  let recurrentWeights: Int
  let bias: Int
  let isReversed: Bool
}
