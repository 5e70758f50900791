/// An LSTM of floats.
///
///     i, f, o = sigmoid(W x + R h + b)    g = tanh(W x + R h + b)
///     c = f c + i g    h = o tanh(c)
///
/// Source: TensorFlow Lite, `lstm_eval.cc` (`CalculateLstmGateFloat` and what follows it).
struct FloatLSTM: Kernel {
  private let operands: LSTMOperands
  private let weights: [[Float]]
  private let recurrent: [[Float]]
  private let bias: [[Float]]

  init(_ preparation: Preparation, _ operands: LSTMOperands) throws(GraphError) {
    for operand in operands.weights + operands.recurrent + operands.bias
      + [operands.state, operands.cells, operands.output]
    {
      try preparation.require(operand, is: .float32)
    }
    self.operands = operands
    func floats(_ list: [Operand]) throws(GraphError) -> [[Float]] {
      var result: [[Float]] = []
      for operand in list { result.append(littleEndianFloats(try preparation.constant(operand))) }
      return result
    }
    weights = try floats(operands.weights)
    recurrent = try floats(operands.recurrent)
    bias = try floats(operands.bias)
  }

  func run(_ memory: Memory) {
    let input: UnsafeMutableBufferPointer<Float> = operands.input.elements(memory)
    let state: UnsafeMutableBufferPointer<Float> = operands.state.elements(memory)
    let (inputs, cells) = (operands.inputCount, operands.cellCount)
    FloatCells(operands, memory).run { gate, batch, place, sums in
      for cell in 0..<cells {
        var sum = bias[gate][cell]
        var product: Float = 0
        for index in 0..<inputs {
          product += weights[gate][cell * inputs + index] * input[place * inputs + index]
        }
        sum += product
        product = 0
        for index in 0..<cells {
          product += recurrent[gate][cell * cells + index] * state[batch * cells + index]
        }
        sums[cell] = sum + product
      }
    }
  }
}

/// What LSTMs with float cells share: the steps, and the cells' update from the sums of the gates.
struct FloatCells {
  private let operands: LSTMOperands
  private let memory: Memory

  init(_ operands: LSTMOperands, _ memory: Memory) {
    self.operands = operands
    self.memory = memory
  }

  /// Runs all steps; `sum` fills the sums of one gate for a batch whose input vector is number
  /// `place`.
  func run(
    _ sum: (_ gate: Int, _ batch: Int, _ place: Int, UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let state: UnsafeMutableBufferPointer<Float> = operands.state.elements(memory)
    let content: UnsafeMutableBufferPointer<Float> = operands.cells.elements(memory)
    let output: UnsafeMutableBufferPointer<Float> = operands.output.elements(memory)
    let trace: UnsafeMutableBufferPointer<Float>? = operands.trace?.elements(memory)
    let cells = operands.cellCount
    let clip = operands.cellClip
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 4 * cells) { gates in
      for step in 0..<operands.stepCount {
        for batch in 0..<operands.batchCount {
          let place = operands.place(step: step, batch: batch)
          for gate in LSTMOperands.Gate.allCases {
            let range = gate.rawValue * cells..<(gate.rawValue + 1) * cells
            let sums = UnsafeMutableBufferPointer(rebasing: gates[range])
            sum(gate.rawValue, batch, place, sums)
            for cell in 0..<cells {
              sums[cell] =
                gate == .cell ? RealFunctions.tanh(sums[cell]) : RealFunctions.logistic(sums[cell])
            }
          }
          for cell in 0..<cells {
            let index = batch * cells + cell
            var value = gates[cells + cell] * content[index] + gates[2 * cells + cell] * gates[cell]
            if clip > 0 { value = min(max(value, -clip), clip) }
            content[index] = value
            trace?[place * cells + cell] = value
            state[index] = gates[3 * cells + cell] * RealFunctions.tanh(value)
            output[place * cells + cell] = state[index]
          }
        }
      }
    }
  }
}
