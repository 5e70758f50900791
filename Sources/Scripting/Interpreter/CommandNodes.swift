import Diagnostics
import Language

/// How the value of a command is used.
struct CommandUse {
  var isBound: Bool
  var boundName: String?
  var isTopLevel: Bool
  var isQuiet: Bool
}

/// A stage of a pipeline.
class StageNode {
  final let range: SourceRange

  init(_ range: SourceRange) { self.range = range }

  func run(
    _ frame: Frame,
    piped: GivenValue?,
    use: CommandUse
  ) throws(Diagnostic) -> CommandResult {
    CommandResult(.none)
  }
}

/// One operand, preposition or option of a command, resolved.
struct CommandArgument {
  let node: Node
  let slot: Slot
  let text: String
  /// How errors call it: `train`, `train … on`, `epochs`.
  let owner: String
  /// Where a remade value goes, if the operand is a plain name.
  let place: Place?

  func given(_ frame: Frame) throws(Diagnostic) -> GivenValue {
    let value = try node.evaluate(frame)
    return try SlotCheck.checked(
      GivenValue(value: value, range: node.range, text: text),
      slot: slot,
      owner: owner,
      session: frame.machine.session
    )
  }
}

/// A verb with its operands and options.
final class CommandNode: StageNode {
  let row: CommandRow
  let verbRange: SourceRange
  let text: String
  let source: SourceFile
  let operands: [CommandArgument]
  let prepositions: [(preposition: Preposition, argument: CommandArgument)]
  let options: [(name: Name, argument: CommandArgument)]

  init(
    row: CommandRow,
    verbRange: SourceRange,
    text: String,
    source: SourceFile,
    operands: [CommandArgument],
    prepositions: [(preposition: Preposition, argument: CommandArgument)],
    options: [(name: Name, argument: CommandArgument)],
    _ range: SourceRange
  ) {
    self.row = row
    self.verbRange = verbRange
    self.text = text
    self.source = source
    self.operands = operands
    self.prepositions = prepositions
    self.options = options
    super.init(range)
  }

  override func run(
    _ frame: Frame,
    piped: GivenValue?,
    use: CommandUse
  ) throws(Diagnostic) -> CommandResult {
    let session = frame.machine.session
    try frame.machine.step(range)
    var given: [GivenValue] = []
    if let piped {
      guard let slot = row.operands.first else {
        throw Diagnostic(
          "nothing-piped",
          "'\(row.name)' takes no operand, so nothing can be piped into it",
          at: verbRange
        )
      }
      given.append(try SlotCheck.checked(piped, slot: slot, owner: row.name, session: session))
    }
    for operand in operands { given.append(try operand.given(frame)) }
    var behind: [Preposition: GivenValue] = [:]
    let needsWeights = row.stage != "looking"
    if needsWeights { for operand in given { try session.checkWeights(of: operand) } }
    for (preposition, argument) in prepositions {
      let given = try argument.given(frame)
      if needsWeights { try session.checkWeights(of: given) }
      behind[preposition] = given
    }
    var named: [(name: Name, given: GivenValue)] = []
    for (name, argument) in options { named.append((name, try argument.given(frame))) }
    let call = CommandCall(
      row: row,
      verbRange: verbRange,
      range: range,
      text: text,
      source: source,
      operands: given,
      prepositions: behind,
      options: named,
      isBound: use.isBound,
      boundName: use.boundName,
      isTopLevel: use.isTopLevel,
      isQuiet: use.isQuiet || (session.isSweeping && row.name != "print"),
      seed: row.draws ? session.nextSeed() : 0,
      session: session
    )
    let result = try row.run(call)
    if !use.isBound { try rebind(result, isPiped: piped != nil, frame) }
    return result
  }

  private func rebind(
    _ result: CommandResult,
    isPiped: Bool,
    _ frame: Frame
  ) throws(Diagnostic) {
    for (remade, value) in zip(row.remakes, result.remade) {
      guard let argument = argument(for: remade, isPiped: isPiped) else { continue }
      try argument.place?.set(value, frame, at: argument.node.range)
    }
  }

  private func argument(for remade: Remade, isPiped: Bool) -> CommandArgument? {
    switch remade {
    case .operand(let index):
      let position = isPiped ? index - 1 : index
      return operands.indices.contains(position) ? operands[position] : nil
    case .preposition(let preposition):
      return prepositions.first { $0.preposition == preposition }?.argument
    }
  }
}

/// What runs `[quiet] (command | expression) { "|" command }`.
final class PipelineNode: Node {
  let isQuiet: Bool
  /// Exactly one of the two is there.
  let source: PipelineSourceNode
  let stages: [StageNode]
  let sourceText: String
  /// The name that an assignment gives the value.
  var boundName: String?
  /// Whether that assignment stands at the top of a script, in no loop, choice or function.
  var isBoundAtTop = false

  enum PipelineSourceNode {
    case stage(StageNode)
    case value(Node)
  }

  init(
    isQuiet: Bool,
    source: PipelineSourceNode,
    sourceText: String,
    stages: [StageNode],
    _ range: SourceRange
  ) {
    self.isQuiet = isQuiet
    self.source = source
    self.sourceText = sourceText
    self.stages = stages
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let use = CommandUse(
      isBound: true,
      boundName: boundName,
      isTopLevel: isBoundAtTop,
      isQuiet: isQuiet
    )
    return try run(frame, use).value
  }

  func evaluateUnbound(
    _ frame: Frame,
    isTopLevel: Bool
  ) throws(Diagnostic) -> (Value, prints: Bool) {
    let use = CommandUse(
      isBound: false,
      boundName: nil,
      isTopLevel: isTopLevel,
      isQuiet: isQuiet
    )
    let result = try run(frame, use)
    return (result.value, result.printsItself && !isQuiet)
  }

  private func run(_ frame: Frame, _ use: CommandUse) throws(Diagnostic) -> CommandResult {
    var result: CommandResult
    var range: SourceRange
    switch source {
    case .stage(let stage):
      result = try stage.run(frame, piped: nil, use: self.use(for: -1, use))
      range = stage.range
    case .value(let node):
      result = CommandResult(try node.evaluate(frame))
      range = node.range
    }
    var text = sourceText
    for (index, stage) in stages.enumerated() {
      let piped = GivenValue(value: result.value, range: range, text: text)
      result = try stage.run(frame, piped: piped, use: self.use(for: index, use))
      range = stage.range
      text = "it"
    }
    return result
  }

  /// Only the last stage gives the pipeline's own value; what is piped on is used, not bound.
  private func use(for stage: Int, _ use: CommandUse) -> CommandUse {
    var use = use
    if stage < stages.count - 1 { use.boundName = nil }
    if !stages.isEmpty { use.isTopLevel = false }
    return use
  }
}
