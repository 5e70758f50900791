import Inference
import Networks
import Tensors
import Testing

@testable import Compression

/// A model's operations as layers: freezing and thawing give the same numbers.
@Suite("Layers of models")
struct ThawingTests {
  private static let kept = [
    "dense over steps", "grouped convolution", "reshape", "residual", "branches",
  ]

  @Test(arguments: LayerSample.all.filter { kept.contains($0.testDescription) })
  func `frozen and thawed computes the same`(sample: LayerSample) throws {
    let network = try sample.network(seed: 3)
    let inputs = sample.samples(4, seed: 8)
    let back = try thaw(lower(network))
    let expected = try network.outputs(for: inputs)
    let found = try back.outputs(for: inputs)
    #expect(found.shape == expected.shape)
    let largest = expected.values.map(\.magnitude).max() ?? 0
    for index in 0..<found.count {
      #expect((found[index] - expected[index]).magnitude <= 1e-5 * largest)
    }
  }

  @Test(arguments: [QuantizationKind.int8, .float16, .dynamic])
  func `integers are taken for what they stand for`(kind: QuantizationKind) throws {
    let network = try SampleNetwork.images(seed: 2)
    var random = SeededGenerator(seed: 4)
    let shape = Shape([8, 8, 8, 2])
    let samples = Tensor(shape, (0..<shape.count).map { _ in Float(random.nextUnit() * 2 - 1) })
    let (graph, _) = try quantize(network, to: kind, calibration: samples)
    let found = try thaw(graph).outputs(for: samples)
    let expected = try network.outputs(for: samples)
    for index in 0..<found.count {
      #expect((found[index] - expected[index]).magnitude < 0.05)
    }
  }

  @Test
  func `the first layers alone, and not more than there are`() throws {
    let graph = try lower(SampleNetwork.images(seed: 1))
    let part = try thaw(graph, first: 2)
    #expect(part.architecture.nodes.map(\.layer.kindName) == ["input", "conv", "depthwise"])
    let error = #expect(throws: QuantizationError.self) { try thaw(graph, first: 99) }
    #expect(error?.description.contains("layers, not 99") == true)
  }

  @Test
  func `what is no layer is named`() throws {
    let sample = try #require(LayerSample.all.first { $0.testDescription == "rnn" })
    let error = #expect(throws: QuantizationError.self) { try thaw(lower(sample.network(seed: 1))) }
    #expect(error?.description.contains("UNPACK (operation 1) cannot become a layer") == true)
  }
}
