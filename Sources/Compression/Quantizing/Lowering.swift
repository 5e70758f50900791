import Inference
import Networks
import Tensors

/// Freezes a network: a graph of float operations that computes the same, without what only training
/// needs.
///
/// Batch normalisation is folded into the weighted layer before it; where there is none, it becomes
/// a product and a sum. ReLU and ReLU6 join the operation before them.
public func lower(_ network: Network) throws(QuantizationError) -> Graph {
  var lowering = Lowering(network)
  return try lowering.graph()
}

/// The graph while it is made.
struct Lowering {
  let network: Network
  var tensors: [GraphTensor] = []
  var operations: [Operation] = []
  /// Per node of the architecture the tensor that holds its output.
  private var outputs: [Int] = []
  /// Per node whether more than one node reads the tensor that holds its output.
  private var isShared: [Bool] = []
  private let consumerCounts: [Int]

  init(_ network: Network) {
    self.network = network
    var counts = [Int](repeating: 0, count: network.architecture.nodes.count)
    for input in network.architecture.nodes.flatMap(\.inputs) { counts[input] += 1 }
    consumerCounts = counts
  }

  mutating func graph() throws(QuantizationError) -> Graph {
    for (index, node) in network.architecture.nodes.enumerated() {
      let output = try lower(index)
      // Nodes that leave their input as it is share its readers.
      let inherits = node.inputs.contains { outputs[$0] == output && isShared[$0] }
      outputs.append(output)
      isShared.append(inherits || consumerCounts[index] > 1)
    }
    return Graph(
      name: "main",
      tensors: tensors,
      operations: operations,
      inputs: [outputs[0]],
      outputs: [outputs[outputs.count - 1]]
    )
  }

  private mutating func lower(_ index: Int) throws(QuantizationError) -> Int {
    let node = network.architecture.nodes[index]
    guard let source = node.inputs.first else {
      return add(node.name, node.outputShape.extents)
    }
    let input = outputs[source]
    let isOnlyConsumer = !isShared[source]
    switch node.layer {
    case .input, .dropout, .noise: return input
    case .temporalConvolution, .transposedConvolution, .upsampling, .reshape, .padding, .cropping,
      .layerNormalization, .recurrent, .embedding, .positionalEncoding, .attention, .addition,
      .concatenation:
      throw .unsupportedLayer(
        layer: node.name,
        reason: "'\(node.layer.kindName)' cannot be converted yet"
      )
    case .dense(let dense):
      guard network.architecture.nodes[source].outputShape.rank == 1 else {
        throw .unsupportedLayer(layer: node.name, reason: "it works on a sequence")
      }
      let weights = try parameter(.weights, index)
      let inputs = weights.shape.extents[0]
      let stored = GraphTensor(
        name: "\(node.name)/weights",
        shape: [dense.units, inputs],
        type: .float32,
        constant: bytes(transposed(weights.values, rows: inputs, columns: dense.units))
      )
      return try addWeighted(node, index, input, stored, dense.activation) { activation in
        .fullyConnected(activation, keepsDimensions: false)
      }
    case .convolution(let convolution):
      let weights = try parameter(.weights, index)
      let extents = weights.shape.extents
      let stored = GraphTensor(
        name: "\(node.name)/weights",
        shape: [extents[3], extents[0], extents[1], extents[2]],
        type: .float32,
        constant: bytes(
          transposed(weights.values, rows: weights.count / extents[3], columns: extents[3])
        )
      )
      let window = convolution.window.graphWindow
      return try addWeighted(node, index, input, stored, convolution.activation) { activation in
        .convolution(window, activation)
      }
    case .depthwiseConvolution(let convolution):
      let weights = try parameter(.weights, index)
      let extents = weights.shape.extents
      let stored = GraphTensor(
        name: "\(node.name)/weights",
        shape: [1, extents[0], extents[1], extents[2] * extents[3]],
        type: .float32,
        constant: bytes(weights.values)
      )
      let window = convolution.window.graphWindow
      return try addWeighted(node, index, input, stored, convolution.activation) { activation in
        .depthwiseConvolution(window, multiplier: convolution.multiplier, activation)
      }
    case .pooling(let pooling): return try addPooling(node, pooling, input)
    case .flatten:
      guard tensors[input].shape.count != 2 else { return input }
      let shape = addIntegers("\(node.name)/shape", [Int32(-1), Int32(node.outputShape.count)])
      return add(.reshape, node.name, [input, shape], node.outputShape.extents)
    case .activation(let function):
      return try apply(
        function,
        to: input,
        mayFuse: isOnlyConsumer,
        node.name,
        node.outputShape.extents
      )
    case .batchNormalization(let normalization):
      let (factors, addends) = try normalization.affine(network, index, node.name)
      if isOnlyConsumer, fold(factors, addends, into: input, node.name) { return input }
      return addAffine(node.name, input, factors, addends, node.outputShape.extents)
    }
  }

  // MARK: Parts

  private mutating func add(_ name: String, _ extents: [Int]) -> Int {
    tensors.append(GraphTensor(name: name, shape: [1] + extents, type: .float32))
    return tensors.count - 1
  }

  private mutating func add(
    _ kind: OperationKind,
    _ name: String,
    _ inputs: [Int?],
    _ extents: [Int]
  ) -> Int {
    let output = add(name, extents)
    operations.append(Operation(kind: kind, inputs: inputs, outputs: [output]))
    return output
  }

  private mutating func addIntegers(_ name: String, _ values: [Int32]) -> Int {
    let bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    tensors.append(GraphTensor(name: name, shape: [values.count], type: .int32, constant: bytes))
    return tensors.count - 1
  }

  private mutating func addConstant(_ name: String, _ values: [Float]) -> Int {
    tensors.append(
      GraphTensor(name: name, shape: [values.count], type: .float32, constant: bytes(values))
    )
    return tensors.count - 1
  }

  private func parameter(_ role: ParameterRole, _ index: Int) throws(QuantizationError) -> Tensor {
    let name = network.architecture.nodes[index].name
    guard let tensor = network.parameter(role, of: index) else {
      throw .unsupportedLayer(layer: name, reason: "its \(role.rawValue) are missing")
    }
    guard tensor.withElements({ elements in elements.allSatisfy(\.isFinite) }) else {
      throw .notANumber(layer: name)
    }
    return tensor
  }

  private mutating func addWeighted(
    _ node: Node,
    _ index: Int,
    _ input: Int,
    _ weights: GraphTensor,
    _ function: ActivationFunction,
    _ kind: (FusedActivation) -> OperationKind
  ) throws(QuantizationError) -> Int {
    tensors.append(weights)
    var inputs: [Int?] = [input, tensors.count - 1]
    if network.parameter(.bias, of: index) != nil {
      inputs.append(addConstant("\(node.name)/bias", try parameter(.bias, index).values))
    } else if case .dense = node.layer {
      inputs.append(nil)
    } else {
      // LiteRT's convolutions insist on a bias.
      let channels = node.outputShape.extents[2]
      inputs.append(
        addConstant("\(node.name)/bias", [Float](repeating: 0, count: channels))
      )
    }
    let isFused = function.fused != nil
    let name = isFused ? node.name : "\(node.name)/sums"
    let output = add(kind(function.fused ?? .none), name, inputs, node.outputShape.extents)
    guard !isFused else { return output }
    return try apply(
      function,
      to: output,
      mayFuse: false,
      node.name,
      node.outputShape.extents
    )
  }

  private mutating func addPooling(
    _ node: Node,
    _ pooling: Pooling,
    _ input: Int
  ) throws(QuantizationError) -> Int {
    guard let window = pooling.window else {
      guard pooling.kind == .maximum else {
        let axes = addIntegers("\(node.name)/axes", [1, 2])
        return add(
          .mean(keepsDimensions: false),
          node.name,
          [input, axes],
          node.outputShape.extents
        )
      }
      // A window as large as the image: REDUCE_MAX is missing for int16 on microcontrollers.
      let (height, width) = (tensors[input].shape[1], tensors[input].shape[2])
      let whole = GraphWindow(padding: .valid, strideHeight: height, strideWidth: width)
      let pooled = add(
        .maxPool(whole, height: height, width: width, .none),
        "\(node.name)/window",
        [input],
        [1, 1] + node.outputShape.extents
      )
      let shape = addIntegers("\(node.name)/shape", [-1, Int32(node.outputShape.count)])
      return add(.reshape, node.name, [pooled, shape], node.outputShape.extents)
    }
    guard window.dilation == 1 else {
      throw .unsupportedLayer(layer: node.name, reason: "pooling cannot be dilated")
    }
    let (height, width) = (window.height, window.width)
    let kind: OperationKind =
      pooling.kind == .average
      ? .averagePool(window.graphWindow, height: height, width: width, .none)
      : .maxPool(window.graphWindow, height: height, width: width, .none)
    return add(kind, node.name, [input], node.outputShape.extents)
  }

  /// Applies an activation function, within the operation before it if that can fuse it.
  private mutating func apply(
    _ function: ActivationFunction,
    to input: Int,
    mayFuse: Bool,
    _ name: String,
    _ extents: [Int]
  ) throws(QuantizationError) -> Int {
    if let fused = function.fused {
      guard fused != .none else { return input }
      if mayFuse, let last = operations.indices.last, operations[last].outputs == [input],
        let joined = operations[last].kind.fusing(fused)
      {
        operations[last].kind = joined
        return input
      }
    }
    switch function {
    case .linear: return input
    case .relu: return add(.relu, name, [input], extents)
    case .relu6: return add(.relu6, name, [input], extents)
    case .leaky(let slope): return add(.leakyRelu(slope: slope), name, [input], extents)
    case .sigmoid: return add(.logistic, name, [input], extents)
    case .tanh: return add(.tanh, name, [input], extents)
    case .softmax: return add(.softmax(beta: 1), name, [input], extents)
    case .gelu: return add(.gelu(isApproximate: false), name, [input], extents)
    case .hardSwish: return add(.hardSwish, name, [input], extents)
    case .hardSigmoid:
      // relu6(x + 3) / 6, which is Keras's definition.
      let three = addConstant("\(name)/addend", [Float(3)])
      let shifted = add(.add(.relu6), "\(name)/shifted", [input, three], extents)
      let sixth = addConstant("\(name)/factor", [Float(1) / 6])
      return add(.multiply(.none), name, [shifted, sixth], extents)
    case .softplus, .step:
      throw .unsupportedLayer(
        layer: name,
        reason: "no TensorFlow Lite operation computes '\(function.name)'"
      )
    }
  }

  /// Multiplies the weights and bias of the operation that gives `tensor`, if it has weights and no
  /// activation yet.
  private mutating func fold(
    _ factors: [Double],
    _ addends: [Double],
    into tensor: Int,
    _ name: String
  ) -> Bool {
    guard let last = operations.indices.last, operations[last].outputs == [tensor],
      operations[last].kind.isFoldable, let weights = operations[last].inputs[1],
      let values = tensors[weights].realConstant
    else { return false }
    var scaled = values
    let isDepthwise = tensors[weights].shape[0] == 1 && operations[last].kind.isDepthwise
    let perChannel = values.count / factors.count
    for index in 0..<values.count {
      let channel = isDepthwise ? index % factors.count : index / perChannel
      scaled[index] = Float(Double(values[index]) * factors[channel])
    }
    tensors[weights].constant = bytes(scaled.values)
    let old = operations[last].inputs[2].flatMap { tensors[$0].realConstant?.values }
    let bias = addends.indices.map { channel in
      Float(addends[channel] + Double(old?[channel] ?? 0) * factors[channel])
    }
    if let index = operations[last].inputs[2] {
      tensors[index].constant = bytes(bias)
    } else {
      operations[last].inputs[2] = addConstant("\(name)/bias", bias)
    }
    return true
  }

  private mutating func addAffine(
    _ name: String,
    _ input: Int,
    _ factors: [Double],
    _ addends: [Double],
    _ extents: [Int]
  ) -> Int {
    let factor = addConstant("\(name)/factor", factors.map { Float($0) })
    let scaled = add(.multiply(.none), "\(name)/scaled", [input, factor], extents)
    let addend = addConstant("\(name)/addend", addends.map { Float($0) })
    return add(.add(.none), name, [scaled, addend], extents)
  }
}

/// The bytes of floats, little-endian.
func bytes(_ values: [Float]) -> [UInt8] {
  values.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
}

/// A matrix of `rows` x `columns` with its axes exchanged.
private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  var result: [Float] = []
  result.reserveCapacity(values.count)
  for column in 0..<columns {
    for row in 0..<rows { result.append(values[row * columns + column]) }
  }
  return result
}
