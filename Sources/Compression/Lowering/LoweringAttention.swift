import Inference
import Networks
import Tensors

extension Lowering {
  mutating func lower(
    _ embedding: Embedding,
    at place: LayerPlace
  ) throws(QuantizationError) -> Int {
    let table = GraphTensor(
      name: "\(place.name)/weights",
      shape: [embedding.vocabulary, embedding.units],
      type: .float32,
      constant: bytes(try parameter(.weights, place.index).values)
    )
    tensors.append(table)
    let rows = tensors.count - 1
    let symbols = add(
      .cast,
      "\(place.name)/symbols",
      [place.input],
      tensors[place.input].shape.dropFirst()
    )
    tensors[symbols].type = .int32
    return add(
      .gather(axis: 0, batchDimensions: 0),
      place.name,
      [rows, symbols],
      place.extents
    )
  }

  /// `softmax(Q K^T / sqrt(size)) V` for each head, then the output's weights; the root is in Q.
  mutating func lower(
    _ attention: Attention,
    at place: LayerPlace
  ) throws(QuantizationError) -> Int {
    let name = place.name
    let (steps, features) = (place.extents[0], place.extents[1])
    let (heads, size) = (attention.heads, attention.size)
    let inner = heads * size
    let weights = try parameter(.weights, place.index)
    let bias = try parameter(.bias, place.index)
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
      let projected = addProduct("\(name)/\(role)", place.input, matrix, own, [steps, inner])
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
    let output = try parameter(.outputWeights, place.index)
    return addProduct(
      name,
      mixed,
      transposed(output.values, rows: inner, columns: features),
      try parameter(.outputBias, place.index).values,
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
}
