import Tensors

/// What `features` makes of the frames of a signal.
public enum SpectralKind: String, CaseIterable, Hashable, Sendable {
  /// Mel-frequency cepstral coefficients (Davis and Mermelstein, 1980).
  case mfcc
  /// Logarithms of mel bands.
  case logMel = "logmel"
  /// Magnitudes of all frequencies.
  case spectrum
}

/// How a signal becomes a picture of frames x features.
///
/// A frame is weighed by Hann's window (periodic, as TensorFlow's `stft` has it), filled up with
/// zeros to a power of two and transformed; its features are
/// - spectrum: |X(k)|
/// - logmel: ln(Σ filter · |X| + 1e-6) for each mel band
/// - mfcc: √(2/bands) Σ logmel(b) cos(πk(b + ½)/bands) for k in 0..<coefficients, which is
///   TensorFlow's `mfccs_from_log_mel_spectrograms` and what MLPerf Tiny's keyword spotting takes.
public struct SpectralFeatures: Hashable, Sendable {
  /// What is computed.
  public var kind: SpectralKind
  /// Values of a frame.
  public var frame: Int
  /// Values from the beginning of a frame to that of the next.
  public var hop: Int
  /// Mel bands.
  public var bands: Int
  /// Cepstral coefficients.
  public var coefficients: Int
  /// Values a second.
  public var rate: Double

  /// Frequencies below this many Hz belong to no band.
  public static let lowestFrequency = 20.0
  /// Frequencies above this many Hz, or half the rate, belong to no band.
  public static let highestFrequency = 4000.0
  /// The largest frame.
  public static let largestFrame = 1 << 16

  /// Features of a kind.
  public init(
    kind: SpectralKind,
    frame: Int,
    hop: Int,
    bands: Int = 40,
    coefficients: Int = 10,
    rate: Double
  ) {
    self.kind = kind
    self.frame = frame
    self.hop = hop
    self.bands = bands
    self.coefficients = coefficients
    self.rate = rate
  }

  /// How many frames a signal has; the last ones that do not fit are left out.
  func frameCount(of length: Int) -> Int { length < frame ? 0 : (length - frame) / hop + 1 }

  /// Features of one frame.
  var width: Int {
    switch kind {
    case .mfcc: coefficients
    case .logMel: bands
    case .spectrum: FourierTransform.size(for: frame) / 2 + 1
    }
  }

  /// Refuses what cannot be computed for signals of `length` values.
  func check(length: Int) throws(DatasetError) {
    try require("frame", frame, in: 2...Self.largestFrame)
    try require("hop", hop, in: 1...Self.largestFrame)
    guard rate.isFinite, rate > 0, rate <= 1e9 else {
      throw .outOfRange(option: "rate", value: rate, allowed: "greater than 0 Hz")
    }
    guard frame <= length else {
      throw .outOfRange(
        option: "frame",
        value: Double(frame),
        allowed: "at most the \(length) values of a signal"
      )
    }
    guard kind != .spectrum else { return }
    try require("bands", bands, in: 1...512)
    guard rate / 2 > Self.lowestFrequency else {
      throw .outOfRange(option: "rate", value: rate, allowed: "above 40 Hz for mel bands")
    }
    if kind == .mfcc { try require("coefficients", coefficients, in: 1...bands) }
  }

  private func require(
    _ option: String,
    _ value: Int,
    in range: ClosedRange<Int>
  ) throws(DatasetError) {
    guard range.contains(value) else {
      throw .outOfRange(
        option: option,
        value: Double(value),
        allowed: "in \(range.lowerBound)...\(range.upperBound)"
      )
    }
  }
}

/// Tables made once for all frames of a data set.
struct FrameAnalysis {
  private let features: SpectralFeatures
  private let transform: FourierTransform
  private let window: [Double]
  private let filters: MelFilters?
  /// coefficients x bands, with the factor √(2/bands).
  private let cosines: [[Double]]

  init(_ features: SpectralFeatures) {
    self.features = features
    let size = FourierTransform.size(for: features.frame)
    transform = FourierTransform(size: size)
    window = (0..<features.frame).map { index in
      0.5 - 0.5 * ExactMath.cos(2 * Double.pi * Double(index) / Double(features.frame))
    }
    filters =
      features.kind == .spectrum
      ? nil
      : MelFilters(
        count: features.bands,
        bins: size / 2 + 1,
        rate: features.rate,
        low: SpectralFeatures.lowestFrequency,
        high: min(SpectralFeatures.highestFrequency, features.rate / 2)
      )
    let bands = Double(features.bands)
    let factor = (2 / bands).squareRoot()
    cosines =
      features.kind == .mfcc
      ? (0..<features.coefficients).map { coefficient in
        (0..<features.bands).map { band in
          factor * ExactMath.cos(Double.pi * Double(coefficient) * (Double(band) + 0.5) / bands)
        }
      } : []
  }

  /// The features of the frame that begins at `start` of `signal`, every `stride`-th value.
  func features(
    of signal: UnsafeBufferPointer<Float>,
    from start: Int,
    stride: Int
  ) -> [Double] {
    let frame = (0..<features.frame).map { window[$0] * Double(signal[start + $0 * stride]) }
    let magnitudes = transform.magnitudes(of: frame)
    guard let filters else { return magnitudes }
    let logarithms = filters.energies(of: magnitudes).map { ExactMath.log($0 + 1e-6) }
    guard features.kind == .mfcc else { return logarithms }
    return cosines.map { row in
      var sum = 0.0
      for (cosine, value) in zip(row, logarithms) { sum += cosine * value }
      return sum
    }
  }
}
