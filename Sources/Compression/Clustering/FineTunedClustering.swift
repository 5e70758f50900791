import Networks
import Tensors

/// Clusters a network and trains it on while weights that share a value go on sharing one.
///
/// The gradient of a shared value is the sum over its weights (Han et al., 2016, section 3). Zeros
/// that were to be kept stay 0 too.
public func cluster(
  _ network: Network,
  _ options: ClusteringOptions,
  on samples: Samples,
  validation: Samples? = nil,
  training: TrainingOptions,
  observer: TrainingObserver = TrainingObserver(),
  using random: inout SeededGenerator
) throws(ClusteringError) -> (Network, ClusteringReport) {
  let (clustered, report) = try cluster(network, options, using: &random)
  var training = training
  training.keepsClusters = true
  training.keepsZeros = options.keepsSparsity
  let tuned: Network
  do throws(TrainingError) {
    tuned = try clustered.trained(
      on: samples,
      validation: validation,
      options: training,
      observer: observer
    )
  } catch { throw .training(error) }
  var final = report
  final.layers = report.layers.map { layer in
    guard let place = tuned.weightLayers.first(where: { $0.name == layer.name }) else {
      return layer
    }
    let weights = tuned.weights(of: place)
    return ClusteringReport.LayerReport(
      name: layer.name,
      count: layer.count,
      distinct: weights.distinctCount,
      zeros: weights.zeroCount,
      error: layer.error,
      bits: layer.bits
    )
  }
  final.training = tuned.training
  return (tuned, final)
}
