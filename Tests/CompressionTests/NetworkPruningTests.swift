import Compression
import Networks
import Tensors
import Testing

@Suite("Pruning networks")
struct NetworkPruningTests {
  @Test(arguments: [0.0, 0.25, 0.5, 0.8, 0.9, 0.97], PruningOptions.Method.unsupervised)
  func `leaves the exact number of zeros in every layer`(
    sparsity: Double,
    method: PruningOptions.Method
  ) throws {
    let network = try SampleNetwork.images(seed: 3)
    var options = PruningOptions(sparsity: sparsity)
    options.method = method
    var random = SeededGenerator(seed: 1)
    let (pruned, report) = try prune(network, options, using: &random)
    for node in network.architecture.nodes.indices {
      guard let weights = pruned.parameter(.weights, of: node) else { continue }
      let wanted = Int((sparsity * Double(weights.count)).rounded(.toNearestOrEven))
      #expect(weights.values.count { $0 == 0 } == wanted)
    }
    #expect(report.layers.map(\.name) == ["conv1", "depthwise1", "dense1", "dense2"])
    #expect(report.zeros == report.layers.reduce(0) { $0 + $1.zeros })
    #expect(report.overallSparsity == pruned.sparsity)
    #expect(report.sparsity == [sparsity])
  }

  @Test func `touches nothing but weights, and not the network given`() throws {
    let network = try SampleNetwork.images(seed: 4)
    var random = SeededGenerator(seed: 1)
    let (pruned, _) = try prune(network, PruningOptions(sparsity: 0.9), using: &random)
    for (before, after) in zip(network.parameters.joined(), pruned.parameters.joined())
    where before.role != .weights {
      #expect(before == after)
    }
    #expect(network.sparsity == 0)
  }

  @Test(arguments: [0.3, 0.5, 0.85])
  func `counts over all layers when global`(sparsity: Double) throws {
    let network = try SampleNetwork.images(seed: 5)
    var options = PruningOptions(sparsity: sparsity)
    options.scope = .global
    var random = SeededGenerator(seed: 1)
    let (pruned, report) = try prune(network, options, using: &random)
    let all = network.parameters.joined().filter { $0.role == .weights }
      .flatMap(\.tensor.values)
    let wanted = Int((sparsity * Double(all.count)).rounded(.toNearestOrEven))
    #expect(report.zeros == wanted)
    // No survivor anywhere is smaller than any that went: the magnitudes kept are the largest.
    let kept = pruned.parameters.joined().filter { $0.role == .weights }
      .flatMap(\.tensor.values).filter { $0 != 0 }.map(\.magnitude).sorted()
    #expect(kept == Array(all.map(\.magnitude).sorted().dropFirst(wanted)))
  }

  @Test func `skips layers by name and the last one`() throws {
    let network = try SampleNetwork.images(seed: 6)
    var options = PruningOptions(sparsity: 0.5)
    options.skip = ["last", "conv1"]
    var random = SeededGenerator(seed: 1)
    let (pruned, report) = try prune(network, options, using: &random)
    #expect(report.layers.map(\.zeros) == [0, 54, 672, 0])
    #expect(pruned.parameters[1] == network.parameters[1])
    options.skip = ["conv9"]
    #expect(
      throws: PruningError.unknownLayer(
        "conv9",
        names: ["conv1", "depthwise1", "dense1", "dense2"]
      )
    ) {
      try prune(network, options, using: &random)
    }
  }

  @Test func `refuses networks without weights, and weights that are no numbers`() throws {
    var random = SeededGenerator(seed: 1)
    var bare = try Architecture(input: Shape([4]))
    try bare.append(.activation(.relu))
    let empty = Network(architecture: bare, parameters: [[], []])
    #expect(throws: PruningError.noPrunableLayers) {
      try prune(empty, PruningOptions(sparsity: 0.5), using: &random)
    }
    var sick = try SampleNetwork.images(seed: 7)
    sick.parameters[1][0].tensor[3] = .nan
    #expect(throws: PruningError.notANumber(layer: "conv1")) {
      try prune(sick, PruningOptions(sparsity: 0.5), using: &random)
    }
  }

  @Test func `pruning further brings no weight back`() throws {
    let network = try SampleNetwork.images(seed: 8)
    var random = SeededGenerator(seed: 1)
    for method in PruningOptions.Method.unsupervised {
      var options = PruningOptions(sparsity: 0.4)
      options.method = method
      let (first, _) = try prune(network, options, using: &random)
      options.sparsity = 0.7
      let (second, _) = try prune(first, options, using: &random)
      for (before, after) in zip(first.parameters.joined(), second.parameters.joined())
      where before.role == .weights {
        #expect(zip(before.tensor.values, after.tensor.values).allSatisfy { $0 != 0 || $1 == 0 })
      }
    }
  }
}

extension PruningOptions.Method {
  /// Methods that need no data.
  static var unsupervised: [PruningOptions.Method] { [.magnitude, .random] }
}
