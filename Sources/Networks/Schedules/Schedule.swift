import Tensors

/// How the learning rate changes while training.
///
/// The schedules that do not depend on the number of epochs go on where the network's last training
/// with the same schedule ended; a cosine and a one-cycle are whole in each training.
public enum Schedule: Hashable, Sendable, Codable {
  case constant
  /// Times `factor` after every `epochs` epochs.
  case step(factor: Float, epochs: Int)
  /// Times `factor` after every epoch.
  case exponential(factor: Float)
  /// Half a cosine from the rate down to `floor` of it (Loshchilov and Hutter, 2017).
  case cosine(floor: Float)
  /// Up from 0 in a straight line over `epochs` epochs, then constant.
  case warmUp(epochs: Int)
  /// Up from 1/25 of the rate in the first 3/10 of the steps, then down to nearly 0, each half a
  /// cosine (Smith and Topin, 2019, with PyTorch's numbers).
  case oneCycle
  /// Times `factor` after `patience` epochs without a better loss.
  case plateau(factor: Float, patience: Int)

  /// Where training stands.
  struct Position {
    /// Steps taken since the schedule began.
    var step: Int
    /// Steps of the whole training.
    var steps: Int
    var stepsPerEpoch: Int
    /// How often the plateau has been reached.
    var plateaus: Int
  }

  /// Factor of the learning rate for the next step.
  func factor(at position: Position) -> Float {
    let epoch = position.step / max(1, position.stepsPerEpoch)
    switch self {
    case .constant: return 1
    case .step(let factor, let epochs):
      return Float(PlannedUpdate.power(Double(factor), epoch / max(1, epochs)))
    case .exponential(let factor):
      return Float(PlannedUpdate.power(Double(factor), epoch))
    case .cosine(let floor):
      let progress = Float(position.step) / Float(max(1, position.steps))
      return floor + (1 - floor) * Schedule.halfCosine(progress)
    case .warmUp(let epochs):
      let steps = max(1, epochs * position.stepsPerEpoch)
      return min(1, Float(position.step + 1) / Float(steps))
    case .oneCycle:
      let start: Float = 1 / 25
      let end = start / 10_000
      let last = Float(max(1, position.steps - 1))
      let peak = max(1, 0.3 * Float(position.steps) - 1)
      let step = Float(position.step)
      if step <= peak {
        return 1 + (start - 1) * Schedule.halfCosine(step / peak)
      }
      return end + (1 - end) * Schedule.halfCosine((step - peak) / max(1, last - peak))
    case .plateau(let factor, _):
      return Float(PlannedUpdate.power(Double(factor), position.plateaus))
    }
  }

  /// From 1 at 0 to 0 at 1.
  private static func halfCosine(_ progress: Float) -> Float {
    (1 + ExactMath.cos(min(1, max(0, progress)) * Float.pi)) / 2
  }
}
