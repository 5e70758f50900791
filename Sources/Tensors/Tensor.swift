/// A rectangular array of 32-bit floats: what networks compute with.
///
/// A value: copies share memory until one of them is changed. The memory starts at a multiple of
/// 64 bytes and may be read up to the next multiple of 64 bytes, so that kernels can load whole
/// vectors.
public struct Tensor: Sendable {
  /// The extents, outermost first.
  public private(set) var shape: Shape
  private var storage: TensorStorage

  /// An array of `shape` filled with `value`.
  public init(_ shape: Shape, repeating value: Float = 0) {
    self.shape = shape
    storage = TensorStorage(count: shape.count)
    storage.elements.initialize(repeating: value)
  }

  /// An array of `shape` with `values` in row-major order.
  public init(_ shape: Shape, _ values: [Float]) {
    precondition(values.count == shape.count, "a tensor of shape \(shape) needs that many values")
    self.shape = shape
    storage = TensorStorage(count: shape.count)
    _ = storage.elements.initialize(from: values)
  }

  /// The number of elements.
  public var count: Int { shape.count }

  /// The elements in row-major order.
  public var values: [Float] { Array(storage.elements) }

  /// The element at a row-major position.
  public subscript(position: Int) -> Float {
    get { storage.elements[position] }
    set {
      makeUnique()
      storage.elements[position] = newValue
    }
  }

  /// The same elements under another shape of the same count.
  public func reshaped(to shape: Shape) -> Tensor {
    precondition(shape.count == count, "cannot see \(self.shape) as \(shape)")
    var copy = self
    copy.shape = shape
    return copy
  }

  /// Gives `body` the elements to read.
  public func withElements<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(storage.elements))
  }

  /// Gives `body` the elements to change, after making them this tensor's own.
  public mutating func withMutableElements<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    return try body(storage.elements)
  }

  private mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = TensorStorage(count: shape.count)
    _ = copy.elements.initialize(fromContentsOf: storage.elements)
    storage = copy
  }
}

extension Tensor: Hashable {
  /// Compares shape and values; NaN differs from itself.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape && left.storage.elements.elementsEqual(right.storage.elements)
  }

  /// Hashes the shape and the values.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(shape)
    for element in storage.elements { hasher.combine(element) }
  }
}

/// Owns the memory of a tensor.
///
/// Unchecked: only `Tensor` touches it, and changes it only while it is the sole owner.
private final class TensorStorage: @unchecked Sendable {
  let elements: UnsafeMutableBufferPointer<Float>

  /// Bytes a cache line and the widest vector have.
  static let alignment = 64

  init(count: Int) {
    let lines = (count * MemoryLayout<Float>.stride + Self.alignment - 1) / Self.alignment
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, lines) * Self.alignment,
      alignment: Self.alignment
    )
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(1, lines) * Self.alignment)
    elements = UnsafeMutableBufferPointer(
      start: memory.assumingMemoryBound(to: Float.self),
      count: count
    )
  }

  deinit { UnsafeMutableRawPointer(elements.baseAddress)?.deallocate() }
}
