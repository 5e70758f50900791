import CKernels
import Tensors

/// The places of a training run's arrays in its arena, in floats.
struct TrainingRegions {
  let parameters: Int
  let gradients: Int
  let firstMoments: Int
  let secondMoments: Int
  let mask: Int
  let exactWeights: Int
  let epochStart: Int
  let best: Int
  let prepared: Int
  let shared: Int
  let chunkMemory: Int
  let chunkStride: Int
  let workerMemory: Int
  let workerStride: Int
  let labels: Int
  let order: Int
  let sampleCounts: Int
  let rowCounts: Int
  let chunkLosses: Int
  let chunkHits: Int
  let classWeights: Int
  let softTargets: Int
  let lossLabels: Int
  let lossExpected: Int
  let lossRowWeights: Int
  let lossLosses: Int
  let lossScratch: Int
  let keepsMoments: (first: Bool, second: Bool)
  let parameterFloats: Int

  /// Threads that work on a step at most; the memory planned does not depend on how many there are.
  static let largestWorkerCount = 8

  init(
    _ budget: inout MemoryBudget,
    layout: ParameterLayout,
    plan: Plan,
    loss: PlannedLoss,
    chunks: Int,
    samples: Int,
    options: TrainingOptions
  ) {
    let floats = layout.count
    parameterFloats = floats
    keepsMoments = options.optimizer.keepsMoments
    parameters = budget.reserve(floats)
    gradients = budget.reserve(floats, times: chunks)
    firstMoments = budget.reserve(keepsMoments.first ? floats : 0)
    secondMoments = budget.reserve(keepsMoments.second ? floats : 0)
    mask = budget.reserve(options.keepsZeros ? (floats + 3) / 4 : 0)
    exactWeights = budget.reserve(options.awareness == nil ? 0 : floats)
    let copies = 1 + (keepsMoments.first ? 1 : 0) + (keepsMoments.second ? 1 : 0)
    epochStart = budget.reserve(floats, times: copies)
    best = budget.reserve(options.patience == nil ? 0 : floats)
    prepared = budget.reserve(plan.preparedFloats)
    shared = budget.reserve(plan.sharedFloats)
    labels = budget.reserve(loss.hasClasses ? samples * loss.rows : 0)
    order = budget.reserve(samples)
    let floatsPerInteger = MemoryLayout<Int>.size / MemoryLayout<Float>.size
    sampleCounts = budget.reserve(chunks * floatsPerInteger)
    rowCounts = budget.reserve(chunks * floatsPerInteger)
    chunkLosses = budget.reserve(chunks)
    chunkHits = budget.reserve(chunks * floatsPerInteger)
    classWeights = budget.reserve(options.classWeights?.count ?? 0)
    softTargets = budget.reserve(options.distillation == nil ? 0 : loss.count, times: samples)

    let rows = ParameterLayout.aligned(loss.rows * plan.chunkSamples)
    let values = ParameterLayout.aligned(loss.count * plan.chunkSamples)
    var offset = ParameterLayout.aligned(plan.chunkFloats)
    lossLabels = offset
    offset += rows
    lossExpected = offset
    offset += values
    lossRowWeights = offset
    offset += rows
    lossLosses = offset
    offset += rows
    lossScratch = offset
    if options.distillation != nil { offset += 2 * values + rows }
    chunkStride = offset
    chunkMemory = budget.reserve(chunkStride, times: chunks)
    workerStride = ParameterLayout.aligned(plan.workerFloats)
    workerMemory = budget.reserve(
      workerStride,
      times: min(chunks, TrainingRegions.largestWorkerCount)
    )
  }
}

/// A training run's memory, with the copies that it can go back to.
final class TrainingMemory {
  /// The blocks that an update reads and writes.
  struct Pointers {
    let parameters: UnsafeMutablePointer<Float>
    let gradients: UnsafeMutablePointer<Float>
    let firstMoments: UnsafeMutablePointer<Float>
    let secondMoments: UnsafeMutablePointer<Float>
  }

  private let arena: Arena
  private let regions: TrainingRegions
  private let operations: UnsafeMutablePointer<PlannedOperation>
  private let operationCount: Int
  private let barriers: UnsafeMutablePointer<Int>
  private let features: UnsafeMutablePointer<PlannedFeature>
  private let featureCount: Int

  let pointers: Pointers

  init(arena: Arena, regions: TrainingRegions, plan: Plan, features planned: [PlannedFeature]) {
    self.arena = arena
    self.regions = regions
    operationCount = plan.operations.count
    operations = .allocate(capacity: max(1, operationCount))
    operations.initialize(from: plan.operations, count: operationCount)
    barriers = .allocate(capacity: max(1, plan.barriers.count))
    barriers.initialize(from: plan.barriers, count: plan.barriers.count)
    featureCount = planned.count
    features = .allocate(capacity: max(1, featureCount))
    features.initialize(from: planned, count: featureCount)
    pointers = Pointers(
      parameters: arena.floats(regions.parameters),
      gradients: arena.floats(regions.gradients),
      firstMoments: arena.floats(regions.firstMoments),
      secondMoments: arena.floats(regions.secondMoments)
    )
  }

  deinit {
    operations.deallocate()
    barriers.deallocate()
    features.deallocate()
  }

  var parameters: UnsafeMutablePointer<Float> { pointers.parameters }
  var firstMoments: UnsafeMutablePointer<Float> { pointers.firstMoments }
  var secondMoments: UnsafeMutablePointer<Float> { pointers.secondMoments }
  /// A byte per parameter; 0 holds it at zero.
  var mask: UnsafeMutablePointer<UInt8> { arena.bytes(regions.mask) }
  /// The weights behind rounded ones, at their own offsets.
  var exactWeights: UnsafeMutablePointer<Float> { arena.floats(regions.exactWeights) }
  var labels: UnsafeMutablePointer<Int32> { arena.integers(regions.labels) }
  var order: UnsafeMutablePointer<Int32> { arena.integers(regions.order) }
  var classWeights: UnsafeMutablePointer<Float> { arena.floats(regions.classWeights) }
  var softTargets: UnsafeMutablePointer<Float> { arena.floats(regions.softTargets) }

  /// Copies parameters and moments, to go back to if the epoch is stopped.
  func keepEpochStart() { copy(toStart: true) }

  /// Goes back to the epoch's beginning.
  func restoreEpochStart() { copy(toStart: false) }

  private func copy(toStart: Bool) {
    var place = arena.floats(regions.epochStart)
    var blocks = [pointers.parameters]
    if regions.keepsMoments.first { blocks.append(pointers.firstMoments) }
    if regions.keepsMoments.second { blocks.append(pointers.secondMoments) }
    for block in blocks {
      if toStart {
        place.update(from: block, count: regions.parameterFloats)
      } else {
        block.update(from: place, count: regions.parameterFloats)
      }
      place += regions.parameterFloats
    }
  }

  /// Copies the parameters of the best epoch.
  func keepBest() {
    arena.floats(regions.best).update(from: parameters, count: regions.parameterFloats)
  }

  /// Brings the parameters of the best epoch back.
  func restoreBest() {
    parameters.update(from: arena.floats(regions.best), count: regions.parameterFloats)
  }

  /// What a step sees of this memory and of the data.
  ///
  /// The data's memory is not copied: the trainer holds the tensors, whose storage stays where it is
  /// as long as nobody changes them.
  func context(
    plan: Plan,
    layout: ParameterLayout,
    loss: PlannedLoss,
    samples: Samples,
    options: TrainingOptions,
    streamSeed: UInt64
  ) -> StepContext {
    let fallback = UnsafePointer(arena.base)
    let inputs = samples.inputs.withElements { $0.baseAddress } ?? fallback
    var values: UnsafePointer<Float>?
    if case .values(let tensor) = samples.expected {
      values = tensor.withElements { $0.baseAddress }
    }
    return StepContext(
      operations: UnsafePointer(operations),
      operationCount: operationCount,
      chunkSamples: plan.chunkSamples,
      barriers: UnsafePointer(barriers),
      barrierCount: plan.barriers.count,
      parameters: pointers.parameters,
      gradients: pointers.gradients,
      gradientStride: layout.count,
      prepared: arena.floats(regions.prepared),
      shared: arena.floats(regions.shared),
      chunkMemory: arena.floats(regions.chunkMemory),
      chunkStride: regions.chunkStride,
      workerMemory: arena.floats(regions.workerMemory),
      workerStride: regions.workerStride,
      input: plan.input,
      inputCount: plan.inputCount,
      output: plan.output ?? plan.input,
      dOutput: plan.dOutput,
      outputCount: plan.outputCount,
      loss: loss,
      distillation: nil,
      features: UnsafePointer(features),
      featureCount: featureCount,
      lossLabels: regions.lossLabels,
      lossExpected: regions.lossExpected,
      lossRowWeights: regions.lossRowWeights,
      lossLosses: regions.lossLosses,
      lossScratch: regions.lossScratch,
      classWeights: nil,
      inputs: inputs,
      labels: nil,
      values: values,
      order: UnsafePointer(order),
      start: 0,
      count: 0,
      sampleCounts: arena.counts(regions.sampleCounts),
      rowCounts: arena.counts(regions.rowCounts),
      chunkLosses: arena.floats(regions.chunkLosses),
      chunkHits: arena.counts(regions.chunkHits),
      streamSeed: streamSeed,
      step: 0,
      updatesStatistics: true
    )
  }
}
