import Networks
import Tensors

/// Zeroes weights of a network, and returns the new network with a report.
///
/// Exactly `round(sparsity * groups)` groups of weights become 0, a group being one weight unless
/// the unit says otherwise: per layer, or with scope `global` among all layers that are not skipped,
/// in the order of layers. Weights that are 0 already are the smallest, so pruning further never
/// brings one back.
func pruneWeights(
  of network: Network,
  _ options: PruningOptions,
  scores: (WeightLayer, Tensor) -> [Double]
) throws(PruningError) -> (Network, PruningReport) {
  let layers = try prunableLayers(of: network, options)
  let half = 0.5
  if options.unit == .twoOfFour, options.sparsity != half {
    throw .unsupportedCombination("a sparsity of \(options.sparsity)", "2of4, which is always 0.5")
  }
  let groups = layers.map { layer in
    let weights = network.weights(of: layer)
    return WeightGroups(
      weights,
      scores(layer, weights),
      outputs: network.outputCount(of: layer),
      options
    )
  }
  var pruned = network
  var thresholds: [String: Double] = [:]

  if options.unit == .twoOfFour {
    for (layer, groups) in zip(layers, groups) {
      pruned.zero(groups.weights(of: groups.twoOfFour()[...]), of: layer)
    }
    return (pruned, pruned.pruningReport(sparsity: [options.sparsity], thresholds: thresholds))
  }
  switch options.scope {
  case .layer:
    for (layer, groups) in zip(layers, groups) {
      let number = prunedCount(sparsity: options.sparsity, of: groups.scores.count)
      let choice = SmallestFirst(number, of: groups.scores)
      pruned.zero(groups.weights(of: choice.isChosen[...]), of: layer)
      thresholds[layer.name] = choice.threshold
    }
  case .global:
    let all = groups.flatMap(\.scores)
    let number = prunedCount(sparsity: options.sparsity, of: all.count)
    let choice = SmallestFirst(number, of: all)
    var start = 0
    for (layer, groups) in zip(layers, groups) {
      let end = start + groups.scores.count
      pruned.zero(groups.weights(of: choice.isChosen[start..<end]), of: layer)
      thresholds[layer.name] = choice.threshold
      start = end
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
  /// Output channels (or units) of a layer with weights; they run fastest in every layout.
  func outputCount(of layer: WeightLayer) -> Int {
    architecture.nodes[layer.node].outputShape.extents.last ?? 1
  }

  /// Sets the chosen weights of a layer to 0.
  mutating func zero(_ chosen: [Bool], of layer: WeightLayer) {
    parameters[layer.node][layer.parameter].tensor.withMutableElements { elements in
      for (position, isChosen) in chosen.enumerated() where isChosen { elements[position] = 0 }
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
