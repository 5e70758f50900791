import Compression
import Datasets
import Diagnostics
import Inference
import Language
import Networks
import Tensors

/// Everything that `quantize N to KIND …` says.
struct QuantizationRequest {
  let call: CommandCall
  let network: Network
  let kind: QuantizationKind
  let isAware: Bool
  private(set) var options: QuantizationOptions

  init(_ call: CommandCall) throws(Diagnostic) {
    self.call = call
    network = try call.operand(0).network("quantize")
    guard let to = call.after(.to) else { throw TrainingCommands.missing(call, "to", "a kind") }
    let word = try to.word("quantize", from: .quantizations)
    guard let kind = QuantizationKind(rawValue: word) else {
      throw Diagnostic("unknown-word", "there is no kind of model '\(word)'", at: to.range)
    }
    self.kind = kind
    for name in ["scale", "zero", "symmetric"] {
      try call.refuse(name, because: "is for a tensor by hand")
    }
    isAware = try call.word("mode", default: "post") == "aware"
    options = QuantizationOptions(kind)
    options.observer = Observer(rawValue: try call.word("observer", default: "minmax")) ?? .minmax
    let keepsClusters = try TrainingRequest.promises(call).contains("clusters")
    // A scale a channel tears a codebook apart, so holding one means one scale a layer.
    let granularity = try call.word("granularity", default: keepsClusters ? "tensor" : "channel")
    options.granularity = Granularity(rawValue: granularity) ?? .channel
    options.ranges = RangeChange(rawValue: try call.word("ranges", default: "moving")) ?? .moving
    options.equalizes = try call.flag("equalize", default: false)
    options.correctsBias = try call.flag("correct", default: false)
    options.layers = try layers()
    if let given = call.option("budget") { options.largestBytes = try Self.bytes(given) }
    try checkModes()
  }

  private func checkModes() throws(Diagnostic) {
    if !kind.needsCalibration {
      for name in ["layers", "budget", "equalize", "correct", "keep", "observer"] {
        try call.refuse(name, because: "is for integer activations, and \(kind) keeps floats")
      }
    }
    if isAware {
      guard call.after(.on) != nil else {
        throw Diagnostic(
          "missing-preposition",
          "quantization-aware training needs 'on' and a dataset to train with",
          at: call.option("mode")?.range ?? call.verbRange,
          remedy: "for example 'quantize base to int8 mode=aware on digits epochs=2'"
        )
      }
      return
    }
    if call.after(.on) != nil {
      throw Diagnostic(
        "unused-option",
        "'on' is for training, and quantizing after training does none",
        at: call.after(.on)?.range ?? call.range,
        remedy: "add mode=aware, or give the samples with calibrate="
      )
    }
    try call.refuse("ranges", because: "is for training: add mode=aware and 'on' with data")
    for slot in TrainingRequest.slots where slot.name != "keep" {
      try call.refuse(slot.name, because: "is for training: add mode=aware and 'on' with data")
    }
  }

  private static func bytes(_ given: GivenValue) throws(Diagnostic) -> Int {
    guard case .quantity(let quantity) = given.value, quantity.dimension == .information,
      quantity.value >= 1, quantity.value < 1e15
    else {
      throw Diagnostic(
        "option-kind",
        "budget must be an amount of memory, but is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "give it a unit, as in 20KiB"
      )
    }
    return Int(quantity.value)
  }

  /// `layers={ first: int8, rest: int4 }`.
  private func layers() throws(Diagnostic) -> [String: WeightKind] {
    guard let given = call.option("layers") else { return [:] }
    guard case .record(let record) = given.value else { return [:] }
    var layers: [String: WeightKind] = [:]
    for (name, value) in zip(record.names, record.values) {
      let word = try GivenValue(value: value, range: given.range, text: given.text)
        .word("a layer's kind", from: .weightKinds)
      layers[name] = WeightKind(rawValue: word)
    }
    return layers
  }

  // MARK: Running

  /// The model, with what it shows printed.
  func model() throws(Diagnostic) -> Model {
    let (graph, report, origin) = isAware ? try aware() : try afterTraining()
    var model = Model(
      graph: graph,
      kind: kind.rawValue,
      lineage: network.lineage,
      loss: network.loss,
      reconstructsInput: network.reconstructsInput
    )
    model.quantization = report
    model.origin = origin
    var figures: [LineageEntry.Figure] = [
      .init(name: "bytes", value: Double(graph.parameterBytes)),
      .init(name: "sparsity", value: graph.sparsity),
    ]
    if let accuracy = origin.training?.validationAccuracy.last, isAware {
      figures.append(.init(name: "accuracy", value: accuracy))
    }
    model.lineage.append(LineageEntry(command: "quantize", text: call.text, figures: figures))
    emit(model, report)
    Promises.check(network, graph, call)
    return model
  }

  private func afterTraining() throws(Diagnostic) -> (Graph, QuantizationReport, Network) {
    let calibration = try calibration()
    do throws(QuantizationError) {
      let (graph, report) = try quantize(
        network,
        options,
        calibration: calibration ?? Tensor(Shape([0]))
      )
      return (graph, report, network)
    } catch {
      throw diagnostic(error)
    }
  }

  private func aware() throws(Diagnostic) -> (Graph, QuantizationReport, Network) {
    let request = try TrainingRequest(call, network)
    let wanted = try call.count("samples", default: 500)
    let calibration = try calibration() ?? request.samples.inputs.firstRows(wanted)
    let clock = call.session.host.seconds
    let result: AwareResult
    do throws(QuantizationError) {
      result = try quantizeAware(
        network,
        options,
        calibration: calibration,
        on: request.samples,
        validation: request.validation,
        training: request.options,
        observer: request.observer()
      )
    } catch {
      if case .training(let error) = error { throw request.diagnostic(error) }
      call.session.host.show(nil)
      throw diagnostic(error)
    }
    call.session.host.show(nil)
    try request.finish(result.network, since: clock)
    return (result.graph, result.report, result.network)
  }

  private func diagnostic(_ error: QuantizationError) -> Diagnostic {
    let range: SourceRange?
    var remedy: String?
    switch error {
    case .unknownLayer: range = call.option("layers")?.range
    case .budget: range = call.option("budget")?.range
    case .noAwareTraining: range = call.option("mode")?.range
    case .unsupportedLayer:
      range = call.option("layers")?.range
    case .noCalibration, .wrongSampleShape, .notANumberInActivations, .graph:
      range = call.option("calibrate")?.range
    case .notANumber, .training, .bits, .scale, .zeroPoint, .notANumberByHand, .noValues,
      .notALayer,
      .notANetwork:
      range = nil
    }
    if case .budget = error { remedy = "prune channels first, or allow more" }
    return Diagnostic(
      "quantization",
      error.description,
      at: range ?? call.operand(0).range,
      remedy: remedy
    )
  }

  private func emit(_ model: Model, _ report: QuantizationReport) {
    let bytes = model.graph.parameterBytes
    let floats = network.parameterBytes
    call.emit(
      OutputLine(
        .text,
        [
          .text("\(kind.rawValue) model: "),
          .number(Double(bytes), written: NumberFormat.grouped(bytes)),
          .text(" B (float "), .number(Double(floats), written: NumberFormat.grouped(floats)),
          .text(" B)"),
        ]
      )
    )
    let kinds = WeightKind.allCases.compactMap { kind -> String? in
      var layers: [String] = []
      for weights in report.weights where weights.kind == kind && layers.last != weights.layer {
        layers.append(weights.layer)
      }
      return layers.isEmpty ? nil : "\(kind.rawValue) in \(layers.joined(separator: ", "))"
    }
    if kinds.count > 1 { call.emit(OutputLine("weights: " + kinds.joined(separator: "; "))) }
    if Double(bytes) > 0.3 * Double(floats), kind == .int8 {
      let share = Double(floats) / Double(max(1, bytes))
      call.emit(
        OutputLine(
          "\(NumberFormat.text(share, significant: 2)) times smaller, not 4: biases stay 4 bytes and "
            + "every scale takes 8"
        )
      )
    }
    if !kind.needsCalibration {
      call.emit(
        OutputLine(
          kind == .dynamic
            ? "activations stay floats: microcontroller runtimes refuse such a model"
            : "the numbers stay floats, of half the bits"
        )
      )
    }
    call.emit(
      OutputLine(
        .artefact,
        "model \(call.boundName ?? "it") sha256:\(model.graph.digest().prefix(8))"
      )
    )
  }

  private func calibration() throws(Diagnostic) -> Tensor? {
    guard let given = call.option("calibrate") else {
      guard kind.needsCalibration, !isAware else { return nil }
      throw Diagnostic(
        "no-calibration",
        "\(kind.rawValue) needs samples to learn the ranges of values from",
        at: call.after(.to)?.range ?? call.range,
        remedy: "add calibrate= and a dataset, such as calibrate=digits.train"
      )
    }
    let dataset = try given.dataset("calibrate")
    let part = dataset.filledParts.first ?? .train
    if part == .test {
      call.warn(
        Diagnostic(
          "calibrated-on-test",
          "calibrating on test samples lets the test part leak into the model",
          at: given.range,
          remedy: "use training samples",
          severity: .warning
        )
      )
    }
    let wanted = try call.count("samples", default: 500)
    let samples = try DataCommands.pinned(call, given.range) { () throws(DatasetError) in
      let chosen = min(wanted, dataset.count(of: part))
      let only = try dataset.part(part)
      return try (chosen < only.count ? only.first(chosen) : only).samples(of: part)
    }
    return samples.inputs
  }
}
