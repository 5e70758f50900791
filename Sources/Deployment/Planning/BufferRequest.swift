/// The operations between which a buffer must stand, both ends included.
public struct Lifetime: Hashable, Sendable {
  /// The first operation that writes or reads it; 0 for inputs of the graph.
  public let first: Int
  /// The last operation that reads or writes it; the graph's last for its outputs.
  public let last: Int

  /// A lifetime.
  public init(first: Int, last: Int) {
    self.first = first
    self.last = max(first, last)
  }

  /// Whether both are needed at some operation.
  public func overlaps(_ other: Lifetime) -> Bool { first <= other.last && other.first <= last }
}

/// A buffer that wants a place in the arena.
public struct BufferRequest: Hashable, Sendable {
  /// What it is, such as `conv1 output`.
  public let name: String
  /// The tensors that share it: one, or a tensor with its reshaped views.
  public let tensors: [Int]
  /// Bytes of its elements.
  public let bytes: Int
  /// When it is needed.
  public let lifetime: Lifetime

  /// A request.
  public init(name: String, tensors: [Int], bytes: Int, lifetime: Lifetime) {
    self.name = name
    self.tensors = tensors
    self.bytes = bytes
    self.lifetime = lifetime
  }
}

/// A buffer in its place.
public struct Placement: Hashable, Sendable {
  /// The buffer.
  public let buffer: BufferRequest
  /// Bytes from the start of the arena, a multiple of 16.
  public let offset: Int

  /// The first byte behind it.
  public var end: Int { offset + buffer.bytes }
}
