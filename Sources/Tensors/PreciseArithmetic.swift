extension PreciseTensor {
  /// The function's value at each pair of elements; an axis of extent 1, or one that is missing in
  /// front, is repeated to fit the other array.
  public func combined(
    with other: PreciseTensor,
    _ function: (Double, Double) -> Double
  ) throws(TensorError) -> PreciseTensor {
    if shape == other.shape {
      return PreciseTensor(shape, zip(values, other.values).map(function))
    }
    if other.shape.rank == 0 {
      let right = other.values[0]
      return map { function($0, right) }
    }
    if shape.rank == 0 {
      let left = values[0]
      return other.map { function(left, $0) }
    }
    return try broadcast(with: other, function)
  }

  private func broadcast(
    with other: PreciseTensor,
    _ function: (Double, Double) -> Double
  ) throws(TensorError) -> PreciseTensor {
    let rank = max(shape.rank, other.shape.rank)
    let left = padded(shape.extents, to: rank)
    let right = padded(other.shape.extents, to: rank)
    var extents: [Int] = []
    for (a, b) in zip(left, right) {
      guard a == b || a == 1 || b == 1 else { throw .notBroadcastable(shape, other.shape) }
      extents.append(a == 1 ? b : a)
    }
    guard let result = Shape(checking: extents), result.count <= PreciseTensor.largestCount else {
      throw .tooLarge(extents)
    }
    guard result.count > 0 else { return PreciseTensor(result, []) }
    let leftStrides = steps(left)
    let rightStrides = steps(right)
    var values: [Double] = []
    values.reserveCapacity(result.count)
    var index = Array(repeating: 0, count: rank)
    var leftPosition = 0
    var rightPosition = 0
    for _ in 0..<result.count {
      values.append(function(self.values[leftPosition], other.values[rightPosition]))
      for axis in extents.indices.reversed() {
        index[axis] += 1
        leftPosition += leftStrides[axis]
        rightPosition += rightStrides[axis]
        if index[axis] < extents[axis] { break }
        leftPosition -= index[axis] * leftStrides[axis]
        rightPosition -= index[axis] * rightStrides[axis]
        index[axis] = 0
      }
    }
    return PreciseTensor(result, values)
  }

  private func padded(_ extents: [Int], to rank: Int) -> [Int] {
    Array(repeating: 1, count: rank - extents.count) + extents
  }

  /// How far one step along each axis goes; 0 along an axis that is repeated.
  private func steps(_ extents: [Int]) -> [Int] {
    var steps: [Int] = []
    var step = 1
    for extent in extents.reversed() {
      steps.append(extent == 1 ? 0 : step)
      step *= extent
    }
    return steps.reversed()
  }

  /// Element by element.
  public static func + (
    left: PreciseTensor,
    right: PreciseTensor
  ) throws(TensorError) -> PreciseTensor {
    try left.combined(with: right) { $0 + $1 }
  }

  /// Element by element.
  public static func - (
    left: PreciseTensor,
    right: PreciseTensor
  ) throws(TensorError) -> PreciseTensor {
    try left.combined(with: right) { $0 - $1 }
  }

  /// Element by element; see `product(with:)` for the matrix product.
  public static func * (
    left: PreciseTensor,
    right: PreciseTensor
  ) throws(TensorError) -> PreciseTensor {
    try left.combined(with: right) { $0 * $1 }
  }

  /// Element by element; division by 0 gives an infinity or NaN.
  public static func / (
    left: PreciseTensor,
    right: PreciseTensor
  ) throws(TensorError) -> PreciseTensor {
    try left.combined(with: right) { $0 / $1 }
  }

  /// Element by element.
  public func power(_ exponents: PreciseTensor) throws(TensorError) -> PreciseTensor {
    try combined(with: exponents, ExactMath.pow)
  }

  /// The matrix product of matrices or lists; of two lists, their dot product.
  ///
  /// Sums over the last axis of this array and the first of `other`, adding terms in order.
  public func product(with other: PreciseTensor) throws(TensorError) -> PreciseTensor {
    guard
      (1...2).contains(shape.rank), (1...2).contains(other.shape.rank),
      let depth = shape.extents.last, depth == other.shape.extents[0]
    else { throw .notMultipliable(shape, other.shape) }
    let rows = shape.rank == 2 ? shape.extents[0] : 1
    let columns = other.shape.rank == 2 ? other.shape.extents[1] : 1
    let extents = shape.extents.dropLast() + other.shape.extents.dropFirst()
    guard
      let result = Shape(checking: Array(extents)), result.count <= PreciseTensor.largestCount
    else { throw .tooLarge(Array(extents)) }
    var sums = Array(repeating: 0.0, count: result.count)
    for row in 0..<rows {
      for k in 0..<depth {
        let factor = values[row * depth + k]
        for column in 0..<columns {
          sums[row * columns + column] += factor * other.values[k * columns + column]
        }
      }
    }
    return PreciseTensor(result, sums)
  }

  /// `exp(x) / sum of exp(x)` along the last axis, after taking off its largest element.
  public func softmax() -> PreciseTensor {
    let extent = shape.extents.last ?? 1
    guard extent > 0 else { return self }
    var result = values
    for start in stride(from: 0, to: count, by: extent) {
      let row = start..<start + extent
      let largest = values[row].reduce(-Double.infinity) { $1 > $0 ? $1 : $0 }
      var sum = 0.0
      for position in row {
        result[position] = ExactMath.exp(values[position] - largest)
        sum += result[position]
      }
      for position in row { result[position] /= sum }
    }
    return PreciseTensor(shape, result)
  }
}
