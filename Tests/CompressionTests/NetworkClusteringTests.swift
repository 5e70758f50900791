import Compression
import Networks
import Tensors
import Testing

@Suite("Clustering networks")
struct NetworkClusteringTests {
  @Test(arguments: CentroidStart.allCases)
  func `leaves at most k values a layer`(start: CentroidStart) throws {
    let network = try SampleNetwork.images(seed: 11)
    var options = ClusteringOptions(clusters: 8)
    options.start = start
    var random = SeededGenerator(seed: 1)
    let (clustered, report) = try cluster(network, options, using: &random)
    #expect(report.layers.map(\.name) == ["conv1", "depthwise1", "dense1", "dense2"])
    for node in network.architecture.nodes.indices {
      guard let weights = clustered.parameter(.weights, of: node) else { continue }
      #expect(Set(weights.values).count == 8)
      #expect(clustered.parameter(.bias, of: node) == network.parameter(.bias, of: node))
    }
    for layer in report.layers {
      #expect(layer.distinct == 8)
      #expect(layer.bits == layer.count * 3 + 8 * 32)
    }
  }

  @Test func `gives every output channel values of its own`() throws {
    let network = try SampleNetwork.images(seed: 12)
    var options = ClusteringOptions(clusters: 3)
    options.scope = .channel
    var random = SeededGenerator(seed: 1)
    let (clustered, report) = try cluster(network, options, using: &random)
    for (node, outputs) in [(1, 6), (2, 12), (6, 7), (7, 4)] {
      let values = clustered.parameter(.weights, of: node)?.values ?? []
      for channel in 0..<outputs {
        let slice = stride(from: channel, to: values.count, by: outputs).map { values[$0] }
        #expect(Set(slice).count == 3)
      }
    }
    #expect(report.layers[0].bits == 108 * 2 + 6 * 3 * 32)
  }

  @Test func `keeps the zeros of a pruned network`() throws {
    var random = SeededGenerator(seed: 1)
    let (pruned, _) = try prune(
      try SampleNetwork.images(seed: 13),
      PruningOptions(sparsity: 0.7),
      using: &random
    )
    var options = ClusteringOptions(clusters: 5)
    options.keepsSparsity = true
    for start in CentroidStart.allCases {
      options.start = start
      let (clustered, report) = try cluster(pruned, options, using: &random)
      #expect(clustered.sparsity == pruned.sparsity)
      for (before, after) in zip(pruned.parameters.joined(), clustered.parameters.joined()) {
        #expect(
          zip(before.tensor.values, after.tensor.values).allSatisfy { ($0 == 0) == ($1 == 0) }
        )
      }
      #expect(report.layers.allSatisfy { $0.distinct <= 5 })
    }
  }

  @Test func `reports the error it made`() throws {
    let network = try SampleNetwork.images(seed: 14)
    var random = SeededGenerator(seed: 1)
    let (clustered, report) = try cluster(network, ClusteringOptions(clusters: 4), using: &random)
    var sum = 0.0
    for (before, after) in zip(network.parameters.joined(), clustered.parameters.joined()) {
      for (left, right) in zip(before.tensor.values, after.tensor.values) {
        sum += (Double(left) - Double(right)) * (Double(left) - Double(right))
      }
    }
    #expect(abs(report.error - sum) < 1e-9)
  }

  @Test func `refuses more clusters than a layer has weights`() throws {
    let network = try SampleNetwork.images(seed: 15)
    var random = SeededGenerator(seed: 1)
    #expect(
      throws: ClusteringError.moreClustersThanWeights(clusters: 64, weights: 28, layer: "dense2")
    ) { try cluster(network, ClusteringOptions(clusters: 64), using: &random) }
    var options = ClusteringOptions(clusters: 64)
    options.skip = ["last"]
    #expect(throws: Never.self) { try cluster(network, options, using: &random) }
  }

  /// The optimal start on as many weights as LeNet-300-100 and more has: still at most as far from the
  /// weights as k-means from other starts, and ended in reasonable time in a debug build.
  @Test func `the optimal start scales to many weights`() throws {
    var random = SeededGenerator(seed: 21)
    // The sum of three uniform numbers: a bell without libm.
    let values = (0..<20_000).map { _ in
      Float(random.nextUnit() + random.nextUnit() + random.nextUnit() - 1.5)
    }
    var architecture = try Architecture(input: Shape([200]))
    try architecture.append(.dense(Dense(units: 100, hasBias: false)))
    let network = Network(
      architecture: architecture,
      parameters: [[], [Parameter(role: .weights, tensor: Tensor(Shape([200, 100]), values))]]
    )
    for clusters in [2, 16, 64] {
      var options = ClusteringOptions(clusters: clusters)
      options.start = .optimal
      let (_, best) = try cluster(network, options, using: &random)
      options.start = .quantile
      let (_, other) = try cluster(network, options, using: &random)
      #expect(best.error <= other.error * (1 + 1e-6))
      #expect(best.layers[0].distinct == clusters)
    }
  }
}
