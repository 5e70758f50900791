import Tensors
import Testing

@testable import Compression

/// Expected numbers follow the rule in the language's description, worked out by hand.
@Suite("Quantization by hand")
struct HandQuantizationTests {
  @Test
  func `rounds half to even, adds the zero point, then clamps`() throws {
    // w / scale = 0.5, 1.5, -0.5, 2.5, 9: rounded 0, 2, 0, 2, 9; less 1; cut to -2...1.
    let result = try HandQuantization(
      [0.25, 0.75, -0.25, 1.25, 4.5],
      shape: Shape([5]),
      bits: 2,
      scale: 0.5,
      zero: -1
    )
    #expect(result.integers == [-1, 1, -1, 1, 1])
    #expect(result.values == [0, 1, 0, 1, 1])
    #expect(result.error == 3.5)
  }

  @Test
  func `chooses the range from the values and 0`() throws {
    let result = try HandQuantization([0.5, 1.5, 3], shape: Shape([3]), bits: 2)
    // 0...3 over three steps; -2 stands for 0.
    #expect(result.scales == [1])
    #expect(result.zeros == [-2])
    #expect(result.integers == [-2, 0, 1])
    #expect(result.values == [0, 2, 3])
  }

  @Test
  func `a symmetric range leaves out the lowest integer`() throws {
    let result = try HandQuantization([-1, 0.5, 1], shape: Shape([3]), bits: 8, symmetric: true)
    #expect(result.zeros == [0])
    #expect(result.integers == [-127, 64, 127])
  }

  @Test
  func `each slice of the last axis can have its own scale`() throws {
    let result = try HandQuantization(
      [1, 10, -1, -10],
      shape: Shape([2, 2]),
      bits: 8,
      perChannel: true,
      symmetric: true
    )
    #expect(result.scales == [1.0 / 127, 10.0 / 127])
    #expect(result.integers == [127, 127, -127, -127])
  }

  @Test(arguments: UInt64(0)..<50)
  func `inside the range at most half a step is lost, and 0 stays 0`(seed: UInt64) throws {
    let values = [0] + sampleValues(40, levels: nil, seed: seed)
    let bits = 2 + Int(seed % 7)
    let result = try HandQuantization(values, shape: Shape([41]), bits: bits)
    #expect(result.values[0] == 0)
    // The zero point's rounding moves the ends of the range by at most half a step.
    #expect(result.error <= result.scales[0] * 1.0000001)
  }

  @Test
  func `refuses what cannot be`() {
    #expect(throws: QuantizationError.bits(0)) {
      try HandQuantization([1], shape: Shape([1]), bits: 0)
    }
    #expect(throws: QuantizationError.scale(0)) {
      try HandQuantization([1], shape: Shape([1]), bits: 4, scale: 0)
    }
    #expect(throws: QuantizationError.zeroPoint(9, range: -8...7)) {
      try HandQuantization([1], shape: Shape([1]), bits: 4, zero: 9)
    }
    #expect(throws: QuantizationError.notANumberByHand(index: 1)) {
      try HandQuantization([1, .nan], shape: Shape([2]), bits: 4)
    }
    #expect(throws: QuantizationError.noValues) {
      try HandQuantization([], shape: Shape([0]), bits: 4)
    }
  }
}
