/// An operation that maps every element by itself.
struct ElementMap<Source: Sendable, Result: Sendable>: Kernel {
  let input: Operand
  let output: Operand
  let function: @Sendable (Source) -> Result

  func run(_ memory: Memory) {
    let from: UnsafeMutableBufferPointer<Source> = input.elements(memory)
    let into: UnsafeMutableBufferPointer<Result> = output.elements(memory)
    for index in from.indices { into[index] = function(from[index]) }
  }
}

/// An operation that maps every int8 element by itself, through a table of all 256 answers.
struct ByteMap: Kernel {
  let input: Operand
  let output: Operand
  /// By bit pattern of the input.
  let table: [Int8]

  /// Tabulates `function`, which is given every int8 value.
  init(input: Operand, output: Operand, function: (Int32) -> Int32) {
    self.input = input
    self.output = output
    table = (0..<256).map { pattern in
      Int8(clamping: function(Int32(Int8(bitPattern: UInt8(pattern)))))
    }
  }

  func run(_ memory: Memory) {
    let from: UnsafeMutableBufferPointer<UInt8> = input.elements(memory)
    let into: UnsafeMutableBufferPointer<Int8> = output.elements(memory)
    table.withUnsafeBufferPointer { table in
      for index in from.indices { into[index] = table[Int(from[index])] }
    }
  }
}

extension Preparation {
  /// Checks an operation of one input and one output of the same number of elements.
  func unaryOperands(_ types: [ElementType]) throws(GraphError) -> (input: Operand, output: Operand)
  {
    try requireOperands(inputs: 1...1)
    let input = try input(0)
    let output = output()
    guard types.contains(input.type) else {
      throw fault(.type(operand: input.role, input.type))
    }
    try require(output, shape: input.shape)
    return (input, output)
  }

  /// As `unaryOperands`, with an output of the input's type.
  func sameTypeOperands(
    _ types: [ElementType]
  ) throws(GraphError) -> (input: Operand, output: Operand) {
    let (input, output) = try unaryOperands(types)
    try require(output, is: input.type)
    return (input, output)
  }

  /// Checks that both are symmetric, as int16 kernels need.
  func requireZeroPoints(_ operands: Operand..., are zeroPoint: Int32) throws(GraphError) {
    for operand in operands where try scaleAndZeroPoint(of: operand).zeroPoint != zeroPoint {
      throw fault(.quantization(operand: operand.role, expected: "zero point \(zeroPoint)"))
    }
  }
}
