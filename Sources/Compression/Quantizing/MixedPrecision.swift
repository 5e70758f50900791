import Inference
import Networks
import Tensors

/// A float graph in which the weights of one layer are what its integers stand for.
public func graph(
  of network: Network,
  rounding layer: String,
  to kind: WeightKind,
  granularity: Granularity = .channel
) throws(QuantizationError) -> Graph {
  rounded(try lower(network), layer, kind, granularity)
}

/// The graph with the weights of one layer rounded.
private func rounded(
  _ source: Graph,
  _ layer: String,
  _ kind: WeightKind,
  _ granularity: Granularity
) -> Graph {
  var graph = source
  for operation in source.operations {
    let axis: Int
    var granularity = granularity
    switch operation.kind {
    case .convolution: axis = 0
    case .fullyConnected:
      axis = 0
      if kind != .int8 { granularity = .tensor }
    case .depthwiseConvolution: axis = 3
    default: continue
    }
    guard let weights = operation.inputs[1], source.tensors[weights].belongs(to: layer),
      let values = source.tensors[weights].realConstant?.values
    else { continue }
    let channels = source.tensors[weights].shape[axis]
    let quantized = WeightQuantization(
      values,
      channels: channels,
      granularity: granularity,
      levels: kind.levels,
      bias: [],
      inputScale: nil,
      channelsRunFastest: axis != 0
    )
    let length = values.count / channels
    let restored = quantized.integers.enumerated().map { index, integer -> Float in
      let channel = axis == 0 ? index / length : index % channels
      return Float(integer) * quantized.scales[quantized.scales.count == 1 ? 0 : channel]
    }
    graph.tensors[weights].constant = bytes(restored)
  }
  return graph
}

/// Kinds of weights for every layer that fit into `bytes` and change the outputs least.
///
/// All layers begin with int8. Then the layer whose 4-bit weights change the outputs least for each
/// byte saved (mean square over calibration samples, that layer alone being rounded) goes to int4,
/// and so on until the graph's weights fit; ties go to the earlier layer.
func layersWithin(
  _ bytes: Int,
  _ network: Network,
  _ options: QuantizationOptions,
  _ graph: Graph,
  _ calibration: Tensor
) throws(QuantizationError) -> [String: WeightKind] {
  var options = options
  options.largestBytes = nil
  options.kind = .int8
  let fixed = options.layers
  var kinds = try options.weightKinds(of: network)
  func size() throws(QuantizationError) -> Int {
    var quantizing = GraphQuantization(
      graph,
      kind: .int8,
      granularity: options.granularity,
      kinds: kinds
    ) { _, _ in -1...1 }
    return try quantizing.result().0.parameterBytes
  }
  let whole = try size()
  if whole <= bytes { return kinds }
  let samples = calibration.firstRows(64)
  let exact: Tensor
  do throws(GraphError) {
    exact = try GraphRunner(graph).outputs(for: samples)
  } catch {
    throw .graph(error)
  }
  var choices: [(name: String, price: Double, order: Int)] = []
  for (order, layer) in network.weightLayers.enumerated() {
    let staysInBytes = network.architecture.nodes[layer.node].layer.staysInBytes
    guard kinds[layer.name] == .int8, fixed[layer.name] == nil, !staysInBytes,
      !choices.contains(where: { $0.name == layer.name })
    else { continue }
    let outputs: Tensor
    do throws(GraphError) {
      outputs = try GraphRunner(rounded(graph, layer.name, .int4, options.granularity))
        .outputs(for: samples)
    } catch {
      throw .graph(error)
    }
    var error = 0.0
    for (one, other) in zip(outputs.values, exact.values) {
      error += Double(one - other) * Double(one - other)
    }
    kinds[layer.name] = .int4
    let saved = max(1, whole - (try size()))
    kinds[layer.name] = .int8
    choices.append((layer.name, error / Double(saved), order))
  }
  for choice in choices.sorted(by: { ($0.price, $0.order) < ($1.price, $1.order) }) {
    kinds[choice.name] = .int4
    if try size() <= bytes { return kinds }
  }
  throw .budget(bytes: bytes, least: try size())
}
