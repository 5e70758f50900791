/// The real functions that float kernels and tables need, on numbers of either width.
///
/// Computed in double precision and rounded once, so that a float result is nearly always the
/// nearest one, as it is in the C library that TensorFlow Lite calls.
enum RealFunctions {
  /// `e^x`.
  ///
  /// `x = k ln 2 + r` with `|r| <= ln 2 / 2`, `ln 2` in two parts (Cody and Waite, 1980), then the
  /// Taylor series of `e^r` to degree 13, whose remainder is below 2^-56.
  static func exponential(_ x: Double) -> Double {
    guard x > -745 else { return x.isNaN ? x : 0 }
    guard x < 710 else { return .infinity }
    let k = (x * 0x1.7154_7652_b82fep0).rounded(.toNearestOrEven)
    let remainder = (x - k * 0x1.62e4_2fee_00000p-1) - k * 0x1.a39e_f357_93c76p-33
    var sum = 1.0
    for degree in stride(from: 13, through: 1, by: -1) {
      sum = 1 + sum * remainder / Double(degree)
    }
    // Two steps, because 2^k alone may not be a normal number.
    let half = (k / 2).rounded(.down)
    return sum * powerOfTwo(Int(half)) * powerOfTwo(Int(k - half))
  }

  private static func powerOfTwo(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// `e^x`.
  static func exponential(_ x: Float) -> Float { Float(exponential(Double(x))) }

  /// `1 / (1 + e^-x)`.
  static func logistic(_ x: Float) -> Float { Float(1 / (1 + exponential(-Double(x)))) }

  /// `(e^x - e^-x) / (e^x + e^-x)`.
  static func tanh(_ x: Float) -> Float { Float(tanh(Double(x))) }

  /// As above; near 0 by the first terms of its series, where the quotient would cancel.
  static func tanh(_ x: Double) -> Double {
    guard x.magnitude > 0.01 else {
      let square = x * x
      return x * (1 - square / 3 * (1 - square * 2 / 5 * (1 - square * 17 / 42)))
    }
    let exponential = exponential(-2 * x.magnitude)
    let magnitude = (1 - exponential) / (1 + exponential)
    return x < 0 ? -magnitude : magnitude
  }

  /// The natural logarithm of a positive number: `2 atanh((m - 1) / (m + 1)) + e ln 2` for
  /// `x = m 2^e` with m near 1.
  static func logarithm(_ x: Double) -> Double {
    guard x > 0, x.isFinite else { return x == 0 ? -.infinity : x < 0 ? .nan : x }
    var exponent = Double(x.exponent)
    var significand = x.significand
    if significand > 0x1.6a09_e667_f3bcdp0 {
      significand /= 2
      exponent += 1
    }
    let t = (significand - 1) / (significand + 1)
    let square = t * t
    var sum = 0.0
    for degree in stride(from: 23, through: 1, by: -2) {
      sum = sum * square + 1 / Double(degree)
    }
    return 2 * t * sum + exponent * 0x1.62e4_2fef_a39efp-1
  }

  /// The error function, by its Taylor series below 3 and the continued fraction of its complement
  /// above (Abramowitz and Stegun, 7.1.5 and 7.1.14).
  static func errorFunction(_ x: Double) -> Double {
    let magnitude = x.magnitude
    guard magnitude < 6 else { return x.isNaN ? x : x < 0 ? -1 : 1 }
    let twoOverRootPi = 1.128_379_167_095_512_573_9
    guard magnitude >= 3 else {
      var term = x
      var sum = x
      for index in 1..<80 {
        term *= -x * x / Double(index)
        sum += term / Double(2 * index + 1)
      }
      return twoOverRootPi * sum
    }
    var fraction = magnitude
    for index in stride(from: 60, through: 1, by: -1) {
      fraction = magnitude + Double(index) / 2 / fraction
    }
    let complement = exponential(-magnitude * magnitude) / fraction * twoOverRootPi / 2
    return x < 0 ? complement - 1 : 1 - complement
  }
}
