import Inference
import Networks

/// A scale and zero point of a whole tensor.
struct AffineParameters: Hashable {
  var scale: Float
  var zeroPoint: Int

  /// The parameters of an activation that must cover `range`, which includes 0.
  ///
  /// int8: as training for integers has it. int16: symmetric, `scale = max |x| / 32767`. Source: TensorFlow Lite's quantization
  /// specification and its converter.
  init(covering range: ClosedRange<Double>, type: ElementType) {
    let (low, high) = (range.lowerBound, range.upperBound)
    guard type == .int8 else {
      scale = Self.usable(max(-low, high) / 32767)
      zeroPoint = 0
      return
    }
    let chosen = ByteScale(covering: range)
    scale = chosen.scale
    zeroPoint = chosen.zeroPoint
  }

  init(scale: Float, zeroPoint: Int) {
    self.scale = scale
    self.zeroPoint = zeroPoint
  }

  /// The scale of a range without extent is a small one, since 0 alone is to be represented and should
  /// not outweigh what it is added to; scales too small for single precision are lifted.
  private static func usable(_ scale: Double) -> Float {
    scale > 0 ? max(Float(scale), .leastNormalMagnitude) : 1 / 32767
  }

  var quantization: Quantization { .perTensor(scale: scale, zeroPoint: zeroPoint) }

  /// The real numbers that the integers of `type` cover.
  func range(of type: ElementType) -> ClosedRange<Float> {
    let limits = type.integerRange ?? 0...0
    return Float(limits.lowerBound - zeroPoint) * scale...Float(limits.upperBound - zeroPoint)
      * scale
  }
}
