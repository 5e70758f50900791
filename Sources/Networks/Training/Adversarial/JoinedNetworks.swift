import Tensors

extension AdversarialTrainer {
  /// Refuses networks that do not belong together.
  static func check(
    _ generator: Network,
    _ discriminator: Network,
    _ samples: Samples
  ) throws(AdversarialError) {
    guard samples.count > 0 else { throw .training(.unsuitable(.noSamples)) }
    guard samples.count <= Int(Int32.max) / 2 else { throw .training(.tooLarge) }
    let made = generator.architecture.outputShape
    guard made.extents == samples.sampleShape.extents else {
      throw .generatorOutput(made, sample: samples.sampleShape)
    }
    let judged = discriminator.architecture.inputShape
    guard judged.extents == samples.sampleShape.extents else {
      throw .discriminatorInput(judged, sample: samples.sampleShape)
    }
    let verdict = discriminator.architecture.outputShape
    guard verdict.count == 1 else { throw .discriminatorOutput(verdict) }
    guard generator.architecture.nodes.count > 1 else { throw .training(.nothingToTrain) }
  }

  /// The trainers of both halves of a step, for batches of at most `batchSize` real samples.
  static func trainers(
    _ generator: Network,
    _ discriminator: Network,
    _ batchSize: Int,
    _ options: TrainingOptions
  ) throws(AdversarialError) -> (judging: Trainer, making: Trainer) {
    var options = options
    if options.loss == nil { options.loss = .crossEntropy }
    options.patience = nil
    options.distillation = nil
    options.classWeights = nil
    do throws(TrainingError) {
      var judged = options
      judged.batchSize = 2 * batchSize
      let judging = try Trainer(
        discriminator,
        on: try blank(
          2 * batchSize,
          discriminator.architecture.inputShape,
          labels: [Int32](repeating: 1, count: batchSize)
            + [Int32](repeating: 0, count: batchSize)
        ),
        options: judged
      )
      var made = options
      made.batchSize = batchSize
      let making = try Trainer(
        try joined(generator, discriminator),
        on: try blank(
          batchSize,
          generator.architecture.inputShape,
          labels: [Int32](repeating: 1, count: batchSize)
        ),
        options: made
      )
      return (judging, making)
    } catch { throw .training(error) }
  }

  /// Samples whose inputs are filled step by step.
  private static func blank(
    _ count: Int,
    _ shape: Shape,
    labels: [Int32]
  ) throws(TrainingError) -> Samples {
    guard let extents = Shape(checking: [count] + shape.extents) else { throw .tooLarge }
    return Samples(inputs: Tensor(extents), expected: .classes(labels, count: 2))
  }

  /// The generator followed by the discriminator with frozen layers, as one network that has the
  /// generator's optimiser state.
  static func joined(
    _ generator: Network,
    _ discriminator: Network
  ) throws(TrainingError) -> Network {
    var architecture = generator.architecture
    let behind = architecture.nodes.count - 1
    for node in discriminator.architecture.nodes.dropFirst() {
      do throws(ArchitectureError) {
        // A name with a space is no name of a script, so it cannot meet one of the generator's.
        try architecture.append(
          node.layer,
          name: "discriminator \(node.name)",
          inputs: node.inputs.map { $0 + behind },
          isFrozen: true
        )
      } catch {
        throw .unsuitable(.wrongInput(expected: node.outputShape, found: node.outputShape))
      }
    }
    let judging = Array(discriminator.parameters.dropFirst())
    var joined = Network(
      architecture: architecture,
      parameters: generator.parameters + judging
    )
    if var state = generator.optimizerState {
      let still = judging.map { $0.map { Tensor($0.tensor.shape) } }
      if !state.firstMoments.isEmpty { state.firstMoments += still }
      if !state.secondMoments.isEmpty { state.secondMoments += still }
      joined.optimizerState = state
    }
    return joined
  }
}
