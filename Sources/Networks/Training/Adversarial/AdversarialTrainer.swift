import CKernels
import Tensors

/// Trains a generator against a discriminator (Goodfellow and others, 2014).
///
/// Each step has two halves. The discriminator learns to answer 1 for a batch of real samples and 0
/// for as many that the generator makes of standard normal noise. Then the generator learns from new
/// noise to be answered 1 by the discriminator, which stands still: it minimises -log D(G(z)), not
/// log(1 - D(G(z))), whose gradient vanishes while the discriminator wins.
///
/// The discriminator's half is an ordinary training step on a batch that is filled anew; the
/// generator's half is one of both networks joined, with the discriminator's layers frozen.
public final class AdversarialTrainer {
  /// What it has shown so far.
  public private(set) var losses = AdversarialLosses()
  /// Bytes taken, known before the first step.
  public let plannedBytes: Int

  private let generator: Network
  private let discriminator: Network
  private let samples: Samples
  private let options: TrainingOptions
  private let batchSize: Int
  private let stepsPerEpoch: Int
  /// Learns to tell real from made samples.
  private let judging: Trainer
  /// Learns to make samples: the generator's nodes, then the discriminator's, frozen.
  private let making: Trainer
  private let generatorLayout: ParameterLayout
  private let runner: ForwardRunner
  private let arena: Arena
  private let noise: UnsafeMutablePointer<Float>
  /// The discriminator's batch: real samples, then made ones.
  private let judged: UnsafeMutablePointer<Float>
  private let noiseCount: Int
  private let sampleCount: Int
  private var order: [Int]
  /// Epochs of both networks together, in all their trainings.
  private var epochs: Int
  private let streamSeed: UInt64
  private var generatorReport = TrainingReport()
  private var discriminatorReport = TrainingReport()

  /// Plans the run and takes its memory; nothing is trained yet.
  ///
  /// The noise has the shape of the generator's input. Answers of `samples` are not looked at.
  public init(
    _ generator: Network,
    against discriminator: Network,
    on samples: Samples,
    options: TrainingOptions
  ) throws(AdversarialError) {
    try AdversarialTrainer.check(generator, discriminator, samples)
    self.generator = generator
    self.discriminator = discriminator
    self.samples = samples
    self.options = options
    batchSize = max(1, min(options.batchSize, samples.count))
    stepsPerEpoch = (samples.count + batchSize - 1) / batchSize
    noiseCount = generator.architecture.inputShape.count
    sampleCount = samples.sampleShape.count
    generatorLayout = ParameterLayout(generator.architecture)
    streamSeed =
      generator.optimizerState?.streamSeed ?? discriminator.optimizerState?.streamSeed
      ?? options.seed
    epochs = max(generator.optimizerState?.epochs ?? 0, discriminator.optimizerState?.epochs ?? 0)
    order = Array(0..<samples.count)

    let halves = try AdversarialTrainer.trainers(generator, discriminator, batchSize, options)
    judging = halves.judging
    making = halves.making
    judging.stepsPerEpoch = stepsPerEpoch
    making.stepsPerEpoch = stepsPerEpoch
    runner = ForwardRunner(
      generator.architecture,
      generatorLayout,
      node: generator.architecture.nodes.count - 1,
      endsInLogits: false,
      samples: batchSize,
      threads: options.threads
    )
    var budget = MemoryBudget()
    let noisePlace = budget.reserve(noiseCount, times: batchSize)
    let judgedPlace = budget.reserve(sampleCount, times: 2 * batchSize)
    var total = 0
    for part in [budget.bytes, runner.bytes, judging.plannedBytes, making.plannedBytes] {
      guard let part else { throw .training(.tooLarge) }
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow else { throw .training(.tooLarge) }
      total = sum
    }
    plannedBytes = total
    if let limit = options.memoryLimit, total > limit {
      throw .training(.exceedsMemory(neededBytes: total, limitBytes: limit))
    }
    guard runner.allocate(), let arena = Arena(bytes: budget.bytes ?? 0) else {
      throw .training(.tooLarge)
    }
    self.arena = arena
    noise = arena.floats(noisePlace)
    judged = arena.floats(judgedPlace)
    judging.context.inputs = UnsafePointer(judged)
    making.context.inputs = UnsafePointer(noise)
    for trainer in [judging, making] {
      for index in 0..<trainer.samples.count { trainer.memory.order[index] = Int32(index) }
    }
  }

  /// Trains for `options.epochs` epochs, or until the observer stops it after whole epochs.
  public func train(
    _ observer: TrainingObserver = TrainingObserver()
  ) throws(AdversarialError) -> AdversarialPair {
    while losses.generator.count < options.epochs {
      guard try runEpoch(observer) else { break }
    }
    return result()
  }

  // MARK: Epochs

  /// One pass over the data; `false` if the observer stopped it, which takes both networks back to
  /// the epoch's beginning.
  private func runEpoch(_ observer: TrainingObserver) throws(AdversarialError) -> Bool {
    for trainer in [judging, making] { trainer.memory.keepEpochStart() }
    let start = (judging.step, making.step, judging.stepInRun, making.stepInRun)
    var random = SeededGenerator(
      seed: SeededGenerator.seed(from: ["adversarial", String(streamSeed), String(epochs)])
    )
    // The order of an epoch depends on the epoch alone, as in `Trainer`.
    for index in order.indices { order[index] = index }
    if options.shuffles {
      for index in stride(from: order.count - 1, to: 0, by: -1) {
        order.swapAt(index, random.nextIndex(below: index + 1))
      }
    }
    judging.hits = 0
    var sums = (generator: 0.0, discriminator: 0.0)
    var seen = 0
    for step in 0..<stepsPerEpoch {
      guard !observer.shouldStop() else {
        for trainer in [judging, making] {
          trainer.memory.restoreEpochStart()
          trainer.needsPreparation = true
        }
        (judging.step, making.step, judging.stepInRun, making.stepInRun) = start
        generatorReport.wasInterrupted = true
        discriminatorReport.wasInterrupted = true
        return false
      }
      let first = step * batchSize
      let count = min(batchSize, samples.count - first)
      // The binary loss is a mean over both kinds; the game's value is the sum of both means.
      sums.discriminator += 2 * (try judge(first, count, &random)) * Double(count)
      sums.generator += try make(count, &random) * Double(count)
      seen += count
      observer.onStep(
        TrainingProgress(
          epoch: losses.generator.count + 1,
          step: step + 1,
          steps: stepsPerEpoch,
          loss: sums.generator / Double(seen)
        )
      )
    }
    for trainer in [judging, making] {
      guard ck_has_non_finite(trainer.layout.count, trainer.memory.parameters) == 0 else {
        throw .training(
          .diverged(step: stepsPerEpoch, layer: trainer.firstNodeWithBadParameters() ?? "loss")
        )
      }
    }
    epochs += 1
    losses.generator.append(sums.generator / Double(seen))
    losses.discriminator.append(sums.discriminator / Double(seen))
    generatorReport.loss = losses.generator
    discriminatorReport.loss = losses.discriminator
    discriminatorReport.accuracy.append(Double(judging.hits) / Double(2 * seen))
    observer.onEpoch(generatorReport)
    return true
  }

  /// The discriminator's half: mean loss over `count` real and as many made samples.
  private func judge(
    _ first: Int,
    _ count: Int,
    _ random: inout SeededGenerator
  ) throws(AdversarialError) -> Double {
    samples.inputs.withElements { inputs in
      guard let inputs = inputs.baseAddress else { return }
      for place in 0..<count {
        (judged + place * sampleCount)
          .update(from: inputs + order[first + place] * sampleCount, count: sampleCount)
      }
    }
    drawNoise(count, &random)
    // The generator's parameters are the first of the joined network's, in the same layout.
    runner.run(
      UnsafePointer(noise),
      count: count,
      parameters: making.memory.parameters,
      outputs: judged + batchSize * sampleCount
    )
    // A short last batch leaves a gap between its real and its made samples.
    for place in 0..<count {
      judging.memory.order[place] = Int32(place)
      judging.memory.order[count + place] = Int32(batchSize + place)
    }
    return try step(judging, count: 2 * count)
  }

  /// The generator's half: mean of -log D(G(z)).
  private func make(
    _ count: Int,
    _ random: inout SeededGenerator
  ) throws(AdversarialError) -> Double {
    drawNoise(count, &random)
    let behind = generator.architecture.nodes.count
    let offset =
      making.layout.nodeOffsets.indices.contains(behind)
      ? making.layout.nodeOffsets[behind] : generatorLayout.count
    (making.memory.parameters + offset)
      .update(from: judging.memory.parameters, count: judging.layout.count)
    making.needsPreparation = true
    return try step(making, count: count)
  }

  private func step(_ trainer: Trainer, count: Int) throws(AdversarialError) -> Double {
    do throws(TrainingError) {
      let loss = try trainer.takeStep(start: 0, count: count)
      trainer.stepInRun += 1
      return loss
    } catch { throw .training(error) }
  }

  private func drawNoise(_ count: Int, _ random: inout SeededGenerator) {
    for index in 0..<count * noiseCount { noise[index] = Float(random.nextNormal()) }
  }

  // MARK: Results

  /// Both networks as they stand, with what their optimisers need to go on.
  private func result() -> AdversarialPair {
    var pair = AdversarialPair(generator: generator, discriminator: discriminator)
    generatorLayout.read(making.memory.parameters, into: &pair.generator.parameters)
    judging.layout.read(judging.memory.parameters, into: &pair.discriminator.parameters)
    pair.generator.optimizerState = state(of: making, generatorLayout, generator)
    pair.discriminator.optimizerState = state(of: judging, judging.layout, discriminator)
    for report in [\AdversarialTrainer.generatorReport, \.discriminatorReport] {
      self[keyPath: report].epochs = losses.generator.count
      self[keyPath: report].best = losses.generator.count
      self[keyPath: report].batchSize = batchSize
      self[keyPath: report].plannedBytes = plannedBytes
      self[keyPath: report].outputForm = judging.report.outputForm
      self[keyPath: report].adversarial = losses
    }
    pair.generator.training = generatorReport
    pair.discriminator.training = discriminatorReport
    pair.generator.loss = judging.loss
    pair.discriminator.loss = judging.loss
    return pair
  }

  private func state(
    of trainer: Trainer,
    _ layout: ParameterLayout,
    _ network: Network
  ) -> OptimizerState {
    let keeps = options.optimizer.keepsMoments
    return OptimizerState(
      optimizer: options.optimizer,
      step: trainer.step,
      epochs: epochs,
      streamSeed: streamSeed,
      firstMoments: keeps.first
        ? layout.tensors(from: trainer.memory.firstMoments, like: network.parameters) : [],
      secondMoments: keeps.second
        ? layout.tensors(from: trainer.memory.secondMoments, like: network.parameters) : []
    )
  }
}
