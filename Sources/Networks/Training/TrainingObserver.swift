/// What a caller learns while training runs, and how it stops it.
public struct TrainingObserver {
  /// After every step.
  public var onStep: (TrainingProgress) -> Void
  /// After every whole epoch.
  public var onEpoch: (TrainingReport) -> Void
  /// Asked before every step; `true` ends training at the last whole epoch.
  public var shouldStop: () -> Bool

  /// An observer that does nothing unless told.
  public init(
    onStep: @escaping (TrainingProgress) -> Void = { _ in },
    onEpoch: @escaping (TrainingReport) -> Void = { _ in },
    shouldStop: @escaping () -> Bool = { false }
  ) {
    self.onStep = onStep
    self.onEpoch = onEpoch
    self.shouldStop = shouldStop
  }
}

/// Where training stands within an epoch.
public struct TrainingProgress: Hashable, Sendable {
  /// The epoch under way, counted from 1 within this training.
  public var epoch: Int
  /// Steps taken in this epoch.
  public var step: Int
  /// Steps of an epoch.
  public var steps: Int
  /// Mean loss of the epoch so far.
  public var loss: Double
  /// Whether this step was the epoch's last.
  public var endsEpoch: Bool { step == steps }
}
