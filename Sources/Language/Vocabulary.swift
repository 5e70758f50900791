/// Words that the parser is told instead of knowing.
public struct Vocabulary: Sendable {
  /// Verbs of the command table.
  public var verbs: Set<String>
  /// Suffixes that make a quantity of a number, such as `KiB` and `%`.
  public var units: Set<String>

  /// The words of a session.
  public init(verbs: Set<String>, units: Set<String>) {
    self.verbs = verbs
    self.units = units
  }
}
