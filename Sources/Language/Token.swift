import Diagnostics

/// What a token is.
public enum TokenKind: UInt8, Hashable, Sendable {
  /// A word that is not reserved: a name, a verb, a preposition, an option or a layer.
  case word
  /// Digits with their suffix: `3`, `80%`, `64KiB`, `1.76T`, also suffixes that no unit has.
  case number
  /// `28x28x1`
  case shape

  /// `"` or `"""` at the beginning of a string.
  case stringOpen
  /// Text of a string as written, with its escapes.
  case stringText
  /// `\(` in a string.
  case interpolationOpen
  /// `:.2` in an interpolation.
  case format
  /// The `)` of an interpolation.
  case interpolationClose
  /// `"` or `"""` at the end of a string.
  case stringClose

  case and
  case or
  case not
  case `in`
  case `if`
  case `else`
  case function
  case `for`
  case `while`
  case `return`
  case `break`
  case `continue`
  case `true`
  case `false`
  case none

  case leftParenthesis
  case rightParenthesis
  case leftBracket
  case rightBracket
  case leftBrace
  case rightBrace

  case comma
  case colon
  case dot
  case at
  case pipe
  case assign
  case addAssign
  case subtractAssign
  case multiplyAssign
  case rangeDots
  case plus
  case minus
  case star
  case slash
  case remainder
  case power
  case equal
  case notEqual
  case less
  case lessOrEqual
  case greater
  case greaterOrEqual

  case semicolon
  case newline
  /// The `# %%` of a cell that begins while a bracket is open; the parser stops here.
  case cell
  /// A comment, which only `Lexer.tokens(of:)` gives.
  case comment
  /// Text that is no token.
  case invalid
  /// Behind the last token.
  case end
}

extension TokenKind {
  /// Whether this is a word that cannot be a name.
  public var isReserved: Bool { rawValue >= Self.and.rawValue && rawValue <= Self.none.rawValue }

  /// Whether this is a word, reserved or not.
  public var isWord: Bool { self == .word || isReserved }

  /// Whether this is an operator, an assignment sign or another mark that is not a bracket.
  public var isSymbol: Bool {
    rawValue >= Self.comma.rawValue && rawValue <= Self.semicolon.rawValue
  }

  /// Whether this opens or closes a bracket.
  public var isBracket: Bool {
    rawValue >= Self.leftParenthesis.rawValue && rawValue <= Self.rightBrace.rawValue
  }

  /// Whether this closes a bracket.
  var isClosingBracket: Bool {
    self == .rightParenthesis || self == .rightBracket || self == .rightBrace
  }

  /// Whether this is `=`, `+=`, `-=` or `*=`.
  var isAssignment: Bool {
    rawValue >= Self.assign.rawValue && rawValue <= Self.multiplyAssign.rawValue
  }

  /// Whether a line whose last token this is goes on.
  var continuesLine: Bool {
    (rawValue >= Self.pipe.rawValue && rawValue <= Self.greaterOrEqual.rawValue)
      || self == .comma || self == .and || self == .or || self == .not || self == .in
  }

  /// Whether a value can begin with this.
  var beginsOperand: Bool {
    switch self {
    case .word, .number, .shape, .stringOpen, .true, .false, .none, .leftParenthesis,
      .leftBracket:
      true
    default: false
    }
  }

  /// Whether a value can end with this, so that a touching point reads a member of it.
  var endsOperand: Bool {
    switch self {
    case .word, .number, .shape, .stringClose, .rightParenthesis, .rightBracket, .rightBrace: true
    default: isReserved
    }
  }

  /// Whether a statement ends before this.
  var endsStatement: Bool {
    self == .newline || self == .semicolon || self == .rightBrace || self == .end || self == .cell
  }
}

/// A piece of the text that the parser reads as one.
public struct Token: Hashable, Sendable {
  /// What it is.
  public var kind: TokenKind
  /// Offset of its first byte, in 32 bits because a script can have millions of tokens.
  var start32: Int32
  /// Offset behind its last byte.
  var end32: Int32
  /// Of a bracket, the index of the token that closes or opens it, or -1; of a number, where its
  /// suffix begins; of invalid text, the index of its diagnostic.
  var link: Int32 = -1

  /// Where it stands.
  public var range: SourceRange { SourceRange(start, end) }

  /// Offset of its first byte.
  var start: Int { Int(start32) }
  /// Offset behind its last byte.
  var end: Int { Int(end32) }
}
