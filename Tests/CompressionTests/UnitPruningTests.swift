import Compression
import Networks
import Tensors
import Testing

@Suite("Pruning what goes together")
struct UnitPruningTests {
  @Test func `two of four leaves two of every four inputs, the larger ones`() throws {
    let network = try SampleNetwork.images(seed: 41)
    var options = PruningOptions(sparsity: 0.5)
    options.unit = .twoOfFour
    var random = SeededGenerator(seed: 1)
    let (pruned, _) = try prune(network, options, using: &random)
    for (node, outputs) in [(1, 6), (2, 12), (6, 7), (7, 4)] {
      let before = network.parameter(.weights, of: node)?.values ?? []
      let after = pruned.parameter(.weights, of: node)?.values ?? []
      let inputs = after.count / outputs
      for output in 0..<outputs {
        for start in stride(from: 0, to: inputs, by: 4) {
          let places = (start..<min(start + 4, inputs)).map { $0 * outputs + output }
          let kept = places.filter { after[$0] != 0 }
          #expect(kept.count == (places.count == 4 ? 2 : places.count))
          let smallestKept = kept.map { before[$0].magnitude }.min() ?? 0
          #expect(places.allSatisfy { after[$0] != 0 || before[$0].magnitude <= smallestKept })
        }
      }
    }
    options.sparsity = 0.8
    #expect(throws: PruningError.self) { try prune(network, options, using: &random) }
  }

  @Test(arguments: PruningOptions.Rank.allCases, [0.3, 0.5, 0.8])
  func `blocks go whole, the lightest first`(rank: PruningOptions.Rank, sparsity: Double) throws {
    let network = try SampleNetwork.images(seed: 42)
    var options = PruningOptions(sparsity: sparsity)
    options.unit = .block1x4
    options.rank = rank
    var random = SeededGenerator(seed: 1)
    let (pruned, _) = try prune(network, options, using: &random)
    let before = network.parameter(.weights, of: 2)?.values ?? []
    let after = pruned.parameter(.weights, of: 2)?.values ?? []
    // 9 taps of 12 outputs are 27 whole blocks, one after another.
    var gone: [Double] = []
    var kept: [Double] = []
    for block in stride(from: 0, to: before.count, by: 4) {
      let values = before[block..<block + 4].map(Double.init)
      let weight =
        rank == .l1
        ? values.reduce(0) { $0 + $1.magnitude } : values.reduce(0) { $0 + $1 * $1 }
      let zeros = after[block..<block + 4].count { $0 == 0 }
      #expect(zeros == 0 || zeros == 4)
      if zeros == 4 { gone.append(weight) } else { kept.append(weight) }
    }
    #expect(gone.count == Int((sparsity * 27).rounded(.toNearestOrEven)))
    #expect((gone.max() ?? 0) <= (kept.min() ?? .infinity))
  }

  /// The mean magnitude of each filter of the first convolution, summed one by one.
  private func lightestFilters(_ network: Network, _ count: Int) -> Set<Int> {
    let weights = network.parameter(.weights, of: 1)?.values ?? []
    var sums = [Double](repeating: 0, count: 6)
    for (position, weight) in weights.enumerated() {
      sums[position % 6] += Double(weight.magnitude)
    }
    return Set(sums.indices.sorted { (sums[$0], $0) < (sums[$1], $1) }.prefix(count))
  }

  @Test(arguments: UInt64(50)..<56)
  func `removing channels equals silencing all that they feed`(seed: UInt64) throws {
    let network = try SampleNetwork.images(seed: seed)
    var options = PruningOptions(sparsity: 0.5)
    options.unit = .channels
    var random = SeededGenerator(seed: 1)
    let (pruned, report) = try prune(network, options, using: &random)
    #expect(
      pruned.architecture.nodes.map(\.outputShape.description) == [
        "8x8x2", "8x8x3", "8x8x6", "8x8x6", "4x4x6", "96", "7", "4",
      ]
    )
    #expect(report.layers.map(\.removedUnits) == [3, 0, 0, 0])
    #expect(pruned.architecture.macCount < network.architecture.macCount)
    let shapes = pruned.architecture.nodes.indices.flatMap { node in
      pruned.architecture.parameterShapes(of: node).map(\.shape)
    }
    #expect(pruned.parameters.joined().map(\.tensor.shape) == shapes)

    let removed = lightestFilters(network, 3)
    var silenced = network
    silenced.parameters[6][0].tensor.withMutableElements { weights in
      for position in weights.indices where removed.contains(position / 7 % 12 / 2) {
        weights[position] = 0
      }
    }
    let inputs = Tensor(
      Shape([5, 8, 8, 2]),
      sampleValues(5 * 128, levels: nil, seed: seed).map(Float.init)
    )
    let expected = try silenced.outputs(for: inputs).values
    let found = try pruned.outputs(for: inputs).values
    for (one, other) in zip(expected, found) { #expect(abs(one - other) < 1e-5) }
  }

  @Test func `removes neurons, and never the outputs`() throws {
    let network = try SampleNetwork.images(seed: 61)
    var options = PruningOptions(sparsity: 0.7)
    options.unit = .neurons
    var random = SeededGenerator(seed: 1)
    let (pruned, report) = try prune(network, options, using: &random)
    // round(0.7 * 7) = 5 of dense1's; dense2 gives the classes.
    #expect(report.layers.map(\.removedUnits) == [0, 0, 5, 0])
    #expect(pruned.architecture.nodes.map(\.outputShape.count).suffix(2) == [2, 4])
    options.skip = ["dense1"]
    #expect(throws: PruningError.unitsCannotGo(unit: "neurons")) {
      try prune(network, options, using: &random)
    }
    options.skip = []
    options.sparsity = 0.95
    #expect(throws: PruningError.nothingLeft(layer: "dense1", units: 7)) {
      try prune(network, options, using: &random)
    }
  }

  @Test func `global removal leaves one unit everywhere`() throws {
    var architecture = try Architecture(input: Shape([5]))
    for units in [6, 8, 3] { try architecture.append(.dense(Dense(units: units))) }
    let network = SampleNetwork.filled(architecture, seed: 3)
    var options = PruningOptions(sparsity: 0.99)
    options.unit = .neurons
    options.scope = .global
    var random = SeededGenerator(seed: 1)
    let (pruned, report) = try prune(network, options, using: &random)
    #expect(pruned.architecture.nodes.map(\.outputShape.count) == [5, 1, 1, 3])
    #expect(report.layers.map(\.removedUnits) == [5, 7, 0])
  }

  @Test func `channels of grouped convolutions stay`() throws {
    var architecture = try Architecture(input: Shape([4, 4, 2]))
    let window = Window(height: 1, width: 1)
    try architecture.append(.convolution(Convolution(filters: 4, window: window)))
    try architecture.append(.convolution(Convolution(filters: 6, window: window, groups: 2)))
    try architecture.append(.convolution(Convolution(filters: 4, window: window)))
    try architecture.append(.pooling(Pooling(kind: .average, window: nil)))
    try architecture.append(.dense(Dense(units: 2)))
    var options = PruningOptions(sparsity: 0.5)
    options.unit = .channels
    var random = SeededGenerator(seed: 1)
    let (pruned, _) = try prune(
      SampleNetwork.filled(architecture, seed: 4),
      options,
      using: &random
    )
    #expect(pruned.architecture.nodes.map { $0.outputShape.extents.last } == [2, 4, 6, 2, 2, 2])
  }
}
