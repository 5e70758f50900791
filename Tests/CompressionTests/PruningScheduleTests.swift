import Compression
import Testing

@Suite("Pruning schedules")
struct PruningScheduleTests {
  /// Zhu and Gupta's cubic by hand: from 0.5 to 0.8 over five epochs, t = 0, 1/4, 1/2, 3/4, 1, so
  /// 0.8 - 0.3 * (1 - t)³.
  @Test func `follows the cubic`() throws {
    let schedule = try PruningSchedule(curve: .polynomial, from: 0.5, to: 0.8)
    let expected = [0.5, 0.8 - 0.3 * 27 / 64, 0.8 - 0.3 / 8, 0.8 - 0.3 / 64, 0.8]
    for (epoch, sparsity) in zip(1..., expected) {
      #expect(abs(schedule.sparsity(atEpoch: epoch, of: 5) - sparsity) < 1e-15)
    }
  }

  @Test func `stands between prunings and still arrives`() throws {
    let schedule = try PruningSchedule(curve: .polynomial, from: 0, to: 0.9, every: 2)
    // Prunings in epochs 1, 3, 5: t = 0, 1/2, 1.
    let sparsities = (1...6).map { schedule.sparsity(atEpoch: $0, of: 6) }
    let expected = [0, 0, 0.9 - 0.9 / 8, 0.9 - 0.9 / 8, 0.9, 0.9]
    for (found, expected) in zip(sparsities, expected) { #expect(abs(found - expected) < 1e-15) }
  }

  @Test(arguments: PruningSchedule.Curve.allCases, 1...12)
  func `rises and ends with the target`(curve: PruningSchedule.Curve, epochs: Int) throws {
    for every in 1...4 {
      let schedule = try PruningSchedule(curve: curve, from: 0.2, to: 0.7, every: every)
      let sparsities = (1...epochs).map { schedule.sparsity(atEpoch: $0, of: epochs) }
      #expect(sparsities.last == 0.7)
      #expect(zip(sparsities, sparsities.dropFirst()).allSatisfy { $0 <= $1 })
      if curve == .constant { #expect(Set(sparsities) == [0.7]) }
    }
  }

  @Test func `refuses what cannot be`() {
    #expect(throws: PruningError.startAboveTarget(start: 0.9, target: 0.5)) {
      try PruningSchedule(curve: .polynomial, from: 0.9, to: 0.5)
    }
    #expect(throws: PruningError.sparsityOutOfRange(1)) {
      try PruningSchedule(curve: .constant, to: 1)
    }
    #expect(throws: PruningError.everyNotPositive(0)) {
      try PruningSchedule(curve: .constant, to: 0.5, every: 0)
    }
  }
}
