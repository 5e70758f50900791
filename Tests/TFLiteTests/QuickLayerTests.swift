import CKernels
import Tensors
import TestSupport
import Testing

@testable import Inference
@testable import TFLite

/// Whole models: the layers over bordered images beside the reference kernels.
@Suite("Quick layers of whole models")
struct QuickLayerTests {
  static let models = fileNames(in: SharedFolder.path + "/models", suffix: ".tflite")
    .map { "\(SharedFolder.path)/models/\($0)" }

  private func graph(_ path: String) throws -> Graph {
    try TFLiteReader.read(try #require(fileBytes(path)))
  }

  private func inputs(_ graph: Graph, _ generator: inout SeededGenerator) -> [[UInt8]] {
    graph.inputs.map { input in
      let tensor = graph.tensors[input]
      guard tensor.type == .float32 else {
        return (0..<tensor.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
      }
      let values = (0..<tensor.elementCount).map { _ in
        Float.random(in: -1...1, using: &generator)
      }
      return values.withUnsafeBytes { Array($0) }
    }
  }

  /// Compares runs with `set` and without quick layers on `count` random inputs.
  private func check(_ graph: Graph, _ set: ck_tile_set, count: Int) throws {
    for rounding in Rounding.allCases {
      let quick = try GraphRunner(graph, rounding: rounding, tileSet: set)
      let reference = try GraphRunner(graph, rounding: rounding, tileSet: nil)
      var generator = SeededGenerator(seed: 17)
      for run in 0..<count {
        let inputs = inputs(graph, &generator)
        let found = try quick.run(inputs: inputs)
        let expected = try reference.run(inputs: inputs)
        #expect(found == expected, "run \(run), \(rounding)")
      }
    }
  }

  @Test(.enabled(if: SharedFolder.hasModels), arguments: models)
  func `equal the reference kernels on 50 inputs`(path: String) throws {
    try check(graph(path), ck_tiles_best_set(), count: 50)
  }

  @Test(
    .enabled(if: SharedFolder.hasModels),
    arguments: models,
    [ck_tiles_baseline, ck_tiles_like_avx_vnni, ck_tiles_like_avx512_vnni]
  )
  func `equal them with other instruction sets`(path: String, set: ck_tile_set) throws {
    try check(graph(path), set, count: 2)
  }

  @Test(.enabled(if: SharedFolder.hasModels), arguments: models)
  func `serve every layer of the pre-trained models`(path: String) throws {
    let graph = try graph(path)
    let tiles = try #require(try GraphRunner(graph).tiles)
    #expect(!tiles.kernels.contains { $0 is WeightedSum })
  }

  @Test(arguments: GoldenVector.shipped)
  func `equal them in the shipped models`(vector: GoldenVector) throws {
    try check(TFLiteReader.read(vector.model()), ck_tiles_best_set(), count: 5)
  }

  @Test(.enabled(if: SharedFolder.hasModels), arguments: [1, 2, 5])
  func `a whole set gives the same on any number of threads`(threads: Int) throws {
    let graph = try graph(SharedFolder.path + "/models/kws_ref_model.tflite")
    let runner = try GraphRunner(graph)
    let shape = Shape([200] + Array(graph.tensors[graph.inputs[0]].shape.dropFirst()))
    var generator = SeededGenerator(seed: 3)
    let samples = Tensor(
      shape,
      (0..<shape.count).map { _ in Float.random(in: -20...20, using: &generator) }
    )
    let found = try runner.outputs(for: samples, threads: threads)
    let alone = try GraphRunner(graph, tileSet: nil).outputs(for: samples, threads: 1)
    #expect(found == alone)
  }
}
