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
  /// Whether each output channel has a scale of its own.
  public var isPerChannel: Bool

  /// A rounding.
  public init(_ levels: WeightLevels, isPerChannel: Bool) {
    self.levels = levels
    self.isPerChannel = isPerChannel
  }

  /// Rounds weights in place to the values that their integers stand for; `outputs` is the number of
  /// channels, which run fastest.
  func round(_ weights: UnsafeMutableBufferPointer<Float>, outputs: Int) {
    let channels = isPerChannel ? max(1, outputs) : 1
    let scales = levels.scales(
      of: UnsafeBufferPointer(weights),
      channels: channels,
      channelsRunFastest: true
    )
    for channel in 0..<channels {
      let scale = scales[channel]
      for index in stride(from: channel, to: weights.count, by: channels) {
        weights[index] = scale > 0 ? levels.level(of: weights[index], scale: scale) * scale : 0
      }
    }
  }
}
