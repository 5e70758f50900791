/// Counts open brackets of a text that is read piece by piece, passing over strings and comments.
///
/// It is no parser: it decides how far to indent, and saves asking the parser about every line of a
/// long block. Whether a statement is complete only the parser says.
struct BracketScanner {
  private enum State {
    case code
    case comment
    case string
    case longString
  }

  /// Brackets opened and not closed; below zero when more were closed.
  private(set) var depth = 0
  private var state = State.code
  private var isEscape = false
  private var quotes = 0
  private var offset = 0
  private var stringStart = 0

  /// Offset behind the quote of the string of one line that the text stops in.
  var openString: Int? {
    switch state {
    case .string: stringStart
    case .code: quotes == 1 ? offset : nil
    case .comment, .longString: nil
    }
  }

  /// Whether the text stops in a comment.
  var isInComment: Bool { state == .comment }

  /// Whether the text stops within brackets or a string of several lines.
  var isOpen: Bool { depth > 0 || state == .longString }

  /// Reads on; pieces may be cut anywhere.
  mutating func read(_ text: some Sequence<UInt8>) {
    for byte in text {
      read(byte)
      offset += 1
    }
  }

  private mutating func read(_ byte: UInt8) {
    if isEscape {
      isEscape = false
      return
    }
    let isQuote = byte == UInt8(ascii: "\"")
    switch state {
    case .code:
      if isQuote {
        quotes += 1
        if quotes == 3 {
          quotes = 0
          state = .longString
        }
        return
      }
      if quotes == 1 {
        quotes = 0
        state = .string
        stringStart = offset
        read(byte)
        return
      }
      quotes = 0
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "#"): state = .comment
      default: break
      }
    case .comment:
      if byte == UInt8(ascii: "\n") { state = .code }
    case .string:
      if byte == UInt8(ascii: "\\") { isEscape = true }
      if isQuote || byte == UInt8(ascii: "\n") { state = .code }
    case .longString:
      if byte == UInt8(ascii: "\\") { isEscape = true }
      quotes = isQuote ? quotes + 1 : 0
      if quotes == 3 {
        quotes = 0
        state = .code
      }
    }
  }
}
