/// How far a schedule of the learning rate has come, so that a later training with the same schedule
/// goes on where this one ended.
public struct ScheduleProgress: Hashable, Sendable, Codable {
  /// The schedule.
  public var schedule: Schedule
  /// Whole epochs that it has been followed for.
  public var epochs = 0
  /// How often a plateau has been reached.
  public var plateaus = 0
  /// The lowest loss seen, which a plateau is measured by.
  public var bestLoss = Double.infinity
  /// Epochs since the lowest loss, or since the last plateau.
  public var epochsSinceBest = 0

  /// The beginning of a schedule.
  public init(_ schedule: Schedule) { self.schedule = schedule }

  /// Notes the loss after an epoch.
  mutating func note(_ loss: Double) {
    epochs += 1
    guard case .plateau(_, let patience) = schedule else { return }
    if loss < bestLoss {
      bestLoss = loss
      epochsSinceBest = 0
      return
    }
    epochsSinceBest += 1
    if epochsSinceBest > patience {
      plateaus += 1
      epochsSinceBest = 0
    }
  }
}

extension Schedule {
  /// Whether the rate depends on the number of epochs asked for, so that each training is a whole
  /// schedule of its own; the others go on from one training to the next.
  public var spansTraining: Bool {
    switch self {
    case .cosine, .oneCycle: true
    case .constant, .step, .exponential, .warmUp, .plateau: false
    }
  }
}
