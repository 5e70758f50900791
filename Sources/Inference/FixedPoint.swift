/// Transcendental functions on 32-bit fixed-point numbers, step for step as gemmlowp computes them,
/// because the integers of SOFTMAX, LOGISTIC and TANH depend on every rounding.
///
/// A `Qm` number is `raw / 2^(31 - m)`: m integer bits and a sign. Source: gemmlowp,
/// `fixedpoint/fixedpoint.h` (Apache-2.0).
enum FixedPoint {
  /// 1 as a Q0 number, as near as it comes.
  static let one = Int32.max

  /// `x * 2^exponent` with saturation upwards and rounding downwards.
  static func scaled(_ x: Int32, byPowerOfTwo exponent: Int32) -> Int32 {
    guard exponent > 0 else { return roundingDivide(x, byPowerOfTwo: -exponent) }
    let wide = Int64(x) << Int64(exponent)
    return Int32(clamping: wide)
  }

  /// `exp(a)` as Q0 for a Q0 number in -1/4..<0: a Taylor series about -1/8.
  private static func exponentialNearZero(_ a: Int32) -> Int32 {
    let expMinusEighth: Int32 = 1_895_147_668
    let third: Int32 = 715_827_883
    let x = a &+ (1 << 28)
    let x2 = doublingHighProduct(x, x)
    let x3 = doublingHighProduct(x2, x)
    let x4 = doublingHighProduct(x2, x2)
    let x4Over4 = roundingDivide(x4, byPowerOfTwo: 2)
    let tail = roundingDivide(
      doublingHighProduct(x4Over4 &+ x3, third) &+ x2,
      byPowerOfTwo: 1
    )
    return expMinusEighth &+ doublingHighProduct(expMinusEighth, x &+ tail)
  }

  /// `exp(a)` as Q0 for a number `a` up to 0 with `integerBits` (at most 5).
  static func exponential(ofNonPositive a: Int32, integerBits: Int32) -> Int32 {
    guard a != 0 else { return one }
    let fractionBits = 31 - integerBits
    let quarter = Int32(1) << (fractionBits - 2)
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
        result = doublingHighProduct(result, factor)
      }
    }
    return result
  }

  /// Newton's iteration for `2 / (1 + a)` as Q2, `a` being Q0 in 0...1.
  private static func twiceReciprocalOfOnePlus(_ a: Int32) -> Int32 {
    let sum = Int64(a) + Int64(one)
    let half = Int32((sum + 1) / 2)
    let oneAsQ2: Int32 = 1 << 29
    var x = 1_515_870_810 &+ doublingHighProduct(half, -1_010_580_540)
    for _ in 0..<3 {
      let error = oneAsQ2 &- doublingHighProduct(half, x)
      x = x &+ scaled(doublingHighProduct(x, error), byPowerOfTwo: 2)
    }
    return x
  }

  /// `1 / (1 + a)` as Q0 for a Q0 number in 0...1.
  static func reciprocalOfOnePlus(_ a: Int32) -> Int32 {
    scaled(twiceReciprocalOfOnePlus(a), byPowerOfTwo: 1)
  }

  /// `1 / (1 + exp(-a))` as Q0.
  static func logistic(_ a: Int32, integerBits: Int32) -> Int32 {
    guard a != 0 else { return 1 << 30 }
    let magnitude = a > 0 ? a : 0 &- a
    let positive = reciprocalOfOnePlus(
      exponential(ofNonPositive: 0 &- magnitude, integerBits: integerBits)
    )
    return a > 0 ? positive : one - positive
  }

  /// `tanh(a)` as Q0; `integerBits` is at most 4.
  static func tanh(_ a: Int32, integerBits: Int32) -> Int32 {
    guard a != 0 else { return 0 }
    let negative = a < 0 ? a : 0 &- a
    // exp(2a): the same bits, read with one more integer bit.
    let exponential = exponential(ofNonPositive: negative, integerBits: integerBits + 1)
    let result = scaled(
      twiceReciprocalOfOnePlus(exponential) &- (1 << 29),
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

  /// The largest input difference for which `difference * 2^leftShift` still fits a number with
  /// `integerBits`.
  static func inputRadius(integerBits: Int32, leftShift: Int32) -> Int32 {
    let largest = Double((1 << integerBits) - 1) * Double(Int64(1) << Int64(31 - integerBits))
    return Int32(clamping: Int64((largest / Double(Int64(1) << Int64(leftShift))).rounded(.down)))
  }
}
