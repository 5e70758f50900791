import Compression
import Networks
import Tensors
import Testing

private func network(_ units: [Int], seed: UInt64) throws -> Network {
  var architecture = try Architecture(input: Shape([2]))
  for count in units { try architecture.append(.dense(Dense(units: count, activation: .relu))) }
  try architecture.append(.dense(Dense(units: 4, activation: .softmax)))
  return SampleNetwork.filled(architecture, seed: seed)
}

private func options(epochs: Int) -> TrainingOptions {
  var options = TrainingOptions()
  options.epochs = epochs
  options.learningRate = 0.01
  return options
}

@Suite("Fine-tuning")
struct FineTuningTests {
  @Test(arguments: PruningSchedule.Curve.allCases, PruningOptions.Method.allCases)
  func `holds what was pruned, exactly, and reports each epoch`(
    curve: PruningSchedule.Curve,
    method: PruningOptions.Method
  ) throws {
    let start = try network([16, 12], seed: 1)
    let samples = clouds(120, seed: 2)
    var choice = PruningOptions(sparsity: 0)
    choice.method = method
    let schedule = try PruningSchedule(curve: curve, from: 0.25, to: 0.75)
    var random = SeededGenerator(seed: 1)
    let (tuned, report) = try prune(
      start,
      choice,
      schedule: schedule,
      on: samples,
      training: options(epochs: 4),
      using: &random
    )
    // 32, 192 and 48 weights.
    #expect(report.layers.map(\.zeros) == [24, 144, 36])
    #expect(report.sparsity == (1...4).map { schedule.sparsity(atEpoch: $0, of: 4) })
    #expect(report.training?.loss.count == 4)
    #expect(tuned.training == report.training)
    #expect(tuned.sparsity == 0.75)
    #expect(tuned.digest() != start.digest())
    #expect(start.sparsity == 0)
  }

  @Test func `fine-tuning mends what pruning broke`() throws {
    let samples = clouds(200, seed: 3)
    let trained = try network([16, 12], seed: 4).trained(on: samples, options: options(epochs: 20))
    var random = SeededGenerator(seed: 1)
    let (tuned, _) = try prune(
      trained,
      PruningOptions(sparsity: 0),
      schedule: try PruningSchedule(curve: .polynomial, to: 0.5),
      on: samples,
      training: options(epochs: 10),
      using: &random
    )
    #expect((tuned.training?.accuracy.last ?? 0) >= 0.9)
  }

  @Test func `smaller networks train on`() throws {
    let samples = clouds(120, seed: 5)
    let trained = try network([16, 12], seed: 6).trained(on: samples, options: options(epochs: 3))
    var choice = PruningOptions(sparsity: 0)
    choice.unit = .neurons
    var random = SeededGenerator(seed: 1)
    let (tuned, report) = try prune(
      trained,
      choice,
      schedule: try PruningSchedule(curve: .constant, to: 0.5),
      on: samples,
      training: options(epochs: 3),
      using: &random
    )
    #expect(tuned.architecture.nodes.map(\.outputShape.count) == [2, 8, 6, 4])
    #expect(report.layers.map(\.removedUnits) == [8, 6, 0])
    #expect(tuned.optimizerState?.epochs == 6)
    #expect(throws: PruningError.self) {
      try prune(
        trained,
        choice,
        schedule: try PruningSchedule(curve: .polynomial, to: 0.5),
        on: samples,
        training: options(epochs: 3),
        using: &random
      )
    }
  }

  @Test func `an observer stops at a whole epoch`() throws {
    var epochs = 0
    let observer = TrainingObserver(
      onEpoch: { _ in epochs += 1 },
      shouldStop: { epochs == 2 }
    )
    var random = SeededGenerator(seed: 1)
    let (tuned, report) = try prune(
      try network([16], seed: 7),
      PruningOptions(sparsity: 0),
      schedule: try PruningSchedule(curve: .polynomial, to: 0.9),
      on: clouds(64, seed: 8),
      training: options(epochs: 5),
      observer: observer,
      using: &random
    )
    #expect(tuned.training?.wasInterrupted == true)
    #expect(report.sparsity.count == 2)
  }

  /// A weight whose input is always 0 has no gradient, so Taylor's importance takes it first
  /// however large it is.
  ///
  /// Of two weights that fit too much and too little, movement takes the one that training pulls
  /// towards 0. One output, squared error, by hand.
  @Test func `methods with gradients see what magnitudes cannot`() throws {
    var architecture = try Architecture(input: Shape([2]))
    try architecture.append(.dense(Dense(units: 1, hasBias: false)))
    func single(_ weights: [Float]) -> Network {
      Network(
        architecture: architecture,
        parameters: [[], [Parameter(role: .weights, tensor: Tensor(Shape([2, 1]), weights))]]
      )
    }
    func samples(_ inputs: [Float], _ targets: [Float]) -> Samples {
      Samples(
        inputs: Tensor(Shape([2, 2]), inputs),
        expected: .values(Tensor(Shape([2, 1]), targets))
      )
    }
    var random = SeededGenerator(seed: 1)
    var choice = PruningOptions(sparsity: 0.5)
    let deaf = samples([1, 0, 2, 0], [3, 5])
    choice.method = .taylor
    let first = single([0.5, 9])
    let (taylor, _) = try prune(
      first,
      choice,
      gradients: try first.meanSquaredGradients(on: deaf),
      using: &random
    )
    #expect(taylor.parameter(.weights, of: 1)?.values == [0.5, 0])
    // At rest the mean gradient is 0, but its square over batches of one sample is not:
    // (2 * 2 * 2)² and (2 * 0.1 * 4)² in half of them.
    let noisy = Samples(
      inputs: Tensor(Shape([4, 2]), [2, 0, 2, 0, 0, 0.1, 0, 0.1]),
      expected: .values(Tensor(Shape([4, 1]), [0, 4, -3.1, 4.9]))
    )
    let resting = single([1, 9])
    var batches = TrainingOptions()
    batches.batchSize = 1
    #expect(try resting.meanGradients(on: noisy, options: batches)[1][0].values[0] == 0)
    let squares = try resting.meanSquaredGradients(on: noisy, options: batches)
    #expect(squares[1][0].values[0] == 32)
    let (rested, _) = try prune(resting, choice, gradients: squares, using: &random)
    #expect(rested.parameter(.weights, of: 1)?.values == [1, 0])
    // y = 2a + 0.5b with targets a and b: a's weight must fall, b's must rise.
    let second = single([2, 0.5])
    let gradients = try second.meanGradients(on: samples([1, 0, 0, 1], [1, 1]))
    // d/dw mean((wx - t)²) = mean(2 x (wx - t)) = (2 - 1) and (0.5 - 1).
    #expect(gradients[1][0].values == [1, -0.5])
    choice.method = .gradient
    let (moved, _) = try prune(second, choice, gradients: gradients, using: &random)
    #expect(moved.parameter(.weights, of: 1)?.values == [0, 0.5])
    #expect(throws: PruningError.needsData(method: "gradient")) {
      try prune(second, choice, using: &random)
    }
  }

  @Test(arguments: CentroidStart.allCases, [true, false])
  func `shared values stay shared, and zeros 0`(start: CentroidStart, keeps: Bool) throws {
    let samples = clouds(120, seed: 9)
    let trained = try network([16, 12], seed: 10).trained(on: samples, options: options(epochs: 3))
    var random = SeededGenerator(seed: 1)
    let (pruned, _) = try prune(trained, PruningOptions(sparsity: 0.5), using: &random)
    var choice = ClusteringOptions(clusters: 6)
    choice.start = start
    choice.keepsSparsity = keeps
    let (tuned, report) = try cluster(
      pruned,
      choice,
      on: samples,
      training: options(epochs: 3),
      using: &random
    )
    for layer in report.layers {
      #expect(layer.distinct <= 6)
      if keeps { #expect(layer.zeros * 2 == layer.count) }
    }
    #expect(tuned.digest() != pruned.digest())
    #expect(report.training?.epochs == 3)
    if keeps { #expect(tuned.sparsity == 0.5) }
  }

  @Test func `training's refusals come through`() throws {
    var random = SeededGenerator(seed: 1)
    let start = try network([4], seed: 1)
    let wrong = Samples(inputs: Tensor(Shape([2, 3])), expected: .classes([0, 1], count: 4))
    #expect(throws: PruningError.self) {
      try prune(
        start,
        PruningOptions(sparsity: 0),
        schedule: try PruningSchedule(curve: .constant, to: 0.5),
        on: wrong,
        training: options(epochs: 1),
        using: &random
      )
    }
    #expect(throws: ClusteringError.self) {
      try cluster(
        start,
        ClusteringOptions(clusters: 4),
        on: wrong,
        training: options(epochs: 1),
        using: &random
      )
    }
  }
}

@Suite("Distillation")
struct DistillationTests {
  @Test func `a student learns its teacher's answers, and the teacher stays`() throws {
    let samples = clouds(200, seed: 11)
    let teacher = try network([16, 12], seed: 12).trained(on: samples, options: options(epochs: 15))
    let digest = teacher.digest()
    // Without hard labels, all that the student can know comes from the teacher: labels are shuffled.
    let blind = Samples(
      inputs: samples.inputs,
      expected: .classes((0..<200).map { Int32($0 / 50) }, count: 4)
    )
    var choice = DistillationOptions()
    choice.alpha = 0
    let student = try distill(
      [teacher],
      into: try network([6], seed: 13),
      on: blind,
      options: choice,
      training: options(epochs: 40)
    )
    #expect(teacher.digest() == digest)
    let taught = try student.outputs(for: samples.inputs).values
    let known = try teacher.outputs(for: samples.inputs).values
    let agreeing = (0..<200).count { sample in
      let row = sample * 4..<sample * 4 + 4
      let one = row.max { taught[$0] < taught[$1] }
      return one == row.max { known[$0] < known[$1] }
    }
    #expect(agreeing >= 190)
  }

  @Test func `twice the same teacher is that teacher`() throws {
    let samples = clouds(60, seed: 14)
    let teacher = try network([8], seed: 15)
    let one = try distill(
      [teacher],
      into: try network([4], seed: 16),
      on: samples,
      training: options(epochs: 2)
    )
    let two = try distill(
      [teacher, teacher],
      into: try network([4], seed: 16),
      on: samples,
      training: options(epochs: 2)
    )
    #expect(one.digest() == two.digest())
  }

  @Test func `refuses those who cannot understand each other`() throws {
    let samples = clouds(8, seed: 17)
    let student = try network([4], seed: 18)
    var wide = try Architecture(input: Shape([2]))
    try wide.append(.dense(Dense(units: 5, activation: .softmax)))
    var deep = try Architecture(input: Shape([3]))
    try deep.append(.dense(Dense(units: 4, activation: .softmax)))
    #expect(
      throws: DistillationError.outputsDiffer(teacher: Shape([5]), student: Shape([4]))
    ) {
      try distill(
        [SampleNetwork.filled(wide, seed: 1)],
        into: student,
        on: samples,
        training: options(epochs: 1)
      )
    }
    #expect(throws: DistillationError.inputsDiffer(teacher: Shape([3]), student: Shape([2]))) {
      try distill(
        [SampleNetwork.filled(deep, seed: 1)],
        into: student,
        on: samples,
        training: options(epochs: 1)
      )
    }
    #expect(throws: DistillationError.noTeacher) {
      try distill([], into: student, on: samples, training: options(epochs: 1))
    }
    for (temperature, alpha) in [
      (Float(0), Float(0.5)), (-1, 0.5), (.nan, 0.5), (2, 1.5), (2, .nan),
    ] {
      var choice = DistillationOptions()
      choice.temperature = temperature
      choice.alpha = alpha
      #expect(throws: DistillationError.self) {
        try distill(
          [student],
          into: student,
          on: samples,
          options: choice,
          training: options(epochs: 1)
        )
      }
    }
  }
}
