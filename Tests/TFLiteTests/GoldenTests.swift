import Inference
import TFLite
import TestSupport
import Testing

/// Our outputs beside those of the reference kernels.
@Suite("Golden vectors")
struct GoldenTests {
  /// Vectors that no kernel here computes yet: the fused LSTM and LOG_SOFTMAX of int8.
  private static func isRun(_ vector: GoldenVector) -> Bool {
    !vector.id.hasPrefix("lstm_fused") && vector.id != "act_log_softmax.int8"
  }

  /// Vectors whose `y` another kernel than LiteRT's reference gave, or that differ from it: SUM of
  /// int8 came from the optimized kernel; two rows of the int16 DS-CNN differ by one step; in four
  /// rows of the dynamic DS-CNN an activation falls on the other side of a rounding.
  private static let otherwise = ["sum_axis1.int8", "net_dscnn.int16x8", "net_dscnn.dynamic"]

  @Test(
    .enabled(if: SharedFolder.hasGolden),
    arguments: GoldenVector.shared.filter { isRun($0) && !otherwise.contains($0.id) }
  )
  func `equals LiteRT's reference kernels`(vector: GoldenVector) throws {
    try check(vector, .litert)
  }

  @Test(
    .enabled(if: SharedFolder.hasGolden),
    arguments: GoldenVector.shared.filter { $0.isInteger && isRun($0) }
  )
  func `equals TensorFlow Lite Micro's kernels`(vector: GoldenVector) throws {
    try check(vector, .tflm)
  }

  @Test(arguments: GoldenVector.shipped)
  func `the vectors of a clean clone are equal`(vector: GoldenVector) throws {
    for rounding in Rounding.allCases { try check(vector, rounding) }
  }

  private func check(_ vector: GoldenVector, _ rounding: Rounding) throws {
    guard let expected = try vector.expected(rounding) else { return }
    let runner = try GraphRunner(TFLiteReader.read(vector.model()), rounding: rounding)
    for (row, input) in try vector.inputs().enumerated() {
      let found = try runner.run(inputs: [input])[0]
      if vector.isInteger || expected.type.contains("i") {
        #expect(found == expected.row(row), "row \(row): \(difference(found, expected.row(row)))")
      } else {
        let error = largestRelativeError(floats(found), floats(expected.row(row)))
        #expect(error <= 1e-5, "row \(row)")
      }
    }
  }

  private func difference(_ found: [UInt8], _ expected: [UInt8]) -> String {
    let places = found.indices.filter { $0 < expected.count && found[$0] != expected[$0] }
    guard let first = places.first else { return "sizes \(found.count), \(expected.count)" }
    return "\(places.count) bytes of \(found.count), first at \(first): "
      + "\(Int8(bitPattern: found[first])) for \(Int8(bitPattern: expected[first]))"
  }

  private func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: 4).map { start in
      Float(
        bitPattern: bytes[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      )
    }
  }

  /// The largest difference as a share of the largest expected magnitude.
  private func largestRelativeError(_ found: [Float], _ expected: [Float]) -> Float {
    guard found.count == expected.count else { return .infinity }
    let scale = expected.map(\.magnitude).max() ?? 0
    let error = zip(found, expected).map { ($0 - $1).magnitude }.max() ?? 0
    return error / max(scale, .leastNormalMagnitude)
  }
}
