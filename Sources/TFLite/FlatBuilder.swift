/// Builds a FlatBuffer from its end to its beginning, so that everything referred to is already
/// there.
///
/// The same calls give the same bytes.
struct FlatBuilder {
  /// The file's bytes, last first.
  private var reversed: [UInt8] = []
  /// Field lists already written, to be shared: their bytes and their distance from the end.
  private var fieldLists: [[UInt8]: Int] = [:]
  private var largestAlignment = 4

  /// Something written, by its distance from the file's end.
  struct Reference: Hashable {
    fileprivate let distance: Int
  }

  /// The value of a table's field.
  enum Field {
    case byte(Int8)
    case bool(Bool)
    case int(Int32)
    case float(Float)
    case reference(Reference)

    fileprivate var size: Int {
      switch self {
      case .byte, .bool: 1
      case .int, .float, .reference: 4
      }
    }
  }

  /// Pads so that after `byteCount` more bytes the place is a multiple of `alignment`.
  private mutating func align(_ alignment: Int, before byteCount: Int = 0) {
    largestAlignment = max(largestAlignment, alignment)
    while !(reversed.count + byteCount).isMultiple(of: alignment) { reversed.append(0) }
  }

  private mutating func push<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { reversed.append(contentsOf: $0.reversed()) }
  }

  private mutating func push(reference: Reference) {
    push(UInt32(reversed.count + 4 - reference.distance))
  }

  /// A list of bytes whose first stands at a multiple of `alignment`.
  mutating func list(bytes: some Collection<UInt8>, alignment: Int = 4) -> Reference {
    align(max(alignment, 4), before: bytes.count)
    reversed.append(contentsOf: bytes.reversed())
    push(UInt32(bytes.count))
    return Reference(distance: reversed.count)
  }

  /// A text, with the closing 0 that FlatBuffers want.
  mutating func string(_ text: String) -> Reference {
    let bytes = Array(text.utf8)
    align(4, before: bytes.count + 1)
    reversed.append(0)
    reversed.append(contentsOf: bytes.reversed())
    push(UInt32(bytes.count))
    return Reference(distance: reversed.count)
  }

  /// A list of integers.
  mutating func list<Value: FixedWidthInteger>(_ values: [Value]) -> Reference {
    align(max(4, MemoryLayout<Value>.size), before: values.count * MemoryLayout<Value>.size)
    for value in values.reversed() { push(value) }
    push(UInt32(values.count))
    return Reference(distance: reversed.count)
  }

  /// A list of floats.
  mutating func list(_ values: [Float]) -> Reference { list(values.map(\.bitPattern)) }

  /// A list of tables.
  mutating func list(_ references: [Reference]) -> Reference {
    align(4)
    for reference in references.reversed() { push(reference: reference) }
    push(UInt32(references.count))
    return Reference(distance: reversed.count)
  }

  /// A table with the given fields, by number; those left out have their defaults.
  mutating func table(_ fields: [(number: Int, value: Field)]) -> Reference {
    align(4)
    let start = reversed.count
    var places: [Int: Int] = [:]
    // Small fields come last in the file, so that no padding stands between.
    for (number, value) in fields.sorted(by: {
      ($0.value.size, $1.number) < ($1.value.size, $0.number)
    }) {
      align(value.size)
      switch value {
      case .byte(let value): push(value)
      case .bool(let value): push(UInt8(value ? 1 : 0))
      case .int(let value): push(value)
      case .float(let value): push(value.bitPattern)
      case .reference(let reference): push(reference: reference)
      }
      places[number] = reversed.count
    }
    align(4)
    let position = reversed.count + 4
    let fieldCount = (fields.map(\.number).max() ?? -1) + 1
    var numbers = [UInt16(4 + 2 * fieldCount), UInt16(position - start)]
    for number in 0..<fieldCount {
      numbers.append(places[number].map { UInt16(position - $0) } ?? 0)
    }
    let list = numbers.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    if let shared = fieldLists[list] {
      push(Int32(shared - position))
    } else {
      push(Int32(list.count))
      reversed.append(contentsOf: list.reversed())
      fieldLists[list] = reversed.count
    }
    return Reference(distance: position)
  }

  /// The whole file, beginning with the reference to `root` and the identifier.
  mutating func finish(root: Reference, identifier: String) -> [UInt8] {
    align(largestAlignment, before: 8)
    reversed.append(contentsOf: Array(identifier.utf8).reversed())
    push(reference: root)
    return reversed.reversed()
  }
}
