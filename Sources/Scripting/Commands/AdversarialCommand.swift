import Diagnostics
import Language
import Networks
import Tensors

/// `train G against D on data`: two networks in competition.
enum AdversarialCommand {
  static func run(_ call: CommandCall, against: GivenValue) throws(Diagnostic) -> CommandResult {
    let generator = try call.operand(0).network("train")
    let discriminator = try against.network("train … against")
    for (option, reason) in [
      ("validation", "is for networks that learn answers, and a generator has none"),
      ("patience", "needs a loss that falls, and here the losses of two networks balance"),
      ("restore", "needs patience, which two networks in competition do not have"),
      ("weights", "is for classes; here every sample counts alike"),
      ("target", "is for auto-encoders"),
    ] { try call.refuse(option, because: reason) }
    let request = try TrainingRequest(call, generator)
    if case .plateau = request.options.schedule {
      throw Diagnostic(
        "unused-option",
        "schedule=plateau waits for a loss that falls, and here the losses of two networks balance",
        at: call.option("schedule")?.range ?? call.range
      )
    }
    switch request.options.loss {
    case nil, .crossEntropy?, .binary?, .squared?: break
    case .absolute?, .huber?, .divergence?:
      throw Diagnostic(
        "unused-option",
        "a discriminator learns with crossentropy, binary or squared",
        at: call.option("loss")?.range ?? call.range
      )
    }
    let clock = call.session.host.seconds
    let pair: AdversarialPair
    do throws(AdversarialError) {
      pair = try AdversarialTrainer(
        generator,
        against: discriminator,
        on: request.samples,
        options: request.options
      ).train(request.observer())
    } catch { throw diagnostic(error, call, request) }
    call.session.host.show(nil)
    guard let report = pair.generator.training else { return CommandResult(.none) }
    try request.settleInterruption(report)
    call.emit(OutputLine(.text, summary(pair, of: request.options.epochs)))
    let seconds = call.session.host.seconds - clock
    call.emit(OutputLine(.volatile, "time \(NumberFormat.text(seconds, significant: 2)) s"))
    let made = pair.generator.appending(lineage: request.entry(pair.generator))
    let judge = pair.discriminator.appending(lineage: request.entry(pair.discriminator))
    return CommandResult(
      .record(Record([("generator", .network(made)), ("discriminator", .network(judge))])),
      remade: [.network(made), .network(judge)],
      printsItself: false
    )
  }

  private static func summary(_ pair: AdversarialPair, of epochs: Int) -> [Segment] {
    guard let report = pair.generator.training, let losses = report.adversarial else { return [] }
    var line: [Segment] = [
      .text("epoch "), .number(Double(report.epochs), written: "\(report.epochs)"),
      .text("/\(report.wasInterrupted ? report.epochs : epochs)"),
    ]
    for (name, values) in [
      ("generator loss", losses.generator), ("discriminator loss", losses.discriminator),
    ] {
      guard let value = values.last else { continue }
      line += [
        .text("  \(name) "), .number(value, written: NumberFormat.text(value, significant: 4)),
      ]
    }
    if let share = pair.discriminator.training?.accuracy.last {
      line += [.text("  told apart ")] + NumberFormat.percent(share)
    }
    return line
  }

  private static func diagnostic(
    _ error: AdversarialError,
    _ call: CommandCall,
    _ request: TrainingRequest
  ) -> Diagnostic {
    let range: SourceRange
    let remedy: String?
    switch error {
    case .training(let inner): return request.diagnostic(inner)
    case .generatorOutput(_, let sample):
      range = call.operand(0).range
      remedy = "let its last layer give \(sample)"
    case .discriminatorInput(_, let sample):
      range = call.after(.against)?.range ?? call.range
      remedy = "declare it with 'input \(sample)'"
    case .discriminatorOutput:
      range = call.after(.against)?.range ?? call.range
      remedy = "end it with 'dense 1 sigmoid'"
    }
    call.session.host.show(nil)
    return Diagnostic("adversaries", error.description, at: range, remedy: remedy)
  }
}
