import Datasets
import Diagnostics
import Language
import Networks
import Tensors

/// Everything that `on D epochs=…` says, for `train` and for the commands that fine-tune.
struct TrainingRequest {
  let call: CommandCall
  let dataset: Dataset
  let samples: Samples
  let validation: Samples?
  var options: TrainingOptions
  /// Whether inputs are to be given again.
  let reconstructs: Bool

  /// The options that stand behind `on D`, in every command that trains.
  static let slots: [Slot] = [
    Slot("epochs", [.count], defaultText: "1", range: 1...1e6, "passes over the data"),
    Slot("batch", [.count], defaultText: "32", range: 1...1e6, "samples a step"),
    Slot(
      "optimizer",
      [.word],
      catalogue: .optimizers,
      defaultText: "adam",
      "how steps follow from gradients"
    ),
    Slot("rate", [.number], defaultText: "1e-3, sgd 1e-2", range: 0...1e3, "size of a step"),
    Slot(
      "momentum",
      [.number],
      defaultText: "0.9 for adam, 0 for sgd",
      range: 0...1,
      "what is kept of the last step"
    ),
    Slot("decay", [.number], defaultText: "0", range: 0...10, "pull of the weights towards 0"),
    Slot("loss", [.word], catalogue: .losses, "crossentropy for classes, squared for numbers"),
    Slot(
      "schedule",
      [.word],
      catalogue: .rateSchedules,
      defaultText: "constant",
      "how the rate changes"
    ),
    Slot(
      "validation",
      [.dataset],
      defaultText: "the set's own part",
      "samples to watch after each epoch"
    ),
    Slot("patience", [.count], range: 1...1e6, "epochs without progress before training stops"),
    Slot("restore", [.bool], defaultText: "true", "whether the best epoch's weights come back"),
    Slot("weights", [.list], "a factor for the loss of each class"),
    Slot(
      "activity",
      [.record],
      "a price on the absolute outputs of layers, so that few neurons speak: { code: 1e-4 }"
    ),
    Slot("clip", [.number], range: 0...1e9, "largest length of the gradient"),
    Slot("shuffle", [.bool], defaultText: "true", "whether each epoch has its own order"),
    Slot("target", [.word], catalogue: .targets, "'input' trains an auto-encoder"),
    Slot("seed", [.count], range: 0...9e15, "the command's own stream, instead of the session's"),
    Slot(
      "keep",
      [.word, .list],
      catalogue: .promises,
      "what earlier commands gained: sparsity, clusters"
    ),
  ]

  /// Reads the options; `network` decides the data's form.
  ///
  /// Without `readsAnswers` any data will do, whatever its answers are.
  init(
    _ call: CommandCall,
    _ network: Network,
    readsAnswers: Bool = true
  ) throws(Diagnostic) {
    self.call = call
    guard let on = call.after(.on) else { throw TrainingCommands.missing(call, "on", "a dataset") }
    let set = try on.dataset(call.row.name)
    dataset = set
    var options = TrainingOptions()
    options.epochs = try call.count("epochs", default: 1)
    options.batchSize = try call.count("batch", default: 32)
    options.optimizer = try TrainingRequest.optimizer(call)
    options.learningRate = Float(
      try call.number("rate", default: TrainingRequest.isPlain(options.optimizer) ? 1e-2 : 1e-3)
    )
    options.weightDecay = Float(try call.number("decay", default: 0))
    if let given = call.option("loss") {
      options.loss = LossFunction(rawValue: try given.word("loss", from: .losses))
    }
    options.schedule = try TrainingRequest.schedule(call)
    options.patience = try call.optionalCount("patience")
    options.restoresBest = try call.flag("restore", default: true)
    options.shuffles = try call.flag("shuffle", default: true)
    options.seed = try call.optionalCount("seed").map { UInt64($0) } ?? call.seed
    options.threads = call.session.host.threads
    options.memoryLimit = call.session.memoryLimit
    if let given = call.option("clip") {
      let clip = try given.number("clip")
      options.largestGradient = clip > 0 ? Float(clip) : nil
    }
    options.activityPenalties = try TrainingRequest.activityPenalties(call, network)
    options.classWeights = try TrainingRequest.classWeights(call, set)
    let promises = try TrainingRequest.promises(call)
    options.keepsZeros = promises.contains("sparsity")
    options.keepsClusters = promises.contains("clusters")
    self.options = options
    reconstructs = try TrainingRequest.reconstructs(call, network)
    samples = try TrainingRequest.samples(
      call,
      set,
      .train,
      on.range,
      readsAnswers ? options.loss : nil,
      reconstructs
    )
    if let given = call.option("validation") {
      let other = try given.dataset("validation")
      let part = other.filledParts.first { $0 != .train } ?? .train
      validation = try TrainingRequest.samples(
        call,
        other,
        part,
        given.range,
        options.loss,
        reconstructs
      )
    } else if set.count(of: .validation) > 0 {
      validation = try TrainingRequest.samples(
        call,
        set,
        .validation,
        on.range,
        options.loss,
        reconstructs
      )
    } else {
      validation = nil
    }
    if options.patience != nil, validation == nil {
      throw Diagnostic(
        "no-validation",
        "patience needs validation samples, and '\(on.text)' has no validation part",
        at: call.option("patience")?.range ?? call.range,
        remedy: "split it into three parts, or give validation="
      )
    }
  }

  private static func samples(
    _ call: CommandCall,
    _ set: Dataset,
    _ part: Part,
    _ range: SourceRange,
    _ loss: LossFunction?,
    _ reconstructs: Bool
  ) throws(Diagnostic) -> Samples {
    let kind: AnswerKind? =
      switch loss {
      case .crossEntropy?, .binary?, .divergence?: .classes
      case .squared?, .absolute?, .huber?: set.answers.labels == nil ? .values : nil
      case nil: nil
      }
    let samples = try DataCommands.pinned(call, range) { () throws(DatasetError) in
      try set.samples(of: part, as: kind)
    }
    guard reconstructs else { return samples }
    let width = samples.sampleShape.count
    return Samples(
      inputs: samples.inputs,
      expected: .values(samples.inputs.reshaped(to: Shape([samples.count, width])))
    )
  }

  // MARK: Running

  /// Trains, showing progress; an interruption keeps the last whole epoch of a statement that
  /// stands alone, and undoes everything elsewhere.
  func train(_ network: Network) throws(Diagnostic) -> Network {
    let clock = call.session.host.seconds
    let trained: Network
    do throws(TrainingError) {
      let trainer = try Trainer(network, on: samples, validation: validation, options: options)
      call.emit(OutputLine(.volatile, "needs \(ByteCount.text(trainer.plannedBytes)) of memory"))
      trained = try trainer.train(observer())
    } catch {
      throw diagnostic(error)
    }
    call.session.host.show(nil)
    try finish(trained, since: clock)
    return trained
  }

  /// Shows what an interrupted or whole run came to, and keeps or undoes an interrupted one.
  func finish(_ trained: Network, since clock: Double) throws(Diagnostic) {
    guard let report = trained.training else { return }
    try settleInterruption(report)
    if report.batchSize < options.batchSize {
      call.warn(
        Diagnostic(
          "large-batch",
          "the batch of \(options.batchSize) is larger than the \(samples.count) samples, so every "
            + "step sees them all",
          at: call.option("batch")?.range ?? call.range,
          severity: .warning
        )
      )
    }
    call.emit(OutputLine(.text, summary(report)))
    let seconds = call.session.host.seconds - clock
    call.emit(OutputLine(.volatile, "time \(NumberFormat.text(seconds, significant: 2)) s"))
  }

  /// Keeps or undoes what an interrupted run came to.
  func settleInterruption(_ report: TrainingReport) throws(Diagnostic) {
    guard report.wasInterrupted else { return }
    // A statement whose time is up has failed; only a user's interruption keeps anything.
    if !call.session.host.isInterrupted { try call.session.checkLimits(at: call.verbRange) }
    guard keepsInterrupted(report) else {
      throw call.session.interruption(at: call.verbRange)
    }
    call.session.keepInterrupted(call, option: "epochs", value: "\(report.epochs)")
  }

  /// Whether an interrupted training stays: where the same statement with fewer epochs gives the
  /// same again, which a rate that depends on the number of epochs rules out.
  private func keepsInterrupted(_ report: TrainingReport) -> Bool {
    guard call.row.name == "train", call.standsAlone, report.epochs > 0 else { return false }
    switch options.schedule {
    case .cosine, .oneCycle: return false
    case .constant, .step, .exponential, .warmUp, .plateau: return true
    }
  }

  /// Watches a run for the progress bar and for Ctrl-C.
  func observer() -> TrainingObserver {
    let session = call.session
    let total = options.epochs
    var last = -1.0
    return TrainingObserver(
      onStep: { progress in
        let now = session.host.seconds
        guard now - last > 0.05 else { return }
        last = now
        session.host.show(
          Progress(
            title: "epoch",
            done: progress.epoch - 1,
            total: total,
            fraction: Double(progress.step) / Double(max(1, progress.steps)),
            detail: "loss \(NumberFormat.text(progress.loss, significant: 4))"
          )
        )
      },
      onEpoch: { _ in },
      shouldStop: { session.mustStop }
    )
  }

  /// What helps where training does not fit the limit of memory.
  static let memoryRemedy = "a smaller batch= needs less; 'limit memory=' allows more"

  /// Pins a training error to the words that it is about.
  func diagnostic(_ error: TrainingError) -> Diagnostic {
    call.session.host.show(nil)
    let range: SourceRange
    var remedy: String?
    switch error {
    case .optionOutOfRange(let option, _, _): range = call.option(option)?.range ?? call.range
    case .diverged:
      range = call.option("rate")?.range ?? call.verbRange
      remedy = "try a smaller rate=, clip=1, or normalize the data; the network is as it was"
    case .exceedsMemory:
      range = call.option("batch")?.range ?? call.range
      remedy = TrainingRequest.memoryRemedy
    case .notTrainable, .nothingToTrain: range = call.operands.first?.range ?? call.range
    case .featureWithoutGradient:
      range = call.option("activity")?.range ?? call.after(.on)?.range ?? call.range
    case .unsuitable, .wrongSoftTargets, .distillationNeedsClasses, .tooLarge, .wrongFeatures:
      range = call.after(.on)?.range ?? call.range
    }
    return Diagnostic("training", error.description, at: range, remedy: remedy)
  }

  private func summary(_ report: TrainingReport) -> [Segment] {
    var line: [Segment] = [
      .text("epoch "), .number(Double(report.epochs), written: "\(report.epochs)"),
      .text("/\(report.wasInterrupted ? report.epochs : options.epochs)"),
    ]
    if let loss = report.loss.last { line += figure("loss", loss) }
    if let accuracy = report.accuracy.last { line += ratio("accuracy", accuracy) }
    if let loss = report.validationLoss.last { line += figure("validation loss", loss) }
    if let accuracy = report.validationAccuracy.last {
      line += ratio("validation accuracy", accuracy)
    }
    if report.best > 0, report.best != report.epochs {
      line.append(.text("  best epoch \(report.best)"))
    }
    return line
  }

  private func figure(_ name: String, _ value: Double) -> [Segment] {
    [
      .text("  \(name) "),
      .number(value, written: NumberFormat.text(value, significant: 4)),
    ]
  }

  private func ratio(_ name: String, _ value: Double) -> [Segment] {
    [.text("  \(name) ")] + NumberFormat.percent(value)
  }
}
