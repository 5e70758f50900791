import Diagnostics

/// What a `check` block scored.
public struct CheckResult: Sendable {
  /// Its title.
  public var title: String
  /// Points it is worth; 1 where the script names none.
  public var points: Double
  /// Points reached, 0...points; partial where an `expect` has `partial from`.
  public var score: Double
  /// Why it is not the full score.
  public var failure: Diagnostic?
  /// Where it stands.
  public var range: SourceRange

  /// A result.
  public init(
    title: String,
    points: Double,
    score: Double,
    failure: Diagnostic?,
    range: SourceRange
  ) {
    self.title = title
    self.points = points
    self.score = score
    self.failure = failure
    self.range = range
  }
}

/// How a statement ended.
public enum StatementStatus: Sendable {
  case succeeded
  /// Nothing was changed.
  case failed(Diagnostic)
  /// Stopped by the user; with `kept`, what the command documents as kept is kept and the
  /// outcome's text says how to get the same again, such as `epochs=5`.
  case interrupted(Diagnostic, kept: Bool)
  /// `quit` was run.
  case quit
}

/// What running one statement did.
public struct StatementOutcome: Sendable {
  /// The statement as it would have to be written to get the same again.
  public var text: String
  /// Where it stands in its source.
  public var range: SourceRange
  /// Everything it gave out, in order; the error line of a failure is not among it.
  public var output: [OutputLine]
  /// Checks that ran in it.
  public var checks: [CheckResult]
  /// Warnings found while it was checked or run.
  public var warnings: [Diagnostic]
  /// How it ended.
  public var status: StatementStatus

  /// An outcome.
  public init(
    text: String,
    range: SourceRange,
    output: [OutputLine],
    checks: [CheckResult],
    warnings: [Diagnostic],
    status: StatementStatus
  ) {
    self.text = text
    self.range = range
    self.output = output
    self.checks = checks
    self.warnings = warnings
    self.status = status
  }
}
