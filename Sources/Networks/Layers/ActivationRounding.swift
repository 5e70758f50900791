import CKernels
import Tensors

/// Outputs of a layer rounded to 256 steps of a range, while training for integers.
struct PlannedActivationRounding {
  /// Values of one sample.
  let count: Int
  /// Where the range stands in what all chunks share: least and greatest value, then two floats of
  /// each chunk of the running step: what it has seen least and greatest, or the derivative of its
  /// loss by the scale.
  let range: Int
  /// What it starts from.
  let start: QuantizationAwareness.Activation
  /// Its key among the ranges.
  let name: String

  /// Floats that all chunks share for one range.
  static func sharedCount(chunks: Int) -> Int { 2 + 2 * chunks }

  private func own(_ frame: Frame) -> UnsafeMutablePointer<Float> {
    frame.sharedFrame.shared + range + 2 + 2 * frame.chunk
  }

  /// The scale that holds in this step.
  func scale(_ shared: UnsafePointer<Float>) -> ByteScale {
    ByteScale(covering: Double(shared[range])...Double(shared[range + 1]))
  }

  func forward(_ frame: Frame) {
    beginStep(frame)
    let scale = scale(frame.sharedFrame.shared)
    round(frame.samples * count, frame.inputs, frame.outputs, scale, frame)
  }

  /// Forgets what the chunk has seen in the last step.
  func beginStep(_ frame: Frame) {
    let own = own(frame)
    own[0] = 0
    own[1] = 0
  }

  /// Rounds values, and notes their extremes where the range follows them.
  func round(
    _ count: Int,
    _ values: UnsafePointer<Float>,
    _ rounded: UnsafeMutablePointer<Float>,
    _ scale: ByteScale,
    _ frame: Frame
  ) {
    if start.change == .moving {
      let own = own(frame)
      ck_extremes(count, values, own, own + 1)
    }
    ck_round_to_scale(
      count,
      1 / scale.scale,
      scale.scale,
      scale.leastSteps,
      scale.mostSteps,
      values,
      rounded
    )
  }

  func backward(_ frame: Frame) {
    let scale = scale(frame.sharedFrame.shared)
    let total = frame.samples * count
    if start.change == .learnt { own(frame)[0] = 0 }
    noteGradient(total, frame.inputs, frame.dOutputs, scale, frame)
    guard let dInputs = frame.dInputs else { return }
    pass(total, frame.inputs, frame.dOutputs, dInputs, scale)
  }

  /// Adds the derivative of the loss by the scale, where that is learnt.
  func noteGradient(
    _ count: Int,
    _ values: UnsafePointer<Float>,
    _ dRounded: UnsafePointer<Float>,
    _ scale: ByteScale,
    _ frame: Frame
  ) {
    guard start.change == .learnt else { return }
    own(frame)[0] += ck_step_gradient(
      count,
      1 / scale.scale,
      scale.leastSteps,
      scale.mostSteps,
      values,
      dRounded
    )
  }

  /// The gradient passes where the value lies within the range, ends included.
  func pass(
    _ count: Int,
    _ values: UnsafePointer<Float>,
    _ dRounded: UnsafePointer<Float>,
    _ dValues: UnsafeMutablePointer<Float>,
    _ scale: ByteScale
  ) {
    ck_pass_within(
      count,
      (scale.leastSteps - 0.5) * scale.scale,
      (scale.mostSteps + 0.5) * scale.scale,
      values,
      dRounded,
      dValues
    )
  }

  /// Moves the range towards what the step's chunks have seen.
  func follow(_ shared: UnsafeMutablePointer<Float>, chunks: Int, momentum: Float) {
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

  /// The derivative of the batch's loss by the scale.
  func gradient(_ shared: UnsafePointer<Float>, chunks: Int) -> Double {
    var sum = 0.0
    for chunk in 0..<chunks { sum += Double(shared[range + 2 + 2 * chunk]) }
    return sum
  }
}
