import Diagnostics
import Tensors

/// Numbers out of nested lists such as `[[1, 2], [3, 4]]`.
enum NestedNumbers {
  /// The extents and the row-major numbers; ragged lists and other values are refused.
  static func read(_ given: GivenValue) throws(Diagnostic) -> (extents: [Int], values: [Double]) {
    if case .tensor(let tensor) = given.value { return (tensor.shape.extents, tensor.values) }
    var values: [Double] = []
    let extents = try extents(of: given.value, given.range, into: &values, depth: 0)
    guard Shape(checking: extents) != nil else {
      throw Diagnostic("shape-too-large", "a tensor of this shape is too large", at: given.range)
    }
    return (extents, values)
  }

  private static func extents(
    of value: Value,
    _ range: SourceRange,
    into values: inout [Double],
    depth: Int
  ) throws(Diagnostic) -> [Int] {
    guard case .list(let items) = value else {
      guard let number = value.plainNumber else {
        throw Diagnostic(
          "tensor-element",
          "a tensor holds numbers, but here is \(value.kindPhrase)",
          at: range,
          remedy: "write numbers in nested lists, such as [[1, 2], [3, 4]]"
        )
      }
      values.append(number)
      return []
    }
    guard depth < 8 else {
      throw Diagnostic("tensor-rank", "a tensor has at most 8 axes", at: range)
    }
    var inner: [Int]?
    for item in items {
      let extents = try extents(of: item, range, into: &values, depth: depth + 1)
      guard inner == nil || inner == extents else {
        throw Diagnostic(
          "ragged-tensor",
          "the rows of a tensor must be equally long",
          at: range,
          remedy: "one row has shape \(phrase(inner)), another \(phrase(extents))"
        )
      }
      inner = extents
    }
    return [items.count] + (inner ?? [])
  }

  private static func phrase(_ extents: [Int]?) -> String {
    let extents = extents ?? []
    return extents.isEmpty ? "of single numbers" : extents.map(String.init).joined(separator: "x")
  }
}
