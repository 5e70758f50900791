import Tensors
import TestSupport
import Testing

@testable import Networks

@Suite("Training against Keras (Tests/Oracles/networks.py)")
struct TrainingOracleTests {
  static let runs: [(Optimizer, Float, LossFunction, [Double])] = [
    (.sgd(momentum: 0), 0.1, .crossEntropy, KerasValues.lossesSgd),
    (.sgd(momentum: 0.9), 0.1, .crossEntropy, KerasValues.lossesMomentum),
    (.nesterov(momentum: 0.9), 0.1, .crossEntropy, KerasValues.lossesNesterov),
    (
      .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7), 0.01, .crossEntropy, KerasValues.lossesAdam
    ),
    (
      .rmsprop(rho: 0.9, momentum: 0, epsilon: 1e-14), 0.01, .crossEntropy,
      KerasValues.lossesRmsprop
    ),
    (.adagrad(epsilon: 1e-14), 0.1, .crossEntropy, KerasValues.lossesAdagrad),
    (.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7), 0.01, .squared, KerasValues.lossesSquared),
    (.sgd(momentum: 0), 0.1, .absolute, KerasValues.lossesAbsolute),
    (.sgd(momentum: 0), 0.1, .huber, KerasValues.lossesHuber),
  ]

  @Test(arguments: runs.indices)
  func `ten losses are those of Keras`(index: Int) throws {
    let (optimizer, rate, loss, expected) = Self.runs[index]
    let last: ActivationFunction = loss == .crossEntropy ? .softmax : .linear
    let samples: Samples =
      loss == .crossEntropy ? .classes(12, [4]) : .values(12, [4], outputs: [3])
    var options = TrainingOptions()
    options.optimizer = optimizer
    options.learningRate = rate
    options.loss = loss
    options.batchSize = 4
    options.shuffles = false
    let trainer = try Trainer(.filled(.small(last: last)), on: samples, options: options)
    var mean = 0.0
    for step in 0..<10 {
      let progress = try trainer.runStep()
      // The progress holds the epoch's mean so far; the step's own loss follows from two of them.
      let before = Double(progress.step - 1)
      let own = progress.loss * (before + 1) - (before == 0 ? 0 : mean * before)
      mean = progress.loss
      #expect(abs(own - expected[step]) < 2e-5, "step \(step)")
    }
  }
}

@Suite("Training is exact")
struct TrainingExactnessTests {
  private static func options(epochs: Int = 2, threads: Int = 2) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.threads = threads
    options.batchSize = 20
    options.learningRate = 0.01
    return options
  }

  /// 53 samples: two whole batches of five chunks and a last one with a short chunk.
  private static let data = Samples.classes(53, [8, 8, 1])

  @Test(arguments: [2, 3, 7])
  func `the bits do not depend on the number of threads`(threads: Int) throws {
    let network = try Network.seeded(.images())
    let one = try network.trained(on: Self.data, options: Self.options(threads: 1))
    let many = try network.trained(on: Self.data, options: Self.options(threads: threads))
    #expect(one.digest() == many.digest())
    #expect(one.training?.loss == many.training?.loss)
    #expect(one.digest() != network.digest())
    let first = try one.evaluate(on: Self.data, threads: 1)
    #expect(try many.evaluate(on: Self.data, threads: threads) == first)
  }

  @Test(arguments: [RecurrentKind.simple, .gated, .longShortTerm])
  func `the bits do not depend on the instruction set`(kind: RecurrentKind) throws {
    let architecture = try Architecture.chain(
      [6, 3],
      [
        .temporalConvolution(TemporalConvolution(filters: 5, size: 2, activation: .gelu)),
        .attention(Attention(heads: 2, size: 3)), .layerNormalization(LayerNormalization()),
        .recurrent(
          Recurrent(kind: kind, units: 7, returnsSequence: true, isBidirectional: true)
        ),
        .pooling(Pooling(kind: .maximum, window: nil)),
        .dense(Dense(units: 3, activation: .softmax)),
      ]
    )
    var digests: Set<String> = []
    for set in InstructionSets.available {
      for threads in [1, 2, 3] {
        let digest = try InstructionSets.using(set) { _ in
          let sequences = try Network.seeded(architecture)
            .trained(on: .classes(23, [6, 3]), options: Self.options(threads: threads))
          let images = try Network.seeded(.images())
            .trained(on: Self.data, options: Self.options(threads: threads))
          return sequences.digest() + images.digest()
        }
        digests.insert(digest)
      }
    }
    #expect(digests.count == 1)
  }

  @Test(arguments: [
    Optimizer.sgd(momentum: 0), .sgd(momentum: 0.9), .nesterov(momentum: 0.9),
    .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7),
    .rmsprop(rho: 0.9, momentum: 0.5, epsilon: 1e-7),
    .adagrad(epsilon: 1e-7),
  ])
  func `three then two epochs equal five`(optimizer: Optimizer) throws {
    let network = try Network.seeded(.images())
    var options = Self.options(epochs: 5)
    options.optimizer = optimizer
    let five = try network.trained(on: Self.data, options: options)
    options.epochs = 3
    let three = try network.trained(on: Self.data, options: options)
    options.epochs = 2
    options.seed = 99
    let two = try three.trained(on: Self.data, options: options)
    #expect(two.digest() == five.digest())
    #expect(two.optimizerState == five.optimizerState)
    #expect(five.optimizerState?.epochs == 5)
  }

  @Test func `a run that is stopped equals a shorter one`() throws {
    let network = try Network.seeded(.images())
    var polls = 0
    let observer = TrainingObserver(shouldStop: {
      polls += 1
      return polls > 8
    })
    let stopped = try network.trained(
      on: Self.data,
      options: Self.options(epochs: 9),
      observer: observer
    )
    let shorter = try network.trained(on: Self.data, options: Self.options(epochs: 2))
    #expect(stopped.digest() == shorter.digest())
    #expect(stopped.optimizerState == shorter.optimizerState)
    #expect(stopped.training?.wasInterrupted == true)
    #expect(stopped.training?.epochs == 2)
    #expect(stopped.training?.loss == shorter.training?.loss)
  }

  @Test func `a run stopped in its first epoch changes nothing`() throws {
    let network = try Network.seeded(.images())
    let stopped = try network.trained(
      on: Self.data,
      options: Self.options(),
      observer: TrainingObserver(shouldStop: { true })
    )
    #expect(stopped.digest() == network.digest())
    #expect(stopped.training?.epochs == 0)
  }

  @Test func `progress counts steps and epochs`() throws {
    var seen: [[Int]] = []
    var epochs = 0
    let observer = TrainingObserver(
      onStep: { seen.append([$0.epoch, $0.step, $0.steps]) },
      onEpoch: { epochs = $0.epochs }
    )
    _ = try Network.seeded(.images())
      .trained(on: Self.data, options: Self.options(), observer: observer)
    #expect(seen == [[1, 1, 3], [1, 2, 3], [1, 3, 3], [2, 1, 3], [2, 2, 3], [2, 3, 3]])
    #expect(epochs == 2)
  }

  @Test func `shuffling and dropout follow the seed`() throws {
    let network = try Network.seeded(.images())
    var options = Self.options()
    let first = try network.trained(on: Self.data, options: options)
    options.seed = 43
    #expect(try network.trained(on: Self.data, options: options).digest() != first.digest())
  }

  @Test func `gradients of a batch are the mean over its samples, the last short one too`() throws {
    // One step of plain descent on 6 samples equals the mean of six steps on one sample each.
    let network = Network.filled(try .small())
    var options = TrainingOptions()
    options.optimizer = .sgd(momentum: 0)
    options.learningRate = 1
    options.shuffles = false
    let samples = Samples.classes(6, [4])
    let together = try network.trained(on: samples, options: options)
    var sum = [Double](repeating: 0, count: 32)
    for index in 0..<6 {
      let one = Samples(
        inputs: Tensor(Shape([1, 4]), Array(samples.inputs.values[index * 4..<index * 4 + 4])),
        expected: .classes([Int32(index % 3)], count: 3)
      )
      let single = try network.trained(on: one, options: options)
      for (place, value) in single.parameters[1][0].tensor.values.enumerated() {
        sum[place] += Double(value)
      }
    }
    for (mean, value) in zip(sum, together.parameters[1][0].tensor.values) {
      #expect(abs(mean / 6 - Double(value)) < 1e-6)
    }
  }
}

@Suite("Constraints while training")
struct TrainingConstraintTests {
  @Test func `frozen layers keep their bits`() throws {
    var architecture = try Architecture(input: Shape([4]))
    try architecture.append(.dense(Dense(units: 8, activation: .relu)), isFrozen: true)
    try architecture.append(.dense(Dense(units: 3)))
    let network = try Network.seeded(architecture)
    let trained = try network.trained(on: .classes(12, [4]), options: TrainingOptions())
    #expect(trained.parameters[1] == network.parameters[1])
    #expect(trained.parameters[2] != network.parameters[2])
  }

  @Test func `zeros stay zeros`() throws {
    var network = try Network.seeded(.small())
    for index in stride(from: 0, to: 32, by: 2) { network.parameters[1][0].tensor[index] = 0 }
    var options = TrainingOptions()
    options.epochs = 5
    options.keepsZeros = true
    let trained = try network.trained(on: .classes(12, [4]), options: options)
    for index in 0..<32 {
      #expect((trained.parameters[1][0].tensor[index] == 0) == (index.isMultiple(of: 2)))
    }
    #expect(trained.sparsity == network.sparsity)
  }

  @Test func `weights set to zero between epochs stay zero from then on`() throws {
    var options = TrainingOptions()
    options.keepsZeros = true
    let trainer = try Trainer(.seeded(.small()), on: .classes(12, [4]), options: options)
    try trainer.runEpoch()
    trainer.withParameters { $0[1][0].tensor[5] = 0 }
    try trainer.runEpoch()
    #expect(trainer.parameters[1][0].tensor[5] == 0)
    #expect(trainer.parameters[1][0].tensor[6] != 0)
    #expect(trainer.result().training?.epochs == 2)
  }

  @Test func `weights that share a value go on sharing one`() throws {
    var network = try Network.seeded(.small())
    for index in 0..<32 {
      network.parameters[1][0].tensor[index] = [0.5, -0.25, 0.125, 0][index % 4]
    }
    var options = TrainingOptions()
    options.epochs = 5
    options.keepsClusters = true
    options.keepsZeros = true
    let trained = try network.trained(on: .classes(12, [4]), options: options)
    let values = trained.parameters[1][0].tensor.values
    #expect(Set(values).count == 4)
    for index in 0..<32 { #expect(values[index] == values[index % 4]) }
    #expect(values[3] == 0)
    #expect(values[0] != 0.5)
  }

  @Test func `the gradient of a shared value is the sum over its weights`() throws {
    // y = w * (a + b) with one weight twice; d(squared)/dw = 2 (y - e)(a + b).
    let architecture = try Architecture.chain([2], [.dense(Dense(units: 1, hasBias: false))])
    let network = Network(
      architecture: architecture,
      parameters: [
        [], [Parameter(role: .weights, tensor: Tensor(Shape([2, 1]), [0.5, 0.5]))],
      ]
    )
    let samples = Samples(
      inputs: Tensor(Shape([1, 2]), [1, 2]),
      expected: .values(Tensor(Shape([1, 1]), [1]))
    )
    var options = TrainingOptions()
    options.optimizer = .sgd(momentum: 0)
    options.learningRate = 0.125
    options.keepsClusters = true
    let trained = try network.trained(on: samples, options: options)
    #expect(trained.parameters[1][0].tensor.values == [0.125, 0.125])
  }

  @Test func `weight decay pulls weights and not biases`() throws {
    // With a rate of 0.5 and a decay of 0.5 a weight without gradient shrinks by a quarter.
    let architecture = try Architecture.chain([1], [.dense(Dense(units: 1))])
    let network = Network(
      architecture: architecture,
      parameters: [
        [],
        [
          Parameter(role: .weights, tensor: Tensor(Shape([1, 1]), [2])),
          Parameter(role: .bias, tensor: Tensor(Shape([1]), [3])),
        ],
      ]
    )
    let samples = Samples(
      inputs: Tensor(Shape([1, 1]), [0]),
      expected: .values(Tensor(Shape([1, 1]), [3]))
    )
    var options = TrainingOptions()
    options.learningRate = 0.5
    options.weightDecay = 0.5
    for optimizer in [
      Optimizer.sgd(momentum: 0), .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-7),
    ] {
      options.optimizer = optimizer
      let trained = try network.trained(on: samples, options: options)
      #expect(trained.parameters[1][0].tensor.values == [1.5])
      #expect(trained.parameters[1][1].tensor.values == [3])
    }
  }

  @Test(arguments: [true, false])
  func `what inner layers are asked for has its gradient`(isPenalty: Bool) throws {
    let network = try Network.seeded(.small(), seed: 4)
    let samples = Samples.classes(12, [4])
    let count = network.architecture.nodes[1].outputShape.count
    var options = TrainingOptions()
    options.optimizer = .sgd(momentum: 0)
    options.batchSize = 12
    options.shuffles = false
    if isPenalty {
      options.activityPenalties = [ActivityPenalty(node: 1, weight: 0.3)]
    } else {
      options.features = [FeatureTargets(node: 1, values: fill([12, count], 9), weight: 3)]
    }
    func loss(_ change: Float, at place: Int) throws -> Double {
      var moved = options
      moved.learningRate = 0
      var start = network
      start.parameters[1][0].tensor.withMutableElements { $0[place] += change }
      return try start.trained(on: samples, options: moved).training?.loss.last ?? 0
    }
    options.learningRate = 1e-2
    let before = network.parameters[1][0].tensor.values
    let after = try network.trained(on: samples, options: options).parameters[1][0].tensor.values
    for place in before.indices {
      let gradient = Double(before[place] - after[place]) / 1e-2
      let difference = (try loss(1e-3, at: place) - loss(-1e-3, at: place)) / 2e-3
      #expect(abs(gradient - difference) < 2e-3 * max(1, abs(gradient)))
    }
  }

  @Test func `long gradients are shortened`() throws {
    // The gradient of (y - 10)² at y = 0, x = 3 is -60; clipped to 1 it is -1.
    let architecture = try Architecture.chain([1], [.dense(Dense(units: 1, hasBias: false))])
    let network = Network(
      architecture: architecture,
      parameters: [[], [Parameter(role: .weights, tensor: Tensor(Shape([1, 1]), [0]))]]
    )
    let samples = Samples(
      inputs: Tensor(Shape([1, 1]), [3]),
      expected: .values(Tensor(Shape([1, 1]), [10]))
    )
    var options = TrainingOptions()
    options.optimizer = .sgd(momentum: 0)
    options.learningRate = 0.5
    options.largestGradient = 1
    let trained = try network.trained(on: samples, options: options)
    #expect(abs(trained.parameters[1][0].tensor[0] - 0.5) < 1e-6)
  }
}

@Suite("Learning")
struct LearningTests {
  @Test func `a 2-4-1 network learns exclusive or`() throws {
    let architecture = try Architecture.chain(
      [2],
      [.dense(Dense(units: 4, activation: .tanh)), .dense(Dense(units: 1, activation: .sigmoid))]
    )
    let samples = Samples(
      inputs: Tensor(Shape([4, 2]), [0, 0, 0, 1, 1, 0, 1, 1]),
      expected: .classes([0, 1, 1, 0], count: 2)
    )
    var options = TrainingOptions()
    options.epochs = 400
    options.learningRate = 0.05
    let trained = try Network.seeded(architecture, seed: 7).trained(on: samples, options: options)
    #expect(try trained.evaluate(on: samples).accuracy == 1)
    #expect(trained.training?.outputForm == .sigmoid)
    #expect(trained.training?.batchSize == 4)
    #expect((trained.training?.loss.last ?? 1) < 0.05)
  }

  @Test func `one neuron learns y = 2x - 1 by descent`() throws {
    let architecture = try Architecture.chain([1], [.dense(Dense(units: 1))])
    let inputs: [Float] = (0..<20).map { Float($0) / 10 - 1 }
    let samples = Samples(
      inputs: Tensor(Shape([20, 1]), inputs),
      expected: .values(Tensor(Shape([20, 1]), inputs.map { 2 * $0 - 1 }))
    )
    var options = TrainingOptions()
    options.epochs = 200
    options.batchSize = 5
    options.optimizer = .sgd(momentum: 0)
    options.learningRate = 0.1
    let trained = try Network.seeded(architecture).trained(on: samples, options: options)
    #expect(abs(trained.parameters[1][0].tensor[0] - 2) < 1e-4)
    #expect(abs(trained.parameters[1][1].tensor[0] + 1) < 1e-4)
    #expect((try trained.evaluate(on: samples).values?.determination ?? 0) > 0.9999)
  }

  @Test func `patience ends training and brings the best weights back`() throws {
    let data = Samples.classes(24, [4])
    let other = Samples(
      inputs: fill([12, 4], 5),
      expected: .classes((0..<12).map { Int32(($0 * 2) % 3) }, count: 3)
    )
    var options = TrainingOptions()
    options.epochs = 200
    options.learningRate = 0.05
    options.patience = 3
    let trained = try Network.seeded(.small())
      .trained(on: data, validation: other, options: options)
    let report = try #require(trained.training)
    let best = try #require(report.validationLoss.min())
    #expect(report.epochs < 200)
    #expect(report.best == report.epochs - 4)
    #expect(report.validationLoss[report.best - 1] == best)
    #expect(try trained.evaluate(on: other).loss == best)
  }

  @Test func `distillation moves the student towards the teacher`() throws {
    let data = Samples.classes(24, [4])
    let teacher = try Network.seeded(.small(), seed: 11)
    var options = TrainingOptions()
    options.epochs = 300
    options.learningRate = 0.02
    options.distillation = DistillationTargets(
      logits: try teacher.logits(for: data.inputs),
      temperature: 2,
      alpha: 0
    )
    let student = try Network.seeded(.small(), seed: 12).trained(on: data, options: options)
    let apart = distance(
      try student.outputs(for: data.inputs),
      try teacher.outputs(for: data.inputs).values.map(Double.init)
    )
    #expect(apart < 0.05)
    #expect((student.training?.loss.last ?? 1) < 1e-3)
  }
}

@Suite("What training refuses")
struct TrainingErrorTests {
  private func refusal(
    _ architecture: Architecture,
    _ samples: Samples,
    _ change: (inout TrainingOptions) -> Void = { _ in }
  ) throws -> TrainingError? {
    var options = TrainingOptions()
    change(&options)
    let network = try Network.seeded(architecture)
    do throws(TrainingError) {
      _ = try network.trained(on: samples, options: options)
      return nil
    } catch {
      #expect(!error.description.isEmpty)
      return error
    }
  }

  @Test func `data that does not fit`() throws {
    let small = try Architecture.small()
    #expect(
      try refusal(small, .classes(6, [5]))
        == .unsuitable(
          .wrongInput(expected: Shape([4]), found: Shape([5]))
        )
    )
    #expect(
      try refusal(small, .classes(6, [4], classes: 4))
        == .unsuitable(
          .wrongAnswers(outputs: Shape([3]), found: "4 classes")
        )
    )
    #expect(
      try refusal(small, .values(6, [4], outputs: [2]))
        == .unsuitable(
          .wrongAnswers(outputs: Shape([3]), found: "2 target values")
        )
    )
    let wrong = Samples(inputs: fill([2, 4], 1), expected: .classes([0, 3], count: 3))
    #expect(
      try refusal(small, wrong)
        == .unsuitable(
          .labelOutOfRange(label: 3, sample: 1, classes: 3)
        )
    )
    let empty = Samples(inputs: Tensor(Shape([0, 4])), expected: .classes([], count: 3))
    #expect(try refusal(small, empty) == .unsuitable(.noSamples))
    let unlabelled = Samples(inputs: fill([2, 4], 1), expected: .nothing)
    #expect(try refusal(small, unlabelled) == .unsuitable(.nothingExpected))
  }

  @Test func `networks that cannot learn`() throws {
    let step = try Architecture.chain([4], [.dense(Dense(units: 3, activation: .step))])
    #expect(try refusal(step, .classes(6, [4])) == .notTrainable(layer: "dense1"))
    let empty = try Architecture.chain([3], [.activation(.softmax)])
    #expect(try refusal(empty, .classes(6, [3])) == .nothingToTrain)
  }

  @Test func `options out of range`() throws {
    let small = try Architecture.small()
    let changes: [(inout TrainingOptions) -> Void] = [
      { $0.epochs = -1 }, { $0.batchSize = 0 }, { $0.learningRate = -1 },
      { $0.learningRate = .nan }, { $0.threads = 0 }, { $0.weightDecay = -0.1 },
      { $0.optimizer = .sgd(momentum: 1) }, { $0.labelSmoothing = 1 },
      { $0.classWeights = [1, 2] }, { $0.largestGradient = 0 }, { $0.patience = -1 },
    ]
    for change in changes {
      let error = try refusal(small, .classes(6, [4]), change)
      guard case .optionOutOfRange = error else {
        Issue.record("expected a refusal, not \(String(describing: error))")
        continue
      }
    }
  }

  @Test func `memory beyond the limit, before anything is trained`() throws {
    let small = try Architecture.small()
    var options = TrainingOptions()
    let trainer = try Trainer(.seeded(small), on: .classes(6, [4]), options: options)
    options.memoryLimit = trainer.plannedBytes
    #expect(throws: Never.self) {
      try Trainer(.seeded(small), on: .classes(6, [4]), options: options)
    }
    options.memoryLimit = trainer.plannedBytes - 1
    #expect(
      throws: TrainingError.exceedsMemory(
        neededBytes: trainer.plannedBytes,
        limitBytes: trainer.plannedBytes - 1
      )
    ) {
      try Trainer(.seeded(small), on: .classes(6, [4]), options: options)
    }
  }

  @Test func `a loss that is not finite names the step and the layer`() throws {
    let values = fill([8, 4], 1)
    var samples = Samples(inputs: values, expected: .values(fill([8, 3], 2)))
    let network = try Network.seeded(.small(last: .linear))
    var options = TrainingOptions()
    options.optimizer = .sgd(momentum: 0)
    options.learningRate = 1e30
    options.epochs = 50
    options.batchSize = 4
    do throws(TrainingError) {
      _ = try network.trained(on: samples, options: options)
      Issue.record("expected training to diverge")
    } catch {
      guard case .diverged(let step, let layer) = error else {
        Issue.record("expected divergence, not \(error)")
        return
      }
      #expect(step > 1)
      #expect(["dense1", "dense2", "loss"].contains(layer))
    }
    var poisoned = values
    poisoned[5] = .nan
    samples = Samples(inputs: poisoned, expected: .values(fill([8, 3], 2)))
    options.shuffles = false
    #expect(throws: TrainingError.diverged(step: 1, layer: "input")) {
      try network.trained(on: samples, options: options)
    }
  }
}
