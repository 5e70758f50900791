import CKernels

/// MAX_POOL_2D and AVERAGE_POOL_2D.
struct PoolingKernel: Kernel {
  let window: ck_window
  let isMaximum: Bool
  let input: Operand
  let output: Operand
  let range: ActivationRange

  static func make(
    _ preparation: Preparation,
    isMaximum: Bool,
    window: GraphWindow,
    height: Int,
    width: Int,
    activation: FusedActivation
  ) throws(GraphError) -> any Kernel {
    try preparation.requireOperands(inputs: 1...1)
    let input = try preparation.input(0)
    let output = preparation.output()
    try preparation.require(input, is: .float32, .int8, .int16)
    try preparation.require(output, is: input.type)
    try preparation.require(input, rank: 4)
    try preparation.requireSameQuantization(input, output)
    return PoolingKernel(
      window: try preparation.window(
        window,
        height: height,
        width: width,
        over: input,
        giving: output,
        outputChannels: input.shape[3]
      ),
      isMaximum: isMaximum,
      input: input,
      output: output,
      range: try preparation.activationRange(activation, of: output)
    )
  }

  func run(_ memory: Memory) {
    var window = window
    let (low, high) = (range.integers.lowerBound, range.integers.upperBound)
    switch (input.type, isMaximum) {
    case (.int8, let isMaximum):
      let from: UnsafeMutableBufferPointer<Int8> = input.elements(memory)
      let into: UnsafeMutableBufferPointer<Int8> = output.elements(memory)
      let pool = isMaximum ? ck_int8_max_pool : ck_int8_average_pool
      pool(&window, from.baseAddress, low, high, into.baseAddress)
    case (.int16, let isMaximum):
      let from: UnsafeMutableBufferPointer<Int16> = input.elements(memory)
      let into: UnsafeMutableBufferPointer<Int16> = output.elements(memory)
      let pool = isMaximum ? ck_int16_max_pool : ck_int16_average_pool
      pool(&window, from.baseAddress, low, high, into.baseAddress)
    case (_, let isMaximum):
      let from: UnsafeMutableBufferPointer<Float> = input.elements(memory)
      let into: UnsafeMutableBufferPointer<Float> = output.elements(memory)
      let pool = isMaximum ? ck_float_max_pool : ck_float_average_pool
      pool(
        &window,
        from.baseAddress,
        range.floats.lowerBound,
        range.floats.upperBound,
        into.baseAddress
      )
    }
  }
}
