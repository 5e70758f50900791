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

/// A layer that is being lowered.
struct LayerPlace {
  let node: Node
  /// Its place among the nodes.
  let index: Int
  /// The tensor that it reads.
  let input: Int

  var name: String { node.name }
  /// Of one sample.
  var extents: [Int] { node.outputShape.extents }
}

/// The graph while it is made: the switch over layers, whose longer cases stand beside it by kind.
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
    let place = LayerPlace(node: node, index: index, input: input)
    let isOnlyConsumer = !isShared[source]
    switch node.layer {
    case .input, .dropout, .noise: return input
    case .temporalConvolution(let convolution): return try lower(convolution, at: place)
    case .transposedConvolution(let convolution): return try lower(convolution, at: place)
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
    case .layerNormalization(let normalization): return try lower(normalization, at: place)
    case .recurrent(let recurrent): return try lower(recurrent, at: place)
    case .embedding(let embedding): return try lower(embedding, at: place)
    case .positionalEncoding:
      let extents = node.outputShape.extents
      let values = PositionalEncoding.table(steps: extents[0], features: extents[1])
      let table = addConstant("\(node.name)/table", values, shape: [1] + extents)
      return add(.add(.none), node.name, [input, table], extents)
    case .attention(let attention): return try lower(attention, at: place)
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
      return try addWeighted(place, stored, dense.activation) { activation in
        .fullyConnected(activation, keepsDimensions: isSequence)
      }
    case .convolution(let convolution): return try lower(convolution, at: place)
    case .depthwiseConvolution(let convolution): return try lower(convolution, at: place)
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
}
