import Compression
import Diagnostics
import Tensors

/// `quantize w to 2bit`: quantization of a tensor on paper.
enum HandQuantizing {
  static func run(_ tensor: PreciseTensor, _ call: CommandCall) throws(Diagnostic) -> CommandResult
  {
    let byHand: Set = ["scale", "zero", "symmetric", "granularity"]
    for (name, _) in call.options where !byHand.contains(name.text) {
      try call.refuse(name.text, because: "is for networks; a tensor is its own range")
    }
    guard let to = call.after(.to) else {
      throw TrainingCommands.missing(call, "to", "a number of bits")
    }
    let granularity = try call.word("granularity", default: "tensor")
    let bits = try bits(to)
    let scale = try call.option("scale").map { given throws(Diagnostic) in
      try given.number("scale")
    }
    let zero = try call.optionalCount("zero")
    let symmetric = try call.flag("symmetric", default: false)
    do throws(QuantizationError) {
      let result = try HandQuantization(
        tensor.values,
        shape: tensor.shape,
        bits: bits,
        scale: scale,
        zero: zero,
        perChannel: granularity == "channel",
        symmetric: symmetric
      )
      let isOne = result.scales.count == 1
      let fields = Record([
        ("integers", .tensor(PreciseTensor(tensor.shape, result.integers.map { Double($0) }))),
        ("values", .tensor(PreciseTensor(tensor.shape, result.values))),
        ("scale", isOne ? .number(result.scales[0]) : .list(result.scales.map { .number($0) })),
        (
          "zero",
          isOne
            ? .number(Double(result.zeros[0])) : .list(result.zeros.map { .number(Double($0)) })
        ),
        ("error", .number(result.error)),
      ])
      return CommandResult(.record(fields))
    } catch {
      let given: GivenValue? =
        switch error {
        case .scale: call.option("scale")
        case .zeroPoint: call.option("zero")
        case .bits: to
        default: call.operand(0)
        }
      throw Diagnostic("quantization", error.description, at: given?.range ?? call.range)
    }
  }

  /// `2bit`, or the kinds `int8` and `int4`.
  private static func bits(_ given: GivenValue) throws(Diagnostic) -> Int {
    if case .quantity(let quantity) = given.value, quantity.dimension == .information {
      let bits = quantity.value * 8
      if bits == bits.rounded(), (1...16).contains(bits) { return Int(bits) }
    }
    switch given.value.wordOrString {
    case "int8": return 8
    case "int4": return 4
    case "ternary": return 2
    case "binary": return 1
    default:
      throw Diagnostic(
        "operand-kind",
        "a tensor is quantized to a number of bits, but here is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "write 2bit, 4bit or 8bit"
      )
    }
  }
}
