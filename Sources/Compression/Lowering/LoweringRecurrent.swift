import Inference
import Networks
import Tensors

extension Lowering {
  /// Steps that an unrolled layer may have: each adds about ten operations.
  private static var largestUnrolling: Int { 256 }

  /// Where the parameters of one direction are.
  private struct Direction {
    let name: String
    let weights: Tensor
    let recurrent: Tensor
    let bias: Tensor
    let isReversed: Bool
  }

  /// An LSTM as the operation of that name; rnn and gru, which have none, step by step.
  mutating func lower(
    _ recurrent: Recurrent,
    at place: LayerPlace
  ) throws(QuantizationError) -> Int {
    let (node, index, input) = (place.node, place.index, place.input)
    var directions = [
      Direction(
        name: recurrent.isBidirectional ? "\(node.name)/forward" : node.name,
        weights: try parameter(.weights, index),
        recurrent: try parameter(.recurrentWeights, index),
        bias: try parameter(.bias, index),
        isReversed: false
      )
    ]
    if recurrent.isBidirectional {
      directions.append(
        Direction(
          name: "\(node.name)/backward",
          weights: try parameter(.reversedWeights, index),
          recurrent: try parameter(.reversedRecurrentWeights, index),
          bias: try parameter(.reversedBias, index),
          isReversed: true
        )
      )
    }
    let steps = tensors[input].shape[1]
    guard recurrent.kind == .longShortTerm || steps <= Self.largestUnrolling else {
      throw .unsupportedLayer(
        layer: node.name,
        reason: "it goes through \(steps) steps, and each becomes operations of its own, "
          + "\(Self.largestUnrolling) at most; use lstm, or shorter sequences"
      )
    }
    var results: [Int] = []
    for direction in directions {
      results.append(
        recurrent.kind == .longShortTerm
          ? fused(recurrent, direction, input) : unrolled(recurrent, direction, input)
      )
    }
    return addConcatenation(
      node.name,
      results,
      axis: node.outputShape.rank,
      node.outputShape.extents
    )
  }

  // MARK: LSTM

  private mutating func fused(_ recurrent: Recurrent, _ direction: Direction, _ input: Int) -> Int {
    let name = direction.name
    let (steps, features) = (tensors[input].shape[1], tensors[input].shape[2])
    let units = recurrent.units
    let source = direction.isReversed ? reversed("\(name)/turned", input) : input
    var inputs: [Int?] = [source]
    // Gates in the order input, forget, cell, output, here as there.
    for (matrix, rows, role) in [
      (direction.weights, features, "weights"), (direction.recurrent, units, "recurrent"),
    ] {
      for gate in 0..<4 {
        let values = columns(of: matrix, rows: rows, gate: gate, gates: 4, units: units)
        inputs.append(addConstant("\(name)/\(role)\(gate)", values, shape: [units, rows]))
      }
    }
    inputs += [nil, nil, nil]
    for gate in 0..<4 {
      let values = (0..<units).map { direction.bias[gate * units + $0] }
      inputs.append(addConstant("\(name)/bias\(gate)", values))
    }
    inputs += [nil, nil]
    for role in ["state", "cells"] {
      tensors.append(
        GraphTensor(name: "\(name)/\(role)", shape: [1, units], type: .float32, isVariable: true)
      )
      inputs.append(tensors.count - 1)
    }
    inputs += [nil, nil, nil, nil]
    let options = SequenceLSTM(
      activation: .tanh,
      cellClip: 0,
      projectionClip: 0,
      isTimeMajor: false
    )
    let isWhole = recurrent.returnsSequence && !direction.isReversed
    let sequence = add(
      .sequenceLSTM(options),
      isWhole ? name : "\(name)/steps",
      inputs,
      [steps, units]
    )
    if recurrent.returnsSequence {
      return direction.isReversed ? reversed(name, sequence) : sequence
    }
    let begin = addIntegers("\(name)/begin", [0, Int32(steps - 1), 0])
    let end = addIntegers("\(name)/end", [1, Int32(steps), Int32(units)])
    let strides = addIntegers("\(name)/strides", [1, 1, 1])
    return add(
      .stridedSlice(StridedSliceMasks(shrink: 2)),
      name,
      [sequence, begin, end, strides],
      [units]
    )
  }

  /// The steps from last to first.
  private mutating func reversed(_ name: String, _ input: Int) -> Int {
    let steps = tensors[input].shape[1]
    let order = addIntegers("\(name)/order", (0..<steps).reversed().map(Int32.init))
    return add(
      .gather(axis: 1, batchDimensions: 0),
      name,
      [input, order],
      tensors[input].shape.dropFirst()
    )
  }

  /// Columns of one gate, as units x rows.
  private func columns(
    of matrix: Tensor,
    rows: Int,
    gate: Int,
    gates: Int,
    units: Int
  ) -> [Float] {
    (0..<units).flatMap { unit in
      (0..<rows).map { matrix[$0 * gates * units + gate * units + unit] }
    }
  }

  // MARK: Step by step

  private mutating func unrolled(
    _ recurrent: Recurrent,
    _ direction: Direction,
    _ input: Int
  ) -> Int {
    let name = direction.name
    let steps = tensors[input].shape[1]
    let units = recurrent.units
    let columns = units * recurrent.kind.gates
    let ownBias = (0..<columns).map { direction.bias[$0] }
    let projected = addProduct(
      "\(name)/inputs",
      input,
      transposed(direction.weights.values, rows: tensors[input].shape[2], columns: columns),
      ownBias,
      [steps, columns]
    )
    let own = (0..<steps).map { add("\(name)/input\($0)", [columns]) }
    operations.append(
      Operation(kind: .unpack(axis: 1, count: steps), inputs: [projected], outputs: own)
    )
    let matrix = addConstant(
      "\(name)/recurrent",
      transposed(direction.recurrent.values, rows: units, columns: columns),
      shape: [columns, units]
    )
    let isGated = recurrent.kind == .gated
    let innerBias = isGated ? (0..<columns).map { direction.bias[columns + $0] } : []
    let bias = isGated ? addConstant("\(name)/reset", innerBias) : nil
    var states = [Int](repeating: 0, count: steps)
    var last: Int?
    for position in 0..<steps {
      let step = direction.isReversed ? steps - 1 - position : position
      let place = "\(name)/step\(step)"
      let isOnly = !recurrent.returnsSequence && position == steps - 1
      let inner = last.map {
        add(
          .fullyConnected(.none, keepsDimensions: false),
          "\(place)/recurrent",
          [$0, matrix, bias],
          [columns]
        )
      }
      let state =
        isGated
        ? gated(place, isOnly ? name : place, own[step], inner, last, innerBias, units)
        : add(
          .tanh,
          isOnly ? name : place,
          [inner.map { add(.add(.none), "\(place)/sum", [own[step], $0], [units]) } ?? own[step]],
          [units]
        )
      states[step] = state
      last = state
    }
    guard recurrent.returnsSequence else { return last ?? input }
    let joined = addConcatenation("\(name)/joined", states, axis: 1, [steps * units])
    return addReshape(name, joined, [steps, units])
  }

  /// `h' = n + z (h - n)` with `z, r = sigmoid(a + b)`, `n = tanh(a + r b)`; at the first step h is 0,
  /// and b the bias alone.
  private mutating func gated(
    _ place: String,
    _ name: String,
    _ own: Int,
    _ inner: Int?,
    _ last: Int?,
    _ bias: [Float],
    _ units: Int
  ) -> Int {
    let ownParts = split("\(place)/own", own, units)
    let innerParts =
      inner.map { split("\(place)/inner", $0, units) }
      ?? (0..<3).map { gate in
        addConstant("\(place)/bias\(gate)", Array(bias[gate * units..<(gate + 1) * units]))
      }
    func part(_ part: String) -> String { "\(place)/\(part)" }
    let update = add(
      .logistic,
      part("update"),
      [add(.add(.none), part("updatesum"), [ownParts[0], innerParts[0]], [units])],
      [units]
    )
    let reset = add(
      .logistic,
      part("reset"),
      [add(.add(.none), part("resetsum"), [ownParts[1], innerParts[1]], [units])],
      [units]
    )
    let kept = add(.multiply(.none), part("kept"), [reset, innerParts[2]], [units])
    let new = add(
      .tanh,
      part("new"),
      [add(.add(.none), part("newsum"), [ownParts[2], kept], [units])],
      [units]
    )
    guard let last else {
      let share = add(.multiply(.none), part("share"), [update, new], [units])
      return add(.subtract(.none), name, [new, share], [units])
    }
    let distance = add(.subtract(.none), part("distance"), [last, new], [units])
    let moved = add(.multiply(.none), part("moved"), [update, distance], [units])
    return add(.add(.none), name, [new, moved], [units])
  }

  /// The three gates' parts of a row.
  private mutating func split(_ name: String, _ input: Int, _ units: Int) -> [Int] {
    let axis = addIntegers("\(name)/axis", [1], shape: [])
    let parts = (0..<3).map { add("\(name)\($0)", [units]) }
    operations.append(
      Operation(kind: .split(count: 3), inputs: [axis, input], outputs: parts)
    )
    return parts
  }
}
