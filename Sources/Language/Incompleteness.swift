import Diagnostics

/// Why a text at a prompt needs another line.
public enum Incompleteness: Hashable, Sendable {
  /// A bracket that is open, with its place.
  case bracket(String, SourceRange)
  /// A string over several lines that is open.
  case string(SourceRange)
  /// An operator, comma, `=` or `|` at the end of a line.
  case trailingOperator(String, SourceRange)

  /// The text that waits.
  public var range: SourceRange {
    switch self {
    case .bracket(_, let range), .string(let range), .trailingOperator(_, let range): range
    }
  }
}

extension Incompleteness: CustomStringConvertible {
  /// One lower-case sentence.
  public var description: String {
    switch self {
    case .bracket(let bracket, _): "'\(bracket)' is not closed yet"
    case .string: "the string is not closed yet"
    case .trailingOperator(let sign, _): "the line goes on after '\(sign)'"
    }
  }
}

extension Parser {
  /// Whether `text` is only the beginning of a statement, and what in it waits for more.
  ///
  /// The innermost open bracket is the one told. This looks at tokens only, since a line's end
  /// always decides whether the statement goes on.
  public static func isIncomplete(_ text: String, vocabulary: Vocabulary) -> Incompleteness? {
    let bytes = Array(text.utf8)
    if isPlainLine(bytes) { return nil }
    var lexer = Lexer(bytes)
    return lexer.runToOpenEnd(vocabulary)
  }

  /// Whether a text certainly is complete: no brackets, no strings, and a letter or a digit at its
  /// end that is not the end of a reserved word.
  private static func isPlainLine(_ bytes: [UInt8]) -> Bool {
    let longestOperator = 4
    guard let last = bytes.last, isWordByte(last) else { return bytes.isEmpty }
    let word = bytes.reversed().prefix { isWordByte($0) || $0 >= 0x80 }
    guard word.count >= longestOperator else { return false }
    return bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""),
        UInt8(ascii: "#"):
        false
      default: true
      }
    }
  }
}

extension Lexer {
  /// Reads everything and tells what stands open at the end.
  fileprivate mutating func runToOpenEnd(_ vocabulary: Vocabulary) -> Incompleteness? {
    run()
    if let problem = unclosedAtEnd { return .string(problem.range) }
    let isMismatched = tokens.contains { $0.kind.isClosingBracket && $0.link < 0 }
    if let bracket = openBrackets.last, !isMismatched {
      let range = tokens[bracket.token].range
      return .bracket(String(decoding: bytes[range.start..<range.end], as: UTF8.self), range)
    }
    guard let index = tokens.lastIndex(where: { $0.kind != .newline && $0.kind != .end }),
      case let last = tokens[index], last.kind.continuesLine,
      !(last.kind.isReserved && asksAboutWord(index, vocabulary))
    else { return nil }
    let text = String(decoding: bytes[last.start..<last.end], as: UTF8.self)
    return .trailingOperator(text, last.range)
  }

  /// Whether the word of token `index` is all that a verb at the beginning of a statement asks
  /// about, as in `help in`.
  private func asksAboutWord(_ index: Int, _ vocabulary: Vocabulary) -> Bool {
    guard index > 0, case let verb = tokens[index - 1], verb.kind == .word else { return false }
    let word = String(decoding: bytes[verb.start..<verb.end], as: UTF8.self)
    return vocabulary.verbs.contains(word) && (index == 1 || tokens[index - 2].kind.endsStatement)
  }

  /// The string of three quotes that the end of the text broke.
  private var unclosedAtEnd: Diagnostic? {
    guard tokens.count >= 2, case let broken = tokens[tokens.count - 2], broken.kind == .invalid,
      broken.start == bytes.count, let problem = problems.last,
      problem.id == SyntaxMistake.unclosedString.rawValue,
      problem.range.end - problem.range.start == 3
    else { return nil }
    return problem
  }
}
