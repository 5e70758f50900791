import Tensors

extension Trainer {
  /// Refuses what cannot be trained, before anything is planned.
  static func check(
    _ network: Network,
    _ samples: Samples,
    _ options: TrainingOptions
  ) throws(TrainingError) {
    guard samples.count > 0 else { throw .unsuitable(.noSamples) }
    guard samples.count <= Int(Int32.max) else { throw .tooLarge }
    for node in network.architecture.nodes where node.layer.activation == .step {
      throw .notTrainable(layer: node.name)
    }
    try require(options.epochs >= 0, "epochs", "\(options.epochs)", "at least 0")
    try require(options.batchSize >= 1, "batch", "\(options.batchSize)", "at least 1")
    try require(options.threads >= 1, "threads", "\(options.threads)", "at least 1")
    let rate = options.learningRate
    try require(rate.isFinite && rate >= 0, "rate", "\(rate)", "a number from 0 on")
    let decay = options.weightDecay
    try require(decay.isFinite && decay >= 0, "decay", "\(decay)", "a number from 0 on")
    let smoothing = options.labelSmoothing
    try require(smoothing >= 0 && smoothing < 1, "smoothing", "\(smoothing)", "in 0..<1")
    if let clip = options.largestGradient {
      try require(clip.isFinite && clip > 0, "clip", "\(clip)", "greater than 0")
    }
    if let patience = options.patience {
      try require(patience >= 0, "patience", "\(patience)", "at least 0")
    }
    if let weights = options.classWeights {
      guard case .classes(_, let count) = samples.expected else {
        throw .optionOutOfRange(
          option: "weights",
          value: "\(weights.count) numbers",
          expected: "left out for data without classes"
        )
      }
      try require(
        weights.count == count && weights.allSatisfy { $0.isFinite && $0 >= 0 },
        "weights",
        "\(weights)",
        "\(count) numbers from 0 on"
      )
    }
    try checkMomentum(options.optimizer)
  }

  private static func checkMomentum(_ optimizer: Optimizer) throws(TrainingError) {
    let factors: [Float]
    switch optimizer {
    case .sgd(let momentum), .nesterov(let momentum): factors = [momentum]
    case .adam(let beta1, let beta2, _), .adamW(let beta1, let beta2, _): factors = [beta1, beta2]
    case .rmsprop(let rho, let momentum, _): factors = [rho, momentum]
    case .adagrad: factors = []
    }
    for factor in factors {
      try require(factor >= 0 && factor < 1, "momentum", "\(factor)", "in 0..<1")
    }
  }

  private static func require(
    _ condition: Bool,
    _ option: String,
    _ value: String,
    _ expected: String
  ) throws(TrainingError) {
    guard condition else {
      throw .optionOutOfRange(option: option, value: value, expected: expected)
    }
  }

  static func checkDistillation(
    _ options: TrainingOptions,
    _ loss: PlannedLoss,
    _ samples: Samples
  ) throws(TrainingError) {
    guard let distillation = options.distillation else { return }
    switch loss.work {
    case .classes, .distribution: break
    case .elements: throw .distillationNeedsClasses
    }
    let expected = Shape([samples.count, loss.count])
    guard distillation.logits.count == expected.count else {
      throw .wrongSoftTargets(expected: expected, found: distillation.logits.shape)
    }
    let temperature = distillation.temperature
    try require(
      temperature.isFinite && temperature > 0,
      "temperature",
      "\(temperature)",
      "greater than 0"
    )
    let alpha = distillation.alpha
    try require(alpha >= 0 && alpha <= 1, "alpha", "\(alpha)", "in 0...1")
  }

  /// Cross-entropy for classes, squared error for numbers.
  static func standardLoss(_ expected: Expected) -> LossFunction {
    switch expected {
    case .classes: .crossEntropy
    case .values, .nothing: .squared
    }
  }
}

extension Architecture {
  /// Whether samples have the shape that the network takes.
  func checkInput(_ samples: Samples) throws(NetworkError) {
    guard samples.count > 0 else { throw .noSamples }
    guard samples.sampleShape.extents == inputShape.extents else {
      throw .wrongInput(expected: inputShape, found: samples.sampleShape)
    }
  }
}
