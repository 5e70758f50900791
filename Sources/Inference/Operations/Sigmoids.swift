import Tensors

extension Preparation {
  /// LOGISTIC; integer outputs have scale 1/256 and zero point -128 (int8) or 1/32768 and 0 (int16).
  func logistic() throws(GraphError) -> any Kernel {
    let (input, output) = try sameTypeOperands([.float32, .int8, .int16])
    switch input.type {
    case .int8:
      try requireZeroPoints(output, are: -128)
      let rule = try sigmoidInput(input)
      return ByteMap(input: input, output: output) { value in
        rule.map(value) { argument in
          roundingDivide(FixedPoint.logistic(argument, integerBits: 4), byPowerOfTwo: 23) - 128
        }
      }
    case .int16:
      let rule = try SigmoidTable.input(of: self, input, output)
      return ElementMap<Int16, Int16>(input: input, output: output) { rule.logistic($0) }
    default:
      return ElementMap<Float, Float>(input: input, output: output) { RealFunctions.logistic($0) }
    }
  }

  /// TANH; integer outputs have scale 1/128 (int8) or 1/32768 (int16) and zero point 0.
  func tanh() throws(GraphError) -> any Kernel {
    let (input, output) = try sameTypeOperands([.float32, .int8, .int16])
    switch input.type {
    case .int8:
      try requireZeroPoints(output, are: 0)
      let rule = try sigmoidInput(input)
      return ByteMap(input: input, output: output) { value in
        rule.map(value) { argument in
          roundingDivide(FixedPoint.tanh(argument, integerBits: 4), byPowerOfTwo: 24)
        }
      }
    case .int16:
      let rule = try SigmoidTable.input(of: self, input, output)
      return ElementMap<Int16, Int16>(input: input, output: output) { rule.tanh($0) }
    default:
      return ElementMap<Float, Float>(input: input, output: output) { RealFunctions.tanh($0) }
    }
  }

  private func sigmoidInput(_ input: Operand) throws(GraphError) -> SigmoidInput {
    let (scale, zeroPoint) = try scaleAndZeroPoint(of: input)
    let factor = try factor(Double(scale) * Double(1 << 27))
    guard factor.shift >= 0 else {
      throw fault(.scaleRatio(Double(scale)))
    }
    return SigmoidInput(
      zeroPoint: zeroPoint,
      factor: factor,
      radius: FixedPoint.inputRadius(integerBits: 4, leftShift: factor.shift)
    )
  }
}

/// How an int8 input becomes a fixed-point number with 4 integer bits, and where it saturates.
private struct SigmoidInput {
  let zeroPoint: Int32
  let factor: FixedPointFactor
  let radius: Int32

  func map(_ value: Int32, _ function: (Int32) -> Int32) -> Int32 {
    let centred = value - zeroPoint
    if centred <= -radius { return -128 }
    if centred >= radius { return 127 }
    return function(factor.applied(to: centred))
  }
}

/// LOGISTIC and TANH of int16, by interpolation in a table of sigmoid(i / 24) as 0.16 numbers.
///
/// Source: TensorFlow Lite, `reference/integer_ops/logistic.h` and `tanh.h`.
struct SigmoidTable: Sendable {
  /// Each sample is moved by half of what interpolation would miss in the middle of its segment; the
  /// last is the value at which answers saturate.
  private static let table: [UInt32] = (0..<256).map { index in
    guard index < 255 else { return 65535 }
    func scaled(_ x: Double) -> Double { 65536 / (1 + RealFunctions.exponential(-x / 24)) }
    let x = Double(index)
    let missed = scaled(x + 0.5) - (scaled(x) + scaled(x + 1)) / 2
    return UInt32((scaled(x) + missed / 2).rounded())
  }

  private let multiplier: Int32
  private let shift: Int32

  /// For inputs that become steps of 1/24 sigmoid units with 9 fraction bits by `multiplier` and a
  /// rounded shift right.
  init(multiplier: Int32, shift: Int32) {
    self.multiplier = multiplier
    self.shift = shift
  }

  static func input(
    of preparation: Preparation,
    _ input: Operand,
    _ output: Operand
  ) throws(GraphError) -> SigmoidTable {
    try preparation.requireZeroPoints(input, output, are: 0)
    let (scale, _) = try preparation.scaleAndZeroPoint(of: input)
    let (outputScale, _) = try preparation.scaleAndZeroPoint(of: output)
    guard outputScale == 0x1p-15 else {
      throw preparation.fault(.quantization(operand: output.role, expected: "scale 1/32768"))
    }
    if scale == 0x1p-12 { return SigmoidTable(multiplier: 3, shift: 0) }
    var multiplier = Double(scale) * 4096 * 3
    guard multiplier <= 32767 else { throw preparation.fault(.scaleRatio(multiplier)) }
    var shift: Int32 = 0
    while multiplier <= 32767.0 / 2, shift <= 30 {
      shift += 1
      multiplier *= 2
    }
    return SigmoidTable(multiplier: Int32(multiplier), shift: shift)
  }

  /// The input as a number with 9 fraction bits in steps of 1/24 sigmoid units.
  private func scaled(_ value: Int16) -> Int32 {
    let round = shift > 0 ? Int32(1) << (shift - 1) : 0
    return (Int32(value) &* multiplier &+ round) >> shift
  }

  func logistic(_ value: Int16) -> Int16 {
    let input = scaled(value)
    let magnitude = input.magnitude
    let step = Int(magnitude >> 9)
    var result: UInt32
    if step >= 255 {
      result = 0x7FFF << 10
    } else {
      let below = Self.table[step]
      let above = Self.table[step + 1]
      result = (below << 9) &+ (magnitude & 0x1FF) &* (above &- below)
    }
    result = input >= 0 ? result &+ (1 << 9) : (1 << 25) &- result &+ (1 << 9) &- 1
    return Int16(truncatingIfNeeded: result >> 10)
  }

  func tanh(_ value: Int16) -> Int16 {
    let input = scaled(value)
    let magnitude = input.magnitude
    let step = Int(magnitude >> 8)
    var result: Int32
    if step >= 255 {
      result = 0xFFFF << 8
    } else {
      let below = Self.table[step]
      let above = Self.table[step + 1]
      result = Int32(bitPattern: (below << 8) &+ (magnitude & 0xFF) &* (above &- below))
    }
    let half: Int32 = 1 << 23
    result = input >= 0 ? result &- half &+ (1 << 7) : half &- result &+ (1 << 7) &- 1
    return Int16(truncatingIfNeeded: result >> 8)
  }
}
