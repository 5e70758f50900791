import CKernels
import Tensors

/// Trains a network: plans all memory first, then takes steps that allocate nothing.
///
/// A batch is cut into chunks of `plan.chunkSamples` samples whatever the number of threads, each with
/// its own memory and gradients; partial gradients are added in chunk order. So the result has the same
/// bits for any number of threads.
///
/// Use `train` for a whole run, or `runEpoch` and `runStep` to look at or change the parameters in
/// between, as gradual pruning does.
public final class Trainer {
  /// What it has shown so far.
  public private(set) var report = TrainingReport()
  /// Bytes taken, known before the first step.
  public let plannedBytes: Int
  /// Steps of an epoch.
  public internal(set) var stepsPerEpoch: Int
  /// The loss that is minimised.
  public let loss: LossFunction

  /// Multiply-adds of a step below which it takes one thread, whatever the number allowed: some 50
  /// µs, in which a second thread saves little, and costs thousands when another process has its core.
  private static let smallStep = 1e6

  let options: TrainingOptions
  let network: Network
  let samples: Samples
  let labels: [Int32]
  let layout: ParameterLayout
  let plan: Plan
  let pool: ThreadPool
  let memory: TrainingMemory
  var context: StepContext
  let updates: [UpdateRun]
  private let validation: ValidationRun?

  /// Epochs that the network has been trained for, in all its trainings.
  private(set) var epochs: Int
  /// Steps that the optimiser has taken, in all its trainings.
  var step: Int
  let streamSeed: UInt64
  private var stepInEpoch = 0
  var stepInRun = 0
  private var lossSum = 0.0
  var hits = 0
  private var seen = 0
  var schedule: ScheduleProgress
  var needsPreparation = true
  private var stepAtEpochStart: Int
  var clusters: [ClusterRun] = []
  /// Ranges of activations that are rounded.
  let roundings: [PlannedActivationRounding]
  var rounded = RoundingState()
  private var roundedAtEpochStart = RoundingState()

  /// Plans the run and takes its memory; nothing is trained yet.
  public init(
    _ network: Network,
    on samples: Samples,
    validation: Samples? = nil,
    options: TrainingOptions
  ) throws(TrainingError) {
    try Trainer.check(network, samples, options)
    self.network = network
    self.samples = samples
    self.options = options
    let architecture = network.architecture
    loss = options.loss ?? Trainer.standardLoss(samples.expected)
    if case .classes(let labels, _) = samples.expected { self.labels = labels } else { labels = [] }
    let loss = loss
    let plannedLoss: PlannedLoss
    do throws(NetworkError) {
      try architecture.checkInput(samples)
      plannedLoss = try PlannedLoss(
        loss,
        architecture,
        samples,
        smoothing: options.labelSmoothing
      )
      if let validation { try architecture.checkInput(validation) }
    } catch { throw .unsuitable(error) }
    layout = ParameterLayout(architecture)
    let batchSize = min(options.batchSize, samples.count)
    stepsPerEpoch = (samples.count + batchSize - 1) / batchSize
    let chunkSamples = Plan.chunkSamples(architecture)
    let chunks = (batchSize + chunkSamples - 1) / chunkSamples
    let form = architecture.outputForm(for: loss)
    plan = Plan(
      architecture,
      layout,
      for: .training(chunks: chunks, endsInLogits: form != .values),
      awareness: options.awareness
    )
    roundings = plan.operations.flatMap(\.work.roundings)
    let features = try Trainer.plannedFeatures(options, plan, architecture, samples)
    guard layout.slots.contains(where: { $0.isTrained }) else { throw .nothingToTrain }
    updates = UpdateRun.runs(layout, splitsByDecay: options.weightDecay != 0)

    try Trainer.checkDistillation(options, plannedLoss, samples)
    var budget = MemoryBudget()
    let regions = TrainingRegions(
      &budget,
      layout: layout,
      plan: plan,
      loss: plannedLoss,
      chunks: chunks,
      samples: samples.count,
      options: options
    )
    let validationRun: ValidationRun?
    if let validation {
      validationRun = try ValidationRun(
        architecture,
        layout,
        validation,
        loss: loss,
        threads: options.threads
      )
    } else {
      validationRun = nil
    }
    self.validation = validationRun
    guard let arenaBytes = budget.bytes, let validationBytes = validationRun?.bytes ?? .some(0)
    else { throw .tooLarge }
    let (bytes, overflow) = arenaBytes.addingReportingOverflow(validationBytes)
    guard !overflow else { throw .tooLarge }
    plannedBytes = bytes
    if let limit = options.memoryLimit, bytes > limit {
      throw .exceedsMemory(neededBytes: bytes, limitBytes: limit)
    }
    guard let arena = Arena(bytes: arenaBytes) else { throw .tooLarge }
    memory = TrainingMemory(arena: arena, regions: regions, plan: plan, features: features)
    let isSmall = 3 * Double(batchSize) * Double(architecture.macCount) < Trainer.smallStep
    pool = ThreadPool(
      threads: isSmall ? 1 : min(options.threads, TrainingRegions.largestWorkerCount)
    )

    let state = network.optimizerState
    streamSeed = state?.streamSeed ?? options.seed
    epochs = state?.epochs ?? 0
    schedule = ScheduleProgress(options.schedule)
    if !options.schedule.spansTraining, let begun = state?.schedule,
      begun.schedule == options.schedule
    {
      let (steps, overflow) = begun.epochs.multipliedReportingOverflow(by: stepsPerEpoch)
      if !overflow { (schedule, stepInRun) = (begun, steps) }
    }
    step = 0
    stepAtEpochStart = 0
    context = memory.context(
      plan: plan,
      layout: layout,
      loss: plannedLoss,
      samples: samples,
      options: options,
      streamSeed: streamSeed
    )
    layout.write(network.parameters, to: memory.parameters)
    if let state, options.optimizer.continues(state.optimizer) {
      if !state.firstMoments.isEmpty, layout.fits(state.firstMoments) {
        layout.write(state.firstMoments, to: memory.firstMoments)
      }
      if !state.secondMoments.isEmpty, layout.fits(state.secondMoments) {
        layout.write(state.secondMoments, to: memory.secondMoments)
      }
      step = state.step
    }
    labels.withUnsafeBufferPointer { labels in
      if let base = labels.baseAddress, !labels.isEmpty {
        memory.labels.update(from: base, count: labels.count)
        context.labels = UnsafePointer(memory.labels)
      }
    }
    if let weights = options.classWeights {
      for (index, weight) in weights.enumerated() { memory.classWeights[index] = weight }
      context.classWeights = UnsafePointer(memory.classWeights)
    }
    if let distillation = options.distillation {
      distillation.logits.withElements { logits in
        guard let base = logits.baseAddress else { return }
        ck_softmax(
          samples.count * plannedLoss.rows,
          plannedLoss.columns,
          1 / distillation.temperature,
          base,
          memory.softTargets
        )
      }
      context.distillation = PlannedDistillation(
        targets: UnsafePointer(memory.softTargets),
        temperature: distillation.temperature,
        alpha: distillation.alpha
      )
    }
    noteConstraints(sharesMoments: true)
    beginRounding()
    report.outputForm = form
    report.batchSize = batchSize
    report.plannedBytes = plannedBytes
  }

  // MARK: Whole runs

  /// Trains for `options.epochs` epochs, or until patience ends or the observer stops it.
  ///
  /// A run that is stopped gives the network as it was after the last whole epoch.
  public func train(
    _ observer: TrainingObserver = TrainingObserver()
  ) throws(TrainingError)
    -> Network
  {
    var bestLoss = Double.infinity
    var epochsSinceBest = 0
    while report.epochs < options.epochs {
      guard try runEpoch(observer) else { break }
      guard let validationLoss = report.validationLoss.last else { continue }
      if validationLoss < bestLoss {
        bestLoss = validationLoss
        epochsSinceBest = 0
        if options.patience != nil {
          report.best = report.epochs
          memory.keepBest()
        }
      } else {
        epochsSinceBest += 1
        if let patience = options.patience, epochsSinceBest > patience { break }
      }
    }
    if options.patience != nil, options.restoresBest, bestLoss < .infinity {
      memory.restoreBest()
    } else {
      report.best = report.epochs
    }
    return result()
  }

  /// One pass over the data; `false` if the observer stopped it, which takes everything back to the
  /// epoch's beginning.
  @discardableResult
  public func runEpoch(
    _ observer: TrainingObserver = TrainingObserver()
  ) throws(TrainingError)
    -> Bool
  {
    repeat {
      guard !observer.shouldStop() else {
        if stepInEpoch > 0 { abandonEpoch() }
        report.wasInterrupted = true
        return false
      }
      observer.onStep(try runStep())
    } while stepInEpoch != 0
    observer.onEpoch(report)
    return true
  }

  /// One update; the last one of an epoch also adds a row to the report.
  @discardableResult
  public func runStep() throws(TrainingError) -> TrainingProgress {
    if stepInEpoch == 0 { beginEpoch() }
    let start = stepInEpoch * report.batchSize
    let count = min(report.batchSize, samples.count - start)
    let batchLoss = try takeStep(start: start, count: count)
    lossSum += batchLoss * Double(count)
    seen += count
    stepInEpoch += 1
    stepInRun += 1
    let progress = TrainingProgress(
      epoch: report.epochs + 1,
      step: stepInEpoch,
      steps: stepsPerEpoch,
      loss: lossSum / Double(seen)
    )
    if stepInEpoch == stepsPerEpoch { try endEpoch() }
    return progress
  }

  /// The network as it stands, with what the optimiser needs to go on.
  public func result() -> Network {
    var result = network
    layout.read(memory.parameters, into: &result.parameters)
    let keeps = options.optimizer.keepsMoments
    result.optimizerState = OptimizerState(
      optimizer: options.optimizer,
      step: step,
      epochs: epochs,
      streamSeed: streamSeed,
      schedule: schedule,
      firstMoments: keeps.first
        ? layout.tensors(from: memory.firstMoments, like: network.parameters) : [],
      secondMoments: keeps.second
        ? layout.tensors(from: memory.secondMoments, like: network.parameters) : []
    )
    result.loss = loss
    result.training = report
    return result
  }

  /// The parameters as they stand, per node in the order of `Architecture.parameterShapes`.
  ///
  /// Setting them between steps (of the same shapes) goes on from there; zeros and clusters to keep are
  /// then those of the new values.
  public var parameters: [[Parameter]] {
    get {
      var parameters = network.parameters
      layout.read(memory.parameters, into: &parameters)
      return parameters
    }
    set {
      layout.write(newValue, to: memory.parameters)
      needsPreparation = true
      noteConstraints(sharesMoments: false)
    }
  }

  /// Lets `body` change the parameters between steps.
  public func withParameters(_ body: (inout [[Parameter]]) -> Void) {
    var copy = parameters
    body(&copy)
    parameters = copy
  }

  // MARK: Epochs

  private func beginEpoch() {
    memory.keepEpochStart()
    roundedAtEpochStart = rounded
    stepAtEpochStart = step
    lossSum = 0
    hits = 0
    seen = 0
    let order = memory.order
    for index in 0..<samples.count { order[index] = Int32(index) }
    guard options.shuffles else { return }
    var generator = SeededGenerator(
      seed: SeededGenerator.seed(from: ["shuffle", String(streamSeed), String(epochs)])
    )
    for index in stride(from: samples.count - 1, to: 0, by: -1) {
      let other = generator.nextIndex(below: index + 1)
      let value = order[index]
      order[index] = order[other]
      order[other] = value
    }
  }

  private func abandonEpoch() {
    memory.restoreEpochStart()
    rounded = roundedAtEpochStart
    writeRanges()
    step = stepAtEpochStart
    stepInRun -= stepInEpoch
    stepInEpoch = 0
    needsPreparation = true
  }

  private func endEpoch() throws(TrainingError) {
    guard ck_has_non_finite(layout.count, memory.parameters) == 0 else {
      throw .diverged(step: stepInEpoch, layer: firstNodeWithBadParameters() ?? "loss")
    }
    stepInEpoch = 0
    epochs += 1
    report.epochs += 1
    let epochLoss = lossSum / Double(seen)
    report.loss.append(epochLoss)
    if context.loss.hasClasses {
      report.accuracy.append(Double(hits) / Double(seen * context.loss.rows))
    }
    if let validation {
      let measured = validation.measure(parameters: memory.parameters)
      report.validationLoss.append(measured.loss)
      if let accuracy = measured.accuracy { report.validationAccuracy.append(accuracy) }
    }
    schedule.note(report.validationLoss.last ?? epochLoss)
  }
}

extension Network {
  /// This network after training on `samples`, with report, loss and optimiser state.
  public func trained(
    on samples: Samples,
    validation: Samples? = nil,
    options: TrainingOptions,
    observer: TrainingObserver = TrainingObserver()
  ) throws(TrainingError) -> Network {
    try Trainer(self, on: samples, validation: validation, options: options).train(observer)
  }
}
