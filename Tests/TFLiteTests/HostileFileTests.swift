import Glibc
import Inference
import TFLite
import Tensors
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

  /// `Scripts/fuzz models SECONDS` asks for more, and keeps the file that it is at.
  @Test func `files damaged in many ways are survived as long as is asked`() throws {
    func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    let seconds = setting("JATAI_FUZZ_MODELS").flatMap { Int($0) } ?? 15
    let kept = setting("JATAI_FUZZ_FOLDER").map { $0 + "/damaged.tflite" }
    let sound = try (Self.small + ["lenet_like.int8", "lenet_like.float32"]).map(vector)
    var random = SeededGenerator(seed: UInt64(seconds))
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let extremes: [UInt32] = [0, 1, 0x7F, 0x7FFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var count = 0
    while clock.now < end {
      var damaged = sound[below(sound.count)]
      for _ in 0...below(6) {
        let place = below(damaged.count)
        switch below(4) {
        case 0: damaged[place] = UInt8(below(256))
        case 1: damaged[place] ^= 1 << below(8)
        case 2:
          let word = extremes[below(extremes.count)]
          for index in 0..<4 where place & ~3 + index < damaged.count {
            damaged[place & ~3 + index] = UInt8(truncatingIfNeeded: word >> (8 * index))
          }
        default:
          // A piece of the file over another.
          let length = min(1 + below(64), damaged.count - place)
          let from = below(damaged.count - length + 1)
          damaged.replaceSubrange(place..<place + length, with: damaged[from..<from + length])
        }
      }
      if below(8) == 0 { damaged.removeLast(below(damaged.count)) }
      if let kept, let file = fopen(kept, "w") {
        fwrite(damaged, 1, damaged.count, file)
        fclose(file)
      }
      use(damaged)
      count += 1
    }
    #expect(count > 0)
  }
}
