import Inference
import Networks
import Tensors

/// What training for integers gives.
public struct AwareResult: Sendable {
  /// The integer graph.
  public let graph: Graph
  /// What was chosen.
  public let report: QuantizationReport
  /// The network behind it, in floats, with batch normalisation folded.
  public let network: Network
}

/// Trains a network on with the rounding of its integers simulated, and gives the integer graph.
///
/// Batch normalisation is folded first. Ranges of activations start from what calibration shows and
/// follow the training; where the integer graph takes a range from its operation, so does training.
/// After each epoch the integer graph itself is measured on the validation samples, and with
/// `patience` the graph of the best epoch is kept: no figure comes from the simulation.
public func quantizeAware(
  _ network: Network,
  _ options: QuantizationOptions,
  calibration: Tensor,
  on samples: Samples,
  validation: Samples? = nil,
  training: TrainingOptions,
  observer: TrainingObserver = TrainingObserver()
) throws(QuantizationError) -> AwareResult {
  guard options.kind.hasAwareTraining else {
    throw .noAwareTraining(kind: options.kind.rawValue)
  }
  try checkCalibration(calibration, of: network)
  try refuseMasks(network)
  var options = options
  var start = try network.foldingNormalization()
  if options.equalizes { start = start.equalizingRanges() }
  let graph = tracingCells(try lower(start))
  if let bytes = options.largestBytes {
    options.layers = try layersWithin(bytes, start, options, graph, calibration)
    options.largestBytes = nil
  }
  let kinds = try options.weightKinds(of: start)
  let observation = try RangeObservation(
    graph,
    calibration,
    countsValues: options.observer != .minmax
  )
  var training = training
  training.awareness = awareness(start, graph, kinds, options, observation)
  let input = observation.range(of: graph.inputs[0], options.observer, levels: 256)
  let seen = Samples(inputs: samples.inputs.rounded(over: input), expected: samples.expected)

  let trainer: Trainer
  do throws(TrainingError) {
    trainer = try Trainer(start, on: seen, options: training)
  } catch { throw .training(error) }
  var best: (accuracy: Double, result: AwareResult, epoch: Int)?
  var accuracies: [Double] = []
  for epoch in 1...max(1, training.epochs) where training.epochs > 0 {
    let isWhole: Bool
    do throws(TrainingError) {
      isWhole = try trainer.runEpoch(observer)
    } catch { throw .training(error) }
    guard isWhole else { break }
    guard let validation, case .classes(let labels, _) = validation.expected else { continue }
    let result = try integers(of: trainer, start, kinds, options, calibration, input)
    let accuracy = try result.graph.accuracy(on: validation.inputs, labels: labels)
    accuracies.append(accuracy)
    if accuracy > best?.accuracy ?? -1 { best = (accuracy, result, epoch) }
    if let patience = training.patience, let best, epoch - best.epoch > patience { break }
  }
  var result = try integers(of: trainer, start, kinds, options, calibration, input)
  if training.patience != nil, training.restoresBest, let best { result = best.result }
  var tuned = result.network
  tuned.training = trainer.report
  tuned.training?.validationAccuracy = accuracies
  if training.patience != nil, let best { tuned.training?.best = best.epoch }
  return AwareResult(graph: result.graph, report: result.report, network: tuned)
}

/// What training has to round.
private func awareness(
  _ network: Network,
  _ graph: Graph,
  _ kinds: [String: WeightKind],
  _ options: QuantizationOptions,
  _ observation: RangeObservation
) -> QuantizationAwareness {
  var awareness = QuantizationAwareness()
  for (index, node) in network.architecture.nodes.enumerated() {
    guard let kind = kinds[node.name] else { continue }
    let isDense = if case .dense = node.layer { true } else { false }
    awareness.weights[index] = WeightRounding(
      kind.levels,
      isPerChannel: options.granularity == .channel && !(isDense && kind != .int8)
    )
  }
  for operation in graph.operations {
    guard let output = operation.outputs.first else { continue }
    let name = graph.tensors[output].name
    guard !operation.kind.keepsScale else { continue }
    switch operation.kind {
    case .softmax: continue
    case .logistic: awareness.activations[name] = .init(0...Float(255) / 256, moves: false)
    case .tanh: awareness.activations[name] = .init(-1...Float(127) / 128, moves: false)
    default:
      let range = observation.range(of: output, options.observer, levels: 256)
      awareness.activations[name] = .init(
        Float(range.lowerBound)...Float(range.upperBound),
        moves: true
      )
    }
  }
  return awareness
}

/// The integer graph of what a trainer holds.
private func integers(
  of trainer: Trainer,
  _ start: Network,
  _ kinds: [String: WeightKind],
  _ options: QuantizationOptions,
  _ calibration: Tensor,
  _ input: ClosedRange<Double>
) throws(QuantizationError) -> AwareResult {
  let tuned = trainer.result()
  let graph = tracingCells(try lower(tuned))
  let observation = try RangeObservation(
    graph,
    calibration,
    countsValues: options.observer != .minmax,
    takesMeans: options.correctsBias
  )
  let learnt = trainer.activationRanges
  let observer = options.observer
  let (result, report) = try integerGraph(
    graph,
    options,
    kinds: kinds,
    meanInputs: observation.means,
    calibration: calibration
  ) { tensor, levels in
    if tensor == graph.inputs[0] { return input }
    if let range = learnt[graph.tensors[tensor].name] {
      return Double(range.lowerBound)...Double(range.upperBound)
    }
    return observation.range(of: tensor, observer, levels: levels)
  }
  return AwareResult(graph: result, report: report, network: tuned)
}

extension Graph {
  /// The share of samples whose largest output is that of their label.
  func accuracy(on inputs: Tensor, labels: [Int32]) throws(QuantizationError) -> Double {
    let outputs: Tensor
    do throws(GraphError) {
      outputs = try GraphRunner(self).outputs(for: inputs)
    } catch { throw .graph(error) }
    let width = labels.isEmpty ? 0 : outputs.count / labels.count
    guard width > 0 else { return 0 }
    let hits = outputs.withElements { outputs in
      labels.indices.count { sample in
        var winner = 0
        for place in 1..<max(1, width)
        where outputs[sample * width + place] > outputs[sample * width + winner] {
          winner = place
        }
        return winner == Int(labels[sample])
      }
    }
    return Double(hits) / Double(labels.count)
  }
}

extension Tensor {
  /// Every element at the nearest of 256 steps over a range, clipped to it.
  fileprivate func rounded(over range: ClosedRange<Double>) -> Tensor {
    let scale = ByteScale(covering: range)
    var result = self
    result.withMutableElements { elements in
      for index in elements.indices {
        let steps = (elements[index] / scale.scale).rounded(.toNearestOrAwayFromZero)
        let integer = max(-128, min(steps + Float(scale.zeroPoint), 127))
        elements[index] = (integer - Float(scale.zeroPoint)) * scale.scale
      }
    }
    return result
  }
}
