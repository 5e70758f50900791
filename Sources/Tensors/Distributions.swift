extension SeededGenerator {
  /// A number in `range`, uniformly; the upper bound itself only by rounding.
  public mutating func nextUniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + nextUnit() * (range.upperBound - range.lowerBound)
  }

  /// A number from the normal distribution with mean 0 and standard deviation 1.
  ///
  /// `sqrt(-2 log u) cos(2 pi v)` (Box and Muller, 1958); takes two draws each time, so that the
  /// stream does not depend on how often it was asked before.
  public mutating func nextNormal() -> Double {
    let u = 1 - nextUnit()
    let v = nextUnit()
    return (-2 * ExactMath.log(u)).squareRoot() * ExactMath.cos(2 * Double.pi * v)
  }

  /// Puts the elements into a random order, each order equally likely (Fisher and Yates).
  ///
  /// Written out, since the standard library may change how it shuffles.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, nextIndex(below: last + 1))
    }
  }

  /// The numbers `0..<count` in a random order.
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }
}
