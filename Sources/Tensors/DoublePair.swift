/// A number as the unevaluated sum of two doubles, the second at most half a unit in the last place
/// of the first: some 106 bits, from basic operations alone (Dekker, 1971; Knuth, TAOCP 2, 4.2.2).
struct DoublePair {
  var high: Double
  var low: Double

  init(_ high: Double, _ low: Double = 0) {
    self.high = high
    self.low = low
  }

  /// `a + b`, exactly.
  static func sum(_ a: Double, _ b: Double) -> DoublePair {
    let sum = a + b
    let back = sum - a
    return DoublePair(sum, (a - (sum - back)) + (b - back))
  }

  /// `a + b`, exactly, if `a` is zero or at least as large as `b`.
  static func ordered(_ a: Double, _ b: Double) -> DoublePair {
    let sum = a + b
    return DoublePair(sum, b - (sum - a))
  }

  /// `a * b`, exactly, while both are below 2^996 and the product's low half does not underflow.
  static func product(_ a: Double, _ b: Double) -> DoublePair {
    // Veltkamp: the upper 26 bits of a factor.
    let splitter = 0x1p27 + 1.0
    let scaledA = a * splitter
    let highA = scaledA - (scaledA - a)
    let lowA = a - highA
    let scaledB = b * splitter
    let highB = scaledB - (scaledB - b)
    let lowB = b - highB
    let product = a * b
    let error = ((highA * highB - product) + highA * lowB + lowA * highB) + lowA * lowB
    return DoublePair(product, error)
  }

  static func + (a: DoublePair, b: DoublePair) -> DoublePair {
    let sum = sum(a.high, b.high)
    return ordered(sum.high, sum.low + (a.low + b.low))
  }

  static func * (a: DoublePair, b: DoublePair) -> DoublePair {
    let product = product(a.high, b.high)
    return ordered(product.high, product.low + (a.high * b.low + a.low * b.high))
  }

  static func / (a: DoublePair, b: DoublePair) -> DoublePair {
    let quotient = a.high / b.high
    let back = product(quotient, b.high)
    let rest = ((a.high - back.high) - back.low) + a.low - quotient * b.low
    return ordered(quotient, rest / b.high)
  }

  /// The nearest double.
  var value: Double { high + low }
}
