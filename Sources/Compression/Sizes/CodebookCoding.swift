/// Storage as a list of values and, for each element, the index of its value.
public enum CodebookCoding {
  /// The values, then for each element the index of its value.
  ///
  /// Two bytes with the number of values less 1, the values, then the indices of
  /// `ceil(log2(values))` bits each, first in the lowest bits. nil if there are more than 65,536
  /// values, or none.
  public static func encoded(_ tensor: StoredTensor) -> [UInt8]? {
    let elements = tensor.elements
    let values = Set(elements).sorted()
    guard !values.isEmpty, values.count <= 1 << 16 else { return nil }
    var indices: [UInt64: UInt64] = [:]
    for (index, value) in values.enumerated() { indices[value] = UInt64(index) }
    let bits = indexBits(codebookCount: values.count)
    var body = BitWriter()
    for element in elements { body.write(indices[element] ?? 0, bits: bits) }
    let header = [UInt8((values.count - 1) & 255), UInt8((values.count - 1) >> 8)]
    return header + values.flatMap { littleEndian($0, bytes: tensor.elementBytes) } + body.bytes
  }
}

/// The lowest bytes of a number, lowest first.
func littleEndian(_ value: UInt64, bytes: Int) -> [UInt8] {
  (0..<bytes).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
}
