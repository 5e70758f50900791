import Testing

@testable import Inference

/// The expected values come from closed forms in 64-bit integers, not from gemmlowp's steps.
@Suite("Requantization")
struct RequantizationTests {
  @Test(arguments: UInt64(0)..<50)
  func `equals its closed form`(seed: UInt64) {
    // floor((a b + 2^30) / 2^31), then (h + 2^(r-1) + (h < 0 ? -1 : 0)) >> r.
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 7
    for _ in 0..<200 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Int32(truncatingIfNeeded: Int64(bitPattern: state) >> 40)
      let multiplier = Int32(1 << 30) | Int32(truncatingIfNeeded: state & 0x3FFF_FFFF)
      let shift = Int32(1 + state >> 58 % 19)
      let factor = FixedPointFactor(multiplier: multiplier, shift: -shift)
      let high = (Int64(value) * Int64(multiplier) + (1 << 30)) >> 31
      let rounded = (high + (1 << Int64(shift - 1)) + (high < 0 ? -1 : 0)) >> Int64(shift)
      #expect(factor.applied(to: value) == Int32(rounded))
    }
  }

  @Test
  func `factors are rounded to 31 bits`() {
    #expect(FixedPointFactor(0.5) == FixedPointFactor(multiplier: 1 << 30, shift: 0))
    #expect(FixedPointFactor(1) == FixedPointFactor(multiplier: 1 << 30, shift: 1))
    #expect(FixedPointFactor(0) == FixedPointFactor(multiplier: 0, shift: 0))
    #expect(FixedPointFactor(0x1p-40) == FixedPointFactor(multiplier: 0, shift: 0))
    // Rounding up to the next power of two.
    #expect(FixedPointFactor(1 - 0x1p-40) == FixedPointFactor(multiplier: 1 << 30, shift: 1))
    #expect(FixedPointFactor(-1) == nil)
    #expect(FixedPointFactor(.nan) == nil)
    #expect(FixedPointFactor(0x1p40) == nil)
  }

  @Test(arguments: [Float(0), 1, -2.5, 65504, 0x1p-24, 0x1p-14, 1.0009765625, .infinity])
  func `half precision keeps what it can hold`(value: Float) {
    #expect(widened(half: halfPrecisionBits(value)) == value)
  }
}
