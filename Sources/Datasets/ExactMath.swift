/// Sine and cosine with basic operations alone, so that they are the same on every machine.
enum ExactMath {
  /// The sine of an angle in radians, by Taylor's series after taking off whole turns.
  static func sin(_ angle: Double) -> Double {
    let turns = (angle / (2 * Double.pi)).rounded()
    var x = angle - turns * 2 * Double.pi
    if x > Double.pi / 2 { x = Double.pi - x }
    if x < -Double.pi / 2 { x = -Double.pi - x }
    var term = x
    var sum = x
    for order in 1...12 {
      term *= -x * x / Double((2 * order) * (2 * order + 1))
      sum += term
    }
    return sum
  }

  /// The cosine of an angle in radians.
  static func cos(_ angle: Double) -> Double { sin(angle + Double.pi / 2) }
}
