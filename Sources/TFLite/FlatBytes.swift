/// The bytes of a FlatBuffer, each access checked against the file's end.
///
/// FlatBuffers: little-endian; references are distances from where they stand. See
/// https://flatbuffers.dev/internals/ .
struct FlatBytes {
  let bytes: [UInt8]

  /// An integer at a place.
  func integer<Value: FixedWidthInteger>(
    _ type: Value.Type,
    at offset: Int
  ) throws(TFLiteError) -> Value {
    let size = MemoryLayout<Value>.size
    guard offset >= 0, offset <= bytes.count - size else { throw .outOfBounds(offset: offset) }
    return bytes.withUnsafeBytes {
      Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
  }

  /// Where the reference at `offset` leads.
  func target(at offset: Int) throws(TFLiteError) -> Int {
    let target = offset + Int(try integer(UInt32.self, at: offset))
    guard target <= bytes.count - 4 else { throw .outOfBounds(offset: offset) }
    return target
  }

  /// The number of elements and the first element's place of the list at `offset`.
  func list(at offset: Int, elementSize: Int) throws(TFLiteError) -> (count: Int, start: Int) {
    let count = Int(try integer(UInt32.self, at: offset))
    let start = offset + 4
    guard count <= (bytes.count - start) / elementSize else { throw .outOfBounds(offset: offset) }
    return (count, start)
  }

  /// The table that the file begins with.
  func root() throws(TFLiteError) -> FlatTable { try FlatTable(self, at: target(at: 0)) }
}

/// A table: a row of fields, each of which may be left out and then has its default.
struct FlatTable {
  private let file: FlatBytes
  private let position: Int
  private let fieldsPosition: Int
  private let fieldsSize: Int

  init(_ file: FlatBytes, at position: Int) throws(TFLiteError) {
    self.file = file
    self.position = position
    fieldsPosition = position - Int(try file.integer(Int32.self, at: position))
    fieldsSize = Int(try file.integer(UInt16.self, at: fieldsPosition))
    guard fieldsSize >= 4, fieldsPosition <= file.bytes.count - fieldsSize else {
      throw .outOfBounds(offset: position)
    }
  }

  /// Where a field's value stands; nil if it is left out.
  private func place(of field: Int) throws(TFLiteError) -> Int? {
    let entry = 4 + 2 * field
    guard entry + 2 <= fieldsSize else { return nil }
    let distance = Int(try file.integer(UInt16.self, at: fieldsPosition + entry))
    return distance == 0 ? nil : position + distance
  }

  /// A number or flag.
  func integer<Value: FixedWidthInteger>(
    _ field: Int,
    _ type: Value.Type,
    default standard: Value = 0
  ) throws(TFLiteError) -> Value {
    guard let place = try place(of: field) else { return standard }
    return try file.integer(type, at: place)
  }

  /// A number as `Int`.
  func int(_ field: Int, default standard: Int = 0) throws(TFLiteError) -> Int {
    Int(try integer(field, Int32.self, default: Int32(standard)))
  }

  func byte(_ field: Int) throws(TFLiteError) -> Int { Int(try integer(field, Int8.self)) }

  func bool(_ field: Int) throws(TFLiteError) -> Bool { try integer(field, UInt8.self) != 0 }

  func float(_ field: Int) throws(TFLiteError) -> Float {
    Float(bitPattern: try integer(field, UInt32.self))
  }

  func has(_ field: Int) throws(TFLiteError) -> Bool { try place(of: field) != nil }

  /// A nested table.
  func table(_ field: Int) throws(TFLiteError) -> FlatTable? {
    guard let place = try place(of: field) else { return nil }
    return try FlatTable(file, at: file.target(at: place))
  }

  /// The number of entries of a list of tables; 0 if it is left out.
  func tableCount(_ field: Int) throws(TFLiteError) -> Int {
    guard let place = try place(of: field) else { return 0 }
    return try file.list(at: file.target(at: place), elementSize: 4).count
  }

  /// One entry of a list of tables.
  func table(_ field: Int, index: Int) throws(TFLiteError) -> FlatTable {
    guard let place = try place(of: field) else { throw .outOfBounds(offset: position) }
    let (count, start) = try file.list(at: file.target(at: place), elementSize: 4)
    guard index < count else { throw .outOfBounds(offset: place) }
    return try FlatTable(file, at: file.target(at: start + 4 * index))
  }

  /// The raw bytes of a list; nil if it is left out.
  ///
  /// `budget` is what may still be copied.
  func listBytes(
    _ field: Int,
    elementSize: Int,
    budget: inout Int
  ) throws(TFLiteError) -> ArraySlice<UInt8>? {
    guard let place = try place(of: field) else { return nil }
    let (count, start) = try file.list(at: file.target(at: place), elementSize: elementSize)
    budget -= count * elementSize
    guard budget >= 0 else { throw .repeatedReferences }
    return file.bytes[start..<start + count * elementSize]
  }

  /// A list of integers.
  func integers<Value: FixedWidthInteger>(
    _ field: Int,
    _ type: Value.Type,
    budget: inout Int
  ) throws(TFLiteError) -> [Int] {
    let size = MemoryLayout<Value>.size
    guard let bytes = try listBytes(field, elementSize: size, budget: &budget) else { return [] }
    return bytes.withUnsafeBytes { raw in
      (0..<raw.count / size).map {
        Int(Value(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * size, as: Value.self)))
      }
    }
  }

  /// A list of floats.
  func floats(_ field: Int, budget: inout Int) throws(TFLiteError) -> [Float] {
    guard let bytes = try listBytes(field, elementSize: 4, budget: &budget) else { return [] }
    return bytes.withUnsafeBytes { raw in
      (0..<raw.count / 4).map {
        let bits = raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: bits))
      }
    }
  }

  /// A text; bytes that are no UTF-8 are replaced.
  func string(_ field: Int, budget: inout Int) throws(TFLiteError) -> String {
    guard let bytes = try listBytes(field, elementSize: 1, budget: &budget) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
