import Tensors

/// Quantization of a few values on paper: what `quantize w to 2bit` gives for a tensor.
public struct HandQuantization: Hashable, Sendable {
  /// `clamp(round(value / scale) + zero)`, halves to even.
  public let integers: [Int]
  /// `(integer - zero) * scale`.
  public let values: [Double]
  /// One scale, or one per slice of the last axis.
  public let scales: [Double]
  /// One zero point a scale.
  public let zeros: [Int]
  /// The largest distance between a value and its integer's value.
  public let error: Double

  /// Quantizes `values` to signed integers of `bits`.
  ///
  /// Without `scale`, the range is that of the values and 0, over the type's steps; symmetric ranges
  /// leave out the lowest integer so that both signs reach equally far. Without `zero`, it is the
  /// integer that stands for 0. `perChannel` takes a range for every slice of the last axis.
  public init(
    _ values: [Double],
    shape: Shape,
    bits: Int,
    scale: Double? = nil,
    zero: Int? = nil,
    perChannel: Bool = false,
    symmetric: Bool = false
  ) throws(QuantizationError) {
    guard (1...16).contains(bits) else { throw .bits(bits) }
    guard !values.isEmpty else { throw .noValues }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notANumberByHand(index: index)
    }
    if let scale, !(scale > 0 && scale.isFinite) { throw .scale(scale) }
    let range = -(1 << (bits - 1))...(1 << (bits - 1)) - 1
    if let zero, !range.contains(zero) { throw .zeroPoint(zero, range: range) }
    let channels = perChannel ? max(1, shape.extents.last ?? 1) : 1
    var scales: [Double] = []
    var zeros: [Int] = []
    for channel in 0..<channels {
      let slice = stride(from: channel, to: values.count, by: channels).map { values[$0] }
      let chosen = Self.parameters(for: slice, range, scale: scale, zero: zero, symmetric)
      scales.append(chosen.scale)
      zeros.append(chosen.zero)
    }
    let lowest = symmetric && bits > 1 ? range.lowerBound + 1 : range.lowerBound
    var integers: [Int] = []
    var restored: [Double] = []
    var error = 0.0
    for (index, value) in values.enumerated() {
      let (scale, zero) = (scales[index % channels], zeros[index % channels])
      let steps = (value / scale).rounded(.toNearestOrEven)
      let integer = Int(max(Double(lowest), min(steps + Double(zero), Double(range.upperBound))))
      let back = Double(integer - zero) * scale
      integers.append(integer)
      restored.append(back)
      error = max(error, (back - value).magnitude)
    }
    self.integers = integers
    self.values = restored
    self.scales = scales
    self.zeros = zeros
    self.error = error
  }

  private static func parameters(
    for values: [Double],
    _ range: ClosedRange<Int>,
    scale: Double?,
    zero: Int?,
    _ isSymmetric: Bool
  ) -> (scale: Double, zero: Int) {
    let low = min(0, values.min() ?? 0)
    let high = max(0, values.max() ?? 0)
    let chosenScale: Double
    if let scale {
      chosenScale = scale
    } else if isSymmetric {
      chosenScale = max(-low, high) / Double(max(1, range.upperBound))
    } else {
      chosenScale = high / Double(range.count - 1) - low / Double(range.count - 1)
    }
    // A range without extent holds 0 alone, which any scale represents.
    let usable = chosenScale > 0 && chosenScale.isFinite ? chosenScale : 1
    if let zero { return (usable, zero) }
    if isSymmetric { return (usable, 0) }
    let exact = (Double(range.lowerBound) - low / usable).rounded(.toNearestOrEven)
    let clamped = max(Double(range.lowerBound), min(exact, Double(range.upperBound)))
    return (usable, Int(clamped))
  }
}
