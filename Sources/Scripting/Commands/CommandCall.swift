import Diagnostics
import Language

/// A value with the words it came from.
public struct GivenValue: Sendable {
  /// The value.
  public var value: Value
  /// Where it stands.
  public var range: SourceRange
  /// Its text, for lineage, titles and messages.
  public var text: String

  /// A value given by the script.
  public init(value: Value, range: SourceRange, text: String) {
    self.value = value
    self.range = range
    self.text = text
  }
}

/// One running command: its evaluated operands and options, and the session it runs in.
public struct CommandCall: Sendable {
  /// The row of the table.
  public let row: CommandRow
  /// The verb's own words.
  public let verbRange: SourceRange
  /// The whole command.
  public let range: SourceRange
  /// The whole command as written.
  public let text: String
  /// The file that the command is written in.
  public let source: SourceFile
  /// In order; a piped value is the first, with the range of the stage before.
  public let operands: [GivenValue]
  /// What follows each preposition.
  public let prepositions: [Preposition: GivenValue]
  /// In the order written.
  public let options: [(name: Name, given: GivenValue)]
  /// Whether the result is bound to a name or used by an expression.
  public let isBound: Bool
  /// The name it is bound to, for messages and artefact lines.
  public let boundName: String?
  /// Whether it stands alone at the top of a script, so that what an interruption keeps can be
  /// saved.
  public let isTopLevel: Bool
  /// Whether `quiet` stands before it.
  public let isQuiet: Bool
  /// Seed of the command's own stream; the same on each run of the script.
  public let seed: UInt64
  /// The session, for output, files and other names.
  public let session: Session

  /// Whether it is a statement of its own in the session's text: not inside a block, a function, a
  /// pipeline, or a script that `run` brought in.
  public var standsAlone: Bool { isTopLevel && session.runningScripts == 0 }

  /// What `name=` was given.
  public func option(_ name: String) -> GivenValue? {
    options.first { $0.name.text == name }?.given
  }

  /// Tells the user about something that does not stop the command.
  public func warn(_ warning: Diagnostic) {
    var warning = warning
    warning.source = source
    session.warn(warning)
  }

  /// Shows a line, unless `quiet`.
  public func emit(_ line: OutputLine) {
    if !isQuiet { session.emit(line) }
  }
}
