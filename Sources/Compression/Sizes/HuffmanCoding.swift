/// Huffman coding of the elements of a tensor, as at the end of Deep Compression (Han et al., 2016).
public enum HuffmanCoding {
  /// The smaller of two forms.
  ///
  /// Byte 0 tells which. Form 0: the table of elements, then a word for each element. Form 1, for
  /// tensors that are mostly 0: the number of elements that are not 0 (4 bytes), the table of those
  /// elements, the table of runs of zeros before them, then for each a word for the run and a word
  /// for the element; a run of 255 stands for 255 zeros and no element. nil if a tensor has more
  /// than 65,535 different elements, or none.
  public static func encoded(_ tensor: StoredTensor) -> [UInt8]? {
    let elements = tensor.elements
    var frequencies: [UInt64: Int] = [:]
    for element in elements { frequencies[element, default: 0] += 1 }
    guard !elements.isEmpty, frequencies.count < 1 << 16 else { return nil }
    let dense = plain(elements, frequencies, elementBytes: tensor.elementBytes)
    guard frequencies[0] != nil else { return dense }
    let sparse = runs(elements, frequencies, elementBytes: tensor.elementBytes)
    return sparse.count < dense.count ? sparse : dense
  }

  private static func plain(
    _ elements: [UInt64],
    _ frequencies: [UInt64: Int],
    elementBytes: Int
  ) -> [UInt8] {
    let code = HuffmanCode(frequencies: frequencies)
    var body = BitWriter()
    for element in elements { code.write(element, to: &body) }
    return [0] + table(code, symbolBytes: elementBytes) + body.bytes
  }

  private static func runs(
    _ elements: [UInt64],
    _ frequencies: [UInt64: Int],
    elementBytes: Int
  ) -> [UInt8] {
    var steps: [(run: UInt64, element: UInt64)] = []
    var zeros: UInt64 = 0
    for element in elements {
      guard element != 0 else {
        zeros += 1
        continue
      }
      while zeros >= 255 {
        steps.append((255, 0))
        zeros -= 255
      }
      steps.append((zeros, element))
      zeros = 0
    }
    var runFrequencies: [UInt64: Int] = [:]
    for step in steps { runFrequencies[step.run, default: 0] += 1 }
    let elementCode = HuffmanCode(frequencies: frequencies.filter { $0.key != 0 })
    let runCode = HuffmanCode(frequencies: runFrequencies)
    var body = BitWriter()
    for step in steps {
      runCode.write(step.run, to: &body)
      if step.run < 255 { elementCode.write(step.element, to: &body) }
    }
    let stored = steps.count { $0.run < 255 }
    return [1] + littleEndian(UInt64(stored), bytes: 4)
      + table(elementCode, symbolBytes: elementBytes) + table(runCode, symbolBytes: 1) + body.bytes
  }

  /// Two bytes with the number of symbols, then each symbol and the length of its word.
  private static func table(_ code: HuffmanCode, symbolBytes: Int) -> [UInt8] {
    littleEndian(UInt64(code.lengths.count), bytes: 2)
      + code.lengths.flatMap { littleEndian($0.symbol, bytes: symbolBytes) + [UInt8($0.length)] }
  }
}
