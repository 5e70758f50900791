import Networks
import Tensors

/// Prunes a network and trains it on while what was pruned stays 0.
///
/// Weights are pruned at the beginning of those epochs in which the schedule asks for more, and
/// training goes on from there with the same optimiser, shuffle stream and report. Units are removed
/// once, before the first epoch, since the network changes its shape with them. An observer that
/// stops training keeps the last whole epoch with the sparsity it had. With `patience`, training may
/// end early only under a constant schedule, since any other would end below its target.
public func prune(
  _ network: Network,
  _ options: PruningOptions,
  schedule: PruningSchedule,
  on samples: Samples,
  validation: Samples? = nil,
  training: TrainingOptions,
  observer: TrainingObserver = TrainingObserver(),
  using random: inout SeededGenerator
) throws(PruningError) -> (Network, PruningReport) {
  var options = options
  var settings = training
  settings.keepsZeros = true
  let epochs = settings.epochs
  let removesUnits = [.channels, .neurons].contains(options.unit)
  if schedule.curve == .polynomial {
    if removesUnits {
      throw .unsupportedCombination("a polynomial schedule", "the removal of \(options.unit)")
    }
    if options.unit == .twoOfFour {
      throw .unsupportedCombination("a polynomial schedule", "2of4, which is always 0.5")
    }
  }
  options.sparsity = schedule.sparsity(atEpoch: 1, of: epochs)
  let start = try network.gradients(for: options, on: samples, settings)
  var (pruned, report) = try prune(network, options, gradients: start, using: &random)
  let trainer = try trained { () throws(TrainingError) in
    try Trainer(pruned, on: samples, validation: validation, options: settings)
  }
  if schedule.curve == .constant {
    pruned = try trained { () throws(TrainingError) in try trainer.train(observer) }
  } else {
    for epoch in 1...max(1, epochs) {
      let sparsity = schedule.sparsity(atEpoch: epoch, of: epochs)
      if sparsity > options.sparsity {
        options.sparsity = sparsity
        let current = trainer.result()
        let gradients = try current.gradients(for: options, on: samples, settings)
        let (next, nextReport) = try prune(current, options, gradients: gradients, using: &random)
        trainer.parameters = next.parameters
        report = nextReport
      }
      let isWhole = try trained { () throws(TrainingError) in try trainer.runEpoch(observer) }
      guard isWhole else { break }
    }
    pruned = trainer.result()
  }

  let thresholds = report.layers.map { ($0.name, $0.threshold) }
  let removed = report.layers.map { ($0.name, $0.removedUnits) }
  let done = pruned.training?.epochs ?? 0
  var final = pruned.pruningReport(
    sparsity: (0..<max(1, done)).map { schedule.sparsity(atEpoch: $0 + 1, of: epochs) },
    thresholds: Dictionary(thresholds) { first, _ in first },
    removedUnits: Dictionary(removed) { first, _ in first }
  )
  final.training = pruned.training
  return (pruned, final)
}

/// Runs a piece of training, and gives its refusal as one of pruning.
private func trained<Result>(
  _ body: () throws(TrainingError) -> Result
) throws(PruningError) -> Result {
  do throws(TrainingError) { return try body() } catch { throw .training(error) }
}

extension Network {
  /// What methods that rank by gradients make of them; nil for the others.
  fileprivate func gradients(
    for options: PruningOptions,
    on samples: Samples,
    _ training: TrainingOptions
  ) throws(PruningError) -> [[Tensor]]? {
    do throws(TrainingError) {
      return switch options.method {
      case .magnitude, .random: nil
      case .gradient: try meanGradients(on: samples, options: training)
      case .taylor: try meanSquaredGradients(on: samples, options: training)
      }
    } catch { throw .training(error) }
  }
}
