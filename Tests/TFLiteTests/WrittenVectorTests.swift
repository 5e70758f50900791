import Inference
import TFLite
import TestSupport
import Testing

/// Models that this package wrote, beside the answers that `Scripts/check-litert` had the official
/// interpreters give; the folder is named by JATAI_WRITTEN.
@Suite("Written models")
struct WrittenVectorTests {
  static let folder = environmentValue("JATAI_WRITTEN")

  @Test(.enabled(if: folder != nil), arguments: GoldenVector.all(in: folder ?? ""))
  func `official interpreters give the same integers`(vector: GoldenVector) throws {
    let graph = try TFLiteReader.read(vector.model())
    let micro = try #require(fileBytes("\(vector.folder)/tflm.npz"))
    let microArrays = try #require(ArrayArchive(micro)).arrays
    let runners = [
      (try GraphRunner(graph, rounding: .litert), try vector.arrays()["y"]),
      (try GraphRunner(graph, rounding: .tflm), microArrays[vector.id]),
    ]
    for (runner, expected) in runners {
      let expected = try #require(expected)
      for (row, input) in try vector.inputs().enumerated() {
        #expect(try runner.run(inputs: [input])[0] == expected.row(row), "row \(row)")
      }
    }
  }
}
