import CKernels

extension PlannedRecurrent {
  func backward(_ frame: Frame) {
    let scratch = frame.workspace + stateCount * frame.samples
    back(
      forwardDirection,
      frame,
      frame.state,
      scratch,
      frame.prepared,
      column: 0,
      adds: frame.accumulates
    )
    if let backwardDirection {
      back(
        backwardDirection,
        frame,
        frame.state + directionState * frame.samples,
        scratch,
        frame.prepared + kind.gates * units * (features + units),
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
    _ transposed: UnsafePointer<Float>,
    column: Int,
    adds: Int32
  ) {
    let samples = frame.samples
    let columns = kind.gates * units
    let kept = kept(state, samples)
    let dRemembered = scratch + samples * columns
    let dCell = dRemembered + samples * units
    let workspace = dCell + samples * units
    let rows = samples * steps
    let width = units * directions
    let rounding = direction.rounding
    let scale = rounding?.scale(frame.sharedFrame.shared)
    if rounding?.start.change == .learnt { rounding?.beginStep(frame) }
    ck_fill(samples * 2 * units, 0, dRemembered)
    for position in stride(from: steps - 1, through: 0, by: -1) {
      let step = direction.isReversed ? steps - 1 - position : position
      let before = direction.isReversed ? step + 1 : step - 1
      let isFirst = position == 0
      if returnsSequence || position == steps - 1 {
        for sample in 0..<samples {
          let row = returnsSequence ? sample * steps + step : sample
          let dh = dRemembered + sample * units
          ck_add(units, dh, frame.dOutputs + row * width + column, dh)
        }
      }
      let gates = kept.gates + step * columns
      let place = step * units
      let earlierPlace = before * units
      if let rounding, let scale {
        let exact = exact(direction, frame.state, samples) + place
        for sample in 0..<samples {
          let dh = dRemembered + sample * units
          let own = exact + sample * steps * units
          rounding.noteGradient(units, own, dh, scale, frame)
          rounding.pass(units, own, dh, dh, scale)
        }
      }
      switch kind {
      case .simple:
        for sample in 0..<samples {
          let result = kept.remembered + sample * steps * units + place
          let own = gates + sample * steps * columns
          let dh = dRemembered + sample * units
          for unit in 0..<units { own[unit] = dh[unit] * (1 - result[unit] * result[unit]) }
        }
      case .gated:
        ck_gru_backward(
          samples,
          units,
          gates,
          kept.extra + step * columns,
          steps * columns,
          isFirst ? nil : kept.remembered + earlierPlace,
          steps * units,
          dRemembered
        )
      case .longShortTerm:
        ck_lstm_backward(
          samples,
          units,
          gates,
          steps * columns,
          isFirst ? nil : kept.extra + earlierPlace,
          kept.extra + samples * steps * units + place,
          steps * units,
          dRemembered,
          dCell
        )
      }
      guard !isFirst else { continue }
      let recurrentGradients = kind == .gated ? kept.extra : kept.gates
      ck_matmul(
        0,
        0,
        samples,
        units,
        columns,
        recurrentGradients + step * columns,
        steps * columns,
        transposed + columns * features,
        units,
        dRemembered,
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
        0,
        rows,
        features,
        columns,
        kept.gates,
        columns,
        transposed,
        features,
        dInputs,
        features,
        adds,
        workspace
      )
    }
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
