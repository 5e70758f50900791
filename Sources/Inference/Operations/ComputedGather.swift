/// GATHER by indices that are computed: blocks of bytes behind the axis; an index beyond the axis
/// counts as the last before it.
struct ComputedGather: Kernel {
  let input: Operand
  let indices: Operand
  let output: Operand
  let extent: Int
  let blockBytes: Int

  func run(_ memory: Memory) {
    let from: UnsafeMutableBufferPointer<UInt8> = input.elements(memory)
    let into: UnsafeMutableBufferPointer<UInt8> = output.elements(memory)
    let chosen: [Int]
    if indices.type == .int64 {
      let wide: UnsafeMutableBufferPointer<Int64> = indices.elements(memory)
      chosen = wide.map { Int(max(0, min($0, Int64(extent - 1)))) }
    } else {
      let narrow: UnsafeMutableBufferPointer<Int32> = indices.elements(memory)
      chosen = narrow.map { max(0, min(Int($0), extent - 1)) }
    }
    var place = 0
    for outer in stride(from: 0, to: from.count, by: extent * blockBytes) {
      for index in chosen {
        for byte in 0..<blockBytes { into[place + byte] = from[outer + index * blockBytes + byte] }
        place += blockBytes
      }
    }
  }
}
