extension Preparation {
  /// A function of floats by itself, tabulated for int8 as LiteRT does: dequantize, apply, quantize.
  ///
  /// Source: TensorFlow Lite, `LUTPopulateInt8`.
  private func tabulated(
    _ types: [ElementType],
    _ function: @escaping @Sendable (Float) -> Float
  ) throws(GraphError) -> any Kernel {
    let (input, output) = try sameTypeOperands(types)
    guard input.type == .int8 else {
      return ElementMap<Float, Float>(input: input, output: output, function: function)
    }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let inverse = 1 / outputScale
    return ByteMap(input: input, output: output) { value in
      let steps = clampedRound(function(inputScale * Float(value - inputZero)) * inverse)
      return steps.addingReportingOverflow(outputZero).partialValue
    }
  }

  /// GELU.
  func gelu(isApproximate: Bool) throws(GraphError) -> any Kernel {
    try tabulated([.float32, .int8]) {
      isApproximate ? RealFunctions.approximateGelu($0) : RealFunctions.gelu($0)
    }
  }

  /// EXP.
  func exponential() throws(GraphError) -> any Kernel {
    try tabulated([.float32, .int8]) { RealFunctions.exponential($0) }
  }

  /// NEG of floats.
  func negate() throws(GraphError) -> any Kernel { try tabulated([.float32]) { -$0 } }

  /// SQRT of floats.
  func squareRoot() throws(GraphError) -> any Kernel {
    try tabulated([.float32]) { $0.squareRoot() }
  }

  /// ABS: the distance from the zero point, rescaled if the scales differ.
  func absolute() throws(GraphError) -> any Kernel {
    let (input, output) = try sameTypeOperands([.float32, .int8, .int16])
    guard input.type != .float32 else {
      return ElementMap<Float, Float>(input: input, output: output) { $0.magnitude }
    }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let factor = try factor(Double(inputScale / outputScale))
    let function: @Sendable (Int32) -> Int32 = { value in
      let distance = Int32((value - inputZero).magnitude)
      return (inputScale == outputScale ? distance : factor.applied(to: distance)) &+ outputZero
    }
    if input.type == .int8 { return ByteMap(input: input, output: output, function: function) }
    return ElementMap<Int16, Int16>(input: input, output: output) {
      Int16(clamping: function(Int32($0)))
    }
  }

  /// LEAKY_RELU: negative inputs times the slope.
  func leakyRelu(slope: Float) throws(GraphError) -> any Kernel {
    let (input, output) = try sameTypeOperands([.float32, .int8, .int16])
    guard input.type != .float32 else {
      return ElementMap<Float, Float>(input: input, output: output) { $0 > 0 ? $0 : $0 * slope }
    }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let identity = try factor(Double(inputScale / outputScale))
    let sloped = try factor(Double((inputScale * slope / outputScale).magnitude))
    let function: @Sendable (Int32) -> Int32 = { value in
      let centred = value &- inputZero
      guard centred < 0 else { return identity.applied(to: centred) &+ outputZero }
      let scaled = sloped.applied(to: centred)
      return (slope < 0 ? 0 &- scaled : scaled) &+ outputZero
    }
    if input.type == .int8 { return ByteMap(input: input, output: output, function: function) }
    return ElementMap<Int16, Int16>(input: input, output: output) {
      Int16(clamping: function(Int32($0)))
    }
  }

  /// HARD_SWISH: `x relu6(x + 3) / 6`; int8 in 16-bit fixed point.
  ///
  /// Source: TensorFlow Lite, `reference/hard_swish.h`.
  func hardSwish() throws(GraphError) -> any Kernel {
    let (input, output) = try sameTypeOperands([.float32, .int8])
    guard input.type == .int8 else {
      return ElementMap<Float, Float>(input: input, output: output) {
        $0 * min(6, max(0, $0 + 3)) / 6
      }
    }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let fineScale = Float(1) / 128 * inputScale
    let outputFactor = try factorBelowOne(Double(fineScale / outputScale))
    let gateFactor = try factor(Double(fineScale / (Float(3) / 32768)))
    return ByteMap(input: input, output: output) { value in
      let fine = Int16(truncatingIfNeeded: (value - inputZero) << 7)
      let scaled = doublingHighProduct(fine, outputFactor.narrowMultiplier)
      var gate = fine
      let shift = gateFactor.shift
      if shift > 0 { gate = Int16(clamping: Int64(gate) << Int64(shift - 1)) }
      gate = doublingHighProduct(gate, gateFactor.narrowMultiplier)
      if shift > 0 { gate = Int16(clamping: Int32(gate) << 1) }
      if shift < 0 {
        gate = Int16(clamping: roundingDivide(Int32(gate), byPowerOfTwo: -shift))
      }
      // From -1...1 to 0...1.
      let share = Int16(truncatingIfNeeded: (Int32(gate) + (1 << 15)) >> 1)
      let product =
        share == .min && scaled == .min
        ? Int32(Int16.max) : Int32(share) * Int32(scaled) / (1 << 15)
      return roundingDivide(product, byPowerOfTwo: -outputFactor.shift) + outputZero
    }
  }

  /// RSQRT: `1 / sqrt(x)`; int8 by Newton's iteration in fixed point.
  ///
  /// Source: TensorFlow Lite Micro, `elementwise.cc`, and `GetInvSqrtQuantizedMultiplierExp`.
  func reciprocalSquareRoot() throws(GraphError) -> any Kernel {
    let (input, output) = try sameTypeOperands([.float32, .int8])
    guard input.type == .int8 else {
      return ElementMap<Float, Float>(input: input, output: output) { 1 / $0.squareRoot() }
    }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let factor = try factor(1 / Double(inputScale.squareRoot() * outputScale))
    let room: Int32 = 20
    let back = FixedPointFactor(multiplier: factor.multiplier, shift: factor.shift - room)
    guard back.shift >= -31 else { throw fault(.scaleRatio(Double(outputScale))) }
    return ByteMap(input: input, output: output) { value in
      let centred = value - inputZero
      // Below 0 there is no answer; the reference kernels stop, here it saturates.
      guard centred > 0 else { return 127 }
      let root = reciprocalRoot(centred)
      let lifted = FixedPointFactor(multiplier: root.multiplier, shift: root.shift + room)
      return back.applied(to: lifted.applied(to: Int32(1))) &+ outputZero
    }
  }
}

extension FixedPointFactor {
  /// The multiplier in 16 bits, rounded.
  fileprivate var narrowMultiplier: Int16 {
    multiplier >= Int32.max - (1 << 15) ? Int16.max : Int16((multiplier + (1 << 15)) >> 16)
  }
}

/// `1 / sqrt(x)` of a positive integer as a multiplier and a shift, by five steps of Newton's
/// iteration `x (3 - a x^2) / 2` in numbers with 3 integer bits.
private func reciprocalRoot(_ value: Int32) -> FixedPointFactor {
  guard value > 1 else { return FixedPointFactor(multiplier: .max, shift: 0) }
  var input = value
  var shift: Int32 = 11
  while input >= 1 << 29 {
    input /= 4
    shift += 1
  }
  let pairs = Int32(input.leadingZeroBitCount - 1) / 2 - 1
  shift -= pairs
  input <<= 2 * pairs
  let halfInput = roundingDivide(input >> 1, byPowerOfTwo: 1)
  let halfThree: Int32 = (1 << 28) + (1 << 27)
  var x: Int32 = 1 << 28
  for _ in 0..<5 {
    let square = doublingHighProduct(x, x)
    let cube = FixedPoint.scaled(doublingHighProduct(square, x), byPowerOfTwo: 6)
    let next = doublingHighProduct(halfThree, x) &- doublingHighProduct(halfInput, cube)
    x = FixedPoint.scaled(next, byPowerOfTwo: 3)
  }
  x = doublingHighProduct(x, 1_518_500_250)
  if shift < 0 {
    x <<= -shift
    shift = 0
  }
  return FixedPointFactor(multiplier: x, shift: -shift)
}
