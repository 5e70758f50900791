import Tensors

/// MNIST's file format: two zero bytes, a type, a rank, the extents, then the numbers, all
/// big-endian (LeCun, Cortes and Burges, "The MNIST database of handwritten digits").
public enum IDXFile {
  /// Whether the bytes begin as an IDX file does.
  public static func isIDX(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && formats[bytes[2]] != nil
      && (1...largestRank).contains(Int(bytes[3]))
  }

  /// The array of an IDX file.
  ///
  /// - Throws: `malformed` for a wrong magic number or foreign bytes at the end, `truncated`,
  ///   `tooLarge`.
  public static func read(_ bytes: [UInt8]) throws(DatasetError) -> NumericArray {
    let (shape, format, body) = try parts(of: bytes)
    return NumericArray(shape, format, .bigEndian, body)
  }

  /// The array of an IDX file of unsigned bytes, as it is stored.
  ///
  /// - Throws: as `read`, and `malformed` for another type of number.
  static func readBytes(_ bytes: [UInt8]) throws(DatasetError) -> (Shape, ArraySlice<UInt8>) {
    let (shape, format, body) = try parts(of: bytes)
    guard format == .unsigned(bytes: 1) else {
      throw .malformed(format: name, problem: "its numbers are not unsigned bytes (type 08)")
    }
    return (shape, body)
  }

  private static func parts(
    of bytes: [UInt8]
  ) throws(DatasetError) -> (Shape, NumberFormat, ArraySlice<UInt8>) {
    guard !bytes.isEmpty else { throw .empty(what: "the IDX file") }
    var reader = ByteReader(bytes, format: name)
    let magic = Array(try reader.take(4))
    guard magic[0] == 0, magic[1] == 0, let format = formats[magic[2]],
      (1...largestRank).contains(Int(magic[3]))
    else {
      throw .malformed(
        format: name,
        problem: "its magic number is \(hexadecimal(magic)), expected 00 00, a type from 08 to 0e "
          + "and a rank from 1 to \(largestRank)"
      )
    }
    var extents: [Int] = []
    for _ in 0..<magic[3] {
      let extent: UInt32 = try reader.number(.bigEndian)
      extents.append(Int(extent))
    }
    guard let shape = Shape(checking: extents) else {
      throw .tooLarge(what: "an array of \(extents)", limitBytes: Shape.largestCount)
    }
    let body = try reader.take(shape.count * format.bytes)
    guard reader.left == 0 else {
      throw .malformed(format: name, problem: "\(reader.left) B too many for shape \(shape)")
    }
    return (shape, format, body)
  }

  private static let name = "IDX"
  private static let largestRank = 8
  private static let formats: [UInt8: NumberFormat] = [
    0x08: .unsigned(bytes: 1), 0x09: .signed(bytes: 1), 0x0B: .signed(bytes: 2),
    0x0C: .signed(bytes: 4), 0x0D: .float(bytes: 4), 0x0E: .float(bytes: 8),
  ]
}

/// `1f 8b`: bytes as two hexadecimal digits each.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined(separator: " ")
}
