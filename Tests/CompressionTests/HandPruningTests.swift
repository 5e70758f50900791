import Compression
import Tensors
import Testing

@Suite("Pruning by hand")
struct HandPruningTests {
  /// Expected counts by Python's `round`, which rounds half to even as the rule asks:
  /// `[round(s * n) for ...]`.
  @Test(arguments: [
    (0.5, 1, 0), (0.5, 3, 2), (0.5, 5, 2), (0.5, 7, 4), (0.25, 2, 0), (0.25, 6, 2), (0.25, 10, 2),
    (0.8, 10, 8), (0.8, 16, 13), (0.8, 2560, 2048), (0.9, 33, 30), (0.99, 1000, 990), (0.0, 9, 0),
    (0.125, 4, 0), (0.375, 4, 2), (0.95, 10, 10),
  ])
  func `zeroes as many values as half to even says`(sparsity: Double, count: Int, zeros: Int) throws
  {
    let values = sampleValues(count, levels: nil, seed: 1)
    let pruned = try HandPruning(values, to: sparsity)
    #expect(pruned.zeros == zeros)
    #expect(pruned.values.count { $0 == 0 } == zeros)
    #expect(pruned.mask.count { $0 == 0 } == zeros)
  }

  @Test func `takes the smallest magnitudes, and of equals the first`() throws {
    // On paper: magnitudes 2 1 1 3 1, three to go: all the ones; two to go: the first two of them.
    let values = [-2.0, 1, -1, 3, 1]
    #expect(try HandPruning(values, to: 0.6).mask == [1, 0, 0, 1, 0])
    #expect(try HandPruning(values, to: 0.4).mask == [1, 0, 0, 1, 1])
    #expect(try HandPruning(values, to: 0.4).threshold == 1)
    #expect(try HandPruning(values, to: 0.8).threshold == 2)
    #expect(try HandPruning(values, to: 0).threshold == 0)
  }

  @Test func `answers the matrix of the language page`() throws {
    let pruned = try HandPruning([0.1, -0.9, 0.4, 0.05], to: 0.5)
    #expect(pruned.values == [0, -0.9, 0.4, 0])
    #expect(pruned.mask == [0, 1, 1, 0])
    #expect(pruned.zeros == 2)
    #expect(pruned.sparsity == 0.5)
    #expect(pruned.threshold == 0.1)
  }

  @Test(arguments: UInt64(0)..<60)
  func `agrees with sorting pairs of magnitude and position`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = 1 + random.nextIndex(below: 200)
    let levels = seed.isMultiple(of: 2) ? nil : 1 + random.nextIndex(below: 9)
    let values = sampleValues(count, levels: levels, seed: seed)
    let sparsity = random.nextUnit()
    let pruned = try HandPruning(values, to: sparsity)
    let order = values.indices.sorted {
      (values[$0].magnitude, $0) < (values[$1].magnitude, $1)
    }
    let gone = Set(order.prefix(Int((sparsity * Double(count)).rounded(.toNearestOrEven))))
    #expect(pruned.mask == values.indices.map { gone.contains($0) ? 0 : 1 })
    // Once more changes nothing.
    #expect(try HandPruning(pruned.values, to: sparsity).values == pruned.values)
  }

  @Test(arguments: [-0.1, 1.0, 1.5, .nan, .infinity])
  func `refuses a sparsity outside 0 to 1`(sparsity: Double) {
    #expect(throws: PruningError.self) { try HandPruning([1, 2], to: sparsity) }
  }

  @Test func `refuses what has no rank`() {
    #expect(throws: PruningError.self) { try HandPruning([1, .nan], to: 0.5) }
    #expect(throws: PruningError.self) { try HandPruning([1, .infinity], to: 0.5) }
  }

  @Test func `says what was found and expected`() {
    #expect(
      PruningError.sparsityOutOfRange(1.5).description == "sparsity must be in 0..<1, but is 1.5"
    )
  }
}
