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
  let observation = try RangeObservation(
    graph,
    calibration,
    countsValues: observer != .minmax
  )
  var quantizing = GraphQuantization(
    graph,
    kind: kind,
    granularity: granularity
  ) { tensor, levels in observation.range(of: tensor, observer, levels: levels) }
  let result = try quantizing.result()
  do throws(GraphError) {
    // Some operations have no form in some types; better said here than at the first run.
    _ = try GraphRunner(result.0)
  } catch {
    throw .graph(error)
  }
  return result
}
