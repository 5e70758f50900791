import Tensors

/// Replaced by the modules' own types as they are merged.
public struct PreciseTensor: Sendable {
  /// The extents.
  public let shape: Shape
  /// The elements in row-major order.
  public let values: [Double]

  /// An array of `shape` with `values` in row-major order.
  public init(_ shape: Shape, _ values: [Double]) {
    self.shape = shape
    self.values = values
  }
}
/// See above.
public struct Dataset: Sendable {}
/// See above.
public struct Board: Sendable {}
