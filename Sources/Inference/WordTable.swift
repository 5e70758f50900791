/// A function of int16 by linear interpolation between 513 samples, each shifted by half the error
/// in the middle of its segment.
///
/// Source: TensorFlow Lite, `LUTPopulateInt16` and `LUTLookup`.
struct WordTable: Sendable {
  private let samples: [Int16]

  /// Samples `function` over the whole range of int16.
  init(
    inputScale: Float,
    inputZeroPoint: Int32,
    outputScale: Float,
    outputZeroPoint: Int32,
    _ function: (Float) -> Float
  ) {
    let steps = 512
    let inputLow = inputScale * Float(-32768 - inputZeroPoint)
    let inputHigh = inputScale * Float(32767 - inputZeroPoint)
    let outputLow = outputScale * Float(-32768 - outputZeroPoint)
    let outputHigh = outputScale * Float(32767 - outputZeroPoint)
    let step = (inputHigh - inputLow) / Float(steps)
    let inverse = Float(65536) / (outputHigh - outputLow)
    func rounded(_ x: Float) -> Float { x.rounded(.toNearestOrAwayFromZero) }
    func clamped(_ x: Float) -> Int16 { Int16(min(max(x, -32768), 32767)) }
    var samples: [Int16] = []
    for index in 0..<steps {
      let start = inputLow + Float(index) * step
      let value = function(start)
      let middle = function(start + step / 2)
      let next = function(inputLow + Float(index + 1) * step)
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
