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
/// follow the training, or are learnt in it; where the integer graph takes a range from its operation,
/// so does training. What recurrent layers remember is rounded at every step; the sums within their
/// gates are not.
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
    var rounding = WeightRounding(
      kind.levels,
      columnsPerScale: node.layer.columnsPerScale(kind, options.granularity)
    )
    rounding.learnsScales =
      options.ranges == .learnt && kind == .int4 && node.layer.hasOneMatrix
    awareness.weights[index] = rounding
  }
  func observed(_ tensor: Int) -> QuantizationAwareness.Activation {
    let range = observation.range(of: tensor, options.observer, levels: 256)
    return .init(
      Float(range.lowerBound)...Float(range.upperBound),
      options.ranges == .learnt ? .learnt : .moving
    )
  }
  for operation in graph.operations {
    guard let output = operation.outputs.first else { continue }
    let name = graph.tensors[output].name
    guard !operation.kind.keepsScale else { continue }
    switch operation.kind {
    case .softmax: continue
    case .logistic: awareness.activations[name] = .init(0...Float(255) / 256, .fixed)
    case .tanh: awareness.activations[name] = .init(-1...Float(127) / 128, .fixed)
    default: awareness.activations[name] = observed(output)
    }
  }
  for state in RecurrentState.all(of: network, in: graph) {
    // What comes out of a tanh has its fixed range.
    let starts = state.steps.map { tensor in
      awareness.activations[graph.tensors[tensor].name] ?? observed(tensor)
    }
    guard let change = starts.first?.change, let low = starts.map(\.range.lowerBound).min(),
      let high = starts.map(\.range.upperBound).max()
    else { continue }
    awareness.activations[state.name] = .init(low...high, change)
  }
  return awareness
}

/// What a direction of a recurrent layer remembers: one range in training for all steps, which are
/// tensors of their own where the graph goes step by step.
private struct RecurrentState {
  /// Its name among the ranges.
  let name: String
  /// The tensors that hold it, at one step or at all.
  let steps: [Int]
  /// The tensor that joins the steps, if there is one.
  let joined: Int?

  /// Those of all recurrent layers.
  static func all(of network: Network, in graph: Graph) -> [RecurrentState] {
    var states: [RecurrentState] = []
    for node in network.architecture.nodes {
      guard case .recurrent(let recurrent) = node.layer else { continue }
      let names =
        recurrent.isBidirectional
        ? ["\(node.name)/forward", "\(node.name)/backward"] : [node.name]
      for name in names {
        let steps = graph.operations.flatMap(\.outputs).filter { tensor in
          holdsState(graph.tensors[tensor].name, of: name)
        }
        let joined = graph.tensors.firstIndex { $0.name == "\(name)/joined" }
        states.append(RecurrentState(name: "\(name)/state", steps: steps, joined: joined))
      }
    }
    return states
  }

  /// Whether a tensor is the direction's output, its steps, or one of them.
  private static func holdsState(_ tensor: String, of direction: String) -> Bool {
    guard tensor.hasPrefix(direction) else { return false }
    let rest = tensor.dropFirst(direction.count)
    if rest.isEmpty || rest == "/steps" { return true }
    return rest.hasPrefix("/step") && rest.dropFirst(5).allSatisfy(\.isNumber)
  }
}

extension Layer {
  /// Neighbouring columns of weights that have one scale in integers; nil where all have.
  ///
  /// The fully connected kernel of TensorFlow Lite Micro takes 4-bit weights with one scale only, an
  /// LSTM's kernels one for each gate, and a table of vectors is one tensor with one range.
  fileprivate func columnsPerScale(_ kind: WeightKind, _ granularity: Granularity) -> Int? {
    switch self {
    case .embedding: return nil
    case .recurrent(let recurrent) where recurrent.kind == .longShortTerm: return recurrent.units
    case .dense, .recurrent, .attention:
      return granularity == .channel && kind == .int8 ? 1 : nil
    case .input, .convolution, .depthwiseConvolution, .transposedConvolution, .temporalConvolution,
      .pooling, .upsampling, .activation, .flatten, .reshape, .padding, .cropping, .dropout, .noise,
      .batchNormalization, .layerNormalization, .positionalEncoding, .addition, .concatenation:
      return granularity == .channel ? 1 : nil
    }
  }

  /// Whether its weights are one tensor of the graph, under the layer's name.
  fileprivate var hasOneMatrix: Bool {
    switch self {
    case .dense, .temporalConvolution: true
    case .convolution(let convolution): convolution.groups == 1
    case .input, .depthwiseConvolution, .transposedConvolution, .pooling, .upsampling, .activation,
      .flatten, .reshape, .padding, .cropping, .dropout, .noise, .batchNormalization,
      .layerNormalization, .recurrent, .embedding, .positionalEncoding, .attention, .addition,
      .concatenation:
      false
    }
  }
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
  var learnt = trainer.activationRanges
  for state in RecurrentState.all(of: tuned, in: graph) {
    guard let range = learnt[state.name] else { continue }
    for tensor in state.steps + [state.joined].compactMap({ $0 }) {
      learnt[graph.tensors[tensor].name] = range
    }
  }
  let scales = trainer.weightScales.map { node, scales in
    ("\(tuned.architecture.nodes[node].name)/weights", scales)
  }
  let observer = options.observer
  let (result, report) = try integerGraph(
    graph,
    options,
    kinds: kinds,
    meanInputs: observation.means,
    learntScales: Dictionary(uniqueKeysWithValues: scales),
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
