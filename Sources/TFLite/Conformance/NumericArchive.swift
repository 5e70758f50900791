/// NumPy's `.npz` files whose members are stored and not deflated, as `numpy.savez` writes them.
///
/// Every access is checked: a damaged archive is an error.
struct NumericArchive {
  /// The arrays by name, without `.npy`.
  let arrays: [String: Member]

  /// One array: rows along its outermost axis.
  struct Member: Hashable {
    /// NumPy's name of the element type, such as `<f4` or `|i1`.
    let type: String
    let shape: [Int]
    /// Little-endian, row-major.
    let bytes: ArraySlice<UInt8>

    var rowCount: Int { shape.first ?? 0 }

    /// The bytes of each row of the outermost axis.
    var rows: [[UInt8]] {
      guard rowCount > 0 else { return [] }
      let size = bytes.count / rowCount
      return (0..<rowCount).map {
        Array(bytes[bytes.startIndex + $0 * size..<bytes.startIndex + ($0 + 1) * size])
      }
    }
  }

  /// Reads an archive through its central directory.
  init(_ bytes: [UInt8]) throws(ConformanceError) {
    let end = try NumericArchive.end(of: bytes)
    let count = try NumericArchive.number(bytes, end + 10, 2)
    var entry = try NumericArchive.number(bytes, end + 16, 4)
    var arrays: [String: Member] = [:]
    for _ in 0..<count {
      guard try NumericArchive.number(bytes, entry, 4) == 0x0201_4B50 else {
        throw .archive("its directory is damaged")
      }
      let method = try NumericArchive.number(bytes, entry + 10, 2)
      let size = try NumericArchive.number(bytes, entry + 24, 4)
      let nameLength = try NumericArchive.number(bytes, entry + 28, 2)
      let extraLength = try NumericArchive.number(bytes, entry + 30, 2)
      let commentLength = try NumericArchive.number(bytes, entry + 32, 2)
      let local = try NumericArchive.number(bytes, entry + 42, 4)
      guard entry + 46 + nameLength <= bytes.count else {
        throw .archive("its directory is cut short")
      }
      var name = String(decoding: bytes[entry + 46..<entry + 46 + nameLength], as: UTF8.self)
      if name.hasSuffix(".npy") { name.removeLast(4) }
      guard method == 0 else { throw .archive("'\(name)' is compressed; savez stores") }
      let start =
        try local + 30 + NumericArchive.number(bytes, local + 26, 2)
        + NumericArchive.number(bytes, local + 28, 2)
      guard start <= bytes.count, size <= bytes.count - start else {
        throw .archive("'\(name)' is cut short")
      }
      arrays[name] = try NumericArchive.member(bytes[start..<start + size], name)
      entry += 46 + nameLength + extraLength + commentLength
    }
    self.arrays = arrays
  }

  private static func number(
    _ bytes: [UInt8],
    _ offset: Int,
    _ size: Int
  ) throws(ConformanceError) -> Int {
    guard offset >= 0, offset <= bytes.count - size else { throw .archive("it is cut short") }
    return (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// Where the end record stands: near the end, before a comment of at most 65,535 bytes.
  private static func end(of bytes: [UInt8]) throws(ConformanceError) -> Int {
    var place = bytes.count - 22
    while place >= max(0, bytes.count - 22 - 65_535) {
      if try number(bytes, place, 4) == 0x0605_4B50 { return place }
      place -= 1
    }
    throw .archive("it is no zip file")
  }

  private static func member(
    _ file: ArraySlice<UInt8>,
    _ name: String
  ) throws(ConformanceError) -> Member {
    let bytes = Array(file)
    guard bytes.count > 10, bytes[0] == 0x93, bytes[1..<6].elementsEqual("NUMPY".utf8) else {
      throw .archive("'\(name)' is no array")
    }
    let prefix = bytes[6] > 1 ? 12 : 10
    let length = try number(bytes, 8, prefix - 8)
    guard length <= bytes.count - prefix else { throw .archive("'\(name)' is cut short") }
    let header = String(decoding: bytes[prefix..<prefix + length], as: UTF8.self)
    guard !header.contains("'fortran_order': True") else {
      throw .archive("'\(name)' is in Fortran's order")
    }
    let type = String(
      (header.split(separator: "'descr': '", maxSplits: 1).last ?? "").prefix { $0 != "'" }
    )
    guard let width = type.last?.wholeNumberValue, [1, 2, 4, 8].contains(width),
      !type.hasPrefix(">")
    else { throw .archive("'\(name)' has elements of the type \(type)") }
    let extents = (header.split(separator: "'shape': (", maxSplits: 1).last ?? "")
      .prefix { $0 != ")" }.split(separator: ",").map { $0.filter { $0 != " " } }
    var shape: [Int] = []
    var count = width
    for extent in extents where !extent.isEmpty {
      guard let value = Int(extent), value >= 0 else {
        throw .archive("'\(name)' has the extent \(extent)")
      }
      shape.append(value)
      count = count.multipliedReportingOverflow(by: value).partialValue
    }
    let body = bytes[(prefix + length)...]
    guard body.count == count else {
      throw .archive("'\(name)' has \(body.count) B, but its shape needs \(count) B")
    }
    return Member(type: type, shape: shape, bytes: body)
  }
}
