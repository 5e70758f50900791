extension PreciseTensor {
  /// What is taken of the elements along an axis.
  public enum Reduction: String, Hashable, Sendable, CaseIterable {
    case sum
    case mean
    case minimum
    case maximum
    /// The root of the mean squared distance from the mean.
    case standardDeviation = "standard deviation"
    /// The index of the largest element, the first of several.
    case argmax
  }

  /// A reduction of all elements, in row-major order.
  public func reduced(_ reduction: Reduction) throws(TensorError) -> Double {
    try Self.reduce(reduction, count: count) { values[$0] }
  }

  /// A reduction along one axis, which the result lacks.
  public func reduced(_ reduction: Reduction, axis: Int) throws(TensorError) -> PreciseTensor {
    guard axis >= 0, axis < shape.rank else { throw .axisOutOfRange(axis, shape) }
    var extents = shape.extents
    extents.remove(at: axis)
    // Without elements along `axis`, the other extents need not have a product that fits.
    guard let result = Shape(checking: extents), result.count <= Self.largestCount else {
      throw .tooLarge(extents)
    }
    guard result.count > 0 else { return PreciseTensor(result, []) }
    let extent = shape.extents[axis]
    let inner = shape.extents[(axis + 1)...].reduce(1, *)
    let outer = shape.extents[..<axis].reduce(1, *)
    var reduced: [Double] = []
    reduced.reserveCapacity(result.count)
    for block in 0..<outer {
      for offset in 0..<inner {
        let start = block * extent * inner + offset
        reduced.append(
          try Self.reduce(reduction, count: extent) { values[start + $0 * inner] }
        )
      }
    }
    return PreciseTensor(result, reduced)
  }

  private static func reduce(
    _ reduction: Reduction,
    count: Int,
    element: (Int) -> Double
  ) throws(TensorError) -> Double {
    if count == 0, reduction != .sum { throw .emptyReduction(reduction) }
    var sum = 0.0
    switch reduction {
    case .sum, .mean:
      for index in 0..<count { sum += element(index) }
      return reduction == .sum ? sum : sum / Double(count)
    case .minimum:
      var best = element(0)
      for index in 1..<count where element(index) < best || element(index).isNaN {
        best = element(index)
      }
      return best
    case .maximum, .argmax:
      var best = 0
      for index in 1..<count where element(index) > element(best) || element(index).isNaN {
        best = index
      }
      return reduction == .argmax ? Double(best) : element(best)
    case .standardDeviation:
      for index in 0..<count { sum += element(index) }
      let mean = sum / Double(count)
      var squares = 0.0
      for index in 0..<count {
        let distance = element(index) - mean
        squares += distance * distance
      }
      return (squares / Double(count)).squareRoot()
    }
  }
}
