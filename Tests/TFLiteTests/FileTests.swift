import Inference
import TestSupport
import Testing

@testable import TFLite

/// Reading and writing of whole files.
@Suite("TFLite files")
struct FileTests {
  static let models = fileNames(in: SharedFolder.path + "/models", suffix: ".tflite")
    .map { "\(SharedFolder.path)/models/\($0)" }

  private func checkRoundTrip(_ bytes: [UInt8]) throws {
    let graph = try TFLiteReader.read(bytes)
    let written = try TFLiteWriter.write(graph)
    #expect(try TFLiteReader.read(written) == graph)
    #expect(try TFLiteWriter.write(graph) == written)
    #expect(written.count <= bytes.count + bytes.count / 50)
  }

  @Test(arguments: GoldenVector.shipped)
  func `read, written and read again is the same graph`(vector: GoldenVector) throws {
    try checkRoundTrip(vector.model())
  }

  @Test(.enabled(if: SharedFolder.hasGolden), arguments: GoldenVector.shared)
  func `so it is for every golden model`(vector: GoldenVector) throws {
    try checkRoundTrip(vector.model())
  }

  @Test(.enabled(if: SharedFolder.hasModels), arguments: models)
  func `and for every pre-trained model`(path: String) throws {
    try checkRoundTrip(try #require(fileBytes(path)))
  }

  @Test(.enabled(if: SharedFolder.hasModels), arguments: models)
  func `pre-trained models run`(path: String) throws {
    let graph = try TFLiteReader.read(try #require(fileBytes(path)))
    let runner = try GraphRunner(graph)
    let inputs = graph.inputs.map { [UInt8](repeating: 0, count: graph.tensors[$0].byteCount) }
    #expect(try runner.run(inputs: inputs).count == graph.outputs.count)
  }

  @Test
  func `constants stand at multiples of 16`() throws {
    let vector = try #require(GoldenVector.shipped.first { $0.id == "lenet_like.int8" })
    let graph = try TFLiteReader.read(vector.model())
    let written = try TFLiteWriter.write(graph)
    for constant in graph.tensors.compactMap(\.constant) where constant.count >= 32 {
      let place = (0...written.count - constant.count).first { start in
        written[start..<start + constant.count].elementsEqual(constant)
      }
      #expect(try #require(place).isMultiple(of: 16))
    }
  }

  @Test
  func `every operation has a row of the schema`() throws {
    #expect(Set(OperationSchema.all.map(\.name)).count == OperationSchema.all.count)
    #expect(Set(OperationSchema.all.map(\.code)).count == OperationSchema.all.count)
    for row in OperationSchema.all { #expect(BuiltinNames.name(of: row.code) == row.name) }
  }

  @Test
  func `refuses other files and unknown operations by name`() throws {
    #expect(throws: TFLiteError.notTFLite) { try TFLiteReader.read(Array("GIF89a  ".utf8)) }
    #expect(throws: TFLiteError.notTFLite) { try TFLiteReader.read([]) }
    let vector = try #require(GoldenVector.shipped.first { $0.id == "dense.int8" })
    let bytes = try vector.model()
    // The code of FULLY_CONNECTED (9) stands as an integer in the only operator code.
    let errors = bytes.indices.dropLast(3).compactMap { index -> TFLiteError? in
      guard Array(bytes[index..<index + 4]) == [9, 0, 0, 0] else { return nil }
      var changed = bytes
      changed[index] = 35
      do throws(TFLiteError) {
        _ = try TFLiteReader.read(changed)
        return nil
      } catch { return error }
    }
    let expected = TFLiteError.unknownOperation(
      name: "UNIDIRECTIONAL_SEQUENCE_RNN",
      known: OperationSchema.all.map(\.name)
    )
    #expect(errors.count { $0 == expected } == 1, "\(errors)")
    #expect(expected.description.contains("known are ABS, ADD, "))
  }

  @Test
  func `the byte array compiles as C and keeps the name sane`() {
    let source = modelSource([0x1C, 0, 0xFF], name: "9 nets!")
    #expect(source.contains("const uint8_t model_9_nets_[] = {"))
    #expect(source.contains("0x1c, 0x00, 0xff,"))
    #expect(source.contains("model_9_nets__len = 3;"))
  }
}
