/// A place in bytes that moves on as numbers are read.
struct ByteReader {
  /// The order in which a file stores the bytes of a number.
  enum Order { case bigEndian, littleEndian }

  let bytes: [UInt8]
  let format: String
  private(set) var position = 0

  init(_ bytes: [UInt8], format: String) {
    self.bytes = bytes
    self.format = format
  }

  var left: Int { bytes.count - position }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws(DatasetError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= left else {
      let (end, overflow) = position.addingReportingOverflow(count)
      throw .truncated(
        format: format,
        expectedBytes: overflow ? .max : end,
        foundBytes: bytes.count
      )
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// The next number of `Number`'s size.
  mutating func number<Number: FixedWidthInteger & UnsignedInteger>(
    _ order: Order
  ) throws(DatasetError) -> Number {
    let cells = try take(Number.bitWidth / 8)
    return Self.join(cells, order)
  }

  /// The unsigned number that `cells` spell.
  static func join<Number: FixedWidthInteger & UnsignedInteger>(
    _ cells: ArraySlice<UInt8>,
    _ order: Order
  ) -> Number {
    var number: Number = 0
    switch order {
    case .bigEndian: for cell in cells { number = number << 8 | Number(cell) }
    case .littleEndian: for cell in cells.reversed() { number = number << 8 | Number(cell) }
    }
    return number
  }
}
