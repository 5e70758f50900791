import CKernels

extension PlannedRecurrent {
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
