import Tensors

/// The integers that weights may become when they are stored in few bits.
public enum WeightLevels: Hashable, Sendable {
  /// `-limit...limit`, the largest magnitude becoming `limit`.
  case steps(limit: Int)
  /// -1, 0 and 1: the scale is the mean magnitude of weights above 0.7 of the mean magnitude, and
  /// each weight goes to the nearest level (Li, Zhang and Liu, "Ternary weight networks", 2016).
  case ternary
  /// -1 and 1: the scale is the mean magnitude (Rastegari et al., "XNOR-Net", 2016, section 3.1).
  case binary

  /// The largest integer.
  public var limit: Float {
    switch self {
    case .steps(let limit): Float(limit)
    case .ternary, .binary: 1
    }
  }

  /// The scale of each channel of weights; 0 where all of them are 0.
  ///
  /// Channels are equally long. They run fastest in a network's tensors and in a graph's depthwise
  /// filters, slowest in a graph's other filters.
  public func scales(
    of weights: UnsafeBufferPointer<Float>,
    channels: Int,
    channelsRunFastest: Bool
  ) -> [Float] {
    let length = weights.count / max(1, channels)
    let (next, step) = channelsRunFastest ? (1, channels) : (length, 1)
    return (0..<channels).map { channel in
      scale(of: weights, from: channel * next, step: step, count: length)
    }
  }

  private func scale(
    of weights: UnsafeBufferPointer<Float>,
    from first: Int,
    step: Int,
    count: Int
  ) -> Float {
    switch self {
    case .steps(let limit):
      var largest: Float = 0
      for index in 0..<count { largest = max(largest, weights[first + index * step].magnitude) }
      return largest / Float(limit)
    case .ternary:
      let mean = meanMagnitude(of: weights, from: first, step: step, count: count, above: 0)
      return meanMagnitude(of: weights, from: first, step: step, count: count, above: 0.7 * mean)
    case .binary:
      return meanMagnitude(of: weights, from: first, step: step, count: count, above: -1)
    }
  }

  /// The mean over magnitudes above `bound`; with a bound of 0 over all that are not pruned.
  private func meanMagnitude(
    of weights: UnsafeBufferPointer<Float>,
    from first: Int,
    step: Int,
    count: Int,
    above bound: Float
  ) -> Float {
    var sum = 0.0
    var number = 0
    for index in 0..<count {
      let magnitude = weights[first + index * step].magnitude
      guard magnitude > bound else { continue }
      sum += Double(magnitude)
      number += 1
    }
    return number == 0 ? 0 : Float(sum / Double(number))
  }

  /// The integer nearest to `weight / scale`, halves to even.
  @inline(__always)
  public func level(of weight: Float, scale: Float) -> Float {
    if case .binary = self { return weight < 0 ? -1 : 1 }
    // Adding 1.5 * 2^23 leaves no bit for the fraction.
    let magic: Float = 12_582_912
    let steps = max(-limit, min(weight / scale, limit))
    return (steps + magic) - magic
  }
}

/// How the weights of one layer are rounded while training goes on in floats.
public struct WeightRounding: Hashable, Sendable {
  /// The integers that they may become.
  public var levels: WeightLevels
  /// Neighbouring columns of weights that share a scale: 1 where each output channel has its own, the
  /// number of units where each gate of a recurrent layer has one; nil for one scale for all.
  public var columnsPerScale: Int?
  /// Whether the scales are learnt instead of following the largest weights.
  public var learnsScales = false

  /// A rounding whose scales follow the weights.
  public init(_ levels: WeightLevels, columnsPerScale: Int?) {
    self.levels = levels
    self.columnsPerScale = columnsPerScale
  }

  /// The scales of weights with this number of columns, which run fastest.
  public func scales(of weights: UnsafeBufferPointer<Float>, columns: Int) -> [Float] {
    let own = levels.scales(
      of: weights,
      channels: columnsPerScale == nil ? 1 : max(1, columns),
      channelsRunFastest: true
    )
    guard let width = columnsPerScale, width > 1 else { return own }
    return stride(from: 0, to: own.count, by: width).map { first in
      own[first..<min(first + width, own.count)].max() ?? 0
    }
  }

  /// Which scale the weights of a column have.
  @inline(__always)
  func place(ofColumn column: Int) -> Int { columnsPerScale.map { column / $0 } ?? 0 }

  /// Rounds weights in place to the values that their integers stand for.
  func round(_ weights: UnsafeMutableBufferPointer<Float>, columns: Int, scales: [Float]) {
    for column in 0..<columns {
      let scale = scales[place(ofColumn: column)]
      for index in stride(from: column, to: weights.count, by: columns) {
        weights[index] = scale > 0 ? levels.level(of: weights[index], scale: scale) * scale : 0
      }
    }
  }

  /// The derivatives by the scales, from those by rounded weights, which then pass only where a weight
  /// was not clipped.
  func learn(
    from weights: UnsafePointer<Float>,
    _ gradients: UnsafeMutableBufferPointer<Float>,
    columns: Int,
    scales: [Float]
  ) -> [Double] {
    var slopes = [Double](repeating: 0, count: scales.count)
    // The weight that a scale began with lies at the end, and not beyond it by its rounding.
    let end = levels.limit * 1.00001
    for column in 0..<columns {
      let place = place(ofColumn: column)
      guard scales[place] > 0 else { continue }
      for index in stride(from: column, to: gradients.count, by: columns) {
        let steps = weights[index] / scales[place]
        let isWithin = steps.magnitude <= end
        let level = levels.level(of: weights[index], scale: scales[place])
        slopes[place] += Double(gradients[index]) * Double(isWithin ? level - steps : level)
        if !isWithin { gradients[index] = 0 }
      }
    }
    return slopes
  }
}
