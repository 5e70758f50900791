import Diagnostics
import Networks
import Tensors

extension NetworkPlan {
  /// An error of the architecture at the words that it is about.
  func pinned(_ error: ArchitectureError, to arguments: LayerArguments) -> Diagnostic {
    switch error {
    case .windowTooLarge(_, let window, let input):
      return Diagnostic(
        "window-too-large",
        "a \(window) window does not fit into \(input)",
        at: arguments.windowRange,
        remedy: "make it smaller, or write 'pad=same'"
      )
    case .wrongReshape(let found, _):
      return Diagnostic(
        "layer-shape",
        error.description,
        at: arguments.operandRange(0),
        remedy: "the extents must multiply to \(NumberFormat.grouped(found.count))"
      )
    case .wrongBorder:
      return Diagnostic("layer-shape", error.description, at: arguments.operandRange(0))
    case .indivisibleGroups:
      return Diagnostic(
        "layer-shape",
        error.description,
        at: arguments.option("groups")?.range ?? arguments.line.range
      )
    case .wrongRank, .wrongRanks, .duplicateName, .notPositive, .rateOutOfRange, .tooLarge,
      .emptyInput, .deviationOutOfRange, .mismatch, .wrongInputCount:
      return pinned(error, arguments.line)
    }
  }

  /// An error of the architecture at a line.
  func pinned(_ error: ArchitectureError, _ line: EvaluatedLayer) -> Diagnostic {
    let kind = line.kind
    let before = architecture.nodes[end]
    let giver = before.layer == .input ? "the input" : before.layer.kindName
    switch error {
    case .wrongRank(_, let expected, let found):
      return expected == 1
        ? Diagnostic(
          "needs-flat-input",
          "'\(kind.text)' needs a flat input, but \(giver) gives \(found)",
          at: kind.range,
          remedy: found.rank == 3
            ? "add 'flatten' or 'avgpool global' before it" : "add 'flatten' before it"
        )
        : Diagnostic(
          "needs-image-input",
          "'\(kind.text)' needs an image (height x width x channels), but \(giver) gives \(found)",
          at: kind.range,
          remedy: found.rank == 1
            ? "put it before 'flatten', or fold the values with 'shape=' or 'reshape'"
            : "declare the input as height x width x channels, such as \(found)x1"
        )
    case .wrongRanks(_, let expected, let found):
      return Diagnostic(
        "needs-sequence-input",
        "'\(kind.text)' needs \(expected), but \(giver) gives \(found)",
        at: kind.range,
        remedy: NetworkPlan.sequenceRemedy(kind.text, found)
      )
    case .duplicateName(let name):
      return Diagnostic(
        "duplicate-layer",
        "two layers are called '\(name)'",
        at: line.label?.range ?? kind.range,
        remedy: "choose another name behind the colon"
      )
    case .indivisibleGroups, .notPositive, .rateOutOfRange, .tooLarge, .emptyInput,
      .deviationOutOfRange, .mismatch, .wrongInputCount, .wrongReshape, .wrongBorder,
      .windowTooLarge:
      return Diagnostic("layer-shape", error.description, at: line.range)
    }
  }

  /// How to make of `found` what the layer needs.
  private static func sequenceRemedy(_ kind: String, _ found: Shape) -> String {
    if kind == "embedding" { return "embed symbols first: 'input 100 vocabulary=64'" }
    switch found.rank {
    case 1: return "declare the input as steps x features, such as \(found)x1, or use 'reshape'"
    case 3:
      return "add 'reshape \(found.extents[0])x\(found.count / found.extents[0])' before it"
    default: return "use 'reshape' to make it steps x features"
    }
  }
}
