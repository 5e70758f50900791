/// A rectangular array of 64-bit floats in row-major order: what scripts compute with by hand.
public struct PreciseTensor: Hashable, Sendable {
  /// The extents, outermost first; a number's shape has none.
  public let shape: Shape
  /// The elements in row-major order.
  public let values: [Double]

  /// More elements are refused (1 GiB).
  public static let largestCount = 1 << 27

  /// An array of `shape` with `values` in row-major order.
  public init(_ shape: Shape, _ values: [Double]) {
    precondition(values.count == shape.count, "an array of shape \(shape) needs that many values")
    self.shape = shape
    self.values = values
  }

  /// A number as an array without axes.
  public init(_ number: Double) { self.init(Shape([]), [number]) }

  /// A list as an array of one axis.
  public init(_ values: [Double]) { self.init(Shape([values.count]), values) }

  /// The elements of a 32-bit array, exactly.
  public init(_ tensor: Tensor) {
    self.init(tensor.shape, tensor.withElements { $0.map(Double.init) })
  }

  /// The number of elements.
  public var count: Int { values.count }

  /// The function's value at each element.
  public func map(_ function: (Double) -> Double) -> PreciseTensor {
    PreciseTensor(shape, values.map(function))
  }

  /// The same elements under another shape of the same count.
  public func reshaped(to shape: Shape) throws(TensorError) -> PreciseTensor {
    guard shape.count == count else { throw .countMismatch(self.shape, shape) }
    return PreciseTensor(shape, values)
  }

  /// The part at an index of the first axis.
  public func element(at index: Int) throws(TensorError) -> PreciseTensor {
    guard let extent = shape.extents.first else { throw .noAxis }
    guard index >= 0, index < extent else { throw .indexOutOfRange(index, count: extent) }
    let inner = Shape(Array(shape.extents.dropFirst()))
    let start = index * inner.count
    return PreciseTensor(inner, Array(values[start..<start + inner.count]))
  }

  /// The parts at a range of indices of the first axis.
  public func slice(_ range: Range<Int>) throws(TensorError) -> PreciseTensor {
    guard let extent = shape.extents.first else { throw .noAxis }
    guard range.lowerBound >= 0, range.upperBound <= extent else {
      throw .rangeOutOfRange(range, count: extent)
    }
    let size = extent == 0 ? 0 : count / extent
    let extents = [range.count] + shape.extents.dropFirst()
    return PreciseTensor(
      Shape(extents),
      Array(values[range.lowerBound * size..<range.upperBound * size])
    )
  }

  /// Axes in reverse order: rows become columns.
  public func transposed() -> PreciseTensor {
    let extents = Array(shape.extents.reversed())
    guard shape.rank > 1, count > 0 else { return PreciseTensor(Shape(extents), values) }
    // How far apart neighbours along each axis of the result stand here.
    var strides: [Int] = []
    var stride = 1
    for extent in extents {
      strides.append(stride)
      stride *= extent
    }
    var result: [Double] = []
    result.reserveCapacity(count)
    var index = Array(repeating: 0, count: extents.count)
    var position = 0
    for _ in 0..<count {
      result.append(values[position])
      for axis in extents.indices.reversed() {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < extents[axis] { break }
        position -= index[axis] * strides[axis]
        index[axis] = 0
      }
    }
    return PreciseTensor(Shape(extents), result)
  }
}

extension Tensor {
  /// The elements of a 64-bit array, each rounded to 32 bits.
  public init(_ tensor: PreciseTensor) { self.init(tensor.shape, tensor.values.map(Float.init)) }
}
