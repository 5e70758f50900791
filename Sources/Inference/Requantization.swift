/// Whose integers a run reproduces.
public enum Rounding: String, Hashable, Sendable, CaseIterable {
  /// TensorFlow Lite Micro's reference kernels, which is what boards compute: a doubling high
  /// product rounded, then a shift rounded once more.
  case tflm
  /// LiteRT's reference kernels, which differ in the fully connected layer: it multiplies in double
  /// precision and rounds once.
  case litert
}

/// A positive real factor as `multiplier * 2^(shift - 31)`, with the multiplier in 2^30..<2^31.
struct FixedPointFactor: Hashable, Sendable {
  let multiplier: Int32
  let shift: Int32

  init(multiplier: Int32, shift: Int32) {
    self.multiplier = multiplier
    self.shift = shift
  }

  /// `real` rounded to 31 bits; factors below 2^-32 count as 0.
  ///
  /// Nil when it is not a number from 0 to below 2^31.
  ///
  /// Source: TensorFlow Lite, `QuantizeMultiplier`.
  init?(_ real: Double) {
    guard real >= 0, real < 0x1p31 else { return nil }
    guard real > 0 else {
      self.init(multiplier: 0, shift: 0)
      return
    }
    // frexp: the significand of TFLite's convention lies in 0.5..<1.
    var shift = Int32(real.exponent) + 1
    var multiplier = Int64((real.significand * 0x1p30).rounded(.toNearestOrAwayFromZero))
    if multiplier == 1 << 31 {
      multiplier /= 2
      shift += 1
    }
    if shift < -31 {
      multiplier = 0
      shift = 0
    }
    guard shift <= 30 else { return nil }
    self.init(multiplier: Int32(multiplier), shift: shift)
  }

  /// `value` times the factor, rounded twice as gemmlowp does.
  func applied(to value: Int32) -> Int32 {
    let left = max(shift, 0)
    let right = max(-shift, 0)
    return roundingDivide(
      doublingHighProduct(value &<< left, multiplier),
      byPowerOfTwo: right
    )
  }

  /// `value` times the factor, the multiplier first cut to 15 bits: TFLite's rule for the 64-bit
  /// sums of 16-bit activations.
  ///
  /// `shift` must be at most 14.
  func applied(to value: Int64) -> Int32 {
    let reduced = multiplier < 0x7FFF_0000 ? Int64((multiplier &+ 0x8000) >> 16) : 0x7FFF
    let total = Int64(15 - shift)
    return Int32(truncatingIfNeeded: (value &* reduced &+ (1 << (total - 1))) >> total)
  }
}

/// `round(left * right / 2^31)` (of 16 bits `/ 2^15`), half away from zero except that halves of
/// negative products go up: gemmlowp's `SaturatingRoundingDoublingHighMul`.
@inline(__always)
func doublingHighProduct<Raw: FixedPointRaw>(_ left: Raw, _ right: Raw) -> Raw {
  guard left != Raw.min || right != Raw.min else { return Raw.max }
  let product = Int64(left) * Int64(right)
  let half = Int64(1) << Int64(Raw.bitWidth - 2)
  let nudge: Int64 = product >= 0 ? half : 1 - half
  return Raw(truncatingIfNeeded: (product + nudge) / (2 * half))
}

/// `value / 2^exponent`, half away from zero: gemmlowp's `RoundingDivideByPOT`.
@inline(__always)
func roundingDivide<Raw: FixedPointRaw>(_ value: Raw, byPowerOfTwo exponent: Int32) -> Raw {
  let mask = Raw(truncatingIfNeeded: (Int64(1) << Int64(exponent)) - 1)
  let remainder = value & mask
  let threshold = (mask >> 1) &+ (value < 0 ? 1 : 0)
  return (value >> Raw(truncatingIfNeeded: exponent)) &+ (remainder > threshold ? 1 : 0)
}
