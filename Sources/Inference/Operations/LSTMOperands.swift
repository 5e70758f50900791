/// The operands of UNIDIRECTIONAL_SEQUENCE_LSTM, checked: one layer without peepholes, projection or
/// layer normalization, which is what microcontrollers have.
struct LSTMOperands: Sendable {
  /// The four sums of a cell, in the order of the operation's inputs.
  enum Gate: Int, CaseIterable, Sendable {
    case input = 0
    case forget = 1
    case cell = 2
    case output = 3
  }

  let input: Operand
  /// cells x inputs, by gate.
  let weights: [Operand]
  /// cells x cells, by gate.
  let recurrent: [Operand]
  /// By gate.
  let bias: [Operand]
  /// What the last step gave: batches x cells.
  let state: Operand
  /// What the cells hold: batches x cells.
  let cells: Operand
  let output: Operand
  /// Where the cells of every step are left, if they are wanted.
  let trace: Operand?
  let batchCount: Int
  let stepCount: Int
  let inputCount: Int
  let cellCount: Int
  let isTimeMajor: Bool
  let cellClip: Float

  init(_ preparation: Preparation, _ options: SequenceLSTM) throws(GraphError) {
    try preparation.requireOperands(inputs: 20...24)
    for (positions, what) in [
      ([9, 10, 11], "peephole weights"), ([16, 17], "a projection"),
      ([20, 21, 22, 23], "layer normalization"),
    ] {
      for position in positions where preparation.optionalInput(position) != nil {
        throw preparation.fault(.unsupported(what))
      }
    }
    guard options.activation == .tanh else {
      throw preparation.fault(.activation(options.activation))
    }
    guard options.cellClip >= 0 else {
      throw preparation.fault(.unsupported("a cell clip below 0"))
    }
    input = try preparation.input(0)
    output = preparation.output()
    trace = preparation.trace()
    try preparation.require(input, rank: 3)
    isTimeMajor = options.isTimeMajor
    cellClip = options.cellClip
    stepCount = input.shape[isTimeMajor ? 0 : 1]
    batchCount = input.shape[isTimeMajor ? 1 : 0]
    inputCount = input.shape[2]
    var weights: [Operand] = []
    var recurrent: [Operand] = []
    var bias: [Operand] = []
    for gate in Gate.allCases {
      weights.append(try preparation.input(1 + gate.rawValue, "input weights"))
      recurrent.append(try preparation.input(5 + gate.rawValue, "recurrent weights"))
      bias.append(try preparation.input(12 + gate.rawValue, "bias"))
    }
    cellCount = weights[0].shape.first ?? 0
    for gate in 0..<4 {
      try preparation.require(weights[gate], shape: [cellCount, inputCount])
      try preparation.require(recurrent[gate], shape: [cellCount, cellCount])
      try preparation.require(bias[gate], count: cellCount)
    }
    self.weights = weights
    self.recurrent = recurrent
    self.bias = bias
    state = try preparation.input(18, "output state")
    cells = try preparation.input(19, "cell state")
    for operand in [state, cells] {
      try preparation.require(operand, count: batchCount * cellCount)
      guard operand.tensor.isVariable, operand.constant == nil else {
        throw preparation.fault(.notVariable(operand: operand.role))
      }
    }
    guard state.slot != cells.slot else {
      throw preparation.fault(.notVariable(operand: cells.role))
    }
    try preparation.require(output, shape: Array(input.shape.dropLast()) + [cellCount])
  }

  /// Where a batch's vector of a step begins, in units of vectors.
  func place(step: Int, batch: Int) -> Int {
    isTimeMajor ? step * batchCount + batch : batch * stepCount + step
  }
}

extension Preparation {
  /// The only intermediate, if it has elements of its own.
  fileprivate func trace() -> Operand? {
    guard operation.intermediates.count == 1, let tensor = operation.intermediates.first,
      tensors.indices.contains(tensor), tensors[tensor].type == .float32,
      tensors[tensor].constant == nil, slots[tensor].byteCount > 0,
      slots[tensor].byteCount == output().slot.byteCount
    else { return nil }
    return Operand(role: "trace", tensor: tensors[tensor], slot: slots[tensor], constant: nil)
  }

  /// UNIDIRECTIONAL_SEQUENCE_LSTM in floats, in floats with int8 weights, or in int8 with int16 cells.
  func sequenceLSTM(_ options: SequenceLSTM) throws(GraphError) -> any Kernel {
    let operands = try LSTMOperands(self, options)
    switch (operands.input.type, operands.weights[0].type) {
    case (.float32, .float32): return try FloatLSTM(self, operands)
    case (.float32, .int8):
      return try HybridLSTM(
        self,
        operands,
        isAsymmetric: options.quantizesInputsAsymmetrically
      )
    case (.int8, _): return try IntegerLSTM(self, operands)
    default: throw fault(.type(operand: operands.input.role, operands.input.type))
    }
  }
}
