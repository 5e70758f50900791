import Diagnostics

/// A word that leads an operand.
public enum Preposition: String, Sendable, CaseIterable {
  case to, on, into, with, from, against, at
}

/// What follows a verb, in the order written.
public enum CommandPart: Hashable, Sendable {
  /// `train base`: a plain operand.
  case operand(Expression)
  /// `on digits`: the preposition, its own range, and its expression.
  case preposition(Preposition, SourceRange, Expression)
  /// `epochs=4`
  case option(Name, Expression)
}

/// A verb with its operands and options; `sweep` has a form of its own.
public enum Command: Hashable, Sendable {
  case verb(Name, [CommandPart], SourceRange)
  /// `sweep NAME in values OPTION=… { … }`.
  indirect case sweep(Sweep)

  /// The text of the whole command.
  public var range: SourceRange {
    switch self {
    case .verb(_, _, let range): range
    case .sweep(let sweep): sweep.range
    }
  }
}

/// `sweep NAME in values OPTION=… { … }`: a table with a row for each value.
public struct Sweep: Hashable, Sendable {
  /// Where the word `sweep` stands.
  public var word: SourceRange
  /// The name that takes one value after the other.
  public var name: Name
  /// What it goes through.
  public var values: Expression
  /// Options, as those of a verb.
  public var options: [CommandPart]
  /// What is run for each value; its last value is the row.
  public var block: Block
  /// The whole text.
  public var range: SourceRange

  /// A sweep.
  public init(
    word: SourceRange,
    name: Name,
    values: Expression,
    options: [CommandPart],
    block: Block,
    range: SourceRange
  ) {
    self.word = word
    self.name = name
    self.values = values
    self.options = options
    self.block = block
    self.range = range
  }
}

/// The first stage of a pipeline.
public enum PipelineSource: Hashable, Sendable {
  case command(Command)
  case expression(Expression)
}

/// `[quiet] (command | expression) { "|" command }`: the piped value is the next command's first
/// operand.
public struct Pipeline: Hashable, Sendable {
  /// Whether `quiet` stands before it.
  public var isQuiet: Bool
  /// What gives the first value.
  public var source: PipelineSource
  /// The commands behind `|`.
  public var stages: [Command]
  /// The whole text.
  public var range: SourceRange

  /// A pipeline; with no stages it is one command or expression.
  public init(isQuiet: Bool, source: PipelineSource, stages: [Command], range: SourceRange) {
    self.isQuiet = isQuiet
    self.source = source
    self.stages = stages
    self.range = range
  }
}
