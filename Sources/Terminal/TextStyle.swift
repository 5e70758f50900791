/// How a piece of text is shown.
public enum TextStyle: Sendable, Hashable {
  case plain
  case verb
  case keyword
  case word
  case number
  case string
  case comment
  case error
  case hint
  case prompt
  case accent

  /// The parameters of SGR (ECMA-48, 8.3.117) for this style; nil for none.
  ///
  /// Only the eight colours that every terminal theme keeps readable, and bright black for grey.
  var parameters: String? {
    switch self {
    case .plain: nil
    case .verb: "1"
    case .keyword: "35"
    case .word: "34"
    case .number: "36"
    case .string: "32"
    case .comment, .hint: "90"
    case .error: "1;31"
    case .prompt: "1;32"
    case .accent: "33"
    }
  }

  /// `text` in this style; unchanged when there is no colour.
  public func painted(_ text: String, colored: Bool) -> String {
    guard colored, let parameters else { return text }
    return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
  }
}

/// A stretch of text that is shown in one style.
public struct StyledRange: Sendable, Hashable {
  /// UTF-8 offsets into the text.
  public var range: Range<Int>
  /// How it is shown.
  public var style: TextStyle

  /// A range with its style.
  public init(_ range: Range<Int>, _ style: TextStyle) {
    self.range = range
    self.style = style
  }
}
