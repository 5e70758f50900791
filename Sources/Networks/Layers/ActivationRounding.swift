import CKernels
import Tensors

/// Outputs of a layer rounded to 256 steps of a range, while training for integers.
struct PlannedActivationRounding {
  /// Values of one sample.
  let count: Int
  /// Where the range stands in what all chunks share: least and greatest value, then those of each
  /// chunk of the running step.
  let range: Int
  /// What it starts from.
  let start: QuantizationAwareness.Activation
  /// Its key among the ranges.
  let name: String

  /// Floats that all chunks share for one range.
  static func sharedCount(chunks: Int) -> Int { 2 + 2 * chunks }

  private func scale(_ shared: UnsafePointer<Float>) -> ByteScale {
    ByteScale(covering: Double(shared[0])...Double(shared[1]))
  }

  func forward(_ frame: Frame) {
    let shared = frame.sharedFrame.shared + range
    let count = frame.samples * count
    if start.moves {
      let own = shared + 2 + 2 * frame.chunk
      own[0] = 0
      own[1] = 0
      ck_extremes(count, frame.inputs, own, own + 1)
    }
    let scale = scale(shared)
    ck_round_to_scale(
      count,
      1 / scale.scale,
      scale.scale,
      Float(-128 - scale.zeroPoint),
      Float(127 - scale.zeroPoint),
      frame.inputs,
      frame.outputs
    )
  }

  // The gradient passes where the input lies within the range, ends included.
  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    let scale = scale(frame.sharedFrame.shared + range)
    ck_pass_within(
      frame.samples * count,
      (Float(-128 - scale.zeroPoint) - 0.5) * scale.scale,
      (Float(127 - scale.zeroPoint) + 0.5) * scale.scale,
      frame.inputs,
      frame.dOutputs,
      dInputs
    )
  }

  /// Writes the range that training starts from.
  func begin(_ shared: UnsafeMutablePointer<Float>) {
    shared[range] = start.range.lowerBound
    shared[range + 1] = start.range.upperBound
  }

  /// Moves the range towards what the step's chunks have seen.
  func follow(_ shared: UnsafeMutablePointer<Float>, chunks: Int, momentum: Float) {
    guard start.moves else { return }
    let own = shared + range
    var low: Float = 0
    var high: Float = 0
    for chunk in 0..<chunks {
      low = min(low, own[2 + 2 * chunk])
      high = max(high, own[3 + 2 * chunk])
    }
    guard low.isFinite, high.isFinite else { return }
    own[0] = momentum * own[0] + (1 - momentum) * low
    own[1] = momentum * own[1] + (1 - momentum) * high
  }
}
