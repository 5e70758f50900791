import Inference
import Networks
import Tensors

extension Lowering {
  // MARK: Convolutions

  /// A convolution of an image one row high.
  mutating func lower(
    _ convolution: TemporalConvolution,
    _ node: Node,
    _ index: Int,
    _ input: Int
  ) throws(QuantizationError) -> Int {
    let weights = try parameter(.weights, index)
    let extents = weights.shape.extents
    let steps = Array(tensors[input].shape.dropFirst())
    let image = addReshape("\(node.name)/image", input, [1] + steps)
    let window = GraphWindow(
      padding: convolution.padding == .same ? .same : .valid,
      strideHeight: 1,
      strideWidth: convolution.stride,
      dilationWidth: convolution.dilation
    )
    let stored = GraphTensor(
      name: "\(node.name)/weights",
      shape: [extents[2], 1, extents[0], extents[1]],
      type: .float32,
      constant: bytes(
        transposed(weights.values, rows: extents[0] * extents[1], columns: extents[2])
      )
    )
    let convolved = try addWeighted(
      node,
      index,
      image,
      stored,
      convolution.activation,
      name: "\(node.name)/row",
      extents: [1] + node.outputShape.extents
    ) { .convolution(window, $0) }
    return addReshape(node.name, convolved, node.outputShape.extents)
  }

  /// TRANSPOSE_CONV, whose activation is an operation of its own.
  mutating func lower(
    _ convolution: TransposedConvolution,
    _ node: Node,
    _ index: Int,
    _ input: Int
  ) throws(QuantizationError) -> Int {
    let weights = try parameter(.weights, index)
    let extents = weights.shape.extents
    let taps = extents[0] * extents[1]
    let (filters, channels) = (extents[2], extents[3])
    var values = [Float](repeating: 0, count: weights.count)
    for tap in 0..<taps {
      for filter in 0..<filters {
        for channel in 0..<channels {
          values[(filter * taps + tap) * channels + channel] =
            weights[(tap * filters + filter) * channels + channel]
        }
      }
    }
    let shape = addIntegers(
      "\(node.name)/shape",
      ([1] + node.outputShape.extents).map(Int32.init)
    )
    let stored = addConstant(
      "\(node.name)/weights",
      values,
      shape: [filters, extents[0], extents[1], channels]
    )
    var inputs: [Int?] = [shape, stored, input]
    if network.parameter(.bias, of: index) != nil {
      inputs.append(addConstant("\(node.name)/bias", try parameter(.bias, index).values))
    }
    let isPlain = convolution.activation == .linear
    let sums = add(
      .transposeConvolution(convolution.window.graphWindow, .none),
      isPlain ? node.name : "\(node.name)/sums",
      inputs,
      node.outputShape.extents
    )
    return try apply(
      convolution.activation,
      to: sums,
      mayFuse: false,
      node.name,
      node.outputShape.extents
    )
  }

  // MARK: Normalization

  /// `(x - mean) / sqrt(variance + epsilon) scale + offset` over the last axis.
  mutating func lower(
    _ normalization: LayerNormalization,
    _ node: Node,
    _ index: Int,
    _ input: Int
  ) throws(QuantizationError) -> Int {
    let name = node.name
    let extents = node.outputShape.extents
    let single = extents.dropLast() + [1]
    let axis = addIntegers("\(name)/axis", [Int32(extents.count)])
    let mean = add(.mean(keepsDimensions: true), "\(name)/mean", [input, axis], single)
    let centred = add(.subtract(.none), "\(name)/centred", [input, mean], extents)
    let squared = add(.multiply(.none), "\(name)/squared", [centred, centred], extents)
    let variance = add(.mean(keepsDimensions: true), "\(name)/variance", [squared, axis], single)
    let epsilon = addConstant("\(name)/epsilon", [normalization.epsilon])
    let lifted = add(.add(.none), "\(name)/lifted", [variance, epsilon], single)
    let inverse = add(.reciprocalSquareRoot, "\(name)/inverse", [lifted], single)
    let normal = add(.multiply(.none), "\(name)/normal", [centred, inverse], extents)
    let scale = addConstant("\(name)/scale", try parameter(.scale, index).values)
    let scaled = add(.multiply(.none), "\(name)/scaled", [normal, scale], extents)
    let offset = addConstant("\(name)/offset", try parameter(.offset, index).values)
    return add(.add(.none), name, [scaled, offset], extents)
  }

  // MARK: Attention

  /// `softmax(Q K^T / sqrt(size)) V` for each head, then the output's weights; the root is in Q.
  mutating func lower(
    _ attention: Attention,
    _ node: Node,
    _ index: Int,
    _ input: Int
  ) throws(QuantizationError) -> Int {
    let name = node.name
    let (steps, features) = (node.outputShape.extents[0], node.outputShape.extents[1])
    let (heads, size) = (attention.heads, attention.size)
    let inner = heads * size
    let weights = try parameter(.weights, index)
    let bias = try parameter(.bias, index)
    var parts: [Int] = []
    for (part, role) in ["queries", "keys", "values"].enumerated() {
      let factor = part == 0 ? 1 / Double(size).squareRoot() : 1
      var matrix: [Float] = []
      for column in part * inner..<(part + 1) * inner {
        for row in 0..<features {
          matrix.append(Float(Double(weights[row * 3 * inner + column]) * factor))
        }
      }
      let own = (part * inner..<(part + 1) * inner).map { Float(Double(bias[$0]) * factor) }
      let projected = addProduct("\(name)/\(role)", input, matrix, own, [steps, inner])
      parts.append(
        heads == 1 ? projected : addHeads("\(name)/\(role)", projected, steps, heads, size)
      )
    }
    let square = heads == 1 ? [steps, steps] : [heads, steps, steps]
    var scores = add(
      .batchMatMul(transposesLeft: false, transposesRight: true),
      "\(name)/scores",
      [parts[0], parts[1]],
      square
    )
    if attention.isCausal {
      let mask = (0..<steps * steps).map { $0 % steps > $0 / steps ? Self.masked : 0 }
      let later = addConstant(
        "\(name)/mask",
        mask,
        shape: heads == 1 ? [1, steps, steps] : [1, 1, steps, steps]
      )
      scores = add(.add(.none), "\(name)/seen", [scores, later], square)
    }
    let shares = add(.softmax(beta: 1), "\(name)/shares", [scores], square)
    var mixed = add(
      .batchMatMul(transposesLeft: false, transposesRight: false),
      "\(name)/mixed",
      [shares, parts[2]],
      heads == 1 ? [steps, size] : [heads, steps, size]
    )
    if heads > 1 {
      let order = addIntegers("\(name)/back", [0, 2, 1, 3])
      let turned = add(.transpose, "\(name)/turned", [mixed, order], [steps, heads, size])
      mixed = addReshape("\(name)/joined", turned, [steps, inner])
    }
    let output = try parameter(.outputWeights, index)
    return addProduct(
      name,
      mixed,
      transposed(output.values, rows: inner, columns: features),
      try parameter(.outputBias, index).values,
      [steps, features]
    )
  }

  /// What stands for minus infinity before a softmax.
  static var masked: Float { -1e9 }

  /// From steps x (heads · size) to heads x steps x size.
  private mutating func addHeads(
    _ name: String,
    _ input: Int,
    _ steps: Int,
    _ heads: Int,
    _ size: Int
  ) -> Int {
    let split = addReshape("\(name)/heads", input, [steps, heads, size])
    let order = addIntegers("\(name)/order", [0, 2, 1, 3])
    return add(.transpose, "\(name)/turned", [split, order], [heads, steps, size])
  }

  /// A fully connected operation over every step; `matrix` is outputs x inputs.
  mutating func addProduct(
    _ name: String,
    _ input: Int,
    _ matrix: [Float],
    _ bias: [Float]?,
    _ extents: [Int]
  ) -> Int {
    let units = extents.last ?? 1
    let weights = addConstant("\(name)/weights", matrix, shape: [units, matrix.count / units])
    return add(
      .fullyConnected(.none, keepsDimensions: extents.count > 1),
      name,
      [input, weights, bias.map { addConstant("\(name)/bias", $0) }],
      extents
    )
  }
}
