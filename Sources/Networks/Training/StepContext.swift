import CKernels

/// Everything that the chunks of one step read and write: pointers and sizes only, copied into each
/// task, so that the inner loop meets no reference count and no existential.
struct StepContext {
  var operations: UnsafePointer<PlannedOperation>
  var operationCount: Int
  /// Samples of every chunk but the last.
  var chunkSamples: Int
  /// Operations that all chunks wait before.
  var barriers: UnsafePointer<Int>
  var barrierCount: Int

  var parameters: UnsafeMutablePointer<Float>
  var gradients: UnsafeMutablePointer<Float>
  /// Floats of one chunk's gradients.
  var gradientStride: Int
  var prepared: UnsafeMutablePointer<Float>
  var shared: UnsafeMutablePointer<Float>
  var chunkMemory: UnsafeMutablePointer<Float>
  var chunkStride: Int
  /// Each thread's scratch memory.
  var workerMemory: UnsafeMutablePointer<Float>
  var workerStride: Int

  var input: Int
  var inputCount: Int
  var output: Int
  var dOutput: Int
  var outputCount: Int

  var loss: PlannedLoss
  var distillation: PlannedDistillation?
  /// Inner outputs that have targets.
  var features: UnsafePointer<PlannedFeature>
  var featureCount: Int
  /// Where a chunk keeps what the loss reads and leaves, from the beginning of its memory.
  var lossLabels: Int
  var lossExpected: Int
  var lossRowWeights: Int
  var lossLosses: Int
  var lossScratch: Int
  var classWeights: UnsafePointer<Float>?

  /// All samples.
  var inputs: UnsafePointer<Float>
  var labels: UnsafePointer<Int32>?
  var values: UnsafePointer<Float>?
  /// The order of visit.
  var order: UnsafePointer<Int32>
  /// Samples of this batch, at `order[start]` and behind.
  var start: Int
  var count: Int
  var sampleCounts: UnsafeMutablePointer<Int>
  var rowCounts: UnsafeMutablePointer<Int>
  /// Per chunk the sum of its rows' losses.
  var chunkLosses: UnsafeMutablePointer<Float>
  /// Per chunk how many rows were classified rightly.
  var chunkHits: UnsafeMutablePointer<Int>

  var streamSeed: UInt64
  var step: Int
  var updatesStatistics: Bool

  var chunks: Int { (count + chunkSamples - 1) / chunkSamples }

  func samples(of chunk: Int) -> Int {
    min(chunkSamples, count - chunk * chunkSamples)
  }

  // MARK: Frames

  private func frame(
    _ operation: UnsafePointer<PlannedOperation>,
    _ chunk: Int,
    _ worker: Int
  ) -> Frame {
    let memory = chunkMemory + chunk * chunkStride
    let scratch = workerMemory + worker * workerStride
    let dInputs: UnsafeMutablePointer<Float>? =
      if let addition = operation.pointee.addition {
        scratch + addition
      } else if let dInput = operation.pointee.dInput { memory + dInput } else { nil }
    let nodeGradients =
      operation.pointee.trains
      ? gradients + chunk * gradientStride + operation.pointee.parameters : nil
    return Frame(
      samples: samples(of: chunk),
      chunk: chunk,
      inputs: UnsafePointer(
        operation.pointee.readsScratch ? scratch : memory + (operation.pointee.input ?? input)
      ),
      outputs: operation.pointee.writesScratch ? scratch : memory + operation.pointee.output,
      dOutputs: memory + operation.pointee.dOutput,
      dInputs: dInputs,
      accumulates: operation.pointee.accumulates ? 1 : 0,
      parameters: UnsafePointer(parameters + operation.pointee.parameters),
      gradients: nodeGradients,
      prepared: UnsafePointer(prepared + operation.pointee.prepared),
      state: memory + operation.pointee.state,
      workspace: scratch + operation.pointee.workspace,
      sharedFrame: sharedFrame(operation),
      sampleIndices: order + start + chunk * chunkSamples,
      streamSeed: streamSeed,
      step: step,
      isTraining: true
    )
  }

  private func sharedFrame(_ operation: UnsafePointer<PlannedOperation>) -> SharedFrame {
    SharedFrame(
      chunks: chunks,
      sampleCounts: UnsafePointer(sampleCounts),
      rowCounts: rowCounts,
      shared: shared,
      parameters: parameters + operation.pointee.parameters,
      gradients: operation.pointee.trains ? gradients + operation.pointee.parameters : nil,
      updatesStatistics: updatesStatistics
    )
  }

  // MARK: Phases

  /// Phases of a step: forward up to each barrier, the turn at the loss, back to each barrier.
  var phases: Int { 2 * barrierCount + 1 }

  /// What one chunk does in a phase, on the thread `worker`.
  func run(phase: Int, chunk: Int, worker: Int) {
    if phase == 0 { gather(chunk) }
    if phase <= barrierCount {
      let begin = phase == 0 ? 0 : barriers[phase - 1]
      let end = phase == barrierCount ? operationCount : barriers[phase]
      for index in begin..<end {
        let operation = operations + index
        operation.pointee.work.forward(frame(operation, chunk, worker))
      }
      if phase < barrierCount {
        let operation = operations + end
        if case .batchNormalization(let work) = operation.pointee.work {
          work.leaveMoments(frame(operation, chunk, worker))
        }
        return
      }
      computeLoss(chunk)
    }
    let barrier = 2 * barrierCount - phase - 1
    // Phase barrierCount goes back to the last barrier, which is left at the next phase's beginning.
    let begin = phase == barrierCount ? operationCount - 1 : barriers[barrier + 1]
    let end = barrier >= 0 ? barriers[barrier] + 1 : 0
    for index in stride(from: begin, through: end, by: -1) { backward(index, chunk, worker) }
    if barrier >= 0 {
      let operation = operations + barriers[barrier]
      if case .batchNormalization(let work) = operation.pointee.work {
        let frame = frame(operation, chunk, worker)
        addFeatures(barriers[barrier], chunk, frame)
        work.leaveSums(frame)
      }
    }
  }

  /// What is combined over all chunks after a phase.
  func meet(after phase: Int) {
    guard phase < phases - 1 else { return }
    let barrier = phase < barrierCount ? phase : 2 * barrierCount - phase - 1
    let operation = operations + barriers[barrier]
    guard case .batchNormalization(let work) = operation.pointee.work else { return }
    if phase < barrierCount {
      work.combineMoments(sharedFrame(operation))
    } else {
      work.combineSums(sharedFrame(operation))
    }
  }

  /// Adds what targets of an inner layer ask for to the gradient by its outputs.
  private func addFeatures(_ index: Int, _ chunk: Int, _ frame: Frame) {
    for feature in 0..<featureCount where features[feature].operation == index {
      if operations[index].writesScratch { operations[index].work.forward(frame) }
      features[feature].add(frame, batch: count, rows: loss.rows, losses: chunkLosses + chunk)
    }
  }

  /// Where the outputs of an operation stand, after computing them again if they are not kept.
  func outputs(of index: Int, chunk: Int) -> UnsafePointer<Float> {
    let frame = frame(operations + index, chunk, 0)
    if operations[index].writesScratch { operations[index].work.forward(frame) }
    return UnsafePointer(frame.outputs)
  }

  private func backward(_ index: Int, _ chunk: Int, _ worker: Int) {
    let operation = operations + index
    guard operation.pointee.runsBackward else { return }
    if let recomputed = operation.pointee.recomputed {
      operations[recomputed].work.forward(frame(operations + recomputed, chunk, worker))
    }
    let frame = frame(operation, chunk, worker)
    // Layers that wait for each other have already taken the sums of their gradients.
    if case .batchNormalization = operation.pointee.work {
    } else {
      addFeatures(index, chunk, frame)
    }
    operation.pointee.work.backward(frame)
    if let addition = operation.pointee.addition, let dInput = operation.pointee.dInput {
      let sum = chunkMemory + chunk * chunkStride + dInput
      ck_add(
        frame.samples * operation.pointee.inputCount,
        sum,
        workerMemory + worker * workerStride + addition,
        sum
      )
    }
  }

  /// Copies the chunk's samples and answers together.
  private func gather(_ chunk: Int) {
    let memory = chunkMemory + chunk * chunkStride
    let first = start + chunk * chunkSamples
    for sample in 0..<samples(of: chunk) {
      let index = Int(order[first + sample])
      (memory + input + sample * inputCount)
        .update(from: inputs + index * inputCount, count: inputCount)
      if let labels {
        let target = UnsafeMutableRawPointer(memory + lossLabels)
          .assumingMemoryBound(to: Int32.self)
        for row in 0..<loss.rows {
          target[sample * loss.rows + row] = labels[index * loss.rows + row]
        }
      } else if let values {
        (memory + lossExpected + sample * loss.count)
          .update(from: values + index * loss.count, count: loss.count)
      }
    }
  }

  private func computeLoss(_ chunk: Int) {
    let memory = chunkMemory + chunk * chunkStride
    let samples = samples(of: chunk)
    let rows = samples * loss.rows
    let scale = 1 / (Float(count) * Float(loss.rows))
    var frame = PlannedLoss.Frame(
      samples: samples,
      outputs: UnsafePointer(memory + output),
      labels: UnsafePointer(
        UnsafeMutableRawPointer(memory + lossLabels).assumingMemoryBound(to: Int32.self)
      ),
      expected: memory + lossExpected,
      classWeights: classWeights,
      rowWeights: memory + lossRowWeights,
      losses: memory + lossLosses,
      dOutputs: memory + dOutput,
      gradientScale: scale
    )
    if let distillation { frame.gradientScale = scale * distillation.alpha }
    loss.run(frame)
    if let distillation {
      distillation.add(
        frame,
        loss: loss,
        sampleIndices: order + start + chunk * chunkSamples,
        gradientScale: scale,
        scratch: memory + lossScratch
      )
    }
    var sum: Float = 0
    for row in 0..<rows { sum += frame.losses[row] }
    chunkLosses[chunk] = sum
    guard loss.hasClasses else { return }
    var hits = 0
    for row in 0..<rows
    where loss.predictedClass(frame.outputs + row * loss.columns) == Int(frame.labels[row]) {
      hits += 1
    }
    chunkHits[chunk] = hits
  }
}

/// Soft targets made ready (Hinton et al., 2015):
/// `alpha * CE + (1 - alpha) * T² * KL(softmax(teacher / T) || softmax(student / T))`.
struct PlannedDistillation {
  /// `softmax(teacher / T)` of every sample.
  let targets: UnsafePointer<Float>
  let temperature: Float
  let alpha: Float

  /// Adds the soft loss to the hard one that `loss` has already left in `frame`.
  func add(
    _ frame: PlannedLoss.Frame,
    loss: PlannedLoss,
    sampleIndices: UnsafePointer<Int32>,
    gradientScale: Float,
    scratch: UnsafeMutablePointer<Float>
  ) {
    guard let dOutputs = frame.dOutputs else { return }
    let rows = frame.samples * loss.rows
    let count = frame.samples * loss.count
    let targetRows = scratch
    let softGradients = scratch + count
    let softLosses = scratch + 2 * count
    let factor = (1 - alpha) * temperature * temperature
    for sample in 0..<frame.samples {
      (targetRows + sample * loss.count).update(
        from: targets + Int(sampleIndices[sample]) * loss.count,
        count: loss.count
      )
    }
    ck_softmax_cross_entropy_soft(
      rows,
      loss.columns,
      frame.outputs,
      targetRows,
      temperature,
      gradientScale * factor,
      softLosses,
      softGradients
    )
    ck_add(count, dOutputs, softGradients, dOutputs)
    for row in 0..<rows {
      let divergence =
        softLosses[row]
        + PlannedLoss.negativeEntropy(targetRows + row * loss.columns, count: loss.columns)
      frame.losses[row] = alpha * frame.losses[row] + factor * divergence
    }
  }
}
