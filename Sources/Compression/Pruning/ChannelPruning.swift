import Networks
import Tensors

/// Removes whole filters of convolutions (`channels`) or units of dense layers (`neurons`).
///
/// Every layer behind them shrinks: inputs of the next layers, batch normalisation, depthwise layers,
/// sums and concatenations, and what a flattened image feeds. Units that are added up go together.
///
/// In each layer exactly `round(sparsity * units)` go, those with the smallest score; with scope
/// `global` that share of all units, but the best of each layer stays. The output layer's units are
/// never removed. See Li et al., "Pruning filters for efficient ConvNets", 2017.
func pruneUnits(
  of network: Network,
  _ options: PruningOptions,
  scores: (WeightLayer, Tensor) -> [Double]
) throws(PruningError) -> (Network, PruningReport) {
  let layers = try prunableLayers(of: network, options)
  let map = ChannelMap(network.architecture)
  var candidates: [(names: [String], units: [Int], scores: [Double])] = []
  var isProtectedHere = false
  for (nodes, units) in map.removableUnits() {
    let makers = nodes.compactMap { node in layers.first { $0.node == node } }
    // A skipped layer keeps its units, and with them those of the layers that it is added to.
    guard makers.count == nodes.count else { continue }
    guard nodes.allSatisfy({ network.architecture.nodes[$0].layer.makes(options.unit) }) else {
      continue
    }
    var unitScores = [Double](repeating: 0, count: units.count)
    for layer in makers {
      let weightScores = scores(layer, network.weights(of: layer))
      // A layer's own outputs in the order of its units.
      let places = map.units[layer.node]
      for (index, unit) in units.enumerated() {
        for place in places.indices where places[place] == unit {
          unitScores[index] += options.groupScore(
            of: stride(from: place, to: weightScores.count, by: places.count)
              .map { weightScores[$0] }
          )
        }
      }
    }
    candidates.append((makers.map(\.name), units, unitScores))
  }
  if candidates.isEmpty {
    isProtectedHere = layers.contains {
      network.architecture.nodes[$0.node].layer.makes(options.unit)
    }
  }
  guard !isProtectedHere else { throw .unitsCannotGo(unit: options.unit.rawValue) }
  guard !candidates.isEmpty else { throw .noPrunableLayers }

  var removed: Set<Int> = []
  var thresholds: [String: Double] = [:]
  var removedCounts: [String: Int] = [:]
  switch options.scope {
  case .layer:
    for (names, units, scores) in candidates {
      let number = prunedCount(sparsity: options.sparsity, of: units.count)
      guard number < units.count else {
        throw .nothingLeft(layer: names.joined(separator: " and "), units: number)
      }
      let choice = SmallestFirst(number, of: scores)
      for (unit, isChosen) in zip(units, choice.isChosen) where isChosen { removed.insert(unit) }
      for name in names {
        thresholds[name] = choice.threshold
        removedCounts[name] = number
      }
    }
  case .global:
    let all = candidates.reduce(0) { $0 + $1.units.count }
    var competing: [(unit: Int, score: Double, names: [String])] = []
    for (names, units, scores) in candidates {
      let best = scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) }
      for (index, unit) in units.enumerated() where index != best {
        competing.append((unit, scores[index], names))
      }
    }
    let number = min(prunedCount(sparsity: options.sparsity, of: all), competing.count)
    let choice = SmallestFirst(number, of: competing.map(\.score))
    for (candidate, isChosen) in zip(competing, choice.isChosen) where isChosen {
      removed.insert(candidate.unit)
      for name in candidate.names { removedCounts[name, default: 0] += 1 }
    }
    for (names, _, _) in candidates { for name in names { thresholds[name] = choice.threshold } }
  }
  let smaller = try network.without(removed, map)
  return (
    smaller,
    smaller.pruningReport(
      sparsity: [options.sparsity],
      thresholds: thresholds,
      removedUnits: removedCounts
    )
  )
}

extension Network {
  /// The network without these units, all tensors cut to what is left.
  fileprivate func without(_ removed: Set<Int>, _ map: ChannelMap) throws(PruningError) -> Network {
    let old = architecture
    let kept = old.nodes.indices.map { map.kept($0, without: removed) }
    var smaller: Architecture
    do throws(ArchitectureError) {
      smaller = try Architecture(input: old.inputShape)
      for (index, node) in old.nodes.enumerated().dropFirst() {
        try smaller.append(
          node.layer.with(outputs: kept[index].count),
          name: node.name,
          inputs: node.inputs,
          isFrozen: node.isFrozen
        )
      }
    } catch { throw .brokenArchitecture(error) }

    func cut(_ tensor: Tensor, node: Int, role: ParameterRole) -> Tensor {
      tensor.cut(
        role: role,
        layer: old.nodes[node].layer,
        inputs: old.nodes[node].inputs.first.map { kept[$0] } ?? [],
        outputs: kept[node],
        shape: smaller.parameterShapes(of: node).first { $0.role == role }?.shape ?? tensor.shape
      )
    }
    var result = Network(
      architecture: smaller,
      parameters: parameters.enumerated().map { node, parameters in
        parameters.map {
          Parameter(role: $0.role, tensor: cut($0.tensor, node: node, role: $0.role))
        }
      },
      lineage: lineage
    )
    result.loss = loss
    result.reconstructsInput = reconstructsInput
    result.training = training
    result.optimizerState = optimizerState.map { state in
      var state = state
      func cutAll(_ moments: [[Tensor]]) -> [[Tensor]] {
        moments.enumerated().map { node, moments in
          zip(parameters[node], moments).map { parameter, moment in
            cut(moment, node: node, role: parameter.role)
          }
        }
      }
      state.firstMoments = cutAll(state.firstMoments)
      state.secondMoments = cutAll(state.secondMoments)
      return state
    }
    return result
  }
}

extension Layer {
  /// Whether its outputs are what is removed: filters are channels, dense units neurons.
  fileprivate func makes(_ unit: PruningOptions.Unit) -> Bool {
    switch self {
    case .convolution, .temporalConvolution: unit == .channels
    case .dense: unit == .neurons
    case .input, .depthwiseConvolution, .transposedConvolution, .pooling, .upsampling, .activation,
      .flatten, .reshape, .padding, .cropping, .dropout, .noise, .batchNormalization,
      .layerNormalization, .recurrent, .embedding, .positionalEncoding, .attention, .addition,
      .concatenation:
      false
    }
  }

  /// The same layer with another number of units or filters, where it has one of its own.
  fileprivate func with(outputs: Int) -> Layer {
    switch self {
    case .dense(var dense):
      dense.units = outputs
      return .dense(dense)
    case .convolution(var convolution):
      convolution.filters = outputs
      return .convolution(convolution)
    case .temporalConvolution(var convolution):
      convolution.filters = outputs
      return .temporalConvolution(convolution)
    case .input, .depthwiseConvolution, .transposedConvolution, .pooling,
      .upsampling, .activation, .flatten, .reshape, .padding, .cropping, .dropout, .noise,
      .batchNormalization, .layerNormalization, .recurrent, .embedding, .positionalEncoding,
      .attention, .addition, .concatenation:
      return self
    }
  }
}

extension Tensor {
  /// The slices of a parameter that belong to what is left of a layer's inputs and outputs.
  fileprivate func cut(
    role: ParameterRole,
    layer: Layer,
    inputs: [Int],
    outputs: [Int],
    shape target: Shape
  ) -> Tensor {
    guard target != shape else { return self }
    guard role == .weights else {
      return withElements { elements in Tensor(target, outputs.map { elements[$0] }) }
    }
    let columnCount = shape.extents.last ?? 1
    let isDepthwise = if case .depthwiseConvolution = layer { true } else { false }
    return withElements { elements in
      var values: [Float] = []
      values.reserveCapacity(target.count)
      if isDepthwise {
        // height x width x (channels x multiplier), whose last two axes are the outputs.
        let outputCount = columnCount * shape.extents[shape.rank - 2]
        for tap in 0..<elements.count / outputCount {
          for output in outputs { values.append(elements[tap * outputCount + output]) }
        }
      } else {
        // taps x inputs x outputs; a dense layer has one tap.
        let inputCount = shape.extents[shape.rank - 2]
        for tap in 0..<elements.count / (inputCount * columnCount) {
          for input in inputs {
            for output in outputs {
              values.append(elements[(tap * inputCount + input) * columnCount + output])
            }
          }
        }
      }
      return Tensor(target, values)
    }
  }
}
