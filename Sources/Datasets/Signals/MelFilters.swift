import Tensors

/// Triangular filters at equal distances on the mel scale, mel(f) = 1127 ln(1 + f / 700).
///
/// The triangles are straight on the mel scale, and the constant part of a frame belongs to none, as
/// in TensorFlow's `linear_to_mel_weight_matrix` and the HTK book (Young and others, 2006).
struct MelFilters {
  /// For each band the first bin that it weighs, and the weights from there on.
  private let bands: [(first: Int, weights: [Double])]

  /// `count` filters between two frequencies, for `bins` bins from 0 to half of `rate`.
  init(count: Int, bins: Int, rate: Double, low: Double, high: Double) {
    let nyquist = rate / 2
    let mels = (0..<bins).map { Self.mel(nyquist * Double($0) / Double(max(1, bins - 1))) }
    let (bottom, top) = (Self.mel(low), Self.mel(high))
    let edges = (0...count + 1).map { bottom + (top - bottom) * Double($0) / Double(count + 1) }
    bands = (0..<count).map { band in
      let (lower, center, upper) = (edges[band], edges[band + 1], edges[band + 2])
      let weights = mels.enumerated().map { bin, mel -> Double in
        guard bin > 0 else { return 0 }
        return max(0, min((mel - lower) / (center - lower), (upper - mel) / (upper - center)))
      }
      let first = weights.firstIndex { $0 > 0 } ?? 0
      let last = weights.lastIndex { $0 > 0 } ?? first
      return (first, Array(weights[first...last]))
    }
  }

  static func mel(_ frequency: Double) -> Double {
    1127 * ExactMath.logOnePlus(frequency / 700)
  }

  /// What each band hears of a frame's magnitudes.
  func energies(of magnitudes: [Double]) -> [Double] {
    bands.map { band in
      var sum = 0.0
      for (offset, weight) in band.weights.enumerated() {
        sum += weight * magnitudes[band.first + offset]
      }
      return sum
    }
  }
}
