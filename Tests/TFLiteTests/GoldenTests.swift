import Inference
import TFLite
import TestSupport
import Testing

/// Our outputs beside those of the reference kernels.
@Suite("Golden vectors")
struct GoldenTests {
  /// LiteRT's reference kernel of SUM is not deterministic; `y` came from the optimized one.
  private static let otherwise = ["sum_axis1.int8"]

  @Test(
    .enabled(if: SharedFolder.hasGolden),
    arguments: GoldenVector.shared.filter { !otherwise.contains($0.id) }
  )
  func `equals LiteRT's reference kernels`(vector: GoldenVector) throws {
    try check(vector, .litert)
  }

  @Test(.enabled(if: SharedFolder.hasGolden), arguments: GoldenVector.shared)
  func `equals TensorFlow Lite Micro's kernels`(vector: GoldenVector) throws {
    try check(vector, .tflm)
  }

  @Test(arguments: GoldenVector.operations, Rounding.allCases)
  func `single operations are equal`(vector: GoldenVector, rounding: Rounding) throws {
    try check(vector, rounding)
  }

  @Test(arguments: GoldenVector.shipped)
  func `the vectors of a clean clone are equal`(vector: GoldenVector) throws {
    for rounding in Rounding.allCases { try check(vector, rounding) }
  }

  private func check(_ vector: GoldenVector, _ rounding: Rounding) throws {
    guard let expected = try vector.expected(rounding) else { return }
    let runner = try GraphRunner(TFLiteReader.read(vector.model()), rounding: rounding)
    let inputs = try vector.inputs().map { [$0] }
    // States went on from row to row when the answers of TensorFlow Lite Micro were recorded.
    let outputs =
      try rounding == .tflm ? runner.run(steps: inputs) : inputs.map { try runner.run(inputs: $0) }
    for (row, output) in outputs.enumerated() {
      let found = output[0]
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
