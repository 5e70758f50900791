import Tensors

/// Where the numbers of an axis lie between 0 (its start) and 1 (its end).
struct Scale: Hashable, Sendable {
  /// The number at the start.
  let low: Double
  /// The number at the end.
  let high: Double
  let axis: Axis
  /// The share of the axis that stays free at each end.
  let inset: Double

  /// A scale over all of `values`, or nil if there are none.
  ///
  /// Where all are the same, room is made on both sides; `isPadded` adds a little at the ends
  /// unless they are 0, and `inset` leaves a share of the axis free at each end.
  init?(_ axis: Axis, _ values: some Sequence<Double>, isPadded: Bool = true, inset: Double = 0) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    if let shown = axis.shows, shown.isFinite, !axis.isLogarithmic || shown > 0 {
      low = min(low, shown)
      high = max(high, shown)
    }
    guard low <= high, low.isFinite, high.isFinite else { return nil }
    self.axis = axis
    self.inset = inset
    if axis.isLogarithmic {
      guard low > 0 else { return nil }
      self.low = max(low / (low == high ? 2 : 1), .leastNormalMagnitude)
      self.high = min(high * (low == high ? 2 : 1), .greatestFiniteMagnitude / 4)
      return
    }
    // Numbers near the ends of the format are cut, so that differences stay finite.
    let most = Double.greatestFiniteMagnitude / 16
    low = min(max(low, -most), most)
    high = min(max(high, -most), most)
    if high - low <= abs(high) * 1e-12 {
      let room = high == 0 ? 1 : abs(high) / 10
      self.low = low - room
      self.high = high + room
      return
    }
    let padding = isPadded ? (high - low) * 0.03 : 0
    self.low = low >= 0 && low - padding < 0 ? 0 : low - padding
    self.high = high <= 0 && high + padding > 0 ? 0 : high + padding
  }

  /// The place of a number in 0...1; numbers beyond an end are brought to it.
  func place(_ value: Double) -> Double {
    let value = min(max(value, low), high)
    let share: Double
    if axis.isLogarithmic {
      let start = ExactMath.log2(low)
      share = (ExactMath.log2(value) - start) / (ExactMath.log2(high) - start)
    } else {
      share = (value - low) / (high - low)
    }
    return inset + share * (1 - 2 * inset)
  }

  /// About `count` round numbers in the scale, and their texts.
  func ticks(about count: Int) -> [(value: Double, text: String)] {
    if axis.isLogarithmic { return logarithmicTicks(about: count) }
    let step = roundStep(above: (high - low) / Double(max(1, count)))
    let first = (low / step).rounded(.up)
    let last = (high / step).rounded(.down)
    guard step > 0, step.isFinite, last - first < 1000 else { return [] }
    return stride(from: first, through: last, by: 1).map { index in
      let value = index * step
      return (value, NumberLabel.text(value, step: step, style: axis.style))
    }
  }

  /// 1, 2 or 5 times a power of ten; a power of two for bytes.
  private func roundStep(above least: Double) -> Double {
    guard least > 0, least.isFinite else { return 1 }
    if axis.style == .bytes {
      var step = 1.0
      while step < least { step *= 2 }
      return step
    }
    let exponent = NumberLabel.decimalExponent(least)
    // Dividing by an exact power gives the nearest number to 0.1, 0.2 and so on.
    func scaled(_ factor: Double) -> Double {
      exponent < 0
        ? factor / NumberLabel.powerOfTen(-exponent) : factor * NumberLabel.powerOfTen(exponent)
    }
    for factor in [1.0, 2, 5, 10] where scaled(factor) >= least * (1 - 1e-9) {
      return scaled(factor)
    }
    return scaled(10)
  }

  private func logarithmicTicks(about count: Int) -> [(value: Double, text: String)] {
    let (first, last) = (NumberLabel.decimalExponent(low), NumberLabel.decimalExponent(high))
    let decades = last - first + 1
    let every = max(1, (decades + count - 1) / max(1, count))
    let factors: [Double] = decades <= 3 ? [1, 2, 5] : [1]
    var ticks: [(value: Double, text: String)] = []
    for exponent in stride(from: first, through: last, by: every) {
      for factor in factors {
        let value =
          exponent < 0
          ? factor / NumberLabel.powerOfTen(-exponent) : factor * NumberLabel.powerOfTen(exponent)
        guard value >= low * (1 - 1e-9), value <= high * (1 + 1e-9) else { continue }
        ticks.append((value, NumberLabel.text(value, step: value, style: axis.style)))
      }
    }
    return ticks
  }
}
