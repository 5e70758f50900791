import Diagnostics

/// One row of the table of built-in functions.
public struct FunctionRow: Sendable {
  /// Its name.
  public var name: String
  /// Parameter names; those with a default are optional.
  public var parameters: [Slot]
  /// One line of help.
  public var summary: String
  /// The kind of what it gives, where that is always the same.
  public var gives: Kind?
  /// Computes it.
  public var run: @Sendable (FunctionCall) throws(Diagnostic) -> Value

  /// A row.
  public init(
    _ name: String,
    _ parameters: [Slot],
    _ summary: String,
    gives: Kind? = nil,
    run: @escaping @Sendable (FunctionCall) throws(Diagnostic) -> Value
  ) {
    self.name = name
    self.parameters = parameters
    self.summary = summary
    self.gives = gives
    self.run = run
  }
}

/// One call of a built-in function.
public struct FunctionCall: Sendable {
  /// The row of the table.
  public let row: FunctionRow
  /// The whole call.
  public let range: SourceRange
  /// One entry per parameter of the row; nil where an optional one was left out.
  ///
  /// A repeating last parameter takes all further arguments, so there may be more entries than parameters.
  public let arguments: [GivenValue?]
  /// The session.
  public let session: Session

  /// A call.
  public init(
    row: FunctionRow,
    range: SourceRange,
    arguments: [GivenValue?],
    session: Session
  ) {
    self.row = row
    self.range = range
    self.arguments = arguments
    self.session = session
  }
}
