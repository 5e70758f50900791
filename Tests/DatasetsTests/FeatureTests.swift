import Tensors
import Testing

@testable import Datasets

@Suite("Features of signals")
struct FeatureTests {
  /// The signal of Tests/Oracles/features.py.
  static func signal(_ count: Int) -> [Float] {
    (0..<count).map { index -> Float in
      let step: Int = (index * 7919 + index * index * 31) % 20011
      return Float(step - 10005) / 32768
    }
  }

  static func set(_ values: [Float], extents: [Int], rate: Double? = nil) throws -> Dataset {
    try Dataset(
      name: "signals",
      inputs: Tensor(Shape([values.count / extents.reduce(1, *)] + extents), values),
      answers: .nothing
    )
    .knowing(SampleFacts(sampleRate: rate))
  }

  static let cases: [(SpectralFeatures, [Int], [Float])] = [
    (
      SpectralFeatures(kind: .spectrum, frame: 20, hop: 150, rate: 1000), [3, 17],
      SpectralValues.spectrum
    ),
    (
      SpectralFeatures(kind: .logMel, frame: 200, hop: 100, bands: 8, rate: 8000), [3, 8],
      SpectralValues.logMel
    ),
    (
      SpectralFeatures(
        kind: .mfcc,
        frame: 240,
        hop: 160,
        bands: 12,
        coefficients: 5,
        rate: 16000
      ), [2, 5], SpectralValues.mfcc
    ),
  ]

  @Test(arguments: cases.indices)
  func `features are those of NumPy and SciPy (Tests/Oracles/features.py)`(index: Int) throws {
    let (features, shape, expected) = Self.cases[index]
    let result = try Self.set(Self.signal(400), extents: [400]).extracting(features)
    #expect(result.shape.extents == shape)
    for (found, expected) in zip(result.inputs.values, expected) {
      #expect(abs(found - expected) <= 1e-6 * max(1, abs(expected)))
    }
  }

  /// Parseval's theorem: the mean square over frequencies is that over time.
  @Test(arguments: [1, 2, 8, 64, 1024])
  func `a transform keeps the energy`(size: Int) {
    let frame = Self.signal(size).map { Double($0) }
    let magnitudes = FourierTransform(size: size).magnitudes(of: frame)
    var energy = magnitudes.reduce(0) { $0 + 2 * $1 * $1 } - magnitudes[0] * magnitudes[0]
    if size > 1, let last = magnitudes.last { energy -= last * last }
    if size == 1 { energy = magnitudes[0] * magnitudes[0] }
    let expected = frame.reduce(0) { $0 + $1 * $1 } * Double(size)
    #expect(abs(energy - expected) <= 1e-9 * max(1, expected))
  }

  /// The int8 features that MLPerf Tiny publishes for its keyword spotting (scale 0.5847029, zero
  /// point 83), of clips divided by their largest value.
  @Test(.enabled(if: DataFolder.hasShared("speech-commands-mini/labels.csv")))
  func `MFCC are those of MLPerf Tiny`() throws {
    let published = try #require(
      DataFolder.sharedBytes("speech-commands-mini/mfcc-int8-1000x49x10.bin.gz")
    )
    let reference = try Gzip.unpacked(published).map { Int8(bitPattern: $0) }
    let archive = try Gzip.unpacked(
      try #require(DataFolder.sharedBytes("speech-commands-mini/yes.tar.gz"))
    )
    // A tar archive: blocks of 512 bytes, the name in the first 100, the size in octal at 124.
    var place = 0
    var compared = 0
    while place + 512 <= archive.count, compared < 6 {
      let name = String(decoding: archive[place..<place + 100].prefix { $0 != 0 }, as: UTF8.self)
      let octal = String(decoding: archive[place + 124..<place + 135], as: UTF8.self)
      let size = Int(octal.filter { ("0"..."7").contains($0) }, radix: 8) ?? 0
      let bytes = Array(archive[place + 512..<min(archive.count, place + 512 + size)])
      place += 512 + (size + 511) / 512 * 512
      let file = name.split(separator: "/").last ?? ""
      guard file.hasPrefix("tst_"), let row = Int(file.dropFirst(4).prefix(6)) else { continue }
      let recording = try WAVFile.read(bytes)
      let loudest = recording.values.max() ?? 1
      let result = try Self.set(
        recording.values.map { $0 / loudest },
        extents: [recording.values.count]
      )
      .extracting(SpectralFeatures(kind: .mfcc, frame: 480, hop: 320, rate: 16000))
      #expect(result.shape.extents == [49, 10])
      for (index, value) in result.inputs.values.enumerated() {
        let integer = max(-128, min(127, (value / 0.5847029 + 83).rounded(.towardZero)))
        #expect(abs(Int(integer) - Int(reference[row * 490 + index])) <= 1)
      }
      compared += 1
    }
    #expect(compared == 6)
  }

  @Test func `channels have features of their own`() throws {
    let one = Self.signal(300)
    let two = one.flatMap { [$0, -$0 / 2] }
    let features = SpectralFeatures(kind: .spectrum, frame: 32, hop: 16, rate: 50)
    let single = try Self.set(one, extents: [300]).extracting(features)
    let both = try Self.set(two, extents: [300, 2]).extracting(features)
    #expect(both.shape.extents == [17, 34])
    for frame in 0..<17 {
      for bin in 0..<17 {
        let value = single.inputs[frame * 17 + bin]
        #expect(both.inputs[frame * 34 + bin] == value)
        #expect(abs(both.inputs[frame * 34 + 17 + bin] - value / 2) <= 1e-6)
      }
    }
  }

  /// By hand for 1, 3, 1, 3: mean 2, deviation 1, energy (1 + 9 + 1 + 9) / 4, three crossings of three.
  @Test func `statistics follow their definitions`() throws {
    let set = try Self.set([1, 5, 3, 5, 1, 5, 3, 5], extents: [4, 2]).signalStatistics()
    #expect(set.inputs.values == [2, 1, 1, 3, 5, 1, 5, 0, 5, 5, 25, 0])
    #expect(set.columns.first == "channel1_mean")
    #expect(set.columns.count == 12)
  }

  @Test func `what cannot be computed is refused`() throws {
    let set = try Self.set(Self.signal(100), extents: [100])
    for features in [
      SpectralFeatures(kind: .mfcc, frame: 101, hop: 1, rate: 8000),
      SpectralFeatures(kind: .mfcc, frame: 50, hop: 0, rate: 8000),
      SpectralFeatures(kind: .mfcc, frame: 50, hop: 1, bands: 5, coefficients: 6, rate: 8000),
      SpectralFeatures(kind: .mfcc, frame: 50, hop: 1, rate: 30),
      SpectralFeatures(kind: .spectrum, frame: 50, hop: 1, rate: .nan),
      SpectralFeatures(kind: .spectrum, frame: .max, hop: 1, rate: 8000),
    ] {
      #expect(throws: DatasetError.self) { try set.extracting(features) }
    }
    let images = try Self.set(Self.signal(8), extents: [2, 2, 2])
    #expect(throws: DatasetError.notSignals(operation: "statistics", shape: Shape([2, 2, 2]))) {
      try images.signalStatistics()
    }
  }
}
