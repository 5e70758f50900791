import Compression
import Diagnostics
import Networks
import Tensors

/// Pruning and clustering with training behind `on D`.
extension TrainingRequest {
  /// Prunes and trains with the zeros held, by the command's schedule.
  func pruned(
    _ network: Network,
    _ options: PruningOptions,
    using generator: inout SeededGenerator
  ) throws(Diagnostic) -> (Network, PruningReport) {
    let clock = call.session.host.seconds
    let result: (Network, PruningReport)
    do throws(PruningError) {
      result = try prune(
        network,
        options,
        schedule: try schedule(options),
        on: samples,
        validation: validation,
        training: self.options,
        observer: observer(),
        using: &generator
      )
    } catch {
      if case .training(let error) = error { throw diagnostic(error) }
      call.session.host.show(nil)
      throw PruningCommand.diagnostic(error, call)
    }
    call.session.host.show(nil)
    try finish(result.0, since: clock)
    return result
  }

  private func schedule(_ options: PruningOptions) throws(PruningError) -> PruningSchedule {
    let start = call.after(.from)?.value.plainNumber
    let word = call.option("schedule")?.value.wordOrString
    let curve =
      word.flatMap { PruningSchedule.Curve(rawValue: $0) }
      ?? (start == nil ? .constant : .polynomial)
    return try PruningSchedule(
      curve: curve,
      from: start ?? 0,
      to: options.sparsity,
      every: call.option("every")?.value.plainNumber.map { Int($0) } ?? 1
    )
  }

  /// Clusters and trains with the sharing held.
  func clustered(
    _ network: Network,
    _ options: ClusteringOptions,
    using generator: inout SeededGenerator
  ) throws(Diagnostic) -> (Network, ClusteringReport) {
    let clock = call.session.host.seconds
    let result: (Network, ClusteringReport)
    do throws(ClusteringError) {
      result = try cluster(
        network,
        options,
        on: samples,
        validation: validation,
        training: self.options,
        observer: observer(),
        using: &generator
      )
    } catch {
      if case .training(let error) = error { throw diagnostic(error) }
      call.session.host.show(nil)
      throw ClusteringCommand.diagnostic(error, call)
    }
    call.session.host.show(nil)
    try finish(result.0, since: clock)
    return result
  }

  /// Trains a student on its teachers' answers.
  func distilled(
    _ teachers: [Network],
    into student: Network,
    _ options: DistillationOptions
  ) throws(Diagnostic) -> Network {
    let clock = call.session.host.seconds
    let result: Network
    do throws(DistillationError) {
      result = try distill(
        teachers,
        into: student,
        on: samples,
        validation: validation,
        options: options,
        training: self.options,
        observer: observer()
      )
    } catch {
      if case .training(let error) = error { throw diagnostic(error) }
      call.session.host.show(nil)
      throw DistillationCommand.diagnostic(error, call)
    }
    call.session.host.show(nil)
    try finish(result, since: clock)
    return result
  }
}
