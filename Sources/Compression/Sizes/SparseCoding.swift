/// Ways to store only the elements that are not 0.
///
/// A reader must know the number of elements, which a network's architecture gives.
public enum SparseCoding {
  /// One bit per element that tells whether it is stored (first element in the lowest bit), then the
  /// stored elements.
  public static func bitmask(_ tensor: StoredTensor) -> [UInt8] {
    var mask = BitWriter()
    var values: [UInt8] = []
    for (index, element) in tensor.elements.enumerated() {
      mask.write(element != 0)
      if element != 0 { values += tensor.element(at: index) }
    }
    return mask.bytes + values
  }

  /// For each element that is not 0 a byte with the number of zeros before it, then the element.
  ///
  /// The byte 255 stands for 255 zeros and no element (Han et al., 2016, who pad with a stored 0
  /// instead). Zeros at the end are not written.
  public static func runLength(_ tensor: StoredTensor) -> [UInt8] {
    var bytes: [UInt8] = []
    var zeros = 0
    for (index, element) in tensor.elements.enumerated() {
      guard element != 0 else {
        zeros += 1
        continue
      }
      while zeros >= 255 {
        bytes.append(255)
        zeros -= 255
      }
      bytes.append(UInt8(zeros))
      bytes += tensor.element(at: index)
      zeros = 0
    }
    return bytes
  }
}

extension StoredTensor {
  /// The bytes of one element.
  func element(at index: Int) -> ArraySlice<UInt8> {
    bytes[index * elementBytes..<(index + 1) * elementBytes]
  }
}
