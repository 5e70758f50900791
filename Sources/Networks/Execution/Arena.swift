import Glibc

/// Adds up what a run needs before anything is allocated.
struct MemoryBudget {
  /// Floats reserved so far; nil once they exceed what an integer holds.
  private(set) var floats: Int? = 0

  /// Reserves `count` floats `times` times and gives the place of the first.
  mutating func reserve(_ count: Int, times: Int = 1) -> Int {
    guard let start = floats else { return 0 }
    let (padded, first) = count.addingReportingOverflow(ParameterLayout.alignment - 1)
    let (product, second) =
      (padded / ParameterLayout.alignment * ParameterLayout.alignment)
      .multipliedReportingOverflow(by: times)
    let (sum, third) = start.addingReportingOverflow(product)
    floats = first || second || third ? nil : sum
    return start
  }

  /// Bytes reserved; nil once they exceed what an integer holds.
  var bytes: Int? {
    guard let floats else { return nil }
    let (bytes, overflow) = floats.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    return overflow ? nil : bytes
  }
}

/// One block of memory for a whole run, filled with zeros.
final class Arena {
  let base: UnsafeMutablePointer<Float>
  private let memory: UnsafeMutableRawPointer

  /// nil if the machine does not give that much.
  init?(bytes: Int) {
    let line = ParameterLayout.alignment * MemoryLayout<Float>.stride
    let (size, overflow) = bytes.addingReportingOverflow(line)
    // Large blocks come as pages that are zero already, and cost nothing until they are touched.
    guard !overflow, let memory = calloc(1, size) else { return nil }
    self.memory = memory
    base = memory.alignedUp(toMultipleOf: line).assumingMemoryBound(to: Float.self)
  }

  deinit { free(memory) }

  /// The floats from `offset` on.
  func floats(_ offset: Int) -> UnsafeMutablePointer<Float> { base + offset }

  /// The memory from `offset` (in floats) on as 32-bit integers.
  func integers(_ offset: Int) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(base + offset).assumingMemoryBound(to: Int32.self)
  }

  /// The memory from `offset` (in floats) on as machine integers.
  func counts(_ offset: Int) -> UnsafeMutablePointer<Int> {
    UnsafeMutableRawPointer(base + offset).assumingMemoryBound(to: Int.self)
  }

  /// The memory from `offset` (in floats) on as bytes.
  func bytes(_ offset: Int) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(base + offset).assumingMemoryBound(to: UInt8.self)
  }
}
