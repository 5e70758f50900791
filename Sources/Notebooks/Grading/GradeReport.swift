import Scripting

/// What a submission scored, check by check.
public struct GradeReport: Codable, Sendable {
  /// One check of the key.
  public struct Check: Codable, Sendable {
    /// The cell that it stands in.
    public var cell: String
    /// Its title.
    public var title: String
    /// Points it is worth.
    public var points: Double
    /// Points reached.
    public var score: Double
    /// Whether students do not see it.
    public var isHidden: Bool
    /// Why it is not the full score; nothing of a hidden check's text.
    public var message: String
  }

  /// A mistake in one of the student's cells.
  public struct Mistake: Codable, Sendable {
    /// The task's id.
    public var cell: String
    /// The error with its place.
    public var message: String
  }

  /// The submission's name.
  public var name: String
  /// The checks in the key's order.
  public var checks: [Check] = []
  /// Errors in task cells.
  public var mistakes: [Mistake] = []
  /// `does-not-reproduce`, `edited-check`, `duplicate-id`, `identical-task`, `other-version`.
  public var flags: [String] = []
  /// What went wrong with the grading itself; such a report has no score.
  public var infrastructure: String?

  /// A report without checks.
  public init(name: String) { self.name = name }

  /// Points reached.
  public var score: Double { checks.reduce(0) { $0 + $1.score } }

  /// Points there are.
  public var points: Double { checks.reduce(0) { $0 + $1.points } }

  /// Points without needless digits, such as `7` or `6.5`.
  static func text(_ points: Double) -> String {
    NumberFormat.exact((points * 100).rounded() / 100)
  }
}
