import Inference

extension GraphQuantization {
  /// int8 weights with one scale each, int16 cells with a power of two as scale, states like outputs.
  ///
  /// Source: TensorFlow Lite's quantization specification of UNIDIRECTIONAL_SEQUENCE_LSTM.
  mutating func quantizeLSTM(_ operation: Operation) throws(QuantizationError) {
    let output = operation.outputs[0]
    guard activationType == .int8, operation.inputs.count >= 20, let input = operation.inputs[0],
      let inputs = parameters[input], let state = operation.inputs[18],
      let cells = operation.inputs[19]
    else {
      throw .unsupportedLayer(
        layer: source.tensors[output].name,
        reason: "an lstm has no form with int16 activations here; quantize to int8"
      )
    }
    let chosen = observed(output)
    assign(output, chosen)
    assign(state, chosen)
    for position in 1...8 {
      guard let weights = operation.inputs[position],
        let values = source.tensors[weights].realConstant?.values
      else { continue }
      let quantized = WeightQuantization(whole: values)
      report.weights.append(graph.store(quantized, in: weights, as: .int8, axis: 0))
      if position <= 4, let bias = operation.inputs[11 + position] {
        _ = quantizedBias(
          bias,
          source.tensors[bias].realConstant?.values ?? [],
          inputs.scale,
          quantized.scales
        )
      }
    }
    let content = operation.intermediates.first.map { range($0, 65536) } ?? -1...1
    graph.tensors[cells].type = .int16
    graph.tensors[cells].quantization = .perTensor(
      scale: Self.cellScale(max(-content.lowerBound, content.upperBound)),
      zeroPoint: 0
    )
    var changed = operation
    changed.intermediates = []
    for number in 0..<5 {
      let isHidden = number == 4
      graph.tensors.append(
        GraphTensor(
          name: "\(source.tensors[output].name)/intermediate\(number)",
          shape: [0],
          type: isHidden ? .int8 : .float32,
          quantization: isHidden ? chosen.quantization : nil
        )
      )
      changed.intermediates.append(graph.tensors.count - 1)
    }
    graph.operations.append(changed)
  }

  /// The least power of two from 2^-15 to 2^-9 whose 32,768 steps reach `largest`.
  private static func cellScale(_ largest: Double) -> Float {
    var scale: Float = 0x1p-15
    while scale < 0x1p-9, Double(scale) * 32768 < largest { scale *= 2 }
    return scale
  }
}
