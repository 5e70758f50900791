import Inference
import Networks
import Tensors
import Testing

@testable import Compression

/// One dense layer without anything behind it, and one sample: all that a step needs.
private struct SingleStep {
  let weights: [Float]
  let input: [Float] = [1, -2, 0.5]
  let target: [Float] = [0.3, -0.4]

  func network() throws -> Network {
    var architecture = try Architecture(input: Shape([3]))
    try architecture.append(.dense(Dense(units: 2, hasBias: false)))
    return Network(
      architecture: architecture,
      parameters: [[], [Parameter(role: .weights, tensor: Tensor(Shape([3, 2]), weights))]]
    )
  }

  var samples: Samples {
    Samples(
      inputs: Tensor(Shape([1, 3]), input),
      expected: .values(Tensor(Shape([1, 2]), target))
    )
  }

  /// A training of one step that moves no weight.
  func trainer(_ awareness: QuantizationAwareness, rate: Float) throws -> Trainer {
    var options = TrainingOptions()
    options.optimizer = .sgd(momentum: 0)
    options.learningRate = rate
    options.awareness = awareness
    return try Trainer(try network(), on: samples, options: options)
  }

  /// `x W`, with the weights given.
  func outputs(_ weights: [Float]) -> [Double] {
    (0..<2).map { column in
      (0..<3).reduce(0) { $0 + Double(input[$1]) * Double(weights[$1 * 2 + column]) }
    }
  }
}

/// Where one step of Adam takes a logarithm whose derivative has this sign: the rate, whatever its size.
private func moved(_ scale: Double, by slope: Double, rate: Double) -> Double {
  scale * ExactMath.exp(slope > 0 ? -rate : rate)
}

@Suite("Learnt ranges")
struct LearntRangeTests {
  /// The derivative of mean((s round(y / s) - t)²) with a straight-through gradient is
  /// mean(2 (s q - t) (q - y / s)), or q where y is clipped (Esser et al., 2020, equation 3); the
  /// first step of Adam goes against its sign.
  @Test(arguments: [Float(0.004), 0.011, 0.013, 0.02])
  func `a scale of activations goes down its slope`(scale: Float) throws {
    let step = SingleStep(weights: [0.31, -0.42, 0.17, 0.23, -0.55, 0.61])
    var awareness = QuantizationAwareness()
    awareness.activations["dense1"] = .init(-128 * scale...127 * scale, .learnt)
    let trainer = try step.trainer(awareness, rate: 0.01)
    try trainer.runStep()
    var slope = 0.0
    for (output, target) in zip(step.outputs(step.weights), step.target) {
      let steps = output / Double(scale)
      let integer = max(-128, min(steps.rounded(), 127))
      let isClipped = steps < -128 || steps > 127
      slope += (Double(scale) * integer - Double(target)) * (isClipped ? integer : integer - steps)
    }
    let range = try #require(trainer.activationRanges["dense1"])
    let expected = moved(Double(scale), by: slope, rate: 0.01)
    #expect(abs(Double(range.upperBound) / 127 / expected - 1) < 1e-5)
    // The integer that stands for 0 stays.
    #expect(abs(Double(range.lowerBound) / -128 / expected - 1) < 1e-5)
  }

  /// The same for weights: the derivative by a rounded weight is that of the loss by it, and clipped
  /// weights get none.
  @Test(arguments: [Float(0.03), 0.05, 0.09])
  func `a scale of weights goes down its slope`(scale: Float) throws {
    // The largest weight sets the first scale.
    let step = SingleStep(weights: [0.31, -0.42, 0.17, 0.23, -0.55, 7 * scale])
    var awareness = QuantizationAwareness()
    var rounding = WeightRounding(.steps(limit: 7), columnsPerScale: nil)
    rounding.learnsScales = true
    awareness.weights[1] = rounding
    let trainer = try step.trainer(awareness, rate: 0.01)
    let largest = Double(step.weights.map(\.magnitude).max() ?? 0)
    let first = largest / 7
    try trainer.runStep()
    let integers = step.weights.map { (Double($0) / first).rounded() }
    let rounded = integers.map { Float($0 * first) }
    var slope = 0.0
    for column in 0..<2 {
      let difference = step.outputs(rounded)[column] - Double(step.target[column])
      for row in 0..<3 {
        let place = row * 2 + column
        let own = Double(step.input[row]) * difference
        slope += own * (integers[place] - Double(step.weights[place]) / first)
      }
    }
    let found = try #require(trainer.weightScales[1]?.first)
    #expect(abs(Double(found) / moved(first, by: slope, rate: 0.01) - 1) < 1e-5)
  }

  @Test func `clipped weights do not move`() throws {
    let step = SingleStep(weights: [0.7, -0.42, 0.17, 0.23, -0.55, 0.61])
    var awareness = QuantizationAwareness()
    var rounding = WeightRounding(.steps(limit: 7), columnsPerScale: nil)
    rounding.learnsScales = true
    awareness.weights[1] = rounding
    let trainer = try step.trainer(awareness, rate: 0.01)
    // From here on the first weight lies beyond 7 steps of 0.1.
    trainer.withParameters { $0[1][0].tensor.withMutableElements { $0[0] = 5 } }
    try trainer.runStep()
    let after = try #require(trainer.parameters[1].first).tensor.values
    #expect(after[0] == 5)
    #expect(after[2] != 0.17)
  }

  /// What is stored is what was trained with.
  @Test(arguments: [QuantizationKind.int8, .int4])
  func `the integer graph has the scales that were learnt`(kind: QuantizationKind) throws {
    var architecture = try Architecture(input: Shape([2]))
    try architecture.append(.dense(Dense(units: 12, activation: .relu)))
    try architecture.append(.dense(Dense(units: 4, activation: .softmax)))
    let samples = clouds(160, seed: 2)
    var training = TrainingOptions()
    training.epochs = 5
    training.learningRate = 0.01
    let network = try SampleNetwork.filled(architecture, seed: 1)
      .trained(on: samples, options: training)
    var options = QuantizationOptions(kind)
    var graphs: [Graph] = []
    for ranges in RangeChange.allCases {
      options.ranges = ranges
      let result = try quantizeAware(
        network,
        options,
        calibration: samples.inputs,
        on: samples,
        training: training
      )
      graphs.append(result.graph)
      let labels = (0..<160).map { Int32($0 % 4) }
      #expect(try result.graph.accuracy(on: samples.inputs, labels: labels) > 0.9)
    }
    func scale(_ graph: Graph, _ name: String) -> Quantization? {
      graph.tensors.first { $0.name == name }?.quantization
    }
    #expect(scale(graphs[0], "dense1") != scale(graphs[1], "dense1"))
    #expect(scale(graphs[0], "dense1/weights") != nil)
  }
}

/// Sequences whose first step names the class, among noise that must be forgotten.
private func sequences(_ count: Int, steps: Int, seed: UInt64) -> Samples {
  var random = SeededGenerator(seed: seed)
  var values: [Float] = []
  var labels: [Int32] = []
  for index in 0..<count {
    let label = index % 3
    for step in 0..<steps {
      for feature in 0..<3 {
        let isNamed = step < 2 && feature == label
        values.append((isNamed ? 1 : 0) + Float(random.nextUnit() - 0.5) * 0.4)
      }
    }
    labels.append(Int32(label))
  }
  return Samples(
    inputs: Tensor(Shape([count, steps, 3]), values),
    expected: .classes(labels, count: 3)
  )
}

@Suite("Training recurrent layers for integers")
struct RecurrentAwarenessTests {
  private static let steps = 5

  private func network(_ recurrent: Recurrent) throws -> Network {
    var architecture = try Architecture(input: Shape([Self.steps, 3]))
    try architecture.append(.recurrent(recurrent))
    if recurrent.returnsSequence { try architecture.append(.flatten) }
    try architecture.append(.dense(Dense(units: 3, activation: .softmax)))
    return try SampleNetwork.filled(architecture, seed: 5)
      .trained(on: sequences(240, steps: Self.steps, seed: 6), options: options(epochs: 12))
  }

  private func options(epochs: Int, threads: Int = 2) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.learningRate = 0.01
    options.threads = threads
    return options
  }

  private func aware(
    _ network: Network,
    _ ranges: RangeChange,
    threads: Int = 2
  ) throws -> AwareResult {
    let samples = sequences(120, steps: Self.steps, seed: 7)
    var choice = QuantizationOptions(.int8)
    choice.ranges = ranges
    return try quantizeAware(
      network,
      choice,
      calibration: samples.inputs,
      on: samples,
      training: options(epochs: 3, threads: threads)
    )
  }

  @Test(arguments: RecurrentKind.allCases, RangeChange.allCases)
  func `integers tell the classes apart, with the same bits for any number of threads`(
    kind: RecurrentKind,
    ranges: RangeChange
  ) throws {
    let tests = sequences(90, steps: Self.steps, seed: 8)
    let labels = (0..<90).map { Int32($0 % 3) }
    for (isWhole, isBoth) in [(false, false), (true, false), (false, true), (true, true)] {
      let network = try network(
        Recurrent(kind: kind, units: 6, returnsSequence: isWhole, isBidirectional: isBoth)
      )
      let graphs = try [1, 2].map { try aware(network, ranges, threads: $0).graph }
      #expect(graphs[0] == graphs[1])
      let accuracy = try graphs[0].accuracy(on: tests.inputs, labels: labels)
      #expect(accuracy > 0.9, "\(kind) sequence \(isWhole) both \(isBoth)")
    }
  }

  /// Training rounds one range for what is remembered, so every step of the graph has its scale.
  @Test(arguments: [RecurrentKind.gated, .longShortTerm], RangeChange.allCases)
  func `all steps have the range that training rounded to`(
    kind: RecurrentKind,
    ranges: RangeChange
  ) throws {
    let network = try network(Recurrent(kind: kind, units: 6, returnsSequence: true))
    let graph = try aware(network, ranges).graph
    let name = network.architecture.nodes[1].name
    var names = [name]
    if kind == .gated { names += (0..<Self.steps).map { "\(name)/step\($0)" } }
    let found = names.map { own in graph.tensors.first { $0.name == own }?.quantization }
    #expect(found.allSatisfy { $0 != nil && $0 == found[0] })
  }

  /// With a rate of 0 the reported loss is that of the simulation, which must come nearer to the integer
  /// graph's than the floats' does wherever these two differ.
  @Test(arguments: RecurrentKind.allCases)
  func `coarse states change the loss that training sees`(kind: RecurrentKind) throws {
    let network = try network(Recurrent(kind: kind, units: 6))
    let samples = sequences(96, steps: Self.steps, seed: 9)
    var training = options(epochs: 1)
    training.learningRate = 0
    let plain = try network.trained(on: samples, options: training).training?.loss.first ?? 0
    // Steps of 0.25 instead of 1/128.
    training.awareness = QuantizationAwareness()
    training.awareness?.activations["\(network.architecture.nodes[1].name)/state"] = .init(
      -32...31.75,
      .fixed
    )
    let coarse = try network.trained(on: samples, options: training).training?.loss.first ?? 0
    #expect(abs(coarse - plain) > 1e-4)
    training.awareness?.activations["\(network.architecture.nodes[1].name)/state"] = .init(
      -1...1,
      .fixed
    )
    let fine = try network.trained(on: samples, options: training).training?.loss.first ?? 0
    #expect(abs(fine - plain) < abs(coarse - plain))
  }
}
