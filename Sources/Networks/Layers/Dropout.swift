import CKernels
import Tensors

/// Dropout in a plan; its state is one byte per value.
///
/// The mask of a sample follows from the stream's seed, the step, the node and the sample's place in
/// the data alone, so neither the number of threads nor the batch's cut changes it.
struct PlannedDropout {
  let rate: Float
  let count: Int
  let node: Int

  /// Floats that hold the mask of one sample.
  var stateCount: Int { (count + 3) / 4 }

  func forward(_ frame: Frame) {
    let keep = frame.byteState
    for sample in 0..<frame.samples {
      var generator = SeededGenerator(
        seed: PlannedDropout.seed(
          stream: frame.streamSeed,
          step: frame.step,
          node: node,
          sample: Int(frame.sampleIndices[sample])
        )
      )
      PlannedDropout.fill(keep + sample * count, count: count, rate: rate, using: &generator)
    }
    ck_masked_scale(frame.samples * count, frame.inputs, keep, 1 / (1 - rate), frame.outputs)
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    ck_masked_scale(
      frame.samples * count,
      frame.dOutputs,
      frame.byteState,
      1 / (1 - rate),
      dInputs
    )
  }

  /// One seed for each sample of each layer in each step.
  static func seed(stream: UInt64, step: Int, node: Int, sample: Int) -> UInt64 {
    var seed = stream
    for part in [UInt64(step), UInt64(node), UInt64(sample)] {
      var generator = SeededGenerator(seed: seed ^ (part &* 0xD134_2543_DE82_EF95))
      seed = generator.next()
    }
    return seed
  }

  /// 1 where a value is kept, two decisions from each draw.
  static func fill(
    _ keep: UnsafeMutablePointer<UInt8>,
    count: Int,
    rate: Float,
    using generator: inout SeededGenerator
  ) {
    let threshold = UInt32(min(Double(rate) * 0x1p32, 0x1p32 - 1))
    var index = 0
    while index < count {
      let bits = generator.next()
      keep[index] = UInt32(truncatingIfNeeded: bits) >= threshold ? 1 : 0
      if index + 1 < count { keep[index + 1] = UInt32(bits >> 32) >= threshold ? 1 : 0 }
      index += 2
    }
  }
}
