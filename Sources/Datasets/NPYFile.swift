import Tensors

/// NumPy's file format for one array (NEP 1: "A simple file format for NumPy arrays").
public enum NPYFile {
  /// Whether the bytes begin as an NPY file does.
  public static func isNPY(_ bytes: [UInt8]) -> Bool {
    bytes.count >= magic.count && bytes.prefix(magic.count).elementsEqual(magic)
  }

  /// The array of an NPY file of versions 1 to 3: integers, booleans or floats, in either byte
  /// order and in C or Fortran order.
  ///
  /// - Throws: `malformed`, `truncated` or `tooLarge`.
  public static func read(_ bytes: [UInt8]) throws(DatasetError) -> NumericArray {
    guard !bytes.isEmpty else { throw .empty(what: "the NPY file") }
    var reader = ByteReader(bytes, format: name)
    let found = Array(try reader.take(magic.count))
    guard found == magic else {
      throw .malformed(
        format: name,
        problem: "it begins with \(hexadecimal(found)), expected \(hexadecimal(magic))"
      )
    }
    let version = Array(try reader.take(2))
    guard (1...3).contains(version[0]) else {
      throw .malformed(format: name, problem: "version \(version[0]), expected 1 to 3")
    }
    let headerBytes: Int
    if version[0] == 1 {
      let length: UInt16 = try reader.number(.littleEndian)
      headerBytes = Int(length)
    } else {
      let length: UInt32 = try reader.number(.littleEndian)
      headerBytes = Int(length)
    }
    let text = String(decoding: try reader.take(headerBytes), as: UTF8.self)
    let header = try Header(text)
    guard let shape = Shape(checking: header.extents) else {
      throw .tooLarge(what: "an array of \(header.extents)", limitBytes: Shape.largestCount)
    }
    let body = try reader.take(shape.count * header.format.bytes)
    guard reader.left == 0 else {
      throw .malformed(format: name, problem: "\(reader.left) B too many for shape \(shape)")
    }
    guard header.isFortranOrder, shape.rank > 1 else {
      return NumericArray(shape, header.format, header.order, body)
    }
    let reversed = Shape(shape.extents.reversed())
    let columnMajor = NumericArray(reversed, header.format, header.order, body)
    return NumericArray(
      tensor: rowMajor(columnMajor.tensor, shape: shape),
      isWhole: columnMajor.isWhole
    )
  }

  /// An NPY file of version 1.0 with `tensor` as little-endian 32-bit floats.
  public static func write(_ tensor: Tensor) -> [UInt8] {
    let extents = tensor.shape.extents.map(String.init).joined(separator: ", ")
    let tuple = tensor.shape.rank == 1 ? "(\(extents),)" : "(\(extents))"
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(tuple), }"
    // The numbers start at a multiple of 64 bytes, and the header ends with a newline.
    let prefixBytes = magic.count + 4
    let padding = 63 - (prefixBytes + header.utf8.count) % 64
    header += String(repeating: " ", count: padding) + "\n"
    var bytes = magic + [1, 0]
    bytes.append(UInt8(truncatingIfNeeded: header.utf8.count))
    bytes.append(UInt8(truncatingIfNeeded: header.utf8.count >> 8))
    bytes.append(contentsOf: header.utf8)
    bytes.reserveCapacity(bytes.count + 4 * tensor.count)
    tensor.withElements { elements in
      for element in elements {
        let bits = element.bitPattern
        for shift in [UInt32(0), 8, 16, 24] {
          bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
      }
    }
    return bytes
  }

  private static let name = "NPY"
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reorders elements whose first index runs fastest.
  private static func rowMajor(_ columnMajor: Tensor, shape: Shape) -> Tensor {
    var result = Tensor(shape)
    var index = [Int](repeating: 0, count: shape.rank)
    result.withMutableElements { elements in
      for position in elements.indices {
        var source = 0
        for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
          source = source * shape.extents[axis] + index[axis]
        }
        elements[position] = columnMajor[source]
        for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
          index[axis] += 1
          if index[axis] < shape.extents[axis] { break }
          index[axis] = 0
        }
      }
    }
    return result
  }

  /// The Python dictionary that describes the array.
  private struct Header {
    let format: NumberFormat
    let order: ByteReader.Order
    let isFortranOrder: Bool
    let extents: [Int]

    init(_ text: String) throws(DatasetError) {
      let descr = try Self.value(of: "descr", in: text)
      let type = descr.filter { $0 != "'" && $0 != "\"" && $0 != " " }
      guard let (format, order) = Self.numberFormat(type) else {
        throw .malformed(format: name, problem: "it holds '\(type)', expected numbers")
      }
      self.format = format
      self.order = order
      isFortranOrder = try Self.value(of: "fortran_order", in: text).contains("True")
      let tuple = try Self.value(of: "shape", in: text)
      var extents: [Int] = []
      for item in tuple.split(separator: ",") {
        let digits = item.filter { !" ()L".contains($0) }
        if digits.isEmpty { continue }
        guard let extent = Int(digits), extent >= 0 else {
          throw .malformed(format: name, problem: "its shape is '\(tuple)'")
        }
        extents.append(extent)
      }
      self.extents = extents
    }

    /// The text between `'key':` and the comma that ends the value, or the closing parenthesis.
    private static func value(of key: String, in text: String) throws(DatasetError) -> String {
      let characters = Array(text.unicodeScalars)
      let quoted = Array("'\(key)':".unicodeScalars)
      guard characters.count >= quoted.count,
        let start = (0...characters.count - quoted.count).first(where: {
          characters[$0..<$0 + quoted.count].elementsEqual(quoted)
        })
      else { throw .malformed(format: name, problem: "its header has no '\(key)'") }
      let rest = characters[(start + quoted.count)...].drop { $0 == " " }
      var value = String.UnicodeScalarView()
      let isTuple = rest.first == "("
      for scalar in rest {
        if isTuple ? scalar == ")" : (scalar == "," || scalar == "}") { break }
        value.append(scalar)
      }
      return String(value)
    }

    /// `<f4` and the like: byte order, kind, bytes.
    private static func numberFormat(_ type: String) -> (NumberFormat, ByteReader.Order)? {
      guard type.count == 3, let mark = type.first, "<>|=".contains(mark),
        let bytes = type.last?.wholeNumberValue
      else { return nil }
      let order: ByteReader.Order = mark == ">" ? .bigEndian : .littleEndian
      switch (type.dropFirst().first, bytes) {
      case ("u", 1), ("u", 2), ("u", 4), ("u", 8), ("b", 1): return (.unsigned(bytes: bytes), order)
      case ("i", 1), ("i", 2), ("i", 4), ("i", 8): return (.signed(bytes: bytes), order)
      case ("f", 2), ("f", 4), ("f", 8): return (.float(bytes: bytes), order)
      default: return nil
      }
    }
  }
}
