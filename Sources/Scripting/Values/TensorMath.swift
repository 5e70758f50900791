import Diagnostics
import Tensors

/// Arithmetic by element, shapes and axes of tensors in 64-bit floats.
enum TensorMath {
  /// A function of every element.
  static func map(
    _ tensor: PreciseTensor,
    _ body: (Double) throws(Diagnostic) -> Double
  ) throws(Diagnostic) -> PreciseTensor {
    var values: [Double] = []
    values.reserveCapacity(tensor.values.count)
    for value in tensor.values { values.append(try body(value)) }
    return PreciseTensor(tensor.shape, values)
  }

  /// Elements of the result of two tensors; too many to count gives the largest integer.
  ///
  /// Shapes that do not fit give some number: the arithmetic refuses them.
  static func broadcastCount(_ left: Shape, _ right: Shape) -> Int {
    let rank = max(left.rank, right.rank)
    var count = 1
    for axis in 0..<rank {
      let extents = [left, right].map { shape in
        let own = axis - (rank - shape.rank)
        return own < 0 ? 1 : shape.extents[own]
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extents[0], extents[1]))
      if overflow { return .max }
      count = product
    }
    return count
  }

  /// A function of every pair of elements, with broadcasting; the first error ends it.
  static func broadcast(
    _ left: PreciseTensor,
    _ right: PreciseTensor,
    at range: SourceRange,
    _ body: (Double, Double) throws(Diagnostic) -> Double
  ) throws(Diagnostic) -> PreciseTensor {
    var failure: Diagnostic?
    let result: PreciseTensor
    do throws(TensorError) {
      result = try left.combined(with: right) { x, y in
        do throws(Diagnostic) {
          return failure == nil ? try body(x, y) : .nan
        } catch {
          failure = error
          return .nan
        }
      }
    } catch {
      throw Diagnostic("shape-mismatch", error.description, at: range)
    }
    if let failure { throw failure }
    return result
  }

  /// One slice along the first axis: a number of a list, a row of a matrix.
  static func row(_ index: Int, of tensor: PreciseTensor) -> Value {
    let extents = Array(tensor.shape.extents.dropFirst())
    guard !extents.isEmpty else { return .number(tensor.values[index]) }
    let shape = Shape(extents)
    let start = index * shape.count
    return .tensor(PreciseTensor(shape, Array(tensor.values[start..<start + shape.count])))
  }

  /// Some slices along the first axis.
  static func rows(_ indexes: [Int], of tensor: PreciseTensor) -> PreciseTensor {
    let inner = tensor.shape.extents.dropFirst().reduce(1, *)
    var values: [Double] = []
    values.reserveCapacity(indexes.count * inner)
    for index in indexes { values += tensor.values[index * inner..<(index + 1) * inner] }
    return PreciseTensor(Shape([indexes.count] + tensor.shape.extents.dropFirst()), values)
  }

  /// A tensor of nested lists of numbers, or nil if they are ragged or hold anything else.
  static func tensor(of list: [Value]) -> PreciseTensor? {
    var values: [Double] = []
    guard let extents = collect(list, depth: 0, into: &values),
      let shape = Shape(checking: extents)
    else { return nil }
    return PreciseTensor(shape, values)
  }

  private static func collect(
    _ list: [Value],
    depth: Int,
    into values: inout [Double]
  ) -> [Int]? {
    guard depth < 8 else { return nil }
    var inner: [Int]?
    for element in list {
      let extents: [Int]
      switch element {
      case .number(let number):
        values.append(number)
        extents = []
      case .list(let elements):
        guard let found = collect(elements, depth: depth + 1, into: &values) else { return nil }
        extents = found
      case .tensor(let tensor):
        values += tensor.values
        extents = tensor.shape.extents
      default: return nil
      }
      guard inner == nil || inner == extents else { return nil }
      inner = extents
    }
    return [list.count] + (inner ?? [])
  }

  /// Nested lists of a tensor's elements.
  static func list(of tensor: PreciseTensor) -> [Value] {
    (0..<(tensor.shape.extents.first ?? 0)).map { index in
      let element = row(index, of: tensor)
      if case .tensor(let inner) = element { return .list(list(of: inner)) }
      return element
    }
  }
}
