/// An operation that joins two arrays element by element, the smaller repeated along its axes of
/// extent 1 (NumPy's broadcasting).
struct ElementPair<Left: Sendable, Right: Sendable, Result: Sendable>: Kernel {
  let left: Operand
  let right: Operand
  let output: Operand
  let positions: BroadcastPositions
  let function: @Sendable (Left, Right) -> Result

  func run(_ memory: Memory) {
    let first: UnsafeMutableBufferPointer<Left> = left.elements(memory)
    let second: UnsafeMutableBufferPointer<Right> = right.elements(memory)
    let into: UnsafeMutableBufferPointer<Result> = output.elements(memory)
    for index in into.indices {
      into[index] = function(
        first[positions.left.map { Int($0[index]) } ?? index],
        second[positions.right.map { Int($0[index]) } ?? index]
      )
    }
  }
}

/// Per output element the elements of both inputs; nil where they are the same.
struct BroadcastPositions: Sendable {
  let left: [Int32]?
  let right: [Int32]?
}

extension Preparation {
  /// Checks that two operands broadcast to the output's shape.
  func broadcast(
    _ left: Operand,
    _ right: Operand,
    to output: Operand
  ) throws(GraphError) -> BroadcastPositions {
    func aligned(_ shape: [Int]) -> [Int] {
      [Int](repeating: 1, count: max(0, output.shape.count - shape.count)) + shape
    }
    func positions(_ operand: Operand) throws(GraphError) -> [Int32]? {
      guard operand.shape != output.shape else { return nil }
      let shape = aligned(operand.shape)
      guard shape.count == output.shape.count,
        zip(shape, output.shape).allSatisfy({ $0 == 1 || $0 == $1 })
      else {
        throw fault(.shape(operand: operand.role, expected: output.shape, found: operand.shape))
      }
      let distances = strides(of: shape)
      var result: [Int32] = []
      result.reserveCapacity(output.count)
      forEachIndex(of: output.shape) { index in
        var position = 0
        for axis in index.indices where shape[axis] != 1 {
          position += index[axis] * distances[axis]
        }
        result.append(Int32(position))
      }
      return result
    }
    let found = BroadcastPositions(left: try positions(left), right: try positions(right))
    let joint = zip(aligned(left.shape), aligned(right.shape)).map { max($0, $1) }
    guard joint == output.shape else {
      throw fault(.shape(operand: output.role, expected: joint, found: output.shape))
    }
    return found
  }

  /// The operands of an operation that joins two arrays of one type.
  private func pairOperands(
    _ types: [ElementType]
  ) throws(GraphError) -> (left: Operand, right: Operand, output: Operand, BroadcastPositions) {
    try requireOperands(inputs: 2...2)
    let left = try input(0, "left input")
    let right = try input(1, "right input")
    let output = output()
    guard types.contains(left.type) else { throw fault(.type(operand: left.role, left.type)) }
    try require(right, is: left.type)
    try require(output, is: left.type)
    return (left, right, output, try broadcast(left, right, to: output))
  }

  private func pair(
    _ left: Operand,
    _ right: Operand,
    _ output: Operand,
    _ positions: BroadcastPositions,
    floats: @escaping @Sendable (Float, Float) -> Float
  ) -> any Kernel {
    ElementPair<Float, Float, Float>(
      left: left,
      right: right,
      output: output,
      positions: positions,
      function: floats
    )
  }

  private func pair(
    _ left: Operand,
    _ right: Operand,
    _ output: Operand,
    _ positions: BroadcastPositions,
    integers: @escaping @Sendable (Int32, Int32) -> Int32
  ) -> any Kernel {
    if output.type == .int8 {
      return ElementPair<Int8, Int8, Int8>(
        left: left,
        right: right,
        output: output,
        positions: positions
      ) { Int8(truncatingIfNeeded: integers(Int32($0), Int32($1))) }
    }
    return ElementPair<Int16, Int16, Int16>(
      left: left,
      right: right,
      output: output,
      positions: positions
    ) { Int16(truncatingIfNeeded: integers(Int32($0), Int32($1))) }
  }

  /// ADD and SUB: both inputs brought to twice the larger scale in fixed point, then joined and
  /// rescaled; three roundings in all.
  func sum(_ activation: FusedActivation, subtracts: Bool) throws(GraphError) -> any Kernel {
    let (left, right, output, positions) = try pairOperands([.float32, .int8, .int16])
    let range = try activationRange(activation, of: output)
    if left.type == .float32 {
      let limits = range.floats
      return pair(left, right, output, positions) { (a: Float, b: Float) in
        min(max(subtracts ? a - b : a + b, limits.lowerBound), limits.upperBound)
      }
    }
    let leftShift: Int32 = output.type == .int16 ? 15 : 20
    let scales = try SumScales(self, left, right, output, leftShift: leftShift, inSingle: subtracts)
    return pair(left, right, output, positions) { (a: Int32, b: Int32) in
      let first = scales.left.applied(to: (a &- scales.leftZero) &<< leftShift)
      let second = scales.right.applied(to: (b &- scales.rightZero) &<< leftShift)
      let joined = subtracts ? first &- second : first &+ second
      let result = scales.output.applied(to: joined) &+ scales.outputZero
      return min(max(result, range.integers.lowerBound), range.integers.upperBound)
    }
  }

  /// MUL: the product of the centred integers, rescaled once.
  func product(_ activation: FusedActivation) throws(GraphError) -> any Kernel {
    let (left, right, output, positions) = try pairOperands([.float32, .int8, .int16])
    let range = try activationRange(activation, of: output)
    if left.type == .float32 {
      let limits = range.floats
      return pair(left, right, output, positions) { (a: Float, b: Float) in
        min(max(a * b, limits.lowerBound), limits.upperBound)
      }
    }
    let (leftScale, leftZero) = try scaleAndZeroPoint(of: left)
    let (rightScale, rightZero) = try scaleAndZeroPoint(of: right)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    if left.type == .int16 { try requireZeroPoints(left, right, output, are: 0) }
    let factor = try factor(Double(leftScale) * Double(rightScale) / Double(outputScale))
    return pair(left, right, output, positions) { (a: Int32, b: Int32) in
      let result = factor.applied(to: (a &- leftZero) &* (b &- rightZero)) &+ outputZero
      return min(max(result, range.integers.lowerBound), range.integers.upperBound)
    }
  }

  /// SQUARED_DIFFERENCE: as SUB with 7 bits of room (none for int16), then squared.
  func squaredDifference() throws(GraphError) -> any Kernel {
    let (left, right, output, positions) = try pairOperands([.float32, .int8, .int16])
    if left.type == .float32 {
      return pair(left, right, output, positions) { (a: Float, b: Float) in (a - b) * (a - b) }
    }
    let leftShift: Int32 = output.type == .int16 ? 0 : 7
    let (outputScale, _) = try scaleAndZeroPoint(of: output)
    let scales = try SumScales(self, left, right, output, leftShift: leftShift, isSquared: true)
    let range = try activationRange(.none, of: output).integers
    // The denominator is a product of an integer and a float in single precision.
    let factor = try factor(
      scales.twiceLargest * scales.twiceLargest / Double(Float(1 << (2 * leftShift)) * outputScale)
    )
    return pair(left, right, output, positions) { (a: Int32, b: Int32) in
      let first = scales.left.applied(to: (a &- scales.leftZero) &<< leftShift)
      let second = scales.right.applied(to: (b &- scales.rightZero) &<< leftShift)
      let difference = first &- second
      let result = factor.applied(to: difference &* difference) &+ scales.outputZero
      return min(max(result, range.lowerBound), range.upperBound)
    }
  }

  /// MAXIMUM and MINIMUM of operands with one quantization.
  func extremum(isMaximum: Bool) throws(GraphError) -> any Kernel {
    let (left, right, output, positions) = try pairOperands([.float32, .int8, .int16, .int32])
    try requireSameQuantization(left, output)
    try requireSameQuantization(right, output)
    switch left.type {
    case .float32:
      return pair(left, right, output, positions) { (a: Float, b: Float) in
        isMaximum ? (a > b ? a : b) : (a < b ? a : b)
      }
    case .int32:
      return ElementPair<Int32, Int32, Int32>(
        left: left,
        right: right,
        output: output,
        positions: positions
      ) { isMaximum ? max($0, $1) : min($0, $1) }
    default:
      return pair(left, right, output, positions) { (a: Int32, b: Int32) in
        isMaximum ? max(a, b) : min(a, b)
      }
    }
  }

  /// PRELU: negative inputs times the slope at their place.
  func prelu() throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 2...2)
    let input = try input(0)
    let slope = try self.input(1, "slope")
    let output = output()
    try require(input, is: .float32, .int8, .int16)
    try require(output, is: input.type)
    let positions = try broadcast(input, slope, to: output)
    if input.type == .float32 {
      try require(slope, is: .float32)
      return pair(input, slope, output, positions) { (a: Float, b: Float) in a >= 0 ? a : a * b }
    }
    try require(slope, is: .int8)
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (slopeScale, slopeZero) = try scaleAndZeroPoint(of: slope)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let identity = try factor(Double(inputScale) / Double(outputScale))
    let scaled = try factor(Double(inputScale) * Double(slopeScale) / Double(outputScale))
    let function: @Sendable (Int32, Int8) -> Int32 = { value, slope in
      let centred = value &- inputZero
      let result =
        centred >= 0
        ? identity.applied(to: centred)
        : scaled.applied(to: centred &* (Int32(slope) &- slopeZero))
      return result &+ outputZero
    }
    if input.type == .int8 {
      return ElementPair<Int8, Int8, Int8>(
        left: input,
        right: slope,
        output: output,
        positions: positions
      ) { Int8(clamping: function(Int32($0), $1)) }
    }
    return ElementPair<Int16, Int8, Int16>(
      left: input,
      right: slope,
      output: output,
      positions: positions
    ) { Int16(clamping: function(Int32($0), $1)) }
  }
}

/// The factors by which ADD, SUB and SQUARED_DIFFERENCE bring their inputs to one scale and their
/// result to the output's.
struct SumScales: Sendable {
  let left: FixedPointFactor
  let right: FixedPointFactor
  /// Not used by SQUARED_DIFFERENCE.
  let output: FixedPointFactor
  let leftZero: Int32
  let rightZero: Int32
  let outputZero: Int32
  /// The scale of the joined numbers before the shift.
  let twiceLargest: Double

  /// `inSingle`: TensorFlow Lite Micro's SUB divides in single precision where its ADD, and both of
  /// LiteRT's, divide in double.
  init(
    _ preparation: Preparation,
    _ left: Operand,
    _ right: Operand,
    _ output: Operand,
    leftShift: Int32,
    inSingle: Bool = false,
    isSquared: Bool = false
  ) throws(GraphError) {
    let (leftScale, leftZero) = try preparation.scaleAndZeroPoint(of: left)
    let (rightScale, rightZero) = try preparation.scaleAndZeroPoint(of: right)
    let (outputScale, outputZero) = try preparation.scaleAndZeroPoint(of: output)
    self.leftZero = leftZero
    self.rightZero = rightZero
    self.outputZero = outputZero
    let twice = 2 * max(leftScale, rightScale)
    twiceLargest = Double(twice)
    let usesSingle = inSingle && preparation.rounding == .tflm
    let unit = Float(1 << leftShift)
    self.left = try preparation.factorBelowOne(
      usesSingle ? Double(leftScale / twice) : Double(leftScale) / twiceLargest
    )
    self.right = try preparation.factorBelowOne(
      usesSingle ? Double(rightScale / twice) : Double(rightScale) / twiceLargest
    )
    guard !isSquared else {
      self.output = FixedPointFactor(multiplier: 0, shift: 0)
      return
    }
    self.output = try preparation.factorBelowOne(
      usesSingle
        ? Double(twice / (unit * outputScale))
        : twiceLargest / (Double(unit) * Double(outputScale))
    )
  }
}
