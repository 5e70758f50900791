/// Transcendental functions in double precision for the reference, from series, so that nothing of
/// the C library is used. Slow and exact to about 1e-15 relative; the kernels' own functions are
/// independent of these.
enum ReferenceMath {
  private static let ln2 = 0.693_147_180_559_945_309_4

  /// Taylor's series after taking out a power of two.
  static func exp(_ x: Double) -> Double {
    guard x > -700 else { return 0 }
    guard x < 700 else { return .infinity }
    let power = (x / ln2).rounded()
    let rest = x - power * ln2
    var term = 1.0
    var sum = 1.0
    for index in 1...20 {
      term *= rest / Double(index)
      sum += term
    }
    return Double(sign: .plus, exponent: Int(power), significand: sum)
  }

  /// `log(m) = 2 atanh((m - 1) / (m + 1))` after taking out a power of two.
  static func log(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    var exponent = Double(x.exponent)
    var significand = x.significand
    if significand > 1.5 {
      significand /= 2
      exponent += 1
    }
    let ratio = (significand - 1) / (significand + 1)
    var power = ratio
    var sum = 0.0
    for index in 0..<24 {
      sum += power / Double(2 * index + 1)
      power *= ratio * ratio
    }
    return exponent * ln2 + 2 * sum
  }

  static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  static func tanh(_ x: Double) -> Double {
    if abs(x) < 1e-4 { return x - x * x * x / 3 }
    let square = exp(-2 * abs(x))
    let value = (1 - square) / (1 + square)
    return x < 0 ? -value : value
  }

  /// `max(x, 0) + log(1 + exp(-|x|))`
  static func softplus(_ x: Double) -> Double { max(x, 0) + log(1 + exp(-abs(x))) }

  /// Maclaurin's series up to 3, the continued fraction of the complement beyond.
  static func erf(_ x: Double) -> Double {
    let size = abs(x)
    let rootOfPi = 1.772_453_850_905_516_027_3
    var value: Double
    if size < 3 {
      var term = size
      value = size
      for index in 1..<80 {
        term *= -size * size / Double(index)
        value += term / Double(2 * index + 1)
      }
      value *= 2 / rootOfPi
    } else {
      var fraction = size
      for index in stride(from: 60, through: 1, by: -1) {
        fraction = size + Double(index) / 2 / fraction
      }
      value = 1 - exp(-size * size) / (fraction * rootOfPi)
    }
    return x < 0 ? -value : value
  }

  static func apply(_ function: ActivationFunction, _ x: Double) -> Double {
    switch function {
    case .linear, .softmax: x
    case .relu: max(x, 0)
    case .relu6: min(max(x, 0), 6)
    case .leaky(let slope): x < 0 ? Double(slope) * x : x
    case .sigmoid: sigmoid(x)
    case .tanh: tanh(x)
    case .softplus: softplus(x)
    case .gelu: x / 2 * (1 + erf(x / 2.0.squareRoot()))
    case .hardSwish: x * min(max(x + 3, 0), 6) / 6
    case .hardSigmoid: min(max(x + 3, 0), 6) / 6
    case .step: x >= 0 ? 1 : 0
    }
  }
}
