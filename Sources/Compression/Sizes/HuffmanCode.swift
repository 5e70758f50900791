/// A canonical prefix code: the shortest average length for given frequencies (Huffman, 1952), with
/// code words in the order of (length, symbol), so that the lengths alone tell them.
struct HuffmanCode: Hashable, Sendable {
  /// Symbols in rising order, with the length of each one's code word.
  let lengths: [(symbol: UInt64, length: Int)]
  /// Code words, to be written from their highest bit.
  private let words: [UInt64: (word: UInt64, length: Int)]

  /// The best code for symbols that occur so often; a single symbol gets a word of one bit.
  init(frequencies: [UInt64: Int]) {
    let symbols = frequencies.keys.sorted()
    var depths = [Int](repeating: 0, count: symbols.count)
    if symbols.count == 1 {
      depths[0] = 1
    } else if symbols.count > 1 {
      depths = Self.depths(of: symbols.map { frequencies[$0] ?? 0 })
    }
    lengths = zip(symbols, depths).map { (symbol: $0, length: $1) }
    words = Self.words(lengths)
  }

  static func == (left: HuffmanCode, right: HuffmanCode) -> Bool {
    left.lengths.elementsEqual(right.lengths) { $0 == $1 }
  }

  func hash(into hasher: inout Hasher) {
    for (symbol, length) in lengths {
      hasher.combine(symbol)
      hasher.combine(length)
    }
  }

  /// Writes a symbol's code word, highest bit first.
  func write(_ symbol: UInt64, to writer: inout BitWriter) {
    guard let (word, length) = words[symbol] else {
      preconditionFailure("the code was made without symbol \(symbol)")
    }
    for bit in (0..<length).reversed() { writer.write(word >> UInt64(bit) & 1 == 1) }
  }

  /// The depth of each leaf in a Huffman tree, by the two-queue method: leaves in rising order of
  /// frequency, and inner nodes in the order of their making, which is rising too.
  private static func depths(of frequencies: [Int]) -> [Int] {
    let leaves = frequencies.indices.sorted {
      (frequencies[$0], $0) < (frequencies[$1], $1)
    }
    let leafCount = leaves.count
    // Nodes 0..<leafCount are the sorted leaves, those after them the inner nodes.
    var weights = leaves.map { frequencies[$0] }
    var parents = [Int](repeating: 0, count: 2 * leafCount - 1)
    var nextLeaf = 0
    var nextInner = leafCount
    func takeSmallest() -> Int {
      if nextLeaf < leafCount, nextInner >= weights.count || weights[nextLeaf] <= weights[nextInner]
      {
        nextLeaf += 1
        return nextLeaf - 1
      }
      nextInner += 1
      return nextInner - 1
    }
    for inner in leafCount..<2 * leafCount - 1 {
      let left = takeSmallest()
      let right = takeSmallest()
      weights.append(weights[left] + weights[right])
      parents[left] = inner
      parents[right] = inner
    }
    var nodeDepths = [Int](repeating: 0, count: 2 * leafCount - 1)
    for node in (0..<2 * leafCount - 2).reversed() {
      nodeDepths[node] = nodeDepths[parents[node]] + 1
    }
    var depths = [Int](repeating: 0, count: leafCount)
    for (position, leaf) in leaves.enumerated() { depths[leaf] = nodeDepths[position] }
    return depths
  }

  private static func words(
    _ lengths: [(symbol: UInt64, length: Int)]
  ) -> [UInt64: (word: UInt64, length: Int)] {
    var words: [UInt64: (word: UInt64, length: Int)] = [:]
    var word: UInt64 = 0
    var previous = 0
    for (symbol, length) in lengths.sorted(by: { ($0.length, $0.symbol) < ($1.length, $1.symbol) })
    {
      if previous > 0 { word = (word + 1) << UInt64(length - previous) }
      words[symbol] = (word, length)
      previous = length
    }
    return words
  }
}
