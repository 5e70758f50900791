import Compression
import Datasets
import Diagnostics
import Inference
import Language
import Networks
import Tensors

/// `quantize`, for networks and for tensors by hand.
enum QuantizationCommand {
  static let row = CommandRow(
    "quantize",
    stage: "quantization",
    summary: "Turn a network's floats into integers, with ranges learnt from samples.",
    operands: [
      Slot("network", [.network, .tensor], isRequired: true, "a network, or a tensor by hand")
    ],
    prepositions: [
      Slot(
        "to",
        [.word, .bits],
        catalogue: .quantizations,
        isRequired: true,
        "the kind, such as int8; for a tensor a number of bits"
      )
    ],
    options: [
      Slot("calibrate", [.dataset], "samples that set the ranges; never the test part"),
      Slot("samples", [.count], defaultText: "500", range: 1...1e7, "how many of them"),
      Slot(
        "observer",
        [.word],
        catalogue: .observers,
        defaultText: "minmax",
        "how ranges are chosen"
      ),
      Slot(
        "granularity",
        [.word],
        catalogue: .granularities,
        defaultText: "channel",
        "what shares a scale"
      ),
      Slot("mode", [.word], catalogue: .modes, defaultText: "post", "after training"),
      Slot("scale", [.number], range: 0...1e30, "by hand: real numbers per step"),
      Slot("zero", [.count], range: -1e9...1e9, "by hand: the integer that stands for 0"),
      Slot("symmetric", [.bool], defaultText: "false", "by hand: whether 0 stands for 0"),
    ],
    draws: true,
    example: "lite = quantize base to int8 calibrate=digits.train samples=500"
  ) { call throws(Diagnostic) in
    if case .tensor(let tensor) = call.operand(0).value {
      return try HandQuantizing.run(tensor, call)
    }
    return CommandResult(.model(try model(call)), printsItself: false)
  }

  private static func model(_ call: CommandCall) throws(Diagnostic) -> Model {
    let network = try call.operand(0).network("quantize")
    guard let to = call.after(.to) else { throw TrainingCommands.missing(call, "to", "a kind") }
    let kind = try to.word("quantize", from: .quantizations)
    for name in ["scale", "zero", "symmetric"] {
      try call.refuse(name, because: "is for a tensor by hand")
    }
    let calibration = try calibration(call, kind)
    let graph = try Freezing.quantized(network, kind, calibration, call)
    var model = Model(graph: graph, kind: kind, lineage: network.lineage, loss: network.loss)
    model.lineage.append(
      LineageEntry(
        command: "quantize",
        text: call.text,
        figures: [
          .init(name: "bytes", value: Double(graph.parameterBytes)),
          .init(name: "sparsity", value: graph.sparsity),
        ]
      )
    )
    call.emit(
      OutputLine(
        .text,
        [
          .text("\(kind) model: "),
          .number(
            Double(graph.parameterBytes),
            written: NumberFormat.grouped(graph.parameterBytes)
          ),
          .text(" B (float "),
          .number(
            Double(network.parameterBytes),
            written: NumberFormat.grouped(network.parameterBytes)
          ),
          .text(" B)"),
        ]
      )
    )
    call.emit(
      OutputLine(
        .artefact,
        "model \(call.boundName ?? "it") sha256:\(model.graph.digest().prefix(8))"
      )
    )
    return model
  }

  private static func calibration(
    _ call: CommandCall,
    _ kind: String
  ) throws(Diagnostic) -> Tensor? {
    guard let given = call.option("calibrate") else {
      guard kind == "int8" || kind == "int16x8" else { return nil }
      throw Diagnostic(
        "no-calibration",
        "\(kind) needs samples to learn the ranges of values from",
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
