/// An LSTM of int8 with int16 cells and gates of 3 integer bits.
///
/// The two references differ: LiteRT works in gemmlowp's 16-bit fixed point and divides products by
/// powers of two; microcontrollers take the tables of LOGISTIC and TANH and multiply by fixed-point
/// factors. Sources: TensorFlow Lite, `lstm_eval.cc` (`LstmStepInteger8x8_16`); TensorFlow Lite
/// Micro, `lstm_eval.cc` and `lstm_eval_common.cc`.
struct IntegerLSTM: Kernel {
  private let operands: LSTMOperands
  private let gates: [IntegerGate]
  private let arithmetic: any CellArithmetic
  /// The largest magnitude of a cell; 0 is none.
  private let clip: Int16
  private let hidden: FixedPointFactor
  private let hiddenZero: Int32

  init(_ preparation: Preparation, _ operands: LSTMOperands) throws(GraphError) {
    for operand in operands.weights + operands.recurrent + [operands.state, operands.output] {
      try preparation.require(operand, is: .int8)
    }
    for operand in operands.bias { try preparation.require(operand, is: .int32) }
    try preparation.require(operands.cells, is: .int16)
    try preparation.requireZeroPoints(operands.cells, are: 0)
    try preparation.requireSameQuantization(operands.state, operands.output)
    let (inputScale, inputZero) = try preparation.scaleAndZeroPoint(of: operands.input)
    let (stateScale, stateZero) = try preparation.scaleAndZeroPoint(of: operands.state)
    let (cellScale, _) = try preparation.scaleAndZeroPoint(of: operands.cells)
    let power = cellScale.exponent
    guard cellScale.significand == 1, (-15 ... -9).contains(power) else {
      throw preparation.fault(
        .quantization(operand: operands.cells.role, expected: "a scale of 2^-15 to 2^-9")
      )
    }
    var gates: [IntegerGate] = []
    for gate in 0..<4 {
      gates.append(
        try IntegerGate(
          preparation,
          weights: operands.weights[gate],
          recurrent: operands.recurrent[gate],
          bias: operands.bias[gate],
          inputs: (inputScale, inputZero),
          states: (stateScale, stateZero)
        )
      )
    }
    self.gates = gates
    self.operands = operands
    clip = Int16(max(-32768, min(operands.cellClip / cellScale, 32767)))
    switch preparation.rounding {
    case .tflm:
      arithmetic = try TableCells(preparation, cellScale: cellScale, power: Int32(power))
      hidden = try preparation.factor(0x1p-30 / Double(stateScale))
      hiddenZero = stateZero
    case .litert:
      arithmetic = FixedPointCells(power: Int32(power))
      let intermediate = try Self.hiddenQuantization(preparation)
      hidden = try preparation.factor(Double(0x1p-15 / intermediate.scale * 0x1p-15))
      hiddenZero = intermediate.zeroPoint
    }
  }

  /// What the fifth intermediate says of the states, which LiteRT follows.
  private static func hiddenQuantization(
    _ preparation: Preparation
  ) throws(GraphError) -> (scale: Float, zeroPoint: Int32) {
    let intermediates = preparation.operation.intermediates
    guard intermediates.count == 5, preparation.tensors.indices.contains(intermediates[4]),
      let (scale, zeroPoint) = preparation.tensors[intermediates[4]].scaleAndZeroPoint,
      scale > 0, scale.isFinite
    else { throw preparation.fault(.notQuantized(operand: "fifth intermediate")) }
    return (scale, Int32(clamping: zeroPoint))
  }

  func run(_ memory: Memory) {
    let input: UnsafeMutableBufferPointer<Int8> = operands.input.elements(memory)
    let state: UnsafeMutableBufferPointer<Int8> = operands.state.elements(memory)
    let content: UnsafeMutableBufferPointer<Int16> = operands.cells.elements(memory)
    let output: UnsafeMutableBufferPointer<Int8> = operands.output.elements(memory)
    let (inputs, cells) = (operands.inputCount, operands.cellCount)
    withUnsafeTemporaryAllocation(of: Int16.self, capacity: 4 * cells) { sums in
      for step in 0..<operands.stepCount {
        for batch in 0..<operands.batchCount {
          let place = operands.place(step: step, batch: batch)
          let given = UnsafeBufferPointer(rebasing: input[place * inputs..<(place + 1) * inputs])
          let last = UnsafeBufferPointer(rebasing: state[batch * cells..<(batch + 1) * cells])
          for gate in LSTMOperands.Gate.allCases {
            for cell in 0..<cells {
              let sum = gates[gate.rawValue].sum(cell, given, last)
              sums[gate.rawValue * cells + cell] =
                gate == .cell ? arithmetic.gateTanh(sum) : arithmetic.sigmoid(sum)
            }
          }
          for cell in 0..<cells {
            let index = batch * cells + cell
            var value = arithmetic.cell(
              content[index],
              forget: sums[cells + cell],
              input: sums[cell],
              candidate: sums[2 * cells + cell]
            )
            if clip > 0 { value = min(max(value, -clip), clip) }
            content[index] = value
            let product = Int32(sums[3 * cells + cell]) * Int32(arithmetic.cellTanh(value))
            let moved = hidden.applied(to: product).addingReportingOverflow(hiddenZero)
            state[index] = Int8(clamping: moved.partialValue)
            output[place * cells + cell] = state[index]
          }
        }
      }
    }
  }
}

/// The sums of one gate: `W x + R h + b` in steps of 2^-12.
private struct IntegerGate: Sendable {
  private let weights: [Int8]
  private let recurrent: [Int8]
  /// With what the zero points of inputs and states take off.
  private let inputBias: [Int32]
  private let stateBias: [Int32]
  private let inputFactor: FixedPointFactor
  private let stateFactor: FixedPointFactor
  /// Whether states' products are cut to int16 before they are added.
  private let cutsEachProduct: Bool

  init(
    _ preparation: Preparation,
    weights: Operand,
    recurrent: Operand,
    bias: Operand,
    inputs: (scale: Float, zeroPoint: Int32),
    states: (scale: Float, zeroPoint: Int32)
  ) throws(GraphError) {
    for operand in [weights, recurrent] { try preparation.requireSymmetric(operand) }
    self.weights = try preparation.smallIntegers(weights)
    self.recurrent = try preparation.smallIntegers(recurrent)
    let bias = try preparation.integers(bias).map { Int32(truncatingIfNeeded: $0) }
    inputBias = Self.folded(bias, self.weights, inputs.zeroPoint)
    stateBias = Self.folded(bias.map { _ in 0 }, self.recurrent, states.zeroPoint)
    let weightScale = try preparation.scaleAndZeroPoint(of: weights).scale
    let recurrentScale = try preparation.scaleAndZeroPoint(of: recurrent).scale
    inputFactor = try preparation.factor(Double(weightScale * inputs.scale) / 0x1p-12)
    stateFactor = try preparation.factor(Double(recurrentScale * states.scale) / 0x1p-12)
    cutsEachProduct = preparation.rounding == .tflm
  }

  private static func folded(_ bias: [Int32], _ weights: [Int8], _ zero: Int32) -> [Int32] {
    let columns = weights.count / max(1, bias.count)
    return bias.enumerated().map { row, value in
      weights[row * columns..<(row + 1) * columns].reduce(value) { $0 &- Int32($1) &* zero }
    }
  }

  /// The sum of one cell.
  func sum(
    _ cell: Int,
    _ input: UnsafeBufferPointer<Int8>,
    _ state: UnsafeBufferPointer<Int8>
  ) -> Int16 {
    let given = Self.product(weights, cell, input, inputBias[cell])
    let last = Self.product(recurrent, cell, state, stateBias[cell])
    let first = Int16(clamping: inputFactor.applied(to: given))
    let second = stateFactor.applied(to: last)
    guard cutsEachProduct else {
      return Int16(clamping: Int64(second) + Int64(first))
    }
    return FixedPoint.sum(first, Int16(clamping: second))
  }

  private static func product(
    _ weights: [Int8],
    _ row: Int,
    _ vector: UnsafeBufferPointer<Int8>,
    _ bias: Int32
  ) -> Int32 {
    var sum = bias
    for column in vector.indices {
      sum &+= Int32(weights[row * vector.count + column]) * Int32(vector[column])
    }
    return sum
  }
}

/// How a reference computes gates and cells from int16 sums.
private protocol CellArithmetic: Sendable {
  /// Of a sum in steps of 2^-12.
  func sigmoid(_ sum: Int16) -> Int16
  /// Of a sum in steps of 2^-12.
  func gateTanh(_ sum: Int16) -> Int16
  /// Of a cell.
  func cellTanh(_ value: Int16) -> Int16
  /// `forget x value + input x candidate`.
  func cell(_ value: Int16, forget: Int16, input: Int16, candidate: Int16) -> Int16
}

/// LiteRT's.
private struct FixedPointCells: CellArithmetic {
  /// The cells' scale is 2 to this.
  let power: Int32

  func sigmoid(_ sum: Int16) -> Int16 { FixedPoint.logistic(sum, integerBits: 3) }

  func gateTanh(_ sum: Int16) -> Int16 { FixedPoint.tanh(sum, integerBits: 3) }

  func cellTanh(_ value: Int16) -> Int16 { FixedPoint.tanh(value, integerBits: 15 + power) }

  func cell(_ value: Int16, forget: Int16, input: Int16, candidate: Int16) -> Int16 {
    let kept = roundingDivide(Int32(forget) * Int32(value), byPowerOfTwo: 15)
    let added = roundingDivide(Int32(input) * Int32(candidate), byPowerOfTwo: 30 + power)
    return FixedPoint.sum(Int16(truncatingIfNeeded: kept), Int16(truncatingIfNeeded: added))
  }
}

/// TensorFlow Lite Micro's.
private struct TableCells: CellArithmetic {
  private let gateTable: SigmoidTable
  private let cellTable: SigmoidTable
  private let kept: FixedPointFactor
  private let added: FixedPointFactor

  init(_ preparation: Preparation, cellScale: Float, power: Int32) throws(GraphError) {
    // Inputs of 3 integer bits are the tables' own; others are shifted.
    gateTable = SigmoidTable(multiplier: 3, shift: 0)
    let shift = 15 + power - 3
    cellTable =
      shift < 0
      ? SigmoidTable(multiplier: 3, shift: -shift) : SigmoidTable(multiplier: 3 << shift, shift: 0)
    kept = try preparation.factor(0x1p-15)
    added = try preparation.factor(0x1p-30 / Double(cellScale))
  }

  func sigmoid(_ sum: Int16) -> Int16 { gateTable.logistic(sum) }

  func gateTanh(_ sum: Int16) -> Int16 { gateTable.tanh(sum) }

  func cellTanh(_ value: Int16) -> Int16 { cellTable.tanh(value) }

  func cell(_ value: Int16, forget: Int16, input: Int16, candidate: Int16) -> Int16 {
    let left = kept.applied(to: Int32(forget) * Int32(value))
    let right = added.applied(to: Int32(input) * Int32(candidate))
    return FixedPoint.sum(Int16(clamping: left), Int16(clamping: right))
  }
}
