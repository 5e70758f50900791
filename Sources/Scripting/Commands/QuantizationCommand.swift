import Compression
import Diagnostics
import Language
import Tensors

/// `quantize`, for networks and for tensors by hand.
enum QuantizationCommand {
  static let row = CommandRow(
    "quantize",
    stage: "quantization",
    gives: .byFirst([.network: .model, .tensor: .record]),
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
      ),
      Slot("on", [.dataset], "data to train with, for mode=aware"),
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
      Slot(
        "mode",
        [.word],
        catalogue: .modes,
        defaultText: "post",
        "post training, or aware of the integers while training on"
      ),
      Slot(
        "ranges",
        [.word],
        catalogue: .ranges,
        defaultText: "moving",
        "for mode=aware: whether ranges follow what training sees, or are learnt with the weights"
      ),
      Slot("layers", [.record], "kinds by layer, such as { first: int8, rest: int4 }"),
      Slot("budget", [.bytes], "bytes for all weights; layers go to int4 until they fit"),
      Slot(
        "equalize",
        [.bool],
        defaultText: "false",
        "share ranges between neighbouring layers first"
      ),
      Slot("correct", [.bool], defaultText: "false", "take the mean rounding error out of biases"),
      Slot("scale", [.number], range: 0...1e30, "by hand: real numbers per step"),
      Slot("zero", [.count], range: -1e9...1e9, "by hand: the integer that stands for 0"),
      Slot("symmetric", [.bool], defaultText: "false", "by hand: whether 0 stands for 0"),
    ] + TrainingRequest.slots,
    draws: true,
    example: "lite = quantize base to int8 calibrate=digits.train samples=500"
  ) { call throws(Diagnostic) in
    if case .tensor(let tensor) = call.operand(0).value {
      return try HandQuantizing.run(tensor, call)
    }
    return CommandResult(.model(try QuantizationRequest(call).model()), printsItself: false)
  }
}
