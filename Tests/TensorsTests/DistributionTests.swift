import Testing

@testable import Tensors

@Suite("Distributions")
struct DistributionTests {
  @Test(arguments: UInt64(0)..<5)
  func `normal numbers have the moments of the normal distribution`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = 40_000
    let numbers = (0..<count).map { _ in random.nextNormal() }
    let moments = (1...4).map { power in
      numbers.reduce(0.0) { sum, x in
        sum + (0..<power).reduce(1.0) { product, _ in product * x }
      } / Double(count)
    }
    // Five standard errors of each: sqrt(1, 2, 15, 96) / sqrt(count).
    #expect(abs(moments[0]) < 0.025)
    #expect(abs(moments[1] - 1) < 0.036)
    #expect(abs(moments[2]) < 0.1)
    #expect(abs(moments[3] - 3) < 0.25)
  }

  @Test(arguments: UInt64(0)..<5)
  func `uniform numbers stay in their range and fill it`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let numbers = (0..<10_000).map { _ in random.nextUniform(in: -2...6) }
    #expect(numbers.allSatisfy { (-2...6).contains($0) })
    #expect(abs(numbers.reduce(0, +) / 10_000 - 2) < 0.12)
  }

  @Test
  func `every order of three is equally likely`() {
    var random = SeededGenerator(seed: 9)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<12_000 { counts[random.permutation(of: 3), default: 0] += 1 }
    #expect(counts.count == 6)
    // Five standard deviations of a binomial count.
    #expect(counts.values.allSatisfy { abs($0 - 2000) < 5 * 41 })
  }

  @Test(arguments: [0, 1, 2, 100])
  func `a shuffle keeps the elements`(count: Int) {
    var random = SeededGenerator(seed: 3)
    #expect(random.permutation(of: count).sorted() == Array(0..<count))
  }
}
