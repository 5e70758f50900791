/// The extents of a rectangular array, outermost first; images are height x width x channels.
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  /// One extent per axis; never negative.
  public let extents: [Int]
  /// The product of the extents, computed once.
  public let count: Int

  /// The largest number of elements that any array may have (2^40), so that byte counts cannot
  /// overflow; what really fits in memory is decided where memory is planned.
  public static let largestCount = 1 << 40

  /// A shape, or nil if an extent is negative or the product exceeds `largestCount`.
  ///
  /// Extents of 0 do not excuse the others: their product must not exceed it either, so that every
  /// shape with fewer axes or another order of them is one too.
  public init?(checking extents: [Int]) {
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(1, extent))
      guard extent >= 0, !overflow, next <= Shape.largestCount else { return nil }
      product = next
    }
    self.extents = extents
    count = extents.contains(0) ? 0 : product
  }

  /// A shape that the program itself has computed.
  public init(_ extents: [Int]) {
    guard let shape = Shape(checking: extents) else {
      preconditionFailure("shape \(extents) was not checked")
    }
    self = shape
  }

  /// The number of axes.
  public var rank: Int { extents.count }

  /// `28x28x1`; a scalar's shape is `1`.
  public var description: String {
    extents.isEmpty ? "1" : extents.map(String.init).joined(separator: "x")
  }
}
