import Inference
import Networks
import Tensors

/// The network whose layers a model's operations are: what `lower` does, backwards.
///
/// Integers are taken for the real numbers that they stand for, so that an int8 model gives layers of
/// floats. `first` stops after that many layers. What no layer computes is refused by name.
public func thaw(_ graph: Graph, first: Int? = nil) throws(QuantizationError) -> Network {
  var thawing = try Thawing(graph)
  return try thawing.network(first: first)
}

/// The network while it is made.
private struct Thawing {
  private let graph: Graph
  private var architecture: Architecture
  private var given: [Int: [ParameterRole: Tensor]] = [:]
  /// The node that computes a tensor.
  private var nodes: [Int: Int]
  /// Constants, also those that are unpacked by a DEQUANTIZE.
  private var constants: [Int: Tensor] = [:]
  /// The operation at hand, for errors.
  private var place = 0

  init(_ graph: Graph) throws(QuantizationError) {
    guard graph.inputs.count == 1, let input = graph.inputs.first,
      graph.tensors.indices.contains(input)
    else { throw .notANetwork(reason: "it has \(graph.inputs.count) inputs") }
    let extents = graph.tensors[input].shape
    guard extents.first == 1, extents.count > 1,
      let shape = Shape(checking: Array(extents.dropFirst()))
    else { throw .notANetwork(reason: "its input is not one sample") }
    do throws(ArchitectureError) {
      architecture = try Architecture(input: shape)
    } catch {
      throw .notANetwork(reason: error.description)
    }
    self.graph = graph
    nodes = [input: 0]
    for (index, tensor) in graph.tensors.enumerated() where tensor.constant != nil {
      constants[index] = tensor.realConstant
    }
  }

  mutating func network(first: Int?) throws(QuantizationError) -> Network {
    for (index, operation) in graph.operations.enumerated() {
      if let first, architecture.nodes.count > first { break }
      place = index
      try append(operation)
    }
    if let first, architecture.nodes.count <= first {
      throw .notANetwork(reason: "it has \(architecture.nodes.count - 1) layers, not \(first)")
    }
    let used = Set(architecture.nodes.flatMap(\.inputs))
    for index in architecture.nodes.indices.dropLast() where !used.contains(index) {
      throw .notANetwork(
        reason: "'\(architecture.nodes[index].name)' is not joined again by layer "
          + "\(architecture.nodes.count - 1); take more of them"
      )
    }
    do throws(NetworkError) {
      return try Network(pending: architecture, given: given, seed: 0)
    } catch {
      throw .notANetwork(reason: error.description)
    }
  }

  private func refusal(_ reason: String) -> QuantizationError {
    .notALayer(operation: graph.operations[place].kind.name, index: place, reason: reason)
  }

  private mutating func append(_ operation: Operation) throws(QuantizationError) {
    guard let output = operation.outputs.first, operation.outputs.count == 1 else {
      throw refusal("it has \(operation.outputs.count) outputs")
    }
    if operation.kind == .dequantize, let source = operation.inputs.first ?? nil,
      let constant = constants[source]
    {
      constants[output] = constant
      return
    }
    switch operation.kind {
    case .quantize, .dequantize: nodes[output] = try node(operation, 0)
    case .convolution(let window, let fused):
      let weights = try constant(operation, 1, "weights")
      let extents = weights.shape.extents
      let channels = try channels(operation)
      let layer = Convolution(
        filters: extents[0],
        window: try self.window(window, extents[1], extents[2]),
        groups: channels / max(1, extents[3]),
        hasBias: hasInput(operation, 2),
        activation: try activation(fused)
      )
      let stored = turned(
        weights,
        rows: extents[0],
        [extents[1], extents[2], extents[3], extents[0]]
      )
      try add(.convolution(layer), operation, [.weights: stored], biasAt: 2)
    case .depthwiseConvolution(let window, _, let fused):
      let weights = try constant(operation, 1, "weights")
      let extents = weights.shape.extents
      let channels = try channels(operation)
      let multiplier = extents[3] / max(1, channels)
      let layer = DepthwiseConvolution(
        window: try self.window(window, extents[1], extents[2]),
        multiplier: multiplier,
        hasBias: hasInput(operation, 2),
        activation: try activation(fused)
      )
      let shape = [extents[1], extents[2], channels, multiplier]
      try add(
        .depthwiseConvolution(layer),
        operation,
        [.weights: Tensor(Shape(shape), weights.values)],
        biasAt: 2
      )
    case .fullyConnected(let fused, let keeps, _):
      let weights = try constant(operation, 1, "weights")
      let extents = weights.shape.extents
      if !keeps { try flatten(operation) }
      let layer = Dense(
        units: extents[0],
        hasBias: hasInput(operation, 2),
        activation: try activation(fused)
      )
      let stored = turned(weights, rows: extents[0], [extents[1], extents[0]])
      try add(.dense(layer), operation, [.weights: stored], biasAt: 2)
    case .maxPool(let window, let height, let width, let fused),
      .averagePool(let window, let height, let width, let fused):
      let isMaximum = if case .maxPool = operation.kind { true } else { false }
      let pooling = Pooling(
        kind: isMaximum ? .maximum : .average,
        window: try self.window(window, height, width)
      )
      try add(.pooling(pooling), operation, fused: fused)
    case .mean(let keeps):
      try requireAxes(operation)
      try add(.pooling(Pooling(kind: .average, window: nil)), operation)
      if keeps { try reshape(output, from: output) }
    case .reshape, .squeeze, .expandDimensions:
      nodes[output] = try node(operation, 0)
      try reshape(output, from: output)
    case .add(let fused): try add(.addition, operation, inputs: 2, fused: fused)
    case .concatenation(let axis, let fused):
      let rank = graph.tensors[output].shape.count
      guard axis == rank - 1 || axis == -1 else { throw refusal("it joins along axis \(axis)") }
      try add(.concatenation, operation, inputs: operation.inputs.count, fused: fused)
    case .pad:
      let amounts = try constant(operation, 1, "amounts").values.map { Int($0) }
      guard amounts.count == 8, amounts[0...1] == [0, 0], amounts[6...7] == [0, 0] else {
        throw refusal("it does not pad an image")
      }
      let border = Border(top: amounts[2], bottom: amounts[3], left: amounts[4], right: amounts[5])
      try add(.padding(border), operation)
    case .resizeNearestNeighbor(false, false):
      let (from, to) = (try shape(operation), graph.tensors[output].shape)
      guard from.count == 4, to.count == 4, to[1].isMultiple(of: from[1]),
        to[2].isMultiple(of: from[2])
      else { throw refusal("its factor is no whole number") }
      try add(
        .upsampling(Upsampling(height: to[1] / from[1], width: to[2] / from[2])),
        operation
      )
    case .softmax(let beta):
      guard beta == 1 else { throw refusal("its temperature is not 1") }
      try add(.activation(.softmax), operation)
    case .logistic: try add(.activation(.sigmoid), operation)
    case .tanh: try add(.activation(.tanh), operation)
    case .relu: try add(.activation(.relu), operation)
    case .relu6: try add(.activation(.relu6), operation)
    case .leakyRelu(let slope): try add(.activation(.leaky(slope: slope)), operation)
    case .hardSwish: try add(.activation(.hardSwish), operation)
    case .gelu(false): try add(.activation(.gelu), operation)
    default: throw refusal("no layer computes it")
    }
  }

  // MARK: Parts

  private mutating func add(
    _ layer: Layer,
    _ operation: Operation,
    _ parameters: [ParameterRole: Tensor] = [:],
    biasAt bias: Int? = nil,
    inputs: Int = 1,
    fused: FusedActivation = .none
  ) throws(QuantizationError) {
    var sources: [Int] = []
    for position in 0..<inputs { sources.append(try node(operation, position)) }
    var stored = parameters
    if let bias, hasInput(operation, bias) {
      stored[.bias] = try constant(operation, bias, "bias")
    }
    var index = try append(layer, sources)
    given[index] = stored
    let function = try activation(fused)
    if function != .linear { index = try append(.activation(function), [index]) }
    nodes[operation.outputs[0]] = index
  }

  private mutating func append(_ layer: Layer, _ inputs: [Int]) throws(QuantizationError) -> Int {
    do throws(ArchitectureError) {
      return try architecture.append(layer, inputs: inputs)
    } catch {
      throw refusal(error.description)
    }
  }

  /// Brings the node of `source` into the shape of tensor `target`.
  private mutating func reshape(_ target: Int, from source: Int) throws(QuantizationError) {
    guard let node = nodes[source] else { return }
    let extents = graph.tensors[target].shape
    guard extents.first == 1, let shape = Shape(checking: Array(extents.dropFirst())),
      shape.rank > 0
    else { throw refusal("it mixes samples") }
    guard architecture.nodes[node].outputShape != shape else {
      nodes[target] = node
      return
    }
    nodes[target] = try append(shape.rank == 1 ? .flatten : .reshape(shape), [node])
  }

  /// A fully connected operation takes images as they are; a layer wants them flat.
  private mutating func flatten(_ operation: Operation) throws(QuantizationError) {
    guard let input = operation.inputs.first ?? nil, let node = nodes[input],
      architecture.nodes[node].outputShape.rank > 1
    else { return }
    nodes[input] = try append(.flatten, [node])
  }

  private func node(_ operation: Operation, _ position: Int) throws(QuantizationError) -> Int {
    guard position < operation.inputs.count, let tensor = operation.inputs[position],
      let node = nodes[tensor]
    else { throw refusal("one of its inputs is a constant, or is not there") }
    return node
  }

  private func shape(_ operation: Operation) throws(QuantizationError) -> [Int] {
    _ = try node(operation, 0)
    return (operation.inputs.first ?? nil).map { graph.tensors[$0].shape } ?? []
  }

  private func channels(_ operation: Operation) throws(QuantizationError) -> Int {
    let shape = try shape(operation)
    guard shape.count == 4 else { throw refusal("its input is no image") }
    return shape[3]
  }

  private func hasInput(_ operation: Operation, _ position: Int) -> Bool {
    position < operation.inputs.count && operation.inputs[position] != nil
  }

  private func constant(
    _ operation: Operation,
    _ position: Int,
    _ role: String
  ) throws(QuantizationError) -> Tensor {
    guard position < operation.inputs.count, let index = operation.inputs[position],
      let tensor = constants[index]
    else { throw refusal("its \(role) are computed, or not there") }
    let stored = graph.tensors[index]
    let isCounted = stored.type == .int32 || stored.type == .int64
    guard role != "bias" || !isCounted || stored.quantization != nil else {
      throw refusal("its bias has no scale")
    }
    guard role != "weights" || tensor.shape.rank >= 2 else { throw refusal("its weights are flat") }
    return tensor
  }

  private func activation(
    _ fused: FusedActivation
  ) throws(QuantizationError) -> ActivationFunction {
    switch fused {
    case .none: .linear
    case .relu: .relu
    case .relu6: .relu6
    case .reluN1To1, .tanh: throw refusal("no layer ends in \(fused)")
    }
  }

  private func window(
    _ window: GraphWindow,
    _ height: Int,
    _ width: Int
  ) throws(QuantizationError) -> Window {
    guard window.dilationHeight == window.dilationWidth || height == 1 || width == 1 else {
      throw refusal("its dilation is \(window.dilationHeight)x\(window.dilationWidth)")
    }
    return Window(
      height: height,
      width: width,
      strideHeight: window.strideHeight,
      strideWidth: window.strideWidth,
      dilation: height == 1 ? window.dilationWidth : window.dilationHeight,
      padding: window.padding == .same ? .same : .valid
    )
  }

  /// A mean must be over all places, and not over channels.
  private func requireAxes(_ operation: Operation) throws(QuantizationError) {
    let rank = try shape(operation).count
    let axes = Set(
      try constant(operation, 1, "axes").values.map { Int($0) < 0 ? Int($0) + rank : Int($0) }
    )
    guard rank >= 3, axes == Set(1..<rank - 1) else {
      throw refusal("it is not over all places of an image")
    }
  }

  private func turned(_ weights: Tensor, rows: Int, _ shape: [Int]) -> Tensor {
    Tensor(
      Shape(shape),
      transposed(weights.values, rows: rows, columns: weights.count / max(1, rows))
    )
  }
}
