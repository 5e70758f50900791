/// An integer that holds fixed-point numbers: Int32, or Int16 as the cells of an LSTM do.
protocol FixedPointRaw: FixedWidthInteger, SignedInteger {
  /// A 32-bit constant in as many bits as there are, rounded.
  static func constant(_ value: Int32) -> Self
}

extension Int32: FixedPointRaw {
  static func constant(_ value: Int32) -> Int32 { value }
}

extension Int16: FixedPointRaw {
  static func constant(_ value: Int32) -> Int16 {
    Int16(clamping: roundingDivide(value, byPowerOfTwo: 16))
  }
}

/// Transcendental functions on fixed-point numbers, step for step as gemmlowp computes them, because
/// the integers of SOFTMAX, LOGISTIC, TANH and LSTM cells depend on every rounding.
///
/// A `Qm` number is `raw / 2^(31 - m)` (of 16 bits `raw / 2^(15 - m)`): m integer bits and a sign.
/// Source: gemmlowp, `fixedpoint/fixedpoint.h` (Apache-2.0).
enum FixedPoint {
  /// `x * 2^exponent` with saturation upwards and rounding downwards.
  static func scaled<Raw: FixedPointRaw>(_ x: Raw, byPowerOfTwo exponent: Int32) -> Raw {
    guard exponent > 0 else { return roundingDivide(x, byPowerOfTwo: -exponent) }
    return Raw(clamping: Int64(x) << Int64(exponent))
  }

  /// `a + b` with saturation.
  static func sum<Raw: FixedPointRaw>(_ a: Raw, _ b: Raw) -> Raw {
    Raw(clamping: Int64(a) + Int64(b))
  }

  /// `a - b` with saturation.
  static func difference<Raw: FixedPointRaw>(_ a: Raw, _ b: Raw) -> Raw {
    Raw(clamping: Int64(a) - Int64(b))
  }

  /// `(a + b) / 2`, half away from zero.
  static func halfSum<Raw: FixedPointRaw>(_ a: Raw, _ b: Raw) -> Raw {
    let sum = Int64(a) + Int64(b)
    return Raw((sum + (sum >= 0 ? 1 : -1)) / 2)
  }

  /// `exp(a)` as Q0 for a Q0 number in -1/4..<0: a Taylor series about -1/8.
  private static func exponentialNearZero<Raw: FixedPointRaw>(_ a: Raw) -> Raw {
    let expMinusEighth = Raw.constant(1_895_147_668)
    let third = Raw.constant(715_827_883)
    let x = a &+ (1 << (Raw.bitWidth - 4))
    let x2 = doublingHighProduct(x, x)
    let x3 = doublingHighProduct(x2, x)
    let x4 = doublingHighProduct(x2, x2)
    let x4Over4 = roundingDivide(x4, byPowerOfTwo: 2)
    let tail = roundingDivide(
      doublingHighProduct(x4Over4 &+ x3, third) &+ x2,
      byPowerOfTwo: 1
    )
    return sum(expMinusEighth, doublingHighProduct(expMinusEighth, x &+ tail))
  }

  /// `exp(a)` as Q0 for a number `a` up to 0 with `integerBits` (at most 7).
  static func exponential<Raw: FixedPointRaw>(ofNonPositive a: Raw, integerBits: Int32) -> Raw {
    guard a != 0 else { return Raw.max }
    let fractionBits = Int32(Raw.bitWidth - 1) - integerBits
    // Below -32 there is nothing left.
    if integerBits > 5, a < 0 &- (1 << (fractionBits + 5)) { return 0 }
    let quarter = Raw(1) << (fractionBits - 2)
    let within = (a & (quarter - 1)) - quarter
    var result = exponentialNearZero(scaled(within, byPowerOfTwo: integerBits))
    let remainder = within &- a
    // exp(-1/4), exp(-1/2), ... exp(-16)
    let factors: [Int32] = [
      1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242,
    ]
    for (step, factor) in factors.enumerated() {
      let exponent = Int32(step) - 2
      guard integerBits > exponent else { break }
      if remainder & (1 << (fractionBits + exponent)) != 0 {
        result = doublingHighProduct(result, Raw.constant(factor))
      }
    }
    return result
  }

  /// Newton's iteration for `2 / (1 + a)` as Q2, `a` being Q0 in 0...1.
  private static func twiceReciprocalOfOnePlus<Raw: FixedPointRaw>(_ a: Raw) -> Raw {
    let half = halfSum(a, Raw.max)
    let oneAsQ2 = Raw(1) << (Raw.bitWidth - 3)
    var x =
      Raw.constant(1_515_870_810) &+ doublingHighProduct(half, Raw.constant(-1_010_580_540))
    for _ in 0..<3 {
      let error = oneAsQ2 &- doublingHighProduct(half, x)
      x = x &+ scaled(doublingHighProduct(x, error), byPowerOfTwo: 2)
    }
    return x
  }

  /// `1 / (1 + a)` as Q0 for a Q0 number in 0...1.
  static func reciprocalOfOnePlus<Raw: FixedPointRaw>(_ a: Raw) -> Raw {
    scaled(twiceReciprocalOfOnePlus(a), byPowerOfTwo: 1)
  }

  /// `1 / (1 + exp(-a))` as Q0.
  static func logistic<Raw: FixedPointRaw>(_ a: Raw, integerBits: Int32) -> Raw {
    guard a != 0 else { return 1 << (Raw.bitWidth - 2) }
    let magnitude = a > 0 ? a : 0 &- a
    let positive = reciprocalOfOnePlus(
      exponential(ofNonPositive: 0 &- magnitude, integerBits: integerBits)
    )
    return a > 0 ? positive : Raw.max - positive
  }

  /// `tanh(a)` as Q0; `integerBits` is at most 6.
  static func tanh<Raw: FixedPointRaw>(_ a: Raw, integerBits: Int32) -> Raw {
    guard a != 0 else { return 0 }
    let negative = a < 0 ? a : 0 &- a
    // exp(2a): the same bits, read with one more integer bit.
    let exponential = exponential(ofNonPositive: negative, integerBits: integerBits + 1)
    let result = scaled(
      twiceReciprocalOfOnePlus(exponential) &- (1 << (Raw.bitWidth - 3)),
      byPowerOfTwo: 2
    )
    return a < 0 ? 0 &- result : result
  }

  /// `1 / x` for a positive number with `integerBits`: a Q0 number and the bits by which it must be
  /// shifted right.
  static func reciprocal(_ x: Int32, integerBits: Int32) -> (value: Int32, bitsOverUnit: Int32) {
    let headroom = Int32(x.leadingZeroBitCount)
    let fraction = Int32(bitPattern: (UInt32(bitPattern: x) << UInt32(headroom)) &- (1 << 31))
    return (reciprocalOfOnePlus(fraction), integerBits - headroom)
  }

  /// `log(x)` with `outputBits` integer bits for `x` of at least 1 with `inputBits`.
  ///
  /// The exponent is taken off so that 1/sqrt 2...sqrt 2 remains, about which a rational function
  /// gives the rest. Source: TensorFlow Lite, `log_x_for_x_greater_than_or_equal_to_1_impl`.
  static func logarithm(ofAtLeastOne x: Int32, inputBits: Int32, outputBits: Int32) -> Int32 {
    // Results are summed with one bit more, since the exponent's share may exceed the sum.
    let sumBits = outputBits + 1
    let log2: Int32 = 1_488_522_236
    let fourthRootOfHalf: Int32 = 1_805_811_301
    let rootOfHalf: Int32 = 1_518_500_250
    let quarter = scaled(Int32(1) << 29, byPowerOfTwo: -sumBits)
    let zerosOfX = Int32(x.leadingZeroBitCount)
    let first = scaled(
      doublingHighProduct(scaled(x, byPowerOfTwo: zerosOfX - 1), rootOfHalf),
      byPowerOfTwo: 1
    )
    let firstExponent = sum(
      scaled(inputBits - zerosOfX, byPowerOfTwo: 31 - sumBits),
      quarter
    )
    let headroom = Int32(doublingHighProduct(x, rootOfHalf).leadingZeroBitCount) - 1
    let second = scaled(x, byPowerOfTwo: headroom)
    let secondExponent = difference(
      scaled(inputBits - headroom, byPowerOfTwo: 31 - sumBits),
      quarter
    )
    let r = min(first, second)
    let exponent = max(firstExponent, secondExponent)
    let p = halfSum(r, fourthRootOfHalf)
    let halfQ = r &- fourthRootOfHalf
    let q = halfQ &+ halfQ
    let square = doublingHighProduct(q, q)
    let numerator =
      doublingHighProduct(q, r)
      &+ doublingHighProduct(doublingHighProduct(q, square), 117_049_297)
    let denominator =
      doublingHighProduct(p, 1_057_819_769 &+ q &+ doublingHighProduct(127_690_142, square))
      &+ doublingHighProduct(638_450_708, q)
    let share = doublingHighProduct(
      scaled(numerator, byPowerOfTwo: -sumBits),
      reciprocalOfOnePlus(denominator)
    )
    return scaled(doublingHighProduct(exponent, log2) &+ share, byPowerOfTwo: 1)
  }

  /// The largest input difference for which `difference * 2^leftShift` still fits a number with
  /// `integerBits`.
  static func inputRadius(integerBits: Int32, leftShift: Int32) -> Int32 {
    let largest = Double((1 << integerBits) - 1) * Double(Int64(1) << Int64(31 - integerBits))
    return Int32(clamping: Int64((largest / Double(Int64(1) << Int64(leftShift))).rounded(.down)))
  }
}
