import Networks
import Tensors

/// Zeroes single weights of a network, and returns the new network with a report.
///
/// Exactly `round(sparsity * count)` weights become 0: per layer, or with scope `global` among all
/// layers that are not skipped, in the order of layers. Weights that are 0 already are the smallest,
/// so pruning further never brings one back.
func pruneWeights(
  of network: Network,
  _ options: PruningOptions,
  scores: (WeightLayer, Tensor) -> [Double]
) throws(PruningError) -> (Network, PruningReport) {
  let layers = try prunableLayers(of: network, options)
  let scored = layers.map { scores($0, network.weights(of: $0)) }
  var pruned = network
  var thresholds: [String: Double] = [:]

  switch options.scope {
  case .layer:
    for (layer, scores) in zip(layers, scored) {
      let number = prunedCount(sparsity: options.sparsity, of: scores.count)
      let choice = SmallestFirst(number, of: scores)
      pruned.zero(choice.isChosen[...], of: layer)
      thresholds[layer.name] = choice.threshold
    }
  case .global:
    let all = scored.flatMap { $0 }
    let number = prunedCount(sparsity: options.sparsity, of: all.count)
    let choice = SmallestFirst(number, of: all)
    var start = 0
    for (layer, scores) in zip(layers, scored) {
      pruned.zero(choice.isChosen[start..<start + scores.count], of: layer)
      thresholds[layer.name] = choice.threshold
      start += scores.count
    }
  }
  return (pruned, pruned.pruningReport(sparsity: [options.sparsity], thresholds: thresholds))
}

/// The layers that the options leave to prune, after checking that they can be ranked.
func prunableLayers(
  of network: Network,
  _ options: PruningOptions
) throws(PruningError) -> [WeightLayer] {
  guard options.sparsity >= 0, options.sparsity < 1 else {
    throw .sparsityOutOfRange(options.sparsity)
  }
  let layers: [WeightLayer]
  switch network.weightLayers(without: options.skip) {
  case .success(let found): layers = found
  case .failure(let unknown): throw .unknownLayer(unknown.name, names: unknown.names)
  }
  guard !layers.isEmpty else { throw .noPrunableLayers }
  for layer in layers {
    let isFinite = network.weights(of: layer).withElements { $0.allSatisfy(\.isFinite) }
    guard isFinite else { throw .notANumber(layer: layer.name) }
  }
  return layers
}

extension Network {
  /// Sets the chosen weights of a layer to 0.
  mutating func zero(_ chosen: ArraySlice<Bool>, of layer: WeightLayer) {
    parameters[layer.node][layer.parameter].tensor.withMutableElements { elements in
      for (position, isChosen) in zip(elements.indices, chosen) where isChosen {
        elements[position] = 0
      }
    }
  }

  /// What the layers look like now.
  func pruningReport(
    sparsity: [Double],
    thresholds: [String: Double],
    removedUnits: [String: Int] = [:]
  ) -> PruningReport {
    let layers = weightLayers.map { layer in
      let tensor = weights(of: layer)
      return PruningReport.LayerReport(
        name: layer.name,
        zeros: tensor.zeroCount,
        count: tensor.count,
        threshold: thresholds[layer.name] ?? 0,
        removedUnits: removedUnits[layer.name] ?? 0
      )
    }
    return PruningReport(layers: layers, sparsity: sparsity, training: nil)
  }
}
