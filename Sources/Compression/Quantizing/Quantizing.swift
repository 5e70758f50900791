import Inference
import Networks
import Tensors

/// Quantizes a network and returns the integer graph with what was chosen.
///
/// `calibration` is samples x the network's input; kinds that leave activations in floats do not
/// read it. The same arguments give the same graph on every machine.
public func quantize(
  _ network: Network,
  to kind: QuantizationKind,
  calibration: Tensor,
  observer: Observer = .minmax,
  granularity: Granularity = .channel
) throws(QuantizationError) -> (Graph, QuantizationReport) {
  var options = QuantizationOptions(kind)
  options.observer = observer
  options.granularity = granularity
  return try quantize(network, options, calibration: calibration)
}

/// Quantizes a network with all options.
public func quantize(
  _ network: Network,
  _ options: QuantizationOptions,
  calibration: Tensor
) throws(QuantizationError) -> (Graph, QuantizationReport) {
  var options = options
  switch options.kind {
  case .float16: return (halfPrecision(try lower(network)), QuantizationReport())
  case .dynamic: return dynamicRange(try lower(network), granularity: options.granularity)
  case .int8, .int16x8, .int4, .ternary, .binary: break
  }
  try checkCalibration(calibration, of: network)
  try refuseMasks(network)
  let prepared =
    options.equalizes ? try network.foldingNormalization().equalizingRanges() : network
  let graph = tracingCells(try lower(prepared))
  if let bytes = options.largestBytes {
    options.layers = try layersWithin(bytes, prepared, options, graph, calibration)
  }
  let observation = try RangeObservation(
    graph,
    calibration,
    countsValues: options.observer != .minmax,
    takesMeans: options.correctsBias
  )
  let observer = options.observer
  return try integerGraph(
    graph,
    options,
    kinds: try options.weightKinds(of: prepared),
    meanInputs: observation.means,
    calibration: calibration
  ) { tensor, levels in observation.range(of: tensor, observer, levels: levels) }
}

/// The integer graph over these ranges, checked to run, with its report.
func integerGraph(
  _ graph: Graph,
  _ options: QuantizationOptions,
  kinds: [String: WeightKind],
  meanInputs: [[Double]] = [],
  learntScales: [String: [Float]] = [:],
  calibration: Tensor,
  range: @escaping (_ tensor: Int, _ levels: Int) -> ClosedRange<Double>
) throws(QuantizationError) -> (Graph, QuantizationReport) {
  var quantizing = GraphQuantization(
    graph,
    kind: options.kind,
    granularity: options.granularity,
    kinds: kinds,
    meanInputs: meanInputs,
    learntScales: learntScales,
    range: range
  )
  var (result, report) = try quantizing.result()
  do throws(GraphError) {
    // Some operations have no form in some types; better said here than at the first run.
    _ = try GraphRunner(result)
  } catch {
    throw .graph(error)
  }
  let ratios = try signalToNoise(result, source: graph, on: calibration)
  for index in report.activations.indices {
    let name = report.activations[index].name
    if let tensor = result.tensors.firstIndex(where: { $0.name == name && $0.constant == nil }) {
      report.activations[index].signalToNoise = ratios[tensor]
    }
  }
  return (withoutUnused(result), report)
}

/// Refuses calibration samples that are missing or have another shape than the network's input.
func checkCalibration(_ calibration: Tensor, of network: Network) throws(QuantizationError) {
  let expected = network.architecture.inputShape.extents
  let count = calibration.shape.extents.first ?? 0
  guard count > 0, calibration.count > 0 else { throw .noCalibration }
  guard Array(calibration.shape.extents.dropFirst()) == expected else {
    throw .wrongSampleShape(
      expected: expected,
      found: Array(calibration.shape.extents.dropFirst())
    )
  }
}

/// The graph with a tensor for each LSTM, in which a run leaves what the cells were at every step:
/// files do not hold it, but integer cells need its range.
func tracingCells(_ graph: Graph) -> Graph {
  var traced = graph
  for index in graph.operations.indices {
    guard case .sequenceLSTM = graph.operations[index].kind,
      let output = graph.operations[index].outputs.first
    else { continue }
    let shape = graph.tensors[output].shape
    traced.tensors.append(GraphTensor(name: "cells", shape: shape, type: .float32))
    traced.operations[index].intermediates = [traced.tensors.count - 1]
  }
  return traced
}

/// The graph without tensors that nothing refers to.
private func withoutUnused(_ graph: Graph) -> Graph {
  var used = Set(graph.inputs).union(graph.outputs)
  for operation in graph.operations {
    used.formUnion(operation.inputs.compactMap { $0 })
    used.formUnion(operation.outputs)
    used.formUnion(operation.intermediates)
  }
  let kept = graph.tensors.indices.filter(used.contains)
  let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
  func place(_ index: Int) -> Int { places[index] ?? index }
  var result = graph
  result.tensors = kept.map { graph.tensors[$0] }
  result.inputs = graph.inputs.map(place)
  result.outputs = graph.outputs.map(place)
  result.operations = graph.operations.map { operation in
    Operation(
      kind: operation.kind,
      inputs: operation.inputs.map { $0.map(place) },
      outputs: operation.outputs.map(place),
      intermediates: operation.intermediates.map(place)
    )
  }
  return result
}

/// A causal mask would take the whole range of small integers.
func refuseMasks(_ network: Network) throws(QuantizationError) {
  for node in network.architecture.nodes {
    guard case .attention(let attention) = node.layer, attention.isCausal else { continue }
    throw .unsupportedLayer(
      layer: node.name,
      reason: "the mask of later steps would take the whole range of its scores; "
        + "use attention without causal, or keep floats (float16)"
    )
  }
}
