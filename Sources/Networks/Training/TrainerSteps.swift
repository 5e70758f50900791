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
    let rate = options.learningRate * options.schedule.factor(at: position)
    followRanges(rate: rate)
    update(
      PlannedUpdate(
        options.optimizer,
        learningRate: rate,
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
    withUnsafePointer(to: context) { context in
      for phase in 0..<context.pointee.phases {
        pool.run(chunks, PhaseWork(context: context, phase: phase))
        context.pointee.meet(after: phase)
      }
    }
    restoreWeights()
    var loss = 0.0
    for chunk in 0..<chunks { loss += Double(context.chunkLosses[chunk]) }
    return loss / (Double(count) * Double(context.loss.rows))
  }

  private func prepare() {
    guard plan.preparedFloats > 0 else { return }
    withUnsafePointer(to: context) { context in
      pool.run(context.pointee.operationCount, PrepareWork(context: context))
    }
  }

  /// Adds the chunks' gradients and moves the parameters.
  private func update(_ planned: PlannedUpdate) {
    let stride = layout.count
    let pass = UpdatePass(
      planned: planned,
      memory: memory.pointers,
      chunks: context.chunks,
      stride: stride
    )
    let isSmall = stride * (context.chunks + 4) < UpdateRun.smallFloats
    let learnsScales = learnsWeightScales
    let separates = options.largestGradient != nil || !clusters.isEmpty || learnsScales
    if isSmall {
      for run in updates { pass.sum(run) }
    } else {
      withUnsafePointer(to: pass) { pass in
        updates.withUnsafeBufferPointer { updates in
          guard let runs = updates.baseAddress else { return }
          pool.run(updates.count, UpdateWork(pass: pass, updates: runs, applies: !separates))
        }
      }
    }
    if learnsScales { learnWeightScales(rate: planned.rate) }
    if separates { adjustGradients() }
    if isSmall || separates { for run in updates { pass.apply(run) } }
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

/// What happens to a run of parameters after each step: plain values, so that a step allocates nothing.
private struct UpdatePass {
  let planned: PlannedUpdate
  let memory: TrainingMemory.Pointers
  let chunks: Int
  /// Floats of one chunk's gradients.
  let stride: Int

  func sum(_ run: UpdateRun) {
    let gradients = memory.gradients + run.offset
    ck_sum_parts(run.count, chunks, stride, gradients, gradients)
  }

  func apply(_ run: UpdateRun) {
    planned.run(
      count: run.count,
      decays: run.decays,
      gradient: UnsafePointer(memory.gradients + run.offset),
      first: memory.firstMoments + run.offset,
      second: memory.secondMoments + run.offset,
      parameters: memory.parameters + run.offset
    )
  }
}

// What threads share in a step: pointers, so that handing it over allocates nothing.

private struct PhaseWork: ParallelWork {
  let context: UnsafePointer<StepContext>
  let phase: Int

  func run(chunk: Int, worker: Int) {
    context.pointee.run(phase: phase, chunk: chunk, worker: worker)
  }
}

private struct PrepareWork: ParallelWork {
  let context: UnsafePointer<StepContext>

  func run(chunk index: Int, worker: Int) {
    let context = context.pointee
    let operation = context.operations + index
    operation.pointee.work.prepare(
      UnsafePointer(context.parameters + operation.pointee.parameters),
      context.prepared + operation.pointee.prepared
    )
  }
}

private struct UpdateWork: ParallelWork {
  let pass: UnsafePointer<UpdatePass>
  let updates: UnsafePointer<UpdateRun>
  let applies: Bool

  func run(chunk index: Int, worker: Int) {
    pass.pointee.sum(updates[index])
    if applies { pass.pointee.apply(updates[index]) }
  }
}
