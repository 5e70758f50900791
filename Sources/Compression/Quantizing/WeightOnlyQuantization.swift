import Inference

/// A float graph with weights and biases in half precision, each unpacked by a DEQUANTIZE before it
/// is used.
func halfPrecision(_ source: Graph) -> Graph {
  var graph = source
  var unpacking: [Operation] = []
  for parameter in source.parameters {
    let tensor = source.tensors[parameter.tensor]
    guard tensor.type == .float32, let values = tensor.realConstant?.values else { continue }
    let unpacked = graph.tensors.count
    graph.tensors[parameter.tensor].type = .float16
    graph.tensors[parameter.tensor].constant = values.map { halfPrecisionBits($0).littleEndian }
      .withUnsafeBytes { Array($0) }
    graph.tensors.append(
      GraphTensor(name: "\(tensor.name)/unpacked", shape: tensor.shape, type: .float32)
    )
    unpacking.append(
      Operation(kind: .dequantize, inputs: [parameter.tensor], outputs: [unpacked])
    )
    for index in graph.operations.indices {
      graph.operations[index].inputs = graph.operations[index].inputs.map {
        $0 == parameter.tensor ? unpacked : $0
      }
    }
  }
  graph.operations = unpacking + graph.operations
  return graph
}

/// A float graph whose larger weights are int8: activations are quantized while it runs.
///
/// Tensors of fewer than 1,024 weights stay floats, as the official converter leaves them.
func dynamicRange(_ source: Graph, granularity: Granularity) -> (Graph, QuantizationReport) {
  var graph = source
  var report = QuantizationReport()
  for operation in source.operations {
    // Operations that are repeated step by step share their weights.
    if operation.inputs.count > 1, let weights = operation.inputs[1],
      graph.tensors[weights].type == .int8
    {
      continue
    }
    let axis: Int
    switch operation.kind {
    case .convolution, .fullyConnected: axis = 0
    case .depthwiseConvolution: axis = 3
    case .sequenceLSTM:
      quantizeLSTM(operation, source, &graph, &report)
      continue
    default: continue
    }
    guard let weights = operation.inputs[1], source.tensors[weights].elementCount >= 1024,
      let values = source.tensors[weights].realConstant?.values
    else { continue }
    let channels = source.tensors[weights].shape[axis]
    let quantized = WeightQuantization(
      values,
      channels: channels,
      granularity: granularity,
      levels: WeightKind.int8.levels,
      bias: [],
      inputScale: nil,
      channelsRunFastest: axis != 0
    )
    report.weights.append(graph.store(quantized, in: weights, as: .int8, axis: axis))
  }
  return (graph, report)
}

/// The weights of an LSTM, all of them or none, since its kernel takes one type.
private func quantizeLSTM(
  _ operation: Operation,
  _ source: Graph,
  _ graph: inout Graph,
  _ report: inout QuantizationReport
) {
  let weights = operation.inputs[1...8].compactMap { $0 }
  guard weights.count == 8, weights.allSatisfy({ source.tensors[$0].elementCount >= 1024 }) else {
    return
  }
  for tensor in weights {
    guard let values = source.tensors[tensor].realConstant?.values else { continue }
    let quantized = WeightQuantization(whole: values)
    report.weights.append(graph.store(quantized, in: tensor, as: .int8, axis: 0))
  }
  for index in graph.operations.indices where graph.operations[index] == operation {
    guard case .sequenceLSTM(var options) = operation.kind else { continue }
    options.quantizesInputsAsymmetrically = true
    graph.operations[index].kind = .sequenceLSTM(options)
  }
}
