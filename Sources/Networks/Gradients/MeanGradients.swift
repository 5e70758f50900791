import Tensors

extension Network {
  /// The gradient of the mean loss over all samples: per node and parameter, shaped as they are.
  ///
  /// Batches are taken in the order of the samples. Parameters of frozen layers, and statistics, have
  /// 0. Batch normalisation uses the statistics of each batch, as in training.
  public func meanGradients(
    on samples: Samples,
    options: TrainingOptions = TrainingOptions()
  ) throws(TrainingError) -> [[Tensor]] {
    try meanGradients(on: samples, options) { $0 }
  }

  /// The mean over batches of the squared gradients of their losses, shaped as the parameters.
  ///
  /// Where training has come to rest the mean gradient is 0 and only noise is left of it, but its
  /// square over batches still tells how much the loss depends on a weight.
  public func meanSquaredGradients(
    on samples: Samples,
    options: TrainingOptions = TrainingOptions()
  ) throws(TrainingError) -> [[Tensor]] {
    try meanGradients(on: samples, options) { $0 * $0 }
  }

  private func meanGradients(
    on samples: Samples,
    _ options: TrainingOptions,
    _ measure: (Double) -> Double
  ) throws(TrainingError) -> [[Tensor]] {
    var options = options
    options.distillation = nil
    let trainer = try Trainer(self, on: samples, options: options)
    for index in 0..<samples.count { trainer.memory.order[index] = Int32(index) }
    var sums = [Double](repeating: 0, count: trainer.layout.count)
    let batchSize = trainer.report.batchSize
    for start in stride(from: 0, to: samples.count, by: batchSize) {
      let count = min(batchSize, samples.count - start)
      _ = trainer.computeGradients(start: start, count: count, updatesStatistics: false)
      let gradients = trainer.summedGradients()
      for index in sums.indices {
        sums[index] += measure(Double(gradients[index])) * Double(count)
      }
    }
    return trainer.layout.tensors(
      from: sums.map { Float($0 / Double(samples.count)) },
      like: parameters
    )
  }
}
