import Inference
import TFLite
import TestSupport
import Testing

/// Damaged files must give an error or a graph that is then checked, never a trap.
@Suite("Hostile TFLite files")
struct HostileFileTests {
  static let small = [
    "dense.int8", "act_softmax.int8", "pad.int8", "lstm_clipped.int8", "svdf.int8", "svdf.float32",
  ]

  private func vector(_ id: String) throws -> [UInt8] {
    let vectors = GoldenVector.shipped + GoldenVector.operations
    return try #require(vectors.first { $0.id == id }).model()
  }

  /// Reads, plans and runs, and swallows the errors: what is tested is that it comes back.
  private func use(_ bytes: [UInt8]) {
    guard let graph = try? TFLiteReader.read(bytes),
      let runner = try? GraphRunner(graph, memoryLimit: 1 << 20)
    else { return }
    let inputs = graph.inputs.map { [UInt8](repeating: 7, count: graph.tensors[$0].byteCount) }
    _ = try? runner.run(inputs: inputs)
    _ = try? TFLiteWriter.write(graph)
  }

  @Test(arguments: small)
  func `a file cut short at any byte is survived`(id: String) throws {
    let bytes = try vector(id)
    for length in 0..<bytes.count { use(Array(bytes[0..<length])) }
  }

  @Test(arguments: ["act_softmax.int8", "lstm_clipped.int8", "svdf.int8"])
  func `every byte flipped is survived`(id: String) throws {
    let bytes = try vector(id)
    for index in bytes.indices {
      for mask: UInt8 in [0xFF, 0x01, 0x80] {
        var damaged = bytes
        damaged[index] ^= mask
        use(damaged)
      }
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func `several bytes changed at random are survived`(seed: UInt64) throws {
    let bytes = try vector("lenet_like.int8")
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func next() -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33)
    }
    for _ in 0..<20 {
      var damaged = bytes
      for _ in 0..<1 + next() % 4 { damaged[next() % damaged.count] = UInt8(next() & 0xFF) }
      use(damaged)
    }
  }
}
