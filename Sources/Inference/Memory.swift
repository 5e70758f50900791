/// Where a tensor lies while a graph runs.
struct Slot: Hashable, Sendable {
  /// Among the constants, which all runs share, or in the working memory of one run.
  var isConstant: Bool
  /// Bytes from the start of that memory; a multiple of `alignment`.
  var offset: Int
  var byteCount: Int

  /// Bytes of a cache line, which also suits the widest vector.
  static let alignment = 64

  /// The next multiple of the alignment.
  static func aligned(_ byteCount: Int) -> Int { (byteCount + alignment - 1) & ~(alignment - 1) }
}

/// An aligned block of zeroed bytes.
///
/// Unchecked: a block is either filled before it is shared and never changed again (constants), or
/// belongs to one run at a time (working memory).
final class MemoryBlock: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  /// Zeroed memory, with a spare line behind it so that kernels may load whole vectors.
  init(byteCount: Int) {
    bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Slot.aligned(byteCount) + Slot.alignment,
      alignment: Slot.alignment
    )
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { bytes.deallocate() }
}

/// The two memories that an operation reads and writes.
struct Memory: Sendable {
  let constants: MemoryBlock
  let working: MemoryBlock

  /// The elements of a tensor.
  func elements<Element>(
    _ slot: Slot,
    as type: Element.Type = Element.self
  ) -> UnsafeMutableBufferPointer<Element> {
    let block = slot.isConstant ? constants : working
    let range = slot.offset..<slot.offset + slot.byteCount
    return UnsafeMutableRawBufferPointer(rebasing: block.bytes[range])
      .assumingMemoryBound(to: Element.self)
  }
}

/// One planned operation, which runs without any further check.
protocol Kernel: Sendable {
  /// Reads its inputs from `memory` and fills its outputs.
  func run(_ memory: Memory)
}
