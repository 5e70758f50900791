/// Writes bits, the first into the lowest bit of the first byte.
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var bitCount = 0

  /// Appends the lowest `count` bits of `value`, lowest first.
  mutating func write(_ value: UInt64, bits count: Int) {
    for bit in 0..<count { write(value >> UInt64(bit) & 1 == 1) }
  }

  /// Appends one bit.
  mutating func write(_ bit: Bool) {
    if bitCount.isMultiple(of: 8) { bytes.append(0) }
    if bit { bytes[bytes.count - 1] |= 1 << UInt8(bitCount % 8) }
    bitCount += 1
  }
}
