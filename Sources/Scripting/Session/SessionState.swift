import Diagnostics

/// What a statement may change besides names; a failure brings it back.
struct SessionState: Sendable {
  /// The session's seed.
  var seed: UInt64
  /// The cell whose commands draw.
  var cellID = ""
  /// Drawing commands run so far in the cell.
  var drawCount = 0
  /// The last result that was not bound.
  var lastResult: Value?
  /// Results so far that were not bound.
  var resultCount = 0
  /// Bytes that a command may plan to use.
  var memoryLimit = 4 << 30
  /// Seconds that one statement may take.
  var timeLimit: Double?
}

/// Bounds that the host of a session sets, which no script can raise.
public struct SessionLimits: Sendable {
  /// Interpreter steps and units of work that a cell may take.
  public var steps: Int?
  /// Bytes of output of one cell.
  public var outputBytes: Int?

  /// No bounds.
  public init(steps: Int? = nil, outputBytes: Int? = nil) {
    self.steps = steps
    self.outputBytes = outputBytes
  }
}

/// One statement that was run and still counts.
public struct HistoryEntry: Sendable {
  /// The statement as it would have to be written to get the same again.
  public var text: String
  /// The cell it was run in.
  public var cellID: String
  /// What it did.
  public var outcome: StatementOutcome
}

/// What running a whole script did.
public struct RunOutcome: Sendable {
  /// What was found before running; errors among it mean that nothing ran.
  public var diagnostics: [Diagnostic]
  /// The statements that ran, in order.
  public var statements: [StatementOutcome]
  /// 0, 1 for a failed statement, 2 for syntax, 130 for an interruption.
  public var exitCode: Int32
}

/// A session's names and state at one moment, to start from again.
public struct SessionSnapshot: Sendable {
  let values: [(name: String, value: Value, versions: [Value])]
  let state: SessionState
}
