/// CONCATENATION: blocks of every input in turn.
struct Concatenation: Kernel {
  let inputs: [Operand]
  let output: Operand
  /// Elements of each input that lie together.
  let innerCounts: [Int]

  func run(_ memory: Memory) {
    let into: UnsafeMutableBufferPointer<UInt8> = output.elements(memory)
    let size = output.type.bits / 8
    let blocks = output.count / max(1, innerCounts.reduce(0, +))
    var place = 0
    for block in 0..<blocks {
      for (input, count) in zip(inputs, innerCounts) {
        let from: UnsafeMutableBufferPointer<UInt8> = input.elements(memory)
        let part = from[block * count * size..<(block + 1) * count * size]
        for byte in part {
          into[place] = byte
          place += 1
        }
      }
    }
  }
}
