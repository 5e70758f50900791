import CZlib

/// Readers of the coded forms, written from their descriptions and apart from the writers.
enum Decoder {
  /// Restores what zlib deflated.
  static func inflate(_ bytes: [UInt8], count: Int) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: max(1, count))
    var length = uLong(count)
    guard uncompress(&result, &length, bytes, uLong(bytes.count)) == Z_OK else { return nil }
    return Array(result.prefix(Int(length)))
  }

  /// A bit per element, then the elements whose bit is 1.
  static func bitmask(_ bytes: [UInt8], count: Int, elementBytes: Int) -> [UInt8] {
    var next = (count + 7) / 8
    var result: [UInt8] = []
    for index in 0..<count {
      if bytes[index / 8] >> (index % 8) & 1 == 1 {
        result += bytes[next..<next + elementBytes]
        next += elementBytes
      } else {
        result += Array(repeating: 0, count: elementBytes)
      }
    }
    return result
  }

  /// Runs of zeros before each element; 255 is 255 zeros alone.
  static func runLength(_ bytes: [UInt8], count: Int, elementBytes: Int) -> [UInt8] {
    var result: [UInt8] = []
    var next = 0
    while next < bytes.count {
      let run = Int(bytes[next])
      next += 1
      result += Array(repeating: 0, count: run * elementBytes)
      guard run < 255 else { continue }
      result += bytes[next..<next + elementBytes]
      next += elementBytes
    }
    return result + Array(repeating: 0, count: count * elementBytes - result.count)
  }

  /// Values, then indices of as many bits as the largest index needs.
  static func codebook(_ bytes: [UInt8], count: Int, elementBytes: Int) -> [UInt8] {
    let values = Int(bytes[0]) + 256 * Int(bytes[1]) + 1
    var bits = 0
    while 1 << bits < values { bits += 1 }
    var reader = BitReader(bytes: bytes, position: 8 * (2 + values * elementBytes))
    var result: [UInt8] = []
    for _ in 0..<count {
      var index = 0
      for bit in 0..<bits { index += reader.read() << bit }
      result += bytes[2 + index * elementBytes..<2 + (index + 1) * elementBytes]
    }
    return result
  }

  /// Both Huffman forms.
  static func huffman(_ bytes: [UInt8], count: Int, elementBytes: Int) -> [UInt8] {
    var result: [UInt8] = []
    if bytes[0] == 0 {
      let table = Table(bytes, at: 1, symbolBytes: elementBytes)
      var reader = BitReader(bytes: bytes, position: 8 * table.end)
      for _ in 0..<count { result += table.next(&reader) }
      return result
    }
    let stored = (0..<4).reduce(0) { $0 + Int(bytes[1 + $1]) << (8 * $1) }
    let elements = Table(bytes, at: 5, symbolBytes: elementBytes)
    let runs = Table(bytes, at: elements.end, symbolBytes: 1)
    var reader = BitReader(bytes: bytes, position: 8 * runs.end)
    var read = 0
    while read < stored {
      let run = Int(runs.next(&reader)[0])
      result += Array(repeating: 0, count: run * elementBytes)
      guard run < 255 else { continue }
      result += elements.next(&reader)
      read += 1
    }
    return result + Array(repeating: 0, count: count * elementBytes - result.count)
  }

  struct BitReader {
    let bytes: [UInt8]
    var position: Int

    mutating func read() -> Int {
      defer { position += 1 }
      return Int(bytes[position / 8] >> (position % 8) & 1)
    }
  }

  /// A canonical code read from symbols and lengths: words are counted up from 0, shorter ones first.
  struct Table {
    private var symbols: [[Int]: [UInt8]] = [:]
    let end: Int

    init(_ bytes: [UInt8], at start: Int, symbolBytes: Int) {
      let count = Int(bytes[start]) + 256 * Int(bytes[start + 1])
      var rows: [(length: Int, symbol: [UInt8])] = []
      var next = start + 2
      for _ in 0..<count {
        rows.append((Int(bytes[next + symbolBytes]), Array(bytes[next..<next + symbolBytes])))
        next += symbolBytes + 1
      }
      end = next
      // Rows of one length are in rising order of symbols already, and sorting keeps that.
      var word = 0
      for length in 1...64 {
        for row in rows where row.length == length {
          symbols[(0..<length).reversed().map { word >> $0 & 1 }] = row.symbol
          word += 1
        }
        word = word << 1
        if rows.allSatisfy({ $0.length <= length }) { break }
      }
    }

    func next(_ reader: inout BitReader) -> [UInt8] {
      var word: [Int] = []
      while true {
        word.append(reader.read())
        if let symbol = symbols[word] { return symbol }
      }
    }
  }
}
