import Inference
import Networks
import Tensors
import Testing

@testable import Compression

private func trained(seed: UInt64) throws -> Network {
  var architecture = try Architecture(input: Shape([2]))
  try architecture.append(.dense(Dense(units: 16, activation: .relu)))
  try architecture.append(.dense(Dense(units: 12, activation: .relu)))
  try architecture.append(.dense(Dense(units: 4, activation: .softmax)))
  return try SampleNetwork.filled(architecture, seed: seed)
    .trained(on: clouds(160, seed: seed), options: options(epochs: 10))
}

private func options(epochs: Int, threads: Int = 2) -> TrainingOptions {
  var options = TrainingOptions()
  options.epochs = epochs
  options.learningRate = 0.01
  options.threads = threads
  return options
}

@Suite("Training for integers")
struct AwareQuantizationTests {
  @Test(arguments: [QuantizationKind.int8, .int4, .ternary, .binary], RangeChange.allCases)
  func `gives the same integers for any number of threads`(
    kind: QuantizationKind,
    ranges: RangeChange
  ) throws {
    let network = try trained(seed: 3)
    let samples = clouds(96, seed: 4)
    var choice = QuantizationOptions(kind)
    choice.ranges = ranges
    let graphs = try [1, 2, 3].map { threads in
      try quantizeAware(
        network,
        choice,
        calibration: samples.inputs,
        on: samples,
        training: options(epochs: 2, threads: threads)
      ).graph
    }
    #expect(graphs[0] == graphs[1] && graphs[0] == graphs[2])
  }

  /// The levels are those of the papers that `WeightLevels` names.
  @Test func `stores three and two levels, and eight bits on the outside`() throws {
    let network = try trained(seed: 5)
    for (kind, levels) in [(QuantizationKind.ternary, [-1, 0, 1]), (.binary, [-1, 1])] {
      let (graph, report) = try quantize(
        network,
        to: kind,
        calibration: clouds(32, seed: 1).inputs
      )
      let inner = graph.tensors.first { $0.name == "dense2/weights" }
      #expect(Set(inner?.integerConstant ?? []).sorted() == levels)
      #expect(report.weights.map(\.kind) == [.int8, kind == .ternary ? .ternary : .binary, .int8])
    }
  }

  @Test(arguments: [WeightKind.int8, .int4, .ternary, .binary], [true, false])
  func `rounds while training as the graph stores`(kind: WeightKind, perChannel: Bool) throws {
    var random = SeededGenerator(seed: 11)
    let values = (0..<60).map { _ in Float(random.nextNormal()) }
    // Inputs x outputs, whose outputs run fastest.
    var rounded = values
    rounded.withUnsafeMutableBufferPointer { weights in
      let scales = kind.levels.scales(
        of: UnsafeBufferPointer(weights),
        channels: perChannel ? 5 : 1,
        channelsRunFastest: true
      )
      for index in weights.indices {
        let scale = scales[perChannel ? index % 5 : 0]
        weights[index] = kind.levels.level(of: weights[index], scale: scale) * scale
      }
    }
    let stored = WeightQuantization(
      values,
      channels: 5,
      granularity: perChannel ? .channel : .tensor,
      levels: kind.levels,
      bias: [],
      inputScale: nil,
      channelsRunFastest: true
    )
    for (index, value) in rounded.enumerated() {
      let scale = stored.scales[perChannel ? index % 5 : 0]
      #expect(abs(Float(stored.integers[index]) * scale - value) <= 1e-6)
    }
  }

  @Test func `passes no gradient where values are clipped, and all where they are not`() throws {
    let network = try trained(seed: 7)
    let samples = clouds(64, seed: 8)
    for (limit, moves) in [(Float(1e-6), false), (1000, true)] {
      var choice = options(epochs: 1)
      // Moments of the training before would move weights without any gradient.
      choice.optimizer = .sgd(momentum: 0)
      choice.awareness = QuantizationAwareness()
      // Everything that dense1 gives lies far beyond the first range and within the second.
      choice.awareness?.activations["dense1"] = .init(0...limit, .fixed)
      let tuned = try network.trained(on: samples, options: choice)
      let before = try #require(network.parameter(.weights, of: 1))
      let after = try #require(tuned.parameter(.weights, of: 1))
      #expect((before.values != after.values) == moves)
    }
  }

  @Test func `keeps zeros and shared values that were asked for`() throws {
    var random = SeededGenerator(seed: 1)
    let (pruned, _) = try prune(try trained(seed: 9), PruningOptions(sparsity: 0.5), using: &random)
    var clustering = ClusteringOptions(clusters: 6)
    clustering.keepsSparsity = true
    let (shared, _) = try cluster(pruned, clustering, using: &random)
    var training = options(epochs: 3)
    training.keepsZeros = true
    training.keepsClusters = true
    var choice = QuantizationOptions(.int8)
    choice.granularity = .tensor
    let samples = clouds(96, seed: 2)
    let result = try quantizeAware(
      shared,
      choice,
      calibration: samples.inputs,
      on: samples,
      training: training
    )
    let gains = CompressionGains(shared)
    #expect(gains.losses(in: result.network).isEmpty)
    #expect(gains.losses(in: result.graph).isEmpty)
    choice.granularity = .channel
    let (torn, _) = try quantize(shared, choice, calibration: samples.inputs)
    #expect(!gains.losses(in: torn).isEmpty)
  }

  @Test func `refuses kinds without a simulation`() throws {
    let network = try trained(seed: 1)
    let samples = clouds(8, seed: 1)
    #expect(throws: QuantizationError.noAwareTraining(kind: "float16")) {
      try quantizeAware(
        network,
        QuantizationOptions(.float16),
        calibration: samples.inputs,
        on: samples,
        training: options(epochs: 1)
      )
    }
  }
}

@Suite("Preparing to quantize")
struct QuantizationPreparationTests {
  private func images(_ count: Int, seed: UInt64) -> Tensor {
    var random = SeededGenerator(seed: seed)
    return Tensor(
      Shape([count, 8, 8, 2]),
      (0..<count * 128).map { _ in Float(random.nextUnit() * 2 - 1) }
    )
  }

  @Test(arguments: UInt64(0)..<8)
  func `folding and equalising change no answer`(seed: UInt64) throws {
    let network = try SampleNetwork.images(seed: seed)
    let inputs = images(4, seed: seed)
    let folded = try network.foldingNormalization()
    #expect(!folded.architecture.nodes.contains { $0.layer.kindName == "batchnorm" })
    let equal = folded.equalizingRanges()
    let expected = try network.outputs(for: inputs)
    for other in [folded, equal] {
      let found = try other.outputs(for: inputs)
      for (one, two) in zip(found.values, expected.values) { #expect(abs(one - two) < 1e-4) }
    }
  }

  /// Nagel et al., 2019, equation 11: the ranges on both sides are equal afterwards.
  @Test func `equal ranges stand on both sides of a hidden layer`() throws {
    var architecture = try Architecture(input: Shape([3]))
    try architecture.append(.dense(Dense(units: 4, activation: .relu)))
    try architecture.append(.dense(Dense(units: 2)))
    let network = SampleNetwork.filled(architecture, seed: 3).equalizingRanges()
    let first = try #require(network.parameter(.weights, of: 1)).values
    let second = try #require(network.parameter(.weights, of: 2)).values
    for channel in 0..<4 {
      let before = (0..<3).map { first[$0 * 4 + channel].magnitude }.max() ?? 0
      let after = (0..<2).map { second[channel * 2 + $0].magnitude }.max() ?? 0
      #expect(abs(before - after) < 1e-5)
    }
  }

  @Test func `corrected biases leave less error on average`() throws {
    let network = try SampleNetwork.images(seed: 4)
    let inputs = images(64, seed: 4)
    let exact = try GraphRunner(try lower(network)).outputs(for: inputs)
    func meanError(_ corrects: Bool) throws -> Double {
      var options = QuantizationOptions(.int4)
      options.correctsBias = corrects
      let (graph, _) = try quantize(network, options, calibration: inputs)
      let outputs = try GraphRunner(graph).outputs(for: inputs)
      var sums = [Double](repeating: 0, count: 4)
      for (index, value) in outputs.values.enumerated() {
        sums[index % 4] += Double(value - exact.values[index]) / 64
      }
      return sums.reduce(0) { $0 + $1.magnitude }
    }
    #expect(try meanError(true) < meanError(false))
  }

  @Test func `a budget is kept, the least sensitive layer first, or refused`() throws {
    let network = try SampleNetwork.images(seed: 6)
    let inputs = images(16, seed: 6)
    let whole = try quantize(network, to: .int8, calibration: inputs).0.parameterBytes
    for bytes in [whole, whole - 40, whole * 2 / 3] {
      var options = QuantizationOptions(.int8)
      options.largestBytes = bytes
      let (graph, _) = try quantize(network, options, calibration: inputs)
      #expect(graph.parameterBytes <= bytes)
    }
    var options = QuantizationOptions(.int8)
    options.largestBytes = 10
    #expect(throws: QuantizationError.self) {
      try quantize(network, options, calibration: inputs)
    }
  }

  @Test func `kinds by layer go by name, then by place, then by rest`() throws {
    let network = try SampleNetwork.images(seed: 2)
    var options = QuantizationOptions(.int8)
    options.layers = ["first": .int8, "dense1": .ternary, "rest": .int4]
    #expect(
      try options.weightKinds(of: network)
        == ["conv1": .int8, "depthwise1": .int8, "dense1": .ternary, "dense2": .int4]
    )
    options.layers = ["dense7": .int4]
    #expect(throws: QuantizationError.self) { try options.weightKinds(of: network) }
  }
}

@Suite("Channels that are added up")
struct ResidualPruningTests {
  /// Channels whose filters and biases are 0 on both sides of the sum can go without changing any
  /// answer, and are the ones that magnitude removes.
  @Test(arguments: UInt64(0)..<4)
  func `go together, through sums and concatenations`(seed: UInt64) throws {
    var architecture = try Architecture(input: Shape([6, 6, 2]))
    let window = Window(height: 3, width: 3, padding: .same)
    let first = try architecture.append(
      .convolution(Convolution(filters: 8, window: window, activation: .relu)),
      name: "first"
    )
    let second = try architecture.append(
      .convolution(Convolution(filters: 8, window: window)),
      name: "second"
    )
    let sum = try architecture.append(.addition, inputs: [first, second])
    let side = try architecture.append(
      .convolution(Convolution(filters: 4, window: window, activation: .relu)),
      name: "side",
      inputs: [first]
    )
    try architecture.append(.concatenation, inputs: [sum, side])
    try architecture.append(.flatten)
    try architecture.append(.dense(Dense(units: 3, activation: .softmax)))
    var network = SampleNetwork.filled(architecture, seed: seed)
    for name in ["first", "second"] {
      let node = try #require(network.architecture.index(of: name))
      for place in network.parameters[node].indices {
        network.parameters[node][place].tensor.withMutableElements { elements in
          for index in elements.indices where index % 8 < 4 { elements[index] = 0 }
        }
      }
    }
    let node = try #require(network.architecture.index(of: "side"))
    for place in network.parameters[node].indices {
      network.parameters[node][place].tensor.withMutableElements { elements in
        for index in elements.indices where index % 4 < 2 { elements[index] = 0 }
      }
    }
    var options = PruningOptions(sparsity: 0.5)
    options.unit = .channels
    var random = SeededGenerator(seed: 1)
    let (smaller, report) = try prune(network, options, using: &random)
    #expect(report.layers.map(\.removedUnits) == [4, 4, 2, 0])
    #expect(smaller.architecture.nodes.first { $0.name == "second" }?.outputShape.extents.last == 4)
    let inputs = Tensor(Shape([3, 6, 6, 2]), (0..<216).map { Float($0 % 17) / 17 })
    let before = try network.outputs(for: inputs)
    let after = try smaller.outputs(for: inputs)
    for (one, two) in zip(before.values, after.values) { #expect(abs(one - two) < 1e-5) }
    options.skip = ["second"]
    let (kept, _) = try prune(network, options, using: &random)
    #expect(kept.architecture.nodes.first { $0.name == "first" }?.outputShape.extents.last == 8)
  }
}

@Suite("Distillation of features")
struct FeatureDistillationTests {
  @Test func `a student's layer comes close to its teacher's`() throws {
    let teacher = try trained(seed: 21)
    let student = SampleNetwork.filled(teacher.architecture, seed: 22)
    let samples = clouds(160, seed: 23)
    let digest = teacher.digest()
    func distance(_ network: Network) throws -> Double {
      let one = try teacher.activations(for: samples.inputs, of: "dense2")
      let two = try network.activations(for: samples.inputs, of: "dense2")
      return zip(one.values, two.values).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }
    var choice = DistillationOptions()
    choice.matches = [.init(teacher: "dense2", student: "dense2")]
    let taught = try distill(
      [teacher],
      into: student,
      on: samples,
      options: choice,
      training: options(epochs: 20)
    )
    #expect(try distance(taught) < 0.2 * distance(student))
    #expect(teacher.digest() == digest)
    choice.matches = [.init(teacher: "dense1", student: "dense2")]
    #expect(throws: DistillationError.self) {
      try distill(
        [teacher],
        into: student,
        on: samples,
        options: choice,
        training: options(epochs: 1)
      )
    }
  }

  /// The gradient of the matched layer by finite differences of the reported loss.
  @Test func `the loss counts what is matched`() throws {
    let network = try trained(seed: 31)
    let samples = clouds(8, seed: 32)
    var choice = options(epochs: 1)
    choice.batchSize = 8
    choice.learningRate = 0
    let plain = try network.trained(on: samples, options: choice).training?.loss.first ?? 0
    let features = try network.activations(for: samples.inputs, of: "dense1")
    var shifted = features
    shifted.withMutableElements { elements in
      for index in elements.indices { elements[index] += 0.5 }
    }
    choice.features = [FeatureTargets(node: 1, values: shifted, weight: 3)]
    let matched = try network.trained(on: samples, options: choice).training?.loss.first ?? 0
    // weight * mean(0.5²)
    #expect(abs(matched - plain - 0.75) < 1e-4)
  }
}
