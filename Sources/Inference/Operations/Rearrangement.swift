/// An operation that only moves elements: every output element is one input element or a constant.
struct Rearrangement: Kernel {
  let input: Operand
  let output: Operand
  /// Per output element the input element, or -1 for `fill`; nil copies all in order.
  let sources: [Int32]?
  /// The bytes of the constant element; empty if none is needed.
  let fill: [UInt8]

  init(input: Operand, output: Operand, sources: [Int32]? = nil, fill: [UInt8] = []) {
    self.input = input
    self.output = output
    self.sources = sources
    self.fill = fill
  }

  func run(_ memory: Memory) {
    switch output.type.bits {
    case 16: move(UInt16.self, memory)
    case 32: move(UInt32.self, memory)
    case 64: move(UInt64.self, memory)
    default: move(UInt8.self, memory)
    }
  }

  private func move<Element: FixedWidthInteger>(_ type: Element.Type, _ memory: Memory) {
    let from: UnsafeMutableBufferPointer<Element> = input.elements(memory)
    let into: UnsafeMutableBufferPointer<Element> = output.elements(memory)
    guard let sources else {
      _ = into.update(from: from)
      return
    }
    let constant = fill.withUnsafeBytes {
      $0.count == MemoryLayout<Element>.size ? $0.loadUnaligned(as: Element.self) : 0
    }
    for (index, source) in sources.enumerated() {
      into[index] = source < 0 ? constant : from[Int(source)]
    }
  }
}

/// Several rearrangements of one operation, one an output.
struct Rearrangements: Kernel {
  let parts: [Rearrangement]

  func run(_ memory: Memory) {
    for part in parts { part.run(memory) }
  }
}

/// Row-major distances between neighbours along each axis.
func strides(of shape: [Int]) -> [Int] {
  var result = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() {
    result[axis] = result[axis + 1] * shape[axis + 1]
  }
  return result
}

/// Calls `body` with every index of an array of `shape`, in row-major order.
func forEachIndex(of shape: [Int], _ body: ([Int]) -> Void) {
  guard shape.allSatisfy({ $0 > 0 }) else { return }
  var index = [Int](repeating: 0, count: shape.count)
  while true {
    body(index)
    var axis = shape.count - 1
    while axis >= 0 {
      index[axis] += 1
      if index[axis] < shape[axis] { break }
      index[axis] = 0
      axis -= 1
    }
    if axis < 0 { return }
  }
}

extension Preparation {
  /// RESHAPE, SQUEEZE and EXPAND_DIMS: the same elements; the output's shape says all.
  func reshape() throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 1...2)
    let input = try input(0)
    let output = output()
    try require(output, is: input.type)
    guard output.count == input.count else {
      throw fault(.shape(operand: output.role, expected: input.shape, found: output.shape))
    }
    return Rearrangement(input: input, output: output)
  }

  /// PAD with the output's zero point, or 0 in floats.
  func pad() throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 2...2)
    let input = try input(0)
    let output = output()
    try require(output, is: input.type)
    try require(input, is: .float32, .int8, .int16, .int32)
    let amounts = try integers(try self.input(1, "padding"))
    guard amounts.count == 2 * input.shape.count else {
      throw fault(.option(name: "number of padding amounts", value: amounts.count))
    }
    var expected: [Int] = []
    for (axis, extent) in input.shape.enumerated() {
      let (before, after) = (amounts[2 * axis], amounts[2 * axis + 1])
      guard (0...1 << 20).contains(before), (0...1 << 20).contains(after) else {
        throw fault(.option(name: "padding", value: before < 0 ? before : after))
      }
      expected.append(before + extent + after)
    }
    try require(output, shape: expected)
    let zeroPoint = output.tensor.scaleAndZeroPoint?.zeroPoint ?? 0
    let inputStrides = strides(of: input.shape)
    var sources: [Int32] = []
    forEachIndex(of: expected) { index in
      var source = 0
      for axis in index.indices {
        let position = index[axis] - amounts[2 * axis]
        guard position >= 0, position < input.shape[axis] else {
          sources.append(-1)
          return
        }
        source += position * inputStrides[axis]
      }
      sources.append(Int32(source))
    }
    return Rearrangement(
      input: input,
      output: output,
      sources: sources,
      fill: Array(littleEndianBytes([Int64(zeroPoint)]).prefix(output.type.bits / 8))
    )
  }
}
