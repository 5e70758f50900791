/// Elementary functions that give the same bits on every machine.
///
/// A system's own `exp` or `sin` changes with the processor and with the library's version. These
/// use basic operations and square roots alone, which IEEE 754 defines to the bit. Errors are below
/// 1 unit in the last place, or as a function says; special values follow C99, annex F.
public enum ExactMath {
  /// The exponential.
  public static func exp(_ x: Double) -> Double {
    guard x < largestExponent else { return x.isNaN ? x : .infinity }
    guard x > smallestExponent else { return 0 }
    return exponential(of: DoublePair(x))
  }

  /// `exp(x) - 1`, also for small x.
  public static func expMinusOne(_ x: Double) -> Double {
    guard x < largestExponent else { return x.isNaN ? x : .infinity }
    guard x > -50 else { return -1 }
    guard x.magnitude > 0x1p-54 else { return x }
    return x > 50 ? exp(x) : exponentialMinusOne(of: x).value
  }

  /// The natural logarithm: minus infinity at 0, NaN below.
  public static func log(_ x: Double) -> Double {
    guard let special = specialLogarithm(x) else { return logarithm(of: x).value }
    return special
  }

  /// The logarithm to base 2, exact for powers of 2.
  public static func log2(_ x: Double) -> Double {
    guard let special = specialLogarithm(x) else {
      let (exponent, mantissa) = split(x)
      let fraction = logarithmOfMantissa(mantissa) * inverseLog2
      return (DoublePair(Double(exponent)) + fraction).value
    }
    return special
  }

  /// The logarithm to base 10, exact for powers of 10.
  public static func log10(_ x: Double) -> Double {
    guard let special = specialLogarithm(x) else {
      return (logarithm(of: x) * inverseLog10).value
    }
    return special
  }

  /// `log(1 + x)`, also for small x.
  public static func logOnePlus(_ x: Double) -> Double {
    guard x.magnitude > 0x1p-54 else { return x }
    let sum = DoublePair.sum(1, x)
    guard let special = specialLogarithm(sum.high) else {
      let correction = sum.low / sum.high
      return (logarithm(of: sum.high) + DoublePair(correction)).value
    }
    return special
  }

  /// `x` to the power of `y`.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    let size = x.magnitude
    if y.isInfinite { return size == 1 ? 1 : (size > 1) == (y > 0) ? .infinity : 0 }
    let isOdd = isOddInteger(y)
    let isNegative = x.sign == .minus && isOdd
    if size == 0 || size.isInfinite {
      let result: Double = (size == 0) == (y > 0) ? 0 : .infinity
      return isNegative ? -result : result
    }
    if x < 0, y != wholePart(y) { return .nan }
    let result = positivePower(size, y)
    return isNegative ? -result : result
  }

  /// The hyperbolic tangent.
  public static func tanh(_ x: Double) -> Double {
    let size = x.magnitude
    guard size > 0x1p-28 else { return x }
    guard size < 22 else { return x.isNaN ? x : x < 0 ? -1 : 1 }
    let excess = exponentialMinusOne(of: 2 * size)
    let result = (excess / (DoublePair(2) + excess)).value
    return x < 0 ? -result : result
  }

  /// `1 / (1 + exp(-x))`, error below 2 units.
  public static func sigmoid(_ x: Double) -> Double {
    let decay = exp(-x.magnitude)
    return x < 0 ? decay / (1 + decay) : 1 / (1 + decay)
  }

  /// The error function, error below 2 units.
  ///
  /// Below 3, `erf(x) = 2 / sqrt(pi) * exp(-x^2) * sum of 2^n x^(2n+1) / (2n+1)!!`, whose terms are
  /// all positive; above, 1 minus the continued fraction of erfc (Abramowitz and Stegun, 7.1.6 and
  /// 7.1.14).
  public static func erf(_ x: Double) -> Double {
    let size = x.magnitude
    guard size < 6 else { return x.isNaN ? x : x < 0 ? -1 : 1 }
    let square = DoublePair.product(size, size)
    let decay = exponential(of: DoublePair(-square.high, -square.low))
    let result: Double
    if size < 3 {
      let doubled = DoublePair(2 * square.high, 2 * square.low)
      var sum = DoublePair(1)
      for term in stride(from: 60, through: 1, by: -1) {
        sum = DoublePair(1) + sum * (doubled / DoublePair(Double(2 * term + 1)))
      }
      let slope = DoublePair(0x1.20dd7_5042_9b6dp+0, 0x1.1ae3a_914f_ed80p-56)
      result = decay * (slope * sum * DoublePair(size)).value
    } else {
      var fraction = size
      for term in stride(from: 60, through: 1, by: -1) {
        fraction = size + Double(term) / 2 / fraction
      }
      result = 1 - 0x1.20dd7_5042_9b6dp-1 * decay / fraction
    }
    return x < 0 ? -result : result
  }

  // MARK: Parts

  /// The exponential overflows from here on.
  static let largestExponent = 0x1.62e42_fefa_39f0p+9
  /// The exponential rounds to 0 below.
  static let smallestExponent = -745.14

  /// log 2 as 32 bits, whose product with an exponent is exact, and the rest.
  private static let log2High = 0x1.62e42_feep-1
  private static let log2Low = 0x1.a39ef_3579_3c76p-33
  private static let inverseLog2 = DoublePair(0x1.71547_652b_82fep+0, 0x1.777d0_ffda_0d24p-56)
  private static let inverseLog10 = DoublePair(0x1.bcb7b_1526_e50ep-2, 0x1.95355_baaa_fad3p-57)

  /// Added and taken off, it rounds a small number to the nearest integer.
  static let rounder = 0x1.8p+52

  /// `value * 2^power`, rounded once at most if the result is normal.
  private static func scaled(_ value: Double, by power: Int) -> Double {
    let first = power >> 1
    let second = power - first
    return value * Double(bitPattern: UInt64(1023 + first) << 52)
      * Double(bitPattern: UInt64(1023 + second) << 52)
  }

  /// The n and `exp(r) - 1` of `x = n log 2 + r`, |r| <= log(2) / 2, to some 60 bits.
  private static func reduced(_ x: DoublePair) -> (power: Double, excess: DoublePair) {
    let power = (x.high * inverseLog2.high + rounder) - rounder
    let remainder = DoublePair.sum(x.high - power * log2High, -(power * log2Low))
    let r = remainder.high
    let correction = remainder.low + x.low
    let square = DoublePair.product(r, r)
    // Taylor's series; the first term left out, r^14 / 14!, is below 2^-57 of the sum.
    var tail = 1 / 6_227_020_800.0
    tail = tail * r + 1 / 479_001_600.0
    tail = tail * r + 1 / 39_916_800.0
    tail = tail * r + 1 / 3_628_800.0
    tail = tail * r + 1 / 362_880.0
    tail = tail * r + 1 / 40_320.0
    tail = tail * r + 1 / 5040.0
    tail = tail * r + 1 / 720.0
    tail = tail * r + 1 / 120.0
    tail = tail * r + 1 / 24.0
    tail = tail * r + 1 / 6.0
    let sum = DoublePair.ordered(r, square.high / 2)
    let third = tail * r * square.high
    let rest = sum.low + (square.low / 2 + third) + correction * (1 + sum.high + third)
    return (power, DoublePair.ordered(sum.high, rest))
  }

  /// `exp(x)` for x in the range that does not overflow.
  private static func exponential(of x: DoublePair) -> Double {
    let (power, excess) = reduced(x)
    let sum = DoublePair.ordered(1, excess.high)
    return scaled(sum.high + (sum.low + excess.low), by: Int(power))
  }

  /// `exp(x) - 1` for |x| <= 50.
  private static func exponentialMinusOne(of x: Double) -> DoublePair {
    let (power, excess) = reduced(DoublePair(x))
    let scale = scaled(1, by: Int(power))
    let scaledExcess = DoublePair(excess.high * scale, excess.low * scale)
    return DoublePair.sum(scale, -1) + scaledExcess
  }

  /// The logarithm where it is no ordinary number, else nil.
  private static func specialLogarithm(_ x: Double) -> Double? {
    if x.isNaN || x < 0 { return .nan }
    if x == 0 { return -.infinity }
    return x.isInfinite ? x : nil
  }

  /// `x = 2^exponent * mantissa`, mantissa in sqrt(1/2)..<sqrt(2), for positive finite x.
  private static func split(_ x: Double) -> (exponent: Int, mantissa: Double) {
    let isTiny = x < 0x1p-1022
    let bits = Int((isTiny ? x * 0x1p54 : x).bitPattern)
    let rootOfHalf = 0x3FE6_A09E_667F_3BCD
    let exponent = (bits - rootOfHalf) >> 52
    let mantissa = Double(bitPattern: UInt64(bits - exponent << 52))
    return (isTiny ? exponent - 54 : exponent, mantissa)
  }

  /// `log(x)` for positive finite x, to some 65 bits.
  private static func logarithm(of x: Double) -> DoublePair {
    let (exponent, mantissa) = split(x)
    let power = Double(exponent)
    return DoublePair.sum(power * log2High, power * log2Low) + logarithmOfMantissa(mantissa)
  }

  /// `log(m) = 2 (s + s^3 / 3 + s^5 / 5 + …)` with `s = (m - 1) / (m + 1)`.
  private static func logarithmOfMantissa(_ mantissa: Double) -> DoublePair {
    let s = DoublePair(mantissa - 1) / DoublePair.sum(mantissa, 1)
    let z = s * s
    // The first term left out, z^11 / 23, is below 2^-60 of the sum that follows 1 / 5.
    var tail = 1 / 23.0
    tail = tail * z.high + 1 / 21.0
    tail = tail * z.high + 1 / 19.0
    tail = tail * z.high + 1 / 17.0
    tail = tail * z.high + 1 / 15.0
    tail = tail * z.high + 1 / 13.0
    tail = tail * z.high + 1 / 11.0
    tail = tail * z.high + 1 / 9.0
    tail = tail * z.high + 1 / 7.0
    tail = tail * z.high + 1 / 5.0
    let third = DoublePair(0x1.55555_5555_5555p-2, 0x1.55555_5555_5555p-56)
    let rest = z * (third + DoublePair(tail * z.high))
    let double = DoublePair(2 * s.high, 2 * s.low)
    return double + double * rest
  }

  private static func positivePower(_ x: Double, _ y: Double) -> Double {
    // Beyond this, only 1 has a power that is neither 0 nor infinite.
    if y.magnitude > 0x1p65 { return x == 1 ? 1 : (x > 1) == (y > 0) ? .infinity : 0 }
    let logarithm = logarithm(of: x)
    let product = DoublePair.product(logarithm.high, y)
    let exponent = DoublePair.ordered(product.high, product.low + logarithm.low * y)
    guard exponent.high < largestExponent else { return .infinity }
    guard exponent.high > smallestExponent else { return 0 }
    return exponential(of: exponent)
  }

  /// The integer next to `x` on the side of 0; every double from 2^52 on is one.
  private static func wholePart(_ x: Double) -> Double {
    x.magnitude < 0x1p52 ? Double(Int(x)) : x
  }

  private static func isOddInteger(_ x: Double) -> Bool {
    x.magnitude < 0x1p53 && wholePart(x) == x && Int(x) & 1 == 1
  }
}
