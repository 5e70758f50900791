import Tensors

/// The real functions that float kernels and tables need, computed in double precision and rounded
/// once, so that a float result is nearly always the nearest one, as it is in the C library that
/// TensorFlow Lite calls.
enum RealFunctions {
  /// `e^x`.
  static func exponential(_ x: Double) -> Double { ExactMath.exp(x) }

  /// `e^x`.
  static func exponential(_ x: Float) -> Float { Float(ExactMath.exp(Double(x))) }

  /// `1 / (1 + e^-x)`.
  static func logistic(_ x: Float) -> Float { Float(ExactMath.sigmoid(Double(x))) }

  /// The hyperbolic tangent.
  static func tanh(_ x: Float) -> Float { Float(ExactMath.tanh(Double(x))) }

  /// The natural logarithm.
  static func logarithm(_ x: Float) -> Float { Float(ExactMath.log(Double(x))) }

  /// `x / 2 (1 + erf(x / sqrt 2))`.
  static func gelu(_ x: Float) -> Float {
    let x = Double(x)
    return Float(0.5 * x * (1 + ExactMath.erf(x * 0.5.squareRoot())))
  }

  /// The approximation `x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`.
  static func approximateGelu(_ x: Float) -> Float {
    let x = Double(x)
    let inner = 0.797_884_560_802_865_4 * (x + 0.044715 * x * x * x)
    return Float(0.5 * x * (1 + ExactMath.tanh(inner)))
  }
}
