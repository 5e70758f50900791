/// ARG_MAX of floats or int8.
struct ArgMaximum: Kernel {
  let input: Operand
  let output: Operand
  let extent: Int
  let innerCount: Int

  func run(_ memory: Memory) {
    if input.type == .float32 {
      find(Float.self, memory)
    } else {
      find(Int8.self, memory)
    }
  }

  private func find<Element: Comparable>(_ type: Element.Type, _ memory: Memory) {
    let from: UnsafeMutableBufferPointer<Element> = input.elements(memory)
    for index in 0..<output.count {
      let start = index / innerCount * extent * innerCount + index % innerCount
      var best = 0
      for position in 1..<max(1, extent)
      where from[start + position * innerCount] > from[start + best * innerCount] {
        best = position
      }
      if output.type == .int32 {
        let into: UnsafeMutableBufferPointer<Int32> = output.elements(memory)
        into[index] = Int32(best)
      } else {
        let into: UnsafeMutableBufferPointer<Int64> = output.elements(memory)
        into[index] = Int64(best)
      }
    }
  }
}
