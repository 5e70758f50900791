/// NumPy's `.npz` files whose members are stored and not deflated, as test vectors are.
public struct ArrayArchive {
  /// The arrays by name, without `.npy`.
  public let arrays: [String: StoredArray]

  /// Reads an archive; members that are no stored arrays are left out.
  public init?(_ bytes: [UInt8]) {
    func number(_ offset: Int, _ size: Int) -> Int {
      (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
    var arrays: [String: StoredArray] = [:]
    // The end record, then the central directory, which alone knows every size.
    guard
      let end = (0...max(0, bytes.count - 22)).reversed()
        .first(where: { bytes.count >= 22 && number($0, 4) == 0x0605_4B50 })
    else { return nil }
    var entry = number(end + 16, 4)
    for _ in 0..<number(end + 10, 2) {
      guard entry + 46 <= bytes.count, number(entry, 4) == 0x0201_4B50 else { return nil }
      let nameLength = number(entry + 28, 2)
      let size = number(entry + 24, 4)
      let local = number(entry + 42, 4)
      let name = String(decoding: bytes[entry + 46..<entry + 46 + nameLength], as: UTF8.self)
      let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
      if number(entry + 10, 2) == 0, start + size <= bytes.count,
        let array = StoredArray(Array(bytes[start..<start + size]))
      {
        arrays[name.hasSuffix(".npy") ? String(name.dropLast(4)) : name] = array
      }
      entry += 46 + nameLength + number(entry + 30, 2) + number(entry + 32, 2)
    }
    self.arrays = arrays
  }
}

/// One `.npy` array.
public struct StoredArray: Sendable {
  /// NumPy's name of the element type, such as `<f4` or `|i1`.
  public let type: String
  /// The extents.
  public let shape: [Int]
  /// The elements, little-endian and row-major.
  public let bytes: [UInt8]

  init?(_ file: [UInt8]) {
    guard file.count > 10, file[0] == 0x93, file[1..<6].elementsEqual("NUMPY".utf8) else {
      return nil
    }
    let isLong = file[6] > 1
    let length =
      isLong
      ? (0..<4).reduce(0) { $0 | Int(file[8 + $1]) << (8 * $1) } : Int(file[8]) | Int(file[9]) << 8
    let start = (isLong ? 12 : 10) + length
    guard start <= file.count else { return nil }
    let header = String(decoding: file[(isLong ? 12 : 10)..<start], as: UTF8.self)
    guard !header.contains("'fortran_order': True") else { return nil }
    let afterType = header.split(separator: "'descr': '", maxSplits: 1).last ?? ""
    type = String(afterType.prefix { $0 != "'" })
    let afterShape = header.split(separator: "'shape': (", maxSplits: 1).last ?? ""
    shape = afterShape.prefix { $0 != ")" }.split(separator: ",")
      .compactMap { Int($0.filter { $0 != " " }) }
    bytes = Array(file[start...])
  }

  /// The bytes of one row of the outermost axis.
  public func row(_ index: Int) -> [UInt8] {
    let size = bytes.count / max(1, shape.first ?? 1)
    return Array(bytes[index * size..<(index + 1) * size])
  }
}
