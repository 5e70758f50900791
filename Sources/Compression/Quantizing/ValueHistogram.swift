import Tensors

/// How often values fell into each of equal parts of a range.
struct ValueHistogram {
  let range: ClosedRange<Double>
  let counts: [Int]

  private var binWidth: Double {
    (range.upperBound - range.lowerBound) / Double(max(1, counts.count))
  }

  private func centre(_ bin: Int) -> Double {
    range.lowerBound + (Double(bin) + 0.5) * binWidth
  }

  /// The range that leaves out `share` of the values on either side.
  func withoutTails(share: Double) -> ClosedRange<Double> {
    let allowed = Int(Double(counts.reduce(0, +)) * share)
    var low = 0
    var high = counts.count - 1
    var sum = 0
    while low < high, sum + counts[low] <= allowed {
      sum += counts[low]
      low += 1
    }
    sum = 0
    while high > low, sum + counts[high] <= allowed {
      sum += counts[high]
      high -= 1
    }
    guard binWidth > 0 else { return range }
    return range.lowerBound + Double(low) * binWidth...range.lowerBound + Double(high + 1)
      * binWidth
  }

  /// Of the ranges cut down to 30...100 % of the whole, the one whose `levels` steps have the least
  /// mean squared distance to the values, ties going to the widest.
  func leastSquaredError(levels: Int) -> ClosedRange<Double> {
    var best = range
    var leastError = Double.infinity
    for percent in stride(from: 100, through: 30, by: -1) {
      let share = Double(percent) / 100
      let low = min(0, range.lowerBound * share)
      let high = max(0, range.upperBound * share)
      let step = (high - low) / Double(levels - 1)
      guard step > 0 else { return range }
      var error = 0.0
      for (bin, count) in counts.enumerated() where count > 0 {
        let value = centre(bin)
        let position = ((value - low) / step).rounded(.toNearestOrEven)
        let distance = max(0, min(position, Double(levels - 1))) * step + low - value
        error += Double(count) * distance * distance
      }
      if error < leastError {
        leastError = error
        best = low...high
      }
    }
    return best
  }

  /// The range within plus and minus the threshold at which 128 equal steps of the magnitudes keep
  /// most of the distribution's information.
  ///
  /// Least Kullback-Leibler divergence between the clipped distribution P and its 128-step version
  /// Q; source: Migacz, 8-bit inference with TensorRT, 2017.
  func leastDivergence() -> ClosedRange<Double> {
    let steps = 128
    let magnitudes = magnitudeCounts()
    let largest = max(range.upperBound.magnitude, range.lowerBound.magnitude)
    var bestBins = magnitudes.count
    var leastDivergence = Double.infinity
    for bins in stride(from: steps, through: magnitudes.count, by: 16) {
      let divergence = Self.divergence(magnitudes, keeping: bins, steps: steps)
      if divergence < leastDivergence {
        leastDivergence = divergence
        bestBins = bins
      }
    }
    let threshold = largest * Double(bestBins) / Double(max(1, magnitudes.count))
    return max(range.lowerBound, -threshold)...min(range.upperBound, threshold)
  }

  /// The histogram of magnitudes, over 0 up to the largest.
  private func magnitudeCounts() -> [Int] {
    let largest = max(range.upperBound.magnitude, range.lowerBound.magnitude)
    var result = [Int](repeating: 0, count: counts.count)
    guard largest > 0 else { return result }
    for (bin, count) in counts.enumerated() where count > 0 {
      let place = Int(centre(bin).magnitude / largest * Double(counts.count))
      result[min(counts.count - 1, place)] += count
    }
    return result
  }

  private static func divergence(_ counts: [Int], keeping bins: Int, steps: Int) -> Double {
    var reference = counts[0..<bins].map { Double($0) }
    let clipped = counts[bins...].reduce(0, +)
    // Q comes from the unclipped counts, each step's sum spread over its non-empty bins.
    var coarse = [Double](repeating: 0, count: bins)
    for step in 0..<steps {
      let part = step * bins / steps..<(step + 1) * bins / steps
      let sum = part.reduce(0.0) { $0 + reference[$1] }
      let filled = part.count { reference[$0] > 0 }
      for bin in part where reference[bin] > 0 { coarse[bin] = sum / Double(filled) }
    }
    reference[bins - 1] += Double(clipped)
    let total = reference.reduce(0, +)
    let coarseTotal = coarse.reduce(0, +)
    guard total > 0, coarseTotal > 0 else { return .infinity }
    var divergence = 0.0
    for bin in 0..<bins where reference[bin] > 0 {
      let p = reference[bin] / total
      // A bin that only clipping fills would be impossible under Q.
      let q = max(coarse[bin] / coarseTotal, 1e-9)
      divergence += p * ExactMath.log(p / q)
    }
    return divergence
  }
}
