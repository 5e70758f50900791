import Networks
import Tensors

extension ReferenceNetwork {
  /// The digest of the weights after some steps of training, from the same start each time.
  ///
  /// - Parameters:
  ///   - steps: how many steps; the samples are of five batches.
  ///   - batch: samples of a step.
  ///   - threads: how many share a step.
  /// - Returns: SHA-256 of the weights, in hexadecimal.
  /// - Throws: what the layers or the training refuse.
  public func digest(afterSteps steps: Int, batch: Int, threads: Int) throws -> String {
    var generator = SeededGenerator(seed: 1)
    let samples = samples(5 * batch)
    var options = TrainingOptions()
    options.epochs = steps
    options.batchSize = batch
    options.threads = threads
    let trainer = try Trainer(
      Network(architecture(), using: &generator),
      on: samples,
      options: options
    )
    for _ in 0..<steps { try trainer.runStep() }
    return trainer.result().digest()
  }
}
