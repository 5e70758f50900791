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
  private(set) var outputs: [Int] = []
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
    case .temporalConvolution(let convolution):
      return try lower(convolution, node, index, input)
    case .transposedConvolution(let convolution):
      return try lower(convolution, node, index, input)
    case .upsampling:
      let size = addIntegers("\(node.name)/size", node.outputShape.extents[0..<2].map(Int32.init))
      return add(
        .resizeNearestNeighbor(alignsCorners: false, usesHalfPixelCenters: false),
        node.name,
        [input, size],
        node.outputShape.extents
      )
    case .reshape(let shape):
      return addReshape(node.name, input, shape.extents)
    case .padding(let border):
      let sides = [0, 0, border.top, border.bottom, border.left, border.right, 0, 0]
      let amounts = addIntegers("\(node.name)/sides", sides.map(Int32.init), shape: [4, 2])
      return add(.pad, node.name, [input, amounts], node.outputShape.extents)
    case .cropping(let border):
      let begin = addIntegers(
        "\(node.name)/begin",
        [0, Int32(border.top), Int32(border.left), 0]
      )
      let size = addIntegers(
        "\(node.name)/size",
        ([1] + node.outputShape.extents).map(Int32.init)
      )
      return add(.slice, node.name, [input, begin, size], node.outputShape.extents)
    case .layerNormalization(let normalization):
      return try lower(normalization, node, index, input)
    case .recurrent(let recurrent): return try lower(recurrent, node, index, input)
    case .embedding(let embedding):
      let table = GraphTensor(
        name: "\(node.name)/weights",
        shape: [embedding.vocabulary, embedding.units],
        type: .float32,
        constant: bytes(try parameter(.weights, index).values)
      )
      tensors.append(table)
      let rows = tensors.count - 1
      let symbols = add(.cast, "\(node.name)/symbols", [input], tensors[input].shape.dropFirst())
      tensors[symbols].type = .int32
      return add(
        .gather(axis: 0, batchDimensions: 0),
        node.name,
        [rows, symbols],
        node.outputShape.extents
      )
    case .positionalEncoding:
      let extents = node.outputShape.extents
      let values = PositionalEncoding.table(steps: extents[0], features: extents[1])
      let table = addConstant("\(node.name)/table", values, shape: [1] + extents)
      return add(.add(.none), node.name, [input, table], extents)
    case .attention(let attention): return try lower(attention, node, index, input)
    case .addition:
      var sum = input
      for (position, other) in node.inputs.enumerated().dropFirst() {
        let isLast = position == node.inputs.count - 1
        sum = add(
          .add(.none),
          isLast ? node.name : "\(node.name)/sum\(position)",
          [sum, outputs[other]],
          node.outputShape.extents
        )
      }
      return sum
    case .concatenation:
      return addConcatenation(
        node.name,
        node.inputs.map { outputs[$0] },
        axis: node.outputShape.rank,
        node.outputShape.extents
      )
    case .dense(let dense):
      let weights = try parameter(.weights, index)
      let inputs = weights.shape.extents[0]
      let isSequence = node.outputShape.rank > 1
      let stored = GraphTensor(
        name: "\(node.name)/weights",
        shape: [dense.units, inputs],
        type: .float32,
        constant: bytes(transposed(weights.values, rows: inputs, columns: dense.units))
      )
      return try addWeighted(node, index, input, stored, dense.activation) { activation in
        .fullyConnected(activation, keepsDimensions: isSequence)
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
      return addReshape(node.name, input, node.outputShape.extents)
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

  mutating func add(_ name: String, _ extents: some Collection<Int>) -> Int {
    tensors.append(GraphTensor(name: name, shape: [1] + extents, type: .float32))
    return tensors.count - 1
  }

  mutating func add(
    _ kind: OperationKind,
    _ name: String,
    _ inputs: [Int?],
    _ extents: some Collection<Int>
  ) -> Int {
    let output = add(name, extents)
    operations.append(Operation(kind: kind, inputs: inputs, outputs: [output]))
    return output
  }

  /// `input` under another shape; the batch is left open, as the official converter writes it.
  mutating func addReshape(_ name: String, _ input: Int, _ extents: [Int]) -> Int {
    let shape = addIntegers("\(name)/shape", [-1] + extents.map(Int32.init))
    return add(.reshape, name, [input, shape], extents)
  }

  /// Tensors side by side; microcontrollers join at most ten at once.
  mutating func addConcatenation(
    _ name: String,
    _ inputs: [Int],
    axis: Int,
    _ extents: [Int]
  ) -> Int {
    guard inputs.count > 10 else {
      return inputs.count == 1
        ? inputs[0] : add(.concatenation(axis: axis, .none), name, inputs, extents)
    }
    var groups: [Int] = []
    for start in stride(from: 0, to: inputs.count, by: 10) {
      let group = Array(inputs[start..<min(start + 10, inputs.count)])
      var joined = Array(tensors[group[0]].shape.dropFirst())
      joined[axis - 1] = group.reduce(0) { $0 + tensors[$1].shape[axis] }
      groups.append(addConcatenation("\(name)/part\(start)", group, axis: axis, joined))
    }
    return addConcatenation(name, groups, axis: axis, extents)
  }

  mutating func addIntegers(_ name: String, _ values: [Int32], shape: [Int]? = nil) -> Int {
    let bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    tensors.append(
      GraphTensor(name: name, shape: shape ?? [values.count], type: .int32, constant: bytes)
    )
    return tensors.count - 1
  }

  mutating func addConstant(_ name: String, _ values: [Float], shape: [Int]? = nil) -> Int {
    tensors.append(
      GraphTensor(
        name: name,
        shape: shape ?? [values.count],
        type: .float32,
        constant: bytes(values)
      )
    )
    return tensors.count - 1
  }

  func parameter(_ role: ParameterRole, _ index: Int) throws(QuantizationError) -> Tensor {
    let name = network.architecture.nodes[index].name
    guard let tensor = network.parameter(role, of: index) else {
      throw .unsupportedLayer(layer: name, reason: "its \(role.rawValue) are missing")
    }
    guard tensor.withElements({ elements in elements.allSatisfy(\.isFinite) }) else {
      throw .notANumber(layer: name)
    }
    return tensor
  }

  /// An operation with weights, its bias and its activation; `name` and `extents` are the node's
  /// unless given.
  mutating func addWeighted(
    _ node: Node,
    _ index: Int,
    _ input: Int,
    _ weights: GraphTensor,
    _ function: ActivationFunction,
    name: String? = nil,
    extents: [Int]? = nil,
    _ kind: (FusedActivation) -> OperationKind
  ) throws(QuantizationError) -> Int {
    let name = name ?? node.name
    let extents = extents ?? node.outputShape.extents
    tensors.append(weights)
    var inputs: [Int?] = [input, tensors.count - 1]
    if network.parameter(.bias, of: index) != nil {
      inputs.append(addConstant("\(node.name)/bias", try parameter(.bias, index).values))
    } else if case .dense = node.layer {
      inputs.append(nil)
    } else {
      // LiteRT's convolutions insist on a bias.
      let zeros = [Float](repeating: 0, count: extents.last ?? 1)
      inputs.append(addConstant("\(node.name)/bias", zeros))
    }
    let isFused = function.fused != nil
    let output = add(
      kind(function.fused ?? .none),
      isFused ? name : "\(name)/sums",
      inputs,
      extents
    )
    guard !isFused else { return output }
    return try apply(function, to: output, mayFuse: false, name, extents)
  }

  private mutating func addPooling(
    _ node: Node,
    _ pooling: Pooling,
    _ input: Int
  ) throws(QuantizationError) -> Int {
    guard let window = pooling.window else {
      let isSequence = tensors[input].shape.count == 3
      guard pooling.kind == .maximum else {
        let axes = addIntegers("\(node.name)/axes", isSequence ? [1] : [1, 2])
        return add(
          .mean(keepsDimensions: false),
          node.name,
          [input, axes],
          node.outputShape.extents
        )
      }
      // A window as large as the image: REDUCE_MAX is missing for int16 on microcontrollers.
      let image =
        isSequence
        ? addReshape("\(node.name)/image", input, [1] + tensors[input].shape.dropFirst()) : input
      let (height, width) = (tensors[image].shape[1], tensors[image].shape[2])
      let whole = GraphWindow(padding: .valid, strideHeight: height, strideWidth: width)
      let pooled = add(
        .maxPool(whole, height: height, width: width, .none),
        "\(node.name)/window",
        [image],
        [1, 1] + node.outputShape.extents
      )
      return addReshape(node.name, pooled, node.outputShape.extents)
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
  mutating func apply(
    _ function: ActivationFunction,
    to input: Int,
    mayFuse: Bool,
    _ name: String,
    _ extents: [Int]
  ) throws(QuantizationError) -> Int {
    if let fused = function.fused {
      guard fused != .none else { return input }
      if mayFuse, let place = weightedOperation(giving: input),
        let joined = operations[place].kind.fusing(fused)
      {
        operations[place].kind = joined
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

  /// The last operation, if it gives `tensor`, or the one before it if the last only brings a row of
  /// steps back into its shape.
  private func weightedOperation(giving tensor: Int) -> Int? {
    guard let last = operations.indices.last, operations[last].outputs == [tensor] else {
      return nil
    }
    guard operations[last].kind == .reshape, last > 0, let input = operations[last].inputs[0],
      operations[last - 1].outputs == [input],
      tensors[input].shape.last == tensors[tensor].shape.last
    else { return last }
    return last - 1
  }

  /// Multiplies the weights and bias of the operation that gives `tensor`, if it has weights and no
  /// activation yet.
  private mutating func fold(
    _ factors: [Double],
    _ addends: [Double],
    into tensor: Int,
    _ name: String
  ) -> Bool {
    guard let last = weightedOperation(giving: tensor), operations[last].kind.isFoldable,
      let weights = operations[last].inputs[1], let values = tensors[weights].realConstant
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

  mutating func addAffine(
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
func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  var result: [Float] = []
  result.reserveCapacity(values.count)
  for column in 0..<columns {
    for row in 0..<rows { result.append(values[row * columns + column]) }
  }
  return result
}
