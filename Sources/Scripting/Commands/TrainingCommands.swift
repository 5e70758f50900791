import Datasets
import Diagnostics
import Inference
import Language
import Networks
import Tensors

/// `train`, `evaluate`, `predict` and `gradcheck`.
enum TrainingCommands {
  static let rows: [CommandRow] = [train, evaluate, predict, gradcheck]

  private static let train = CommandRow(
    "train",
    stage: "training",
    gives: .always(.network),
    summary: "Train a network on the training part of a data set.",
    operands: [Slot("network", [.network], isRequired: true, "what to train")],
    prepositions: [
      Slot("on", [.dataset], isRequired: true, "the data; its validation part is watched"),
      Slot(
        "against",
        [.network],
        "a discriminator; the network then learns to make samples of noise"
      ),
    ],
    options: TrainingRequest.slots,
    remakes: [.operand(0), .preposition(.against)],
    draws: true,
    example: "train base on digits epochs=4 batch=32 optimizer=adam rate=1e-3"
  ) { call throws(Diagnostic) in
    if let against = call.after(.against) {
      return try AdversarialCommand.run(call, against: against)
    }
    let network = try call.operand(0).network("train")
    let request = try TrainingRequest(call, network)
    var trained = try request.train(network)
    trained.reconstructsInput = request.reconstructs
    Promises.check(network, trained, call)
    let result = trained.appending(lineage: request.entry(trained))
    return CommandResult(.network(result), remade: [.network(result)], printsItself: false)
  }

  /// Whose integers a model gives.
  static let roundingSlot = Slot(
    "rounding",
    [.word],
    catalogue: .roundings,
    defaultText: "tflm",
    "whose integers a model gives: those of microcontrollers, or of LiteRT"
  )

  private static let evaluate = CommandRow(
    "evaluate",
    stage: "training",
    gives: .always(.report),
    summary: "Measure a network or model on a data set: on its test part where it has one.",
    operands: [Slot("network", [.network, .model], isRequired: true, "what to measure")],
    prepositions: [Slot("on", [.dataset], isRequired: true, "the data")],
    options: [roundingSlot],
    example: "evaluate base on digits.test"
  ) { call throws(Diagnostic) in
    let predictor = try Predictor(call.operand(0), "evaluate")
    let rounding = try call.rounding()
    guard let on = call.after(.on) else { throw missing(call, "on", "a dataset") }
    let dataset = try on.dataset("evaluate")
    let samples = try DataCommands.pinned(call, on.range) { () throws(DatasetError) in
      try dataset.samplesToMeasure()
    }
    let evaluation = try predictor.evaluation(
      on: samples,
      session: call.session,
      at: on.range,
      rounding: rounding
    )
    return CommandResult(.report(EvaluationReport.report(evaluation, dataset, call)))
  }

  private static let predict = CommandRow(
    "predict",
    stage: "training",
    gives: .always(.table),
    summary: "Give the outputs for samples, beside the right answers.",
    operands: [Slot("network", [.network, .model], isRequired: true, "what predicts")],
    prepositions: [
      Slot(
        "on",
        [.dataset, .tensor, .list, .string],
        isRequired: true,
        "samples, one sample as numbers, or a text to go on with"
      ),
      Slot("with", [.dataset], "the text that was learnt, for its characters"),
    ],
    options: [
      Slot("first", [.count], range: 1...1e9, "only that many samples"),
      Slot("raw", [.bool], defaultText: "false", "a model's integers instead of real numbers"),
      Slot("samples", [.count], defaultText: "100", range: 1...1e5, "characters to write"),
      Slot(
        "temperature",
        [.number],
        defaultText: "1",
        range: 0...100,
        "below 1 the likeliest characters, above 1 more variety"
      ),
      Slot("seed", [.count], range: 0...9e15, "the command's own stream, for text"),
      roundingSlot,
    ],
    example: "predict lite on digits.test first=5"
  ) { call throws(Diagnostic) in
    if case .string(let text)? = call.after(.on)?.value {
      for option in ["first", "raw"] {
        try call.refuse(option, because: "is for samples, not text")
      }
      return CommandResult(.string(try TextSampling(call, seedText: text).text()))
    }
    for option in ["samples", "temperature", "seed"] {
      try call.refuse(option, because: "is for text, as in predict net on \"Once\" with poem")
    }
    return CommandResult(.table(try Prediction(call).table()))
  }

  private static let gradcheck = CommandRow(
    "gradcheck",
    stage: "training",
    gives: .always(.report),
    summary: "Compare the gradients of back-propagation with finite differences.",
    operands: [Slot("network", [.network], isRequired: true, "what to check")],
    prepositions: [Slot("on", [.dataset], isRequired: true, "samples to check with")],
    example: "gradcheck base on digits"
  ) { call throws(Diagnostic) in
    let network = try call.operand(0).network("gradcheck")
    guard let on = call.after(.on) else { throw missing(call, "on", "a dataset") }
    let dataset = try on.dataset("gradcheck")
    let samples = try DataCommands.pinned(call, on.range) { () throws(DatasetError) in
      let part = dataset.filledParts.first ?? .train
      let few = min(4, dataset.count(of: part))
      return try dataset.part(part).first(few).samples(of: part)
    }
    let check: GradientCheck
    do throws(TrainingError) {
      check = try network.gradientCheck(on: samples)
    } catch {
      throw Diagnostic("training", error.description, at: call.range)
    }
    let error = check.largestRelativeError
    let table = Table(
      columns: ["layer", "parameter", "values", "relative error"],
      rows: check.rows.map { row in
        [
          .string(row.node), .string(row.role.rawValue), .number(Double(row.count)),
          .number(row.relativeError),
        ]
      }
    )
    return CommandResult(
      .report(
        Report(
          title: "gradient check",
          fields: Record([("error", .number(error)), ("rows", .table(table))]),
          lines: [
            OutputLine(.text, [.text("largest relative error "), NumberFormat.segment(error)])
          ] + TableText.lines(of: table, width: call.session.host.width)
        )
      )
    )
  }

  static func missing(_ call: CommandCall, _ preposition: String, _ what: String) -> Diagnostic {
    Diagnostic(
      "missing-preposition",
      "\(call.row.name) needs '\(preposition)' and \(what)",
      at: call.verbRange,
      remedy: "for example '\(call.row.example)'"
    )
  }
}

extension CommandCall {
  /// The option `rounding`; microcontrollers' without it.
  func rounding() throws(Diagnostic) -> Rounding {
    guard let given = option("rounding") else { return .tflm }
    guard case .model = operand(0).value else {
      throw Diagnostic(
        "unused-option",
        "rounding is of a model's integers, and a network computes in floats",
        at: given.range,
        remedy: "quantize it to int8 first"
      )
    }
    return Rounding(rawValue: try word("rounding", default: "tflm")) ?? .tflm
  }
}
