/// An LSTM of floats with int8 weights: inputs and states are quantized at each step, over their own
/// range.
///
/// Source: TensorFlow Lite, `lstm_eval.cc` (`CalculateLstmGateHybrid`). Microcontrollers refuse it.
struct HybridLSTM: Kernel {
  private let operands: LSTMOperands
  private let weights: [SmallMatrix]
  private let recurrent: [SmallMatrix]
  private let bias: [[Float]]
  private let isAsymmetric: Bool

  /// Rows of small integers with one scale.
  private struct SmallMatrix: Sendable {
    let elements: [Int8]
    let scale: Float
    let columnCount: Int

    /// `integers . row`, scaled.
    func product(row: Int, _ vector: QuantizedVector) -> Float {
      var sum: Int32 = 0
      for column in 0..<columnCount {
        sum &+=
          Int32(elements[row * columnCount + column])
          * (Int32(vector.integers[column]) - vector.zeroPoint)
      }
      return Float(sum) * (vector.scale * scale)
    }
  }

  init(
    _ preparation: Preparation,
    _ operands: LSTMOperands,
    isAsymmetric: Bool
  ) throws(GraphError) {
    for operand in operands.bias + [operands.state, operands.cells, operands.output] {
      try preparation.require(operand, is: .float32)
    }
    func matrices(_ list: [Operand]) throws(GraphError) -> [SmallMatrix] {
      var result: [SmallMatrix] = []
      for operand in list {
        try preparation.require(operand, is: .int8)
        try preparation.requireSymmetric(operand)
        result.append(
          SmallMatrix(
            elements: try preparation.smallIntegers(operand),
            scale: try preparation.scaleAndZeroPoint(of: operand).scale,
            columnCount: operand.shape[1]
          )
        )
      }
      return result
    }
    self.operands = operands
    self.isAsymmetric = isAsymmetric
    weights = try matrices(operands.weights)
    recurrent = try matrices(operands.recurrent)
    var bias: [[Float]] = []
    for operand in operands.bias {
      bias.append(littleEndianFloats(try preparation.constant(operand)))
    }
    self.bias = bias
  }

  func run(_ memory: Memory) {
    let input: UnsafeMutableBufferPointer<Float> = operands.input.elements(memory)
    let state: UnsafeMutableBufferPointer<Float> = operands.state.elements(memory)
    let (inputs, cells) = (operands.inputCount, operands.cellCount)
    FloatCells(operands, memory).run { gate, batch, place, sums in
      let given = QuantizedVector(
        UnsafeBufferPointer(rebasing: input[place * inputs..<(place + 1) * inputs]),
        isAsymmetric: isAsymmetric
      )
      let last = QuantizedVector(
        UnsafeBufferPointer(rebasing: state[batch * cells..<(batch + 1) * cells]),
        isAsymmetric: isAsymmetric
      )
      for cell in 0..<cells {
        sums[cell] = bias[gate][cell] + weights[gate].product(row: cell, given)
        sums[cell] += recurrent[gate].product(row: cell, last)
      }
    }
  }
}

/// Floats as int8 over their own range.
struct QuantizedVector {
  let integers: [Int8]
  let scale: Float
  let zeroPoint: Int32

  /// Symmetric: `scale = max |x| / 127`; else over the least and greatest of the values and 0.
  init(_ values: UnsafeBufferPointer<Float>, isAsymmetric: Bool) {
    guard isAsymmetric else {
      var largest: Float = 0
      for value in values { largest = max(largest, value.magnitude) }
      zeroPoint = 0
      guard largest > 0, largest.isFinite else {
        scale = 1
        integers = [Int8](repeating: 0, count: values.count)
        return
      }
      scale = largest / 127
      let inverse = 127 / largest
      integers = values.map { Int8(max(-127, min(clampedRound($0 * inverse), 127))) }
      return
    }
    let range = RunningRange(values)
    scale = range.scale
    zeroPoint = range.zeroPoint
    integers = values.map { range.integer($0) }
  }
}
