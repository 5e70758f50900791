import Inference
import Networks
import Tensors
import Testing

@testable import Compression

@Suite("Freezing and quantizing")
struct QuantizingTests {
  private func samples(_ count: Int, seed: UInt64) -> Tensor {
    var random = SeededGenerator(seed: seed)
    let shape = Shape([count, 8, 8, 2])
    return Tensor(shape, (0..<shape.count).map { _ in Float(random.nextUnit() * 2 - 1) })
  }

  @Test(arguments: UInt64(0)..<4)
  func `a lowered graph computes what the network computes`(seed: UInt64) throws {
    let network = try SampleNetwork.images(seed: seed)
    let samples = samples(6, seed: seed)
    let found = try GraphRunner(lower(network)).outputs(for: samples)
    let expected = try network.outputs(for: samples)
    #expect(found.shape == expected.shape)
    for index in 0..<found.count {
      #expect((found[index] - expected[index]).magnitude <= 1e-4)
    }
  }

  @Test
  func `batch normalisation and dropout leave no operation`() throws {
    let graph = try lower(SampleNetwork.images(seed: 1))
    let names = graph.operations.map(\.kind.name)
    #expect(
      names == [
        "CONV_2D", "DEPTHWISE_CONV_2D", "MAX_POOL_2D", "RESHAPE", "FULLY_CONNECTED",
        "FULLY_CONNECTED", "SOFTMAX",
      ]
    )
  }

  @Test(arguments: Observer.allCases, Granularity.allCases)
  func `int8 outputs stay near the network's`(
    observer: Observer,
    granularity: Granularity
  ) throws {
    let network = try SampleNetwork.images(seed: 3)
    let samples = samples(40, seed: 9)
    let (graph, report) = try quantize(
      network,
      to: .int8,
      calibration: samples,
      observer: observer,
      granularity: granularity
    )
    let found = try GraphRunner(graph).outputs(for: samples)
    let expected = try network.outputs(for: samples)
    var error = 0.0
    for index in 0..<found.count { error += Double((found[index] - expected[index]).magnitude) }
    #expect(error / Double(found.count) < 0.05)
    #expect(report.weights.allSatisfy { granularity == .tensor ? $0.scaleCount == 1 : true })
    #expect(graph.tensors[graph.inputs[0]].type == .int8)
    #expect(
      graph.tensors[graph.outputs[0]].quantization == .perTensor(scale: 1 / 256, zeroPoint: -128)
    )
  }

  @Test(arguments: QuantizationKind.allCases)
  func `every kind runs and gives probabilities`(kind: QuantizationKind) throws {
    let samples = samples(8, seed: 2)
    let (graph, _) = try quantize(
      SampleNetwork.images(seed: 5),
      to: kind,
      calibration: samples
    )
    let outputs = try GraphRunner(graph).outputs(for: samples)
    for sample in 0..<8 {
      let sum = (0..<4).reduce(Float(0)) { $0 + outputs[sample * 4 + $1] }
      #expect((sum - 1).magnitude < 0.02)
    }
  }

  @Test
  func `zero weights stay zero, in whole channels too`() throws {
    var network = try SampleNetwork.images(seed: 7)
    let node = try #require(network.architecture.index(of: "conv1"))
    for (index, parameter) in network.parameters[node].enumerated()
    where parameter.role == .weights {
      for position in 0..<parameter.tensor.count where position % 6 == 2 || position % 5 == 0 {
        network.parameters[node][index].tensor[position] = 0
      }
    }
    let (graph, _) = try quantize(network, to: .int8, calibration: samples(8, seed: 1))
    let floats = try lower(network)
    for parameter in floats.parameters where parameter.role == .weights {
      let before = try #require(floats.tensors[parameter.tensor].realConstant?.values)
      let after = try #require(graph.tensors[parameter.tensor].integerConstant)
      for (value, integer) in zip(before, after) where value == 0 { #expect(integer == 0) }
    }
    #expect(graph.sparsity >= floats.sparsity)
  }

  @Test
  func `refuses missing samples, wrong shapes and weights that are no numbers`() throws {
    var network = try SampleNetwork.images(seed: 7)
    #expect(throws: QuantizationError.noCalibration) {
      try quantize(network, to: .int8, calibration: Tensor(Shape([0])))
    }
    #expect(throws: QuantizationError.wrongSampleShape(expected: [8, 8, 2], found: [4])) {
      try quantize(network, to: .int8, calibration: Tensor(Shape([2, 4])))
    }
    let node = try #require(network.architecture.index(of: "dense1"))
    network.parameters[node][0].tensor[3] = .nan
    #expect(throws: QuantizationError.notANumber(layer: "dense1")) {
      try quantize(network, to: .int8, calibration: samples(2, seed: 1))
    }
  }

  @Test
  func `counts parameters, bytes and products`() throws {
    let network = try SampleNetwork.images(seed: 7)
    let graph = try lower(network)
    #expect(graph.macCount == network.architecture.macCount)
    // conv 3x3x2x6 + 6, depthwise 3x3x12 + 12, dense 192x7 + 7 and 7x4 + 4.
    #expect(graph.parameterCount == 108 + 6 + 108 + 12 + 1344 + 7 + 28 + 4)
    #expect(graph.parameterBytes == 4 * graph.parameterCount)
    #expect(graph.digest().count == 64)
    #expect(try graph.digest() == lower(network).digest())
  }
}
