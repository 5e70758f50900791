/// LOG_SOFTMAX over the last axis: `x - max - log(sum(exp(x - max)))`.
struct LogSoftmaxKernel: Kernel {
  let input: Operand
  let output: Operand
  let depth: Int
  let arithmetic: Arithmetic

  enum Arithmetic: Sendable {
    case floats
    case bytes(ByteLogSoftmax)
  }

  static func make(_ preparation: Preparation) throws(GraphError) -> any Kernel {
    let (input, output) = try preparation.sameTypeOperands([.float32, .int8])
    guard let depth = input.shape.last else {
      throw preparation.fault(.rank(operand: input.role, expected: "at least 1", found: 0))
    }
    func arithmetic() throws(GraphError) -> Arithmetic {
      guard input.type == .int8 else { return .floats }
      let (scale, _) = try preparation.scaleAndZeroPoint(of: input)
      let (outputScale, outputZero) = try preparation.scaleAndZeroPoint(of: output)
      guard outputScale == 1 / 16, outputZero == ByteLogSoftmax.zeroPoint else {
        throw preparation.fault(
          .quantization(operand: output.role, expected: "scale 1/16 and zero point 127")
        )
      }
      return .bytes(try ByteLogSoftmax(preparation, scale: scale))
    }
    return LogSoftmaxKernel(
      input: input,
      output: output,
      depth: depth,
      arithmetic: try arithmetic()
    )
  }

  func run(_ memory: Memory) {
    switch arithmetic {
    case .floats: runFloats(input.elements(memory), output.elements(memory))
    case .bytes(let rule):
      let from: UnsafeMutableBufferPointer<Int8> = input.elements(memory)
      let into: UnsafeMutableBufferPointer<Int8> = output.elements(memory)
      for start in stride(from: 0, to: from.count, by: depth) {
        rule.apply(from, into, row: start..<start + depth)
      }
    }
  }

  private func runFloats(
    _ from: UnsafeMutableBufferPointer<Float>,
    _ into: UnsafeMutableBufferPointer<Float>
  ) {
    for start in stride(from: 0, to: from.count, by: depth) {
      let row = start..<start + depth
      var largest = -Float.greatestFiniteMagnitude
      for index in row { largest = max(largest, from[index]) }
      var sum: Float = 0
      for index in row { sum += RealFunctions.exponential(from[index] - largest) }
      let logarithm = RealFunctions.logarithm(sum)
      for index in row { into[index] = from[index] - largest - logarithm }
    }
  }
}

/// LOG_SOFTMAX of int8 in fixed point: -16...0 are the output's 256 integers.
///
/// Source: TensorFlow Lite, `reference/integer_ops/log_softmax.h`.
struct ByteLogSoftmax: Sendable {
  /// The integer that stands for 0.
  static let zeroPoint: Int32 = 127
  private static let inputBits: Int32 = 5
  private static let sumBits: Int32 = 12
  private static let outputBits: Int32 = 4

  /// Differences of inputs as numbers with `inputBits`.
  private let factor: FixedPointFactor
  /// Numbers with `inputBits` as differences of inputs.
  private let inverse: FixedPointFactor
  /// The difference from the largest input below which exponentials are left out.
  private let smallestDifference: Int32

  init(_ preparation: Preparation, scale: Float) throws(GraphError) {
    let real = min(Double(scale) * Double(1 << (31 - Self.inputBits)), Double(Int32.max))
    guard real > 1 else { throw preparation.fault(.scaleRatio(real)) }
    factor = try preparation.factor(real)
    let divisor = Double(Int64(1) << Int64(31 - factor.shift)) / Double(factor.multiplier)
    inverse = try preparation.factorBelowOne(divisor)
    smallestDifference =
      0
      - FixedPoint.inputRadius(integerBits: Self.inputBits, leftShift: factor.shift)
  }

  func apply(
    _ from: UnsafeMutableBufferPointer<Int8>,
    _ into: UnsafeMutableBufferPointer<Int8>,
    row: Range<Int>
  ) {
    var largest = Int8.min
    for index in row { largest = max(largest, from[index]) }
    var sum: Int32 = 0
    for index in row {
      let difference = Int32(from[index]) - Int32(largest)
      guard difference >= smallestDifference else { continue }
      let exponential = FixedPoint.exponential(
        ofNonPositive: factor.applied(to: difference),
        integerBits: Self.inputBits
      )
      sum = sum &+ roundingDivide(exponential, byPowerOfTwo: Self.sumBits)
    }
    let logarithm = FixedPoint.logarithm(
      ofAtLeastOne: sum,
      inputBits: Self.sumBits,
      outputBits: Self.inputBits
    )
    let limit = max(smallestDifference - 1, inverse.applied(to: logarithm &+ Int32.min))
    for index in row {
      let difference = Int32(from[index]) - Int32(largest)
      guard difference > limit else {
        into[index] = Int8.min
        continue
      }
      let share = roundingDivide(
        factor.applied(to: difference) &- logarithm,
        byPowerOfTwo: 31 - Self.inputBits - Self.outputBits
      )
      into[index] = Int8(clamping: share &+ Self.zeroPoint)
    }
  }
}
