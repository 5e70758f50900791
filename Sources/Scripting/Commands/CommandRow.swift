import Diagnostics
import Language

/// A kind of value, as commands ask for it and errors name it.
public enum Kind: String, Hashable, Sendable, CaseIterable {
  case any = "value"
  case bool
  case number
  /// A number in 0...1, which may be written with `%`.
  case ratio
  /// A whole number.
  case count = "whole number"
  case bytes = "amount of memory"
  case duration = "time"
  case bits = "number of bits"
  case string
  case shape
  case list
  case record
  case function
  case tensor
  case dataset
  case network
  case model
  case layer
  case board
  case deployment
  case report
  case table
  case chart
  /// A bare word of the slot's catalogue.
  case word = "name"
}

/// The lists that bare words are looked up in.
public enum Catalogue: String, Hashable, Sendable, CaseIterable {
  case datasets, optimizers, losses, activations, quantizations, formats, boards
  case pruningMethods, pruningUnits, scopes, schedules, ranks, clusterStarts, observers
  case granularities, modes, promises, initializers, plots, topics, joins, paddings, subjects
  case ranges, roundings, metrics, rateSchedules, targets, clusterScopes, weightKinds, searchKinds
  case features, answerSteps, missingCells
}

/// One place for a value in a command: an operand, what follows a preposition, or an option.
public struct Slot: Sendable {
  /// The operand's name in help, the preposition's word, or the option's name.
  public var name: String
  /// What may stand there.
  public var kinds: [Kind]
  /// Where bare words are looked up first.
  public var catalogue: Catalogue?
  /// Whether the command needs it.
  public var isRequired: Bool
  /// Whether more of the same may follow; the last operand only.
  public var repeats: Bool
  /// Whether a bare word is taken as written, as in `explain neuron`.
  public var takesWords: Bool
  /// The default as help shows it.
  public var defaultText: String?
  /// The numbers allowed.
  public var range: ClosedRange<Double>?
  /// One line of help.
  public var summary: String

  /// A slot.
  public init(
    _ name: String,
    _ kinds: [Kind],
    catalogue: Catalogue? = nil,
    isRequired: Bool = false,
    repeats: Bool = false,
    takesWords: Bool = false,
    defaultText: String? = nil,
    range: ClosedRange<Double>? = nil,
    _ summary: String = ""
  ) {
    self.name = name
    self.kinds = kinds
    self.catalogue = catalogue
    self.isRequired = isRequired
    self.repeats = repeats
    self.takesWords = takesWords
    self.defaultText = defaultText
    self.range = range
    self.summary = summary
  }
}

/// What a command remakes: the name there is rebound when the result is not bound.
public enum Remade: Hashable, Sendable {
  case operand(Int)
  case preposition(Preposition)
}

/// What running a command gives.
public struct CommandResult: Sendable {
  /// The result, if it is bound or piped.
  public var value: Value
  /// One value per `CommandRow.remakes`, to rebind names with; empty when the command remakes
  /// nothing.
  public var remade: [Value]
  /// Whether an unbound result still has to print itself.
  public var printsItself: Bool

  /// A result; by default an unbound one prints itself.
  public init(_ value: Value, remade: [Value] = [], printsItself: Bool = true) {
    self.value = value
    self.remade = remade
    self.printsItself = printsItself
  }
}

/// One row of the command table: it checks, completes, documents and runs the command.
public struct CommandRow: Sendable {
  /// The verb.
  public var name: String
  /// `data`, `networks`, `training`, … as LANGUAGE's table has it.
  public var stage: String
  /// The kind of what it gives, for checks before it runs.
  public var gives: Given
  /// One line.
  public var summary: String
  /// Positional operands.
  public var operands: [Slot]
  /// What may follow `to`, `on`, …; the slot's name is the preposition's word.
  public var prepositions: [Slot]
  /// `name=value` options.
  public var options: [Slot]
  /// What it remakes, if anything.
  public var remakes: [Remade]
  /// Whether it draws random numbers: such a command has a stream of its own.
  public var draws: Bool
  /// A line that works in a script which has the names it uses.
  public var example: String
  /// Does it.
  public var run: @Sendable (CommandCall) throws(Diagnostic) -> CommandResult

  /// A row.
  public init(
    _ name: String,
    stage: String,
    gives: Given = .unknown,
    summary: String,
    operands: [Slot] = [],
    prepositions: [Slot] = [],
    options: [Slot] = [],
    remakes: [Remade] = [],
    draws: Bool = false,
    example: String,
    run: @escaping @Sendable (CommandCall) throws(Diagnostic) -> CommandResult
  ) {
    self.name = name
    self.stage = stage
    self.gives = gives
    self.summary = summary
    self.operands = operands
    self.prepositions = prepositions
    self.options = options
    self.remakes = remakes
    self.draws = draws
    self.example = example
    self.run = run
  }
}
