import Inference

/// Turns a float graph into an integer one, given the range of every computed tensor.
struct GraphQuantization {
  private let source: Graph
  private let kind: QuantizationKind
  private let granularity: Granularity
  private let kinds: [String: WeightKind]
  private let meanInputs: [[Double]]
  private let range: (_ tensor: Int, _ levels: Int) -> ClosedRange<Double>
  private var graph: Graph
  private var parameters: [AffineParameters?]
  private var report = QuantizationReport()

  /// `range` gives what integers of that many steps should cover; `kinds` what the weights of layers
  /// become, int8 where it is silent; `meanInputs` by tensor the mean of each place on the last axis,
  /// empty where biases are not to be corrected.
  init(
    _ graph: Graph,
    kind: QuantizationKind,
    granularity: Granularity,
    kinds: [String: WeightKind] = [:],
    meanInputs: [[Double]] = [],
    range: @escaping (_ tensor: Int, _ levels: Int) -> ClosedRange<Double>
  ) {
    source = graph
    self.kind = kind
    self.granularity = granularity
    self.range = range
    self.kinds = kinds
    self.meanInputs = meanInputs
    self.graph = graph
    parameters = graph.tensors.map { _ in nil }
  }

  private var activationType: ElementType { kind == .int16x8 ? .int16 : .int8 }

  /// The integer graph.
  ///
  /// Its inputs and outputs are integers too.
  mutating func result() throws(QuantizationError) -> (Graph, QuantizationReport) {
    for input in source.inputs { assign(input, observed(input)) }
    for index in source.operations.indices { quantize(index) }
    return (graph, report)
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

  private mutating func quantize(_ index: Int) {
    let operation = source.operations[index]
    guard let output = operation.outputs.first, let input = operation.inputs.first ?? nil else {
      return
    }
    switch operation.kind {
    case .convolution, .fullyConnected: quantizeWeights(operation, input, channelAxis: 0)
    case .depthwiseConvolution: quantizeWeights(operation, input, channelAxis: 3)
    case .add, .multiply, .subtract:
      for constant in operation.inputs.compactMap({ $0 }) where parameters[constant] == nil {
        quantizeConstant(constant)
      }
    default: break
    }
    assign(output, outputParameters(operation, input: input, output: output))
  }

  /// What an operation's output must have: some only move integers, some have fixed ranges.
  private func outputParameters(
    _ operation: Operation,
    input: Int,
    output: Int
  ) -> AffineParameters {
    let isByte = activationType == .int8
    switch operation.kind {
    case .maxPool, .averagePool, .reshape, .pad, .reduceMaximum, .relu6:
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
    guard let values = source.tensors[tensor].realConstant?.values else { return }
    let low = Double(values.min() ?? 0)
    let high = Double(values.max() ?? 0)
    let chosen = AffineParameters(covering: min(0, low)...max(0, high), type: activationType)
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

  private mutating func quantizeWeights(_ operation: Operation, _ input: Int, channelAxis: Int) {
    guard operation.inputs.count >= 2, let weights = operation.inputs[1],
      let values = source.tensors[weights].realConstant?.values, let inputs = parameters[input]
    else { return }
    let tensor = source.tensors[weights]
    let channels = tensor.shape[channelAxis]
    let biasTensor = operation.inputs.count > 2 ? operation.inputs[2] : nil
    var bias = biasTensor.flatMap { source.tensors[$0].realConstant?.values } ?? []
    let kind = kinds[tensor.layerName] ?? .int8
    let quantized = WeightQuantization(
      values,
      channels: channels,
      // The fully connected kernel of TensorFlow Lite Micro takes 4-bit weights with one scale only.
      granularity: kind != .int8 && isFullyConnected(operation) ? .tensor : granularity,
      levels: kind.levels,
      bias: bias,
      inputScale: inputs.scale,
      channelsRunFastest: channelAxis != 0
    )
    graph.tensors[weights].type = kind.type
    graph.tensors[weights].constant = quantized.bytes(kind.type)
    graph.tensors[weights].quantization = quantized.quantization(axis: channelAxis)
    report.weights.append(
      .init(
        name: tensor.name,
        largestError: quantized.largestError,
        scaleCount: quantized.scales.count,
        layer: tensor.layerName,
        kind: kind,
        scale: quantized.scales.max() ?? 0,
        signalToNoise: quantized.signalToNoise
      )
    )
    if meanInputs.indices.contains(input), !meanInputs[input].isEmpty {
      quantized.correct(
        &bias,
        weights: values,
        means: meanInputs[input],
        channelsRunFastest: channelAxis != 0
      )
    }
    if let biasTensor { quantizeBias(biasTensor, bias, inputs.scale, quantized.scales) }
  }

  /// `round(b / (input scale * weight scale))` as int32, or int64 for int16 activations.
  private mutating func quantizeBias(
    _ tensor: Int,
    _ values: [Float],
    _ inputScale: Float,
    _ weightScales: [Float]
  ) {
    let scales = weightScales.map { Float(Double(inputScale) * Double($0)) }
    let isWide = activationType == .int16
    let limit = isWide ? 0x1p39 : 0x1p31 - 1
    let integers = values.enumerated().map { channel, value in
      let weightScale = weightScales[weightScales.count == 1 ? 0 : channel]
      let exact = Double(value) / (Double(inputScale) * Double(weightScale))
      return Int64(max(-limit, min(exact.rounded(.toNearestOrAwayFromZero), limit)))
    }
    graph.tensors[tensor].type = isWide ? .int64 : .int32
    graph.tensors[tensor].constant =
      isWide
      ? integers.map(\.littleEndian).withUnsafeBytes { Array($0) }
      : integers.map { Int32(clamping: $0).littleEndian }.withUnsafeBytes { Array($0) }
    graph.tensors[tensor].quantization =
      scales.count == 1
      ? .perTensor(scale: scales[0], zeroPoint: 0)
      : .perChannel(scales: scales, zeroPoints: scales.map { _ in 0 }, axis: 0)
  }

  private func isFullyConnected(_ operation: Operation) -> Bool {
    if case .fullyConnected = operation.kind { true } else { false }
  }
}

extension GraphTensor {
  /// The layer that a constant belongs to: what stands before the last slash.
  var layerName: String {
    guard let slash = name.lastIndex(of: "/") else { return name }
    return String(name[..<slash])
  }
}
