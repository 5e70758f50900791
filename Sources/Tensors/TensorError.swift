/// Why an operation on arrays was refused.
public enum TensorError: Error, Hashable, Sendable {
  /// Extents must agree from the last axis on, or be 1.
  case notBroadcastable(Shape, Shape)
  /// The last extent of the first must be the one of the second that it is summed with.
  case notMultipliable(Shape, Shape)
  /// An array of this rank has no such axis.
  case axisOutOfRange(Int, Shape)
  /// The first axis has only `count` elements.
  case indexOutOfRange(Int, count: Int)
  /// The first axis has only `count` elements.
  case rangeOutOfRange(Range<Int>, count: Int)
  /// A scalar cannot be indexed.
  case noAxis
  /// Reshaping keeps the number of elements.
  case countMismatch(Shape, Shape)
  /// The result would have more than `PreciseTensor.largestCount` elements.
  case tooLarge([Int])
  /// This reduction of no elements has no value.
  case emptyReduction(PreciseTensor.Reduction)
}

extension TensorError: CustomStringConvertible {
  /// What is wrong, in words.
  public var description: String {
    switch self {
    case .notBroadcastable(let left, let right):
      "shapes \(left) and \(right) do not fit element by element: extents must be equal or 1"
    case .notMultipliable(let left, let right):
      "shapes \(left) and \(right) do not fit a product: inner extents must be equal"
    case .axisOutOfRange(let axis, let shape):
      shape.rank == 0
        ? "a number has no axis, but axis \(axis) was asked for"
        : "axis must be in 0..<\(shape.rank) for shape \(shape), but is \(axis)"
    case .indexOutOfRange(let index, let count):
      "index must be in 0..<\(count), but is \(index)"
    case .rangeOutOfRange(let range, let count):
      "range must lie within 0..<\(count), but is \(range.lowerBound)..<\(range.upperBound)"
    case .noAxis: "a number cannot be indexed"
    case .countMismatch(let from, let to):
      "shape \(from) has \(from.count) elements, but \(to) has \(to.count)"
    case .tooLarge(let extents):
      "an array of \(extents.map(String.init).joined(separator: "x")) has more than "
        + "\(PreciseTensor.largestCount) elements"
    case .emptyReduction(let reduction): "the \(reduction.rawValue) of no elements has no value"
    }
  }
}
