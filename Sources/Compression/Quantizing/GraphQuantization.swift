import Inference

/// Turns a float graph into an integer one, given the range of every computed tensor.
struct GraphQuantization {
  let source: Graph
  private let kind: QuantizationKind
  private let granularity: Granularity
  private let kinds: [String: WeightKind]
  private let meanInputs: [[Double]]
  private let learntScales: [String: [Float]]
  let range: (_ tensor: Int, _ levels: Int) -> ClosedRange<Double>
  var graph: Graph
  private(set) var parameters: [AffineParameters?]
  /// Weights already quantized, by tensor.
  private var sharedWeights: [Int: WeightQuantization] = [:]
  var report = QuantizationReport()

  /// `range` gives what integers of that many steps should cover; `kinds` what the weights of layers
  /// become, int8 where it is silent; `meanInputs` by tensor the mean of each place on the last axis,
  /// empty where biases are not to be corrected; `learntScales` by tensor the scales of weights that
  /// training has chosen.
  init(
    _ graph: Graph,
    kind: QuantizationKind,
    granularity: Granularity,
    kinds: [String: WeightKind] = [:],
    meanInputs: [[Double]] = [],
    learntScales: [String: [Float]] = [:],
    range: @escaping (_ tensor: Int, _ levels: Int) -> ClosedRange<Double>
  ) {
    source = graph
    self.kind = kind
    self.granularity = granularity
    self.range = range
    self.kinds = kinds
    self.meanInputs = meanInputs
    self.learntScales = learntScales
    self.graph = graph
    parameters = graph.tensors.map { _ in nil }
  }

  var activationType: ElementType { kind == .int16x8 ? .int16 : .int8 }

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

  func observed(_ tensor: Int) -> AffineParameters {
    let levels = activationType == .int8 ? 256 : 65536
    let chosen = AffineParameters(covering: range(tensor, levels), type: activationType)
    guard activationType == .int8, chosen.scale < Self.leastSoftmaxScale, feedsSoftmax(tensor)
    else { return chosen }
    return AffineParameters(scale: Self.leastSoftmaxScale, zeroPoint: chosen.zeroPoint)
  }

  /// The int8 softmax multiplies its input by its scale and 2^26, which must stay above 1; numbers so
  /// close to each other all have the same share anyway.
  private static let leastSoftmaxScale: Float = 0x1p-24

  private func feedsSoftmax(_ tensor: Int) -> Bool {
    source.operations.contains { operation in
      guard operation.inputs.first == tensor else { return false }
      if case .softmax = operation.kind { return true }
      return false
    }
  }

  mutating func assign(_ tensor: Int, _ chosen: AffineParameters) {
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
    if operation.kind.keepsScale { return parameters[input] ?? observed(output) }
    switch operation.kind {
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
    let biasTensor =
      operation.inputs.count > biasPosition ? operation.inputs[biasPosition] : nil
    var bias = biasTensor.flatMap { source.tensors[$0].realConstant?.values } ?? []
    let runsFastest = channelAxis != 0
    let quantized: WeightQuantization
    if let shared = sharedWeights[weights] {
      quantized = shared
    } else {
      let kind = takesFourBits(operation) ? weightKind(of: tensor) : .int8
      quantized = WeightQuantization(
        values,
        channels: channels,
        // The fully connected kernel of TensorFlow Lite Micro takes 4-bit weights with one scale
        // only.
        granularity: kind != .int8 && isFullyConnected(operation) ? .tensor : granularity,
        levels: kind.levels,
        bias: bias,
        inputScale: inputs.scale,
        channelsRunFastest: runsFastest,
        learnt: learntScales[tensor.name]
      )
      report.weights.append(graph.store(quantized, in: weights, as: kind, axis: channelAxis))
      sharedWeights[weights] = quantized
    }
    guard let biasTensor else { return operation.inputs }
    if meanInputs.indices.contains(input), !meanInputs[input].isEmpty {
      quantized.correct(
        &bias,
        weights: values,
        means: meanInputs[input],
        channelsRunFastest: runsFastest
      )
    }
    var changed = operation.inputs
    changed[biasPosition] = quantizedBias(biasTensor, bias, inputs.scale, quantized.scales)
    return changed
  }

  /// A bias as `round(b / (input scale * weight scale))` in int32, or int64 for int16 activations: the
  /// tensor itself, or another if it already has other scales.
  mutating func quantizedBias(
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

  /// What a layer's weights become: what was asked for the layer or the one that it is a part of.
  private func weightKind(of tensor: GraphTensor) -> WeightKind {
    var name = Substring(tensor.layerName)
    while true {
      if let kind = kinds[String(name)] { return kind }
      guard let slash = name.lastIndex(of: "/") else { return .int8 }
      name = name[..<slash]
    }
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

extension OperationKind {
  /// Whether integers leave it with the scale that they came with, since it only moves them.
  ///
  /// RELU6 is among these because TensorFlow Lite Micro does not rescale there.
  var keepsScale: Bool {
    switch self {
    case .maxPool, .averagePool, .reshape, .pad, .reduceMaximum, .relu6, .slice, .stridedSlice,
      .transpose, .gather, .split, .unpack, .resizeNearestNeighbor:
      true
    default: false
    }
  }
}

extension GraphTensor {
  /// The layer that a constant belongs to: what stands before the last slash.
  var layerName: String {
    guard let slash = name.lastIndex(of: "/") else { return name }
    return String(name[..<slash])
  }

  /// Whether a constant belongs to a layer or to one of its parts.
  func belongs(to layer: String) -> Bool {
    layerName == layer || layerName.hasPrefix("\(layer)/")
  }
}
