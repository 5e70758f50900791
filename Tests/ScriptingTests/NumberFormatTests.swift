import Tensors
import Testing

@testable import Scripting

/// Expected digits by Python's `decimal` module and `format`, which round half to even exactly.
@Suite struct NumberFormatTests {
  @Test(arguments: [
    (0.1, 30, "0.100000000000000005551115123126"),
    (2.675, 2, "2.67"), (0.125, 2, "0.12"), (0.375, 2, "0.38"),
    (1e23, 0, "99999999999999991611392"),
    (Double.leastNonzeroMagnitude, 10, "0.0000000000"), (123456789.125, 2, "123456789.12"),
    (-0.001, 2, "0.00"),
    (999.9996, 3, "1000.000"),
  ])
  func `fixed digits are rounded from the exact value`(
    number: Double,
    places: Int,
    expected: String
  ) {
    #expect(NumberFormat.text(number, places: places) == expected)
  }

  @Test(arguments: 0..<200)
  func `as many digits as a double has read back as the same double`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<20 {
      let value = Double(bitPattern: generator.next())
      guard value.isFinite else { continue }
      let places = NumberFormat.largestPlaces
      #expect(Double(NumberFormat.text(value, places: places)) == value)
      #expect(Double(NumberFormat.exact(value)) == value)
    }
  }
}
