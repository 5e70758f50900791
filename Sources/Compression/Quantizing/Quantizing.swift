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
  let graph = try lower(network)
  if kind.needsCalibration { try refuseMasks(network) }
  switch kind {
  case .float16: return (halfPrecision(graph), QuantizationReport())
  case .dynamic: return dynamicRange(graph, granularity: granularity)
  case .int8, .int16x8, .int4: break
  }
  let expected = network.architecture.inputShape.extents
  let count = calibration.shape.extents.first ?? 0
  guard count > 0, calibration.count > 0 else { throw .noCalibration }
  guard Array(calibration.shape.extents.dropFirst()) == expected else {
    throw .wrongSampleShape(
      expected: expected,
      found: Array(calibration.shape.extents.dropFirst())
    )
  }
  // Files do not hold what cells were; only their range is wanted.
  let traced = tracingCells(graph)
  let observation = try RangeObservation(
    traced,
    calibration,
    countsValues: observer != .minmax
  )
  var quantizing = GraphQuantization(
    traced,
    kind: kind,
    granularity: granularity
  ) { tensor, levels in observation.range(of: tensor, observer, levels: levels) }
  var result = try quantizing.result()
  result.0 = withoutUnused(result.0)
  do throws(GraphError) {
    // Some operations have no form in some types; better said here than at the first run.
    _ = try GraphRunner(result.0)
  } catch {
    throw .graph(error)
  }
  return result
}

/// The graph with a tensor for each LSTM, in which a run leaves what the cells were at every step.
private func tracingCells(_ graph: Graph) -> Graph {
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
private func refuseMasks(_ network: Network) throws(QuantizationError) {
  for node in network.architecture.nodes {
    guard case .attention(let attention) = node.layer, attention.isCausal else { continue }
    throw .unsupportedLayer(
      layer: node.name,
      reason: "the mask of later steps would take the whole range of its scores; "
        + "use attention without causal, or keep floats (float16)"
    )
  }
}
