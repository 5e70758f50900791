import Diagnostics
import Language

/// What a cell is for.
public enum CellKind: String, Hashable, Sendable {
  case code
  case markdown
  case task
  /// A task whose text goes to the human marker.
  case taskMarkdown = "task markdown"
  case check

  /// Whether its lines are statements.
  public var isCode: Bool { self == .code || self == .task || self == .check }

  /// Whether a student fills it in.
  public var isTask: Bool { self == .task || self == .taskMarkdown }
}

/// One cell of a notebook: a `# %%` line and what follows it.
public struct Cell: Sendable {
  /// The words behind `# %%`.
  public var title: String
  /// What it is for.
  public var kind: CellKind
  /// `key="value"` pairs in the order written.
  public var attributes: [(key: String, value: String)]
  /// The whole cell in the file's bytes, from its `# %%` line up to the next.
  public var range: SourceRange
  /// The lines behind the `# %%` line.
  public var body: SourceRange
  /// What runs one after the other; empty for prose.
  public var steps: [Step]

  /// The value of an attribute.
  public subscript(key: String) -> String? { attributes.first { $0.key == key }?.value }

  /// Whether an error is part of the lesson.
  public var raises: Bool { self["raises"] == "true" }

  /// Whether students do not see it.
  public var isHidden: Bool { self["hidden"] == "true" }

  /// Names the cell and its random stream: the `id`, or its place.
  public var id: String
}

/// The statements that end on one line, with the output recorded under it.
public struct Step: Sendable {
  /// In order; more than one only where `;` joins them.
  public var statements: [Statement]
  /// From the first statement to the last.
  public var range: SourceRange
  /// Behind the last byte of the line that the last statement ends on, its newline included.
  public var lineEnd: Int
  /// The recorded lines in order.
  public var recorded: [RecordedLine]

  /// Whether a user wrote `[..]` or `#> ...` into the recorded lines.
  var hasWildcards: Bool {
    recorded.contains { $0.text.contains("[..]") || ($0.mark == ">" && $0.text == "...") }
  }
}

/// One line of recorded output.
public struct RecordedLine: Hashable, Sendable {
  /// `>`, `~`, `@` or `!`.
  public var mark: Character
  /// The text behind the mark and a space.
  public var text: String
  /// The whole line, its newline included.
  public var range: SourceRange
}
