import CKernels
import Tensors

/// Noise in a plan: normal numbers that follow from stream, step, node and sample as dropout's masks.
struct PlannedNoise {
  let deviation: Float
  let count: Int
  let node: Int

  func forward(_ frame: Frame) {
    for sample in 0..<frame.samples {
      PlannedNoise.add(
        frame.inputs + sample * count,
        frame.outputs + sample * count,
        count: count,
        deviation: deviation,
        seed: PlannedDropout.seed(
          stream: frame.streamSeed,
          step: frame.step,
          node: node,
          sample: Int(frame.sampleIndices[sample])
        )
      )
    }
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    ck_copy(frame.samples * count, frame.dOutputs, dInputs)
  }

  /// One sample with its noise.
  static func add(
    _ inputs: UnsafePointer<Float>,
    _ outputs: UnsafeMutablePointer<Float>,
    count: Int,
    deviation: Float,
    seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    for index in 0..<count {
      outputs[index] = inputs[index] + deviation * Float(generator.nextNormal())
    }
  }
}
