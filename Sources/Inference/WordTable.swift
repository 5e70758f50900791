/// A function of int16 by linear interpolation between 513 samples, each shifted by half the error
/// in the middle of its segment.
///
/// Source: TensorFlow Lite, `LUTPopulateInt16` and `LUTLookup`.
struct WordTable: Sendable {
  private let samples: [Int16]

  /// Samples `function` over the whole range of int16, in single or double precision.
  init<Real: BinaryFloatingPoint>(
    inputScale: Real,
    inputZeroPoint: Int32,
    outputScale: Real,
    outputZeroPoint: Int32,
    _ function: (Real) -> Real
  ) {
    let steps = 512
    let inputLow = inputScale * Real(-32768 - inputZeroPoint)
    let inputHigh = inputScale * Real(32767 - inputZeroPoint)
    let outputLow = outputScale * Real(-32768 - outputZeroPoint)
    let outputHigh = outputScale * Real(32767 - outputZeroPoint)
    let step = (inputHigh - inputLow) / Real(steps)
    let inverse = Real(65536) / (outputHigh - outputLow)
    func rounded(_ x: Real) -> Real { x.rounded(.toNearestOrAwayFromZero) }
    func clamped(_ x: Real) -> Int16 { Int16(min(max(x, -32768), 32767)) }
    var samples: [Int16] = []
    for index in 0..<steps {
      let start = inputLow + Real(index) * step
      let value = function(start)
      let middle = function(start + step / 2)
      let next = function(inputLow + Real(index + 1) * step)
      let sample = rounded(value * inverse)
      let interpolated = rounded((next * inverse + sample) / 2)
      let bias = rounded((interpolated - rounded(middle * inverse)) / 2)
      samples.append(clamped(sample - bias))
    }
    samples.append(clamped(rounded(function(inputHigh) * inverse)))
    self.samples = samples
  }

  /// The function of `value`.
  subscript(value: Int16) -> Int16 {
    let index = 256 + Int(value >> 7)
    let offset = Int32(value & 0x7F)
    let base = Int32(samples[index])
    let slope = Int32(samples[index + 1]) - base
    return Int16(
      truncatingIfNeeded: base + ((Int32(Int16(truncatingIfNeeded: slope)) * offset + 64) >> 7)
    )
  }
}
