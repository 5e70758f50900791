import CKernels
import Tensors

extension Trainer {
  func takeStep(start: Int, count: Int) throws(TrainingError) -> Double {
    let loss = computeGradients(start: start, count: count, updatesStatistics: true)
    guard loss.isFinite else {
      throw .diverged(step: step + 1, layer: nodeWhereItBegan())
    }
    if context.loss.hasClasses {
      for chunk in 0..<context.chunks { hits += context.chunkHits[chunk] }
    }
    let position = Schedule.Position(
      step: stepInRun,
      steps: options.epochs * stepsPerEpoch,
      stepsPerEpoch: stepsPerEpoch,
      plateaus: schedule.plateaus
    )
    step += 1
    update(
      PlannedUpdate(
        options.optimizer,
        learningRate: options.learningRate * options.schedule.factor(at: position),
        weightDecay: options.weightDecay,
        step: step
      )
    )
    needsPreparation = true
    return loss
  }

  /// Fills every chunk's gradients for a batch, and gives the batch's mean loss.
  func computeGradients(start: Int, count: Int, updatesStatistics: Bool) -> Double {
    context.start = start
    context.count = count
    context.step = step
    context.updatesStatistics = updatesStatistics
    let context = context
    let chunks = context.chunks
    for chunk in 0..<chunks { context.sampleCounts[chunk] = context.samples(of: chunk) }
    roundWeights()
    if needsPreparation {
      prepare()
      needsPreparation = false
    }
    for phase in 0..<context.phases {
      pool.runOnWorkers(chunks) { chunk, worker in
        context.run(phase: phase, chunk: chunk, worker: worker)
      }
      context.meet(after: phase)
    }
    restoreWeights()
    if updatesStatistics { followRanges() }
    var loss = 0.0
    for chunk in 0..<chunks { loss += Double(context.chunkLosses[chunk]) }
    return loss / (Double(count) * Double(context.loss.rows))
  }

  private func prepare() {
    guard plan.preparedFloats > 0 else { return }
    let context = context
    pool.run(context.operationCount) { index in
      let operation = context.operations + index
      operation.pointee.work.prepare(
        UnsafePointer(context.parameters + operation.pointee.parameters),
        context.prepared + operation.pointee.prepared
      )
    }
  }

  /// Adds the chunks' gradients and moves the parameters.
  private func update(_ planned: PlannedUpdate) {
    let chunks = context.chunks
    let memory = memory.pointers
    let stride = layout.count
    let isSmall = stride * (chunks + 4) < UpdateRun.smallFloats
    let separates = options.largestGradient != nil || !clusters.isEmpty
    let apply: (UpdateRun) -> Void = { run in
      planned.run(
        count: run.count,
        decays: run.decays,
        gradient: UnsafePointer(memory.gradients + run.offset),
        first: memory.firstMoments + run.offset,
        second: memory.secondMoments + run.offset,
        parameters: memory.parameters + run.offset
      )
    }
    let sum: (UpdateRun) -> Void = { run in
      ck_sum_parts(
        run.count,
        chunks,
        stride,
        memory.gradients + run.offset,
        memory.gradients + run.offset
      )
    }
    if isSmall {
      for run in updates { sum(run) }
    } else {
      let updates = updates
      pool.run(updates.count) { index in
        sum(updates[index])
        if !separates { apply(updates[index]) }
      }
    }
    if separates { adjustGradients() }
    if isSmall || separates { for run in updates { apply(run) } }
    holdConstraints()
  }

  private func adjustGradients() {
    for cluster in clusters { cluster.shareGradients(memory.pointers.gradients) }
    guard let largest = options.largestGradient else { return }
    var square = 0.0
    for run in updates {
      square += Double(ck_sum_of_squares(run.count, memory.pointers.gradients + run.offset))
    }
    let norm = square.squareRoot()
    guard norm > Double(largest) else { return }
    let factor = Float(Double(largest) / norm)
    for run in updates {
      let gradient = memory.pointers.gradients + run.offset
      ck_scale(run.count, factor, 0, gradient, gradient)
    }
  }
}
