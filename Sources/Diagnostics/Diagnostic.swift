/// How grave a diagnostic is.
public enum Severity: String, Sendable {
  case error
  case warning
}

/// Another place, or a remark, that explains a diagnostic.
public struct Note: Hashable, Sendable {
  /// One lower-case sentence without a full stop.
  public var message: String
  /// Where, if the note is about a place.
  public var range: SourceRange?
  /// The file of `range`.
  public var source: SourceFile?

  /// A note, with or without a place.
  public init(_ message: String, range: SourceRange? = nil, source: SourceFile? = nil) {
    self.message = message
    self.range = range
    self.source = source
  }
}

/// An edit that would make a diagnostic go away.
public struct FixIt: Hashable, Sendable {
  /// The text to replace.
  public var range: SourceRange
  /// What to put there.
  public var replacement: String

  /// An edit of `range`.
  public init(range: SourceRange, replacement: String) {
    self.range = range
    self.replacement = replacement
  }
}

/// Something the user should know about a place in their script.
public struct Diagnostic: Error, Hashable, Sendable {
  /// Stable name for tests and documentation, such as `unknown-layer`.
  public var id: String
  /// Whether the script can still run.
  public var severity: Severity
  /// What is wrong, in one lower-case sentence without a full stop.
  public var message: String
  /// The text the message is about.
  public var range: SourceRange
  /// The file of `range`; nil until the statement loop adds it.
  public var source: SourceFile?
  /// What to do about it, shown behind the caret.
  public var remedy: String?
  /// Other places that explain the message.
  public var notes: [Note]
  /// Edits that would each make the message go away.
  public var fixIts: [FixIt]

  /// A diagnostic about `range`.
  public init(
    _ id: String,
    _ message: String,
    at range: SourceRange,
    remedy: String? = nil,
    severity: Severity = .error,
    source: SourceFile? = nil,
    notes: [Note] = [],
    fixIts: [FixIt] = []
  ) {
    self.id = id
    self.severity = severity
    self.message = message
    self.range = range
    self.source = source
    self.remedy = remedy
    self.notes = notes
    self.fixIts = fixIts
  }
}
