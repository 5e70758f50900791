import Networks

/// How far a schedule of the learning rate has come, as words behind those of an optimiser.
enum ScheduleText {
  static func words(_ progress: ScheduleProgress) -> String {
    let schedule: String
    switch progress.schedule {
    // These begin anew with each training.
    case .constant, .cosine, .oneCycle: return ""
    case .step(let factor, let epochs): schedule = "step factor=\(factor) every=\(epochs)"
    case .exponential(let factor): schedule = "exponential factor=\(factor)"
    case .warmUp(let epochs): schedule = "warmup every=\(epochs)"
    case .plateau(let factor, let patience):
      schedule = "plateau factor=\(factor) every=\(patience)"
    }
    return " schedule=\(schedule) scheduled=\(progress.epochs) plateaus=\(progress.plateaus)"
      + " best=\(progress.bestLoss) stalled=\(progress.epochsSinceBest)"
  }

  /// What the words tell; nil if they tell of no schedule, which then begins anew.
  static func progress(_ words: [String: String]) -> ScheduleProgress? {
    func count(_ key: String) -> Int? { words[key].flatMap(Int.init).flatMap { $0 < 0 ? nil : $0 } }
    guard let epochs = count("scheduled"), let plateaus = count("plateaus"),
      let stalled = count("stalled"), let best = words["best"].flatMap(Double.init)
    else { return nil }
    let factor = words["factor"].flatMap(Float.init)
    let every = count("every")
    let schedule: Schedule
    switch (words["schedule"], factor, every) {
    case ("step", let factor?, let every?): schedule = .step(factor: factor, epochs: every)
    case ("exponential", let factor?, _): schedule = .exponential(factor: factor)
    case ("warmup", _, let every?): schedule = .warmUp(epochs: every)
    case ("plateau", let factor?, let every?):
      schedule = .plateau(factor: factor, patience: every)
    default: return nil
    }
    var progress = ScheduleProgress(schedule)
    progress.epochs = epochs
    progress.plateaus = plateaus
    progress.bestLoss = best
    progress.epochsSinceBest = stalled
    return progress
  }
}
