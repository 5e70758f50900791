import Inference

/// Turns a float graph into an integer one, given the range of every computed tensor.
struct GraphQuantization {
  private let source: Graph
  private let kind: QuantizationKind
  private let granularity: Granularity
  private let range: (_ tensor: Int, _ levels: Int) -> ClosedRange<Double>
  private var graph: Graph
  private var parameters: [AffineParameters?]
  private var report = QuantizationReport()

  /// `range` gives what integers of that many steps should cover.
  init(
    _ graph: Graph,
    kind: QuantizationKind,
    granularity: Granularity,
    range: @escaping (_ tensor: Int, _ levels: Int) -> ClosedRange<Double>
  ) {
    source = graph
    self.kind = kind
    self.granularity = granularity
    self.range = range
    self.graph = graph
    parameters = graph.tensors.map { _ in nil }
  }

  private var activationType: ElementType { kind == .int16x8 ? .int16 : .int8 }

  /// The integer graph.
  ///
  /// Its inputs and outputs are integers too; symbols of an embedding stay floats, since int8 has too
  /// few numbers for them.
  mutating func result() throws(QuantizationError) -> (Graph, QuantizationReport) {
    graph.operations = []
    for input in source.inputs where !isSymbol(input) { assign(input, observed(input)) }
    for operation in source.operations { try quantize(operation) }
    return (graph, report)
  }

  private func isSymbol(_ tensor: Int) -> Bool {
    source.operations.contains { $0.kind == .cast && $0.inputs.first == tensor }
  }

  private func observed(_ tensor: Int) -> AffineParameters {
    let levels = activationType == .int8 ? 256 : 65536
    return AffineParameters(covering: range(tensor, levels), type: activationType)
  }

  private mutating func assign(_ tensor: Int, _ chosen: AffineParameters) {
    parameters[tensor] = chosen
    graph.tensors[tensor].type = activationType
    graph.tensors[tensor].quantization = chosen.quantization
    report.activations.append(
      .init(
        name: graph.tensors[tensor].name,
        range: chosen.range(of: activationType),
        scale: chosen.scale,
        zeroPoint: chosen.zeroPoint
      )
    )
  }

  private mutating func quantize(_ operation: Operation) throws(QuantizationError) {
    guard let output = operation.outputs.first, let input = dataInput(of: operation) else { return }
    var changed = operation
    switch operation.kind {
    case .cast:
      graph.operations.append(operation)
      return
    case .sequenceLSTM:
      try quantizeLSTM(operation)
      return
    case .gather where source.tensors[input].constant != nil: quantizeConstant(input)
    case .convolution, .fullyConnected:
      changed.inputs = quantizeWeights(operation, input, channelAxis: 0, bias: 2)
    case .depthwiseConvolution:
      changed.inputs = quantizeWeights(operation, input, channelAxis: 3, bias: 2)
    case .transposeConvolution:
      changed.inputs = quantizeWeights(operation, input, channelAxis: 0, bias: 3)
    case .add, .multiply, .subtract:
      for constant in operation.inputs.compactMap({ $0 }) where parameters[constant] == nil {
        quantizeConstant(constant)
      }
    default: break
    }
    let chosen = outputParameters(operation, input: input, output: output)
    for output in operation.outputs { assign(output, chosen) }
    if case .concatenation = operation.kind {
      changed.inputs = operation.inputs.map { $0.map { requantized($0, chosen) } }
    }
    graph.operations.append(changed)
  }

  /// The input whose values are worked on; others are sizes, axes and weights.
  private func dataInput(of operation: Operation) -> Int? {
    let position: Int
    switch operation.kind {
    case .split: position = 1
    case .transposeConvolution: position = 2
    default: position = 0
    }
    return position < operation.inputs.count ? operation.inputs[position] : nil
  }

  /// `tensor` with the integers of `chosen`, through a QUANTIZE where it has others.
  private mutating func requantized(_ tensor: Int, _ chosen: AffineParameters) -> Int {
    guard parameters[tensor] != chosen else { return tensor }
    let name = "\(source.tensors[tensor].name)/requantized"
    graph.tensors.append(
      GraphTensor(
        name: name,
        shape: source.tensors[tensor].shape,
        type: activationType,
        quantization: chosen.quantization
      )
    )
    let result = graph.tensors.count - 1
    graph.operations.append(Operation(kind: .quantize, inputs: [tensor], outputs: [result]))
    return result
  }

  /// What an operation's output must have: some only move integers, some have fixed ranges.
  private func outputParameters(
    _ operation: Operation,
    input: Int,
    output: Int
  ) -> AffineParameters {
    let isByte = activationType == .int8
    switch operation.kind {
    case .maxPool, .averagePool, .reshape, .pad, .reduceMaximum, .relu6, .slice, .stridedSlice,
      .transpose, .gather, .split, .unpack, .resizeNearestNeighbor:
      // RELU6 keeps its input's scale because TensorFlow Lite Micro does not rescale there.
      return parameters[input] ?? observed(output)
    case .softmax:
      return isByte
        ? AffineParameters(scale: 1 / 256, zeroPoint: -128)
        : AffineParameters(scale: 1 / 32768, zeroPoint: 0)
    case .logistic:
      return isByte
        ? AffineParameters(scale: 1 / 256, zeroPoint: -128)
        : AffineParameters(scale: 1 / 32768, zeroPoint: 0)
    case .tanh:
      return AffineParameters(scale: isByte ? 1 / 128 : 1 / 32768, zeroPoint: 0)
    default: return observed(output)
    }
  }

  /// A constant operand of an elementwise operation, over its own range.
  private mutating func quantizeConstant(_ tensor: Int) {
    guard let values = source.tensors[tensor].realConstant?.values, parameters[tensor] == nil
    else { return }
    let low = Double(values.min() ?? 0)
    let high = Double(values.max() ?? 0)
    let chosen = AffineParameters(covering: min(0, low)...max(0, high), type: activationType)
    parameters[tensor] = chosen
    let limits = activationType == .int8 ? -128.0...127.0 : -32768.0...32767.0
    let integers = values.map { value in
      let steps = (value / chosen.scale).rounded(.toNearestOrAwayFromZero)
      let moved = Double(steps) + Double(chosen.zeroPoint)
      return Int16(max(limits.lowerBound, min(moved, limits.upperBound)))
    }
    graph.tensors[tensor].type = activationType
    graph.tensors[tensor].quantization = chosen.quantization
    graph.tensors[tensor].constant =
      activationType == .int8
      ? integers.map { UInt8(truncatingIfNeeded: $0) }
      : integers.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
  }

  /// Quantizes weights and bias, and gives the operation's inputs, whose bias may be a new tensor:
  /// an operation that is repeated step by step shares its weights, but a bias has the scale of its
  /// own step's input.
  private mutating func quantizeWeights(
    _ operation: Operation,
    _ input: Int,
    channelAxis: Int,
    bias biasPosition: Int
  ) -> [Int?] {
    guard operation.inputs.count >= 2, let weights = operation.inputs[1],
      let values = source.tensors[weights].realConstant?.values, let inputs = parameters[input]
    else { return operation.inputs }
    let tensor = source.tensors[weights]
    let channels = tensor.shape[channelAxis]
    let perChannel = values.count / channels
    let biasTensor =
      operation.inputs.count > biasPosition ? operation.inputs[biasPosition] : nil
    let bias = biasTensor.flatMap { source.tensors[$0].realConstant?.values } ?? []
    let usesFourBits = kind == .int4 && takesFourBits(operation)
    if graph.tensors[weights].type == .float32 {
      let quantized = WeightQuantization(
        values,
        channels: channels,
        // The fully connected kernel of TensorFlow Lite Micro takes 4-bit weights with one scale
        // only.
        granularity: usesFourBits && isFullyConnected(operation) ? .tensor : granularity,
        limit: usesFourBits ? 7 : 127,
        bias: bias,
        inputScale: inputs.scale,
        channelOf: { channelAxis == 0 ? $0 / perChannel : $0 % channels }
      )
      let type: ElementType = usesFourBits ? .int4 : .int8
      graph.tensors[weights].type = type
      graph.tensors[weights].constant = quantized.bytes(type)
      graph.tensors[weights].quantization = quantized.quantization(axis: channelAxis)
      report.weights.append(
        .init(
          name: tensor.name,
          largestError: quantized.largestError,
          scaleCount: quantized.scales.count
        )
      )
    }
    guard let biasTensor else { return operation.inputs }
    let scales: [Float]
    switch graph.tensors[weights].quantization {
    case .perTensor(let scale, _): scales = [scale]
    case .perChannel(let several, _, _): scales = several
    case nil: return operation.inputs
    }
    var changed = operation.inputs
    changed[biasPosition] = quantizedBias(biasTensor, bias, inputs.scale, scales)
    return changed
  }

  /// A bias as `round(b / (input scale * weight scale))` in int32, or int64 for int16 activations: the
  /// tensor itself, or another if it already has other scales.
  private mutating func quantizedBias(
    _ tensor: Int,
    _ values: [Float],
    _ inputScale: Float,
    _ weightScales: [Float]
  ) -> Int {
    let scales = weightScales.map { Float(Double(inputScale) * Double($0)) }
    let isWide = activationType == .int16
    let limit = isWide ? 0x1p39 : 0x1p31 - 1
    let integers = values.enumerated().map { channel, value in
      let weightScale = weightScales[weightScales.count == 1 ? 0 : channel]
      let exact = Double(value) / (Double(inputScale) * Double(weightScale))
      return Int64(max(-limit, min(exact.rounded(.toNearestOrAwayFromZero), limit)))
    }
    var stored = source.tensors[tensor]
    stored.type = isWide ? .int64 : .int32
    stored.constant =
      isWide
      ? integers.map(\.littleEndian).withUnsafeBytes { Array($0) }
      : integers.map { Int32(clamping: $0).littleEndian }.withUnsafeBytes { Array($0) }
    stored.quantization =
      scales.count == 1
      ? .perTensor(scale: scales[0], zeroPoint: 0)
      : .perChannel(scales: scales, zeroPoints: scales.map { _ in 0 }, axis: 0)
    guard graph.tensors[tensor].type != .float32, graph.tensors[tensor] != stored else {
      graph.tensors[tensor] = stored
      return tensor
    }
    graph.tensors.append(stored)
    return graph.tensors.count - 1
  }

  // MARK: LSTM

  /// int8 weights with one scale each, int16 cells with a power of two as scale, states like outputs.
  ///
  /// Source: TensorFlow Lite's quantization specification of UNIDIRECTIONAL_SEQUENCE_LSTM.
  private mutating func quantizeLSTM(_ operation: Operation) throws(QuantizationError) {
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
      let quantized = WeightQuantization(
        values,
        channels: 1,
        granularity: .tensor,
        limit: 127,
        bias: [],
        inputScale: nil,
        channelOf: { _ in 0 }
      )
      graph.tensors[weights].type = .int8
      graph.tensors[weights].constant = quantized.bytes(.int8)
      graph.tensors[weights].quantization = quantized.quantization(axis: 0)
      report.weights.append(
        .init(
          name: source.tensors[weights].name,
          largestError: quantized.largestError,
          scaleCount: 1
        )
      )
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

  /// Whether its kernel takes 4-bit weights on microcontrollers.
  private func takesFourBits(_ operation: Operation) -> Bool {
    switch operation.kind {
    case .convolution, .fullyConnected: true
    default: false
    }
  }

  private func isFullyConnected(_ operation: Operation) -> Bool {
    if case .fullyConnected = operation.kind { true } else { false }
  }
}
