import CKernels

extension ExactMath {
  /// The exponential as the kernels compute it, with the error that `ck_exp` states.
  public static func exp(_ x: Float) -> Float { apply(ck_exp, x) }

  /// The natural logarithm.
  public static func log(_ x: Float) -> Float { apply(ck_log, x) }

  /// The hyperbolic tangent.
  public static func tanh(_ x: Float) -> Float { apply(ck_tanh_values, x) }

  /// The sigmoid, `1 / (1 + exp(-x))`.
  public static func sigmoid(_ x: Float) -> Float { apply(ck_sigmoid_values, x) }

  /// The sine of an angle in radians.
  public static func sin(_ x: Float) -> Float { apply(ck_sin, x) }

  /// The cosine of an angle in radians.
  public static func cos(_ x: Float) -> Float { apply(ck_cos, x) }

  /// The error function.
  public static func erf(_ x: Float) -> Float { apply(ck_erf, x) }

  /// `x` to the power of `y`, correctly rounded but for rare ties.
  public static func pow(_ x: Float, _ y: Float) -> Float { Float(pow(Double(x), Double(y))) }

  /// The logarithm to base 2, correctly rounded but for rare ties.
  public static func log2(_ x: Float) -> Float { Float(log2(Double(x))) }

  private static func apply(
    _ function: (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void,
    _ x: Float
  ) -> Float {
    var result: Float = 0
    withUnsafePointer(to: x) { function(1, $0, &result) }
    return result
  }
}
