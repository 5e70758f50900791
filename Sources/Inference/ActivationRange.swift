/// The bounds that a fused activation puts on outputs.
struct ActivationRange: Hashable, Sendable {
  /// On integers of a quantized output.
  var integers: ClosedRange<Int32> = Int32.min...Int32.max
  /// On floats.
  var floats: ClosedRange<Float> = -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude
}

extension Preparation {
  /// The real bounds of an activation that clamps; tanh is not fused by any reference kernel.
  private func bounds(
    of activation: FusedActivation
  ) throws(GraphError) -> (lower: Float?, upper: Float?) {
    switch activation {
    case .none: (nil, nil)
    case .relu: (0, nil)
    case .reluN1To1: (-1, 1)
    case .relu6: (0, 6)
    case .tanh: throw fault(.activation(activation))
    }
  }

  /// The bounds of `activation` on `output`: `zeroPoint + round(bound / scale)`, within the type.
  ///
  /// Source: TensorFlow Lite, `CalculateActivationRangeQuantized`.
  func activationRange(
    _ activation: FusedActivation,
    of output: Operand
  ) throws(GraphError) -> ActivationRange {
    let (lower, upper) = try bounds(of: activation)
    var range = ActivationRange()
    if output.type == .float32 {
      let largest = Float.greatestFiniteMagnitude
      range.floats = (lower ?? -largest)...(upper ?? largest)
      return range
    }
    guard output.type == .int8 || output.type == .int16 || output.type == .uint8,
      let limits = output.type.integerRange
    else {
      throw fault(.type(operand: output.role, output.type))
    }
    let (scale, zeroPoint) = try scaleAndZeroPoint(of: output)
    func quantized(_ real: Float) -> Int {
      Int(zeroPoint) + Int(clampedRound(real / scale))
    }
    let minimum = max(limits.lowerBound, lower.map(quantized) ?? limits.lowerBound)
    let maximum = min(limits.upperBound, upper.map(quantized) ?? limits.upperBound)
    guard minimum <= maximum else {
      throw fault(.quantization(operand: output.role, expected: "a range that holds 0"))
    }
    range.integers = Int32(minimum)...Int32(maximum)
    return range
  }
}

/// `x` rounded half away from zero and cut to Int32; NaN gives 0.
func clampedRound(_ x: Float) -> Int32 {
  guard !x.isNaN else { return 0 }
  let rounded = Double(x).rounded(.toNearestOrAwayFromZero)
  return Int32(max(-0x1p31, min(rounded, 0x1p31 - 1)))
}
