import Diagnostics

/// Cuts a script into tokens, in one pass and without ever failing.
///
/// Text that is no token becomes a token of kind `invalid`, whose diagnostic is reported when the
/// parser meets it, so that one mistake makes one message. Brackets are matched on the way: the
/// parser then knows at a bracket whether it is ever closed, and skips over a broken statement in
/// constant time a bracket.
public struct Lexer {
  /// What stands open at some place.
  enum Opening: UInt8 {
    case parenthesis
    case bracket
    case brace
    case interpolation
  }

  /// A bracket that is not closed yet.
  struct OpenBracket {
    var opening: Opening
    var token: Int
  }

  /// A string that is not closed yet.
  struct OpenString {
    var isTriple: Bool
    var start: Int
    /// Brackets open around it.
    var bracketCount: Int
    /// Of those in the interpolation around it, how many of each kind.
    var counts: Counts
  }

  /// Open brackets by kind since the last interpolation began, which no bracket closes across.
  struct Counts {
    var parentheses = 0
    var brackets = 0
    var braces = 0
  }

  let bytes: [UInt8]
  var offset = 0
  var tokens: [Token] = []
  var comments: [SourceRange] = []
  /// Diagnostics of invalid tokens.
  var problems: [Diagnostic] = []
  /// Warnings, and errors in comments, that no token carries.
  var remarks: [Diagnostic] = []
  var openBrackets: [OpenBracket] = []
  var openStrings: [OpenString] = []
  var counts = Counts()
  /// Whether the next byte is text of the innermost open string.
  var isInText = false
  var hasReportedEncoding = false
  /// Offset of the last cell marker that stands inside an open bracket, with that bracket.
  var interruptingCells: [(marker: SourceRange, token: Int)] = []

  /// Cuts `bytes`.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Tokens and comments in order of place, for colouring and completion; broken text is one more
  /// kind, and the end has no token.
  public static func tokens(of source: SourceFile) -> [Token] {
    var lexer = Lexer(source.bytes)
    lexer.run()
    var all: [Token] = []
    all.reserveCapacity(lexer.tokens.count + lexer.comments.count)
    var comments = lexer.comments[...]
    for token in lexer.tokens where token.kind != .cell {
      while let comment = comments.first, comment.start <= token.start {
        all.append(Token(kind: .comment, start32: Int32(comment.start), end32: Int32(comment.end)))
        comments.removeFirst()
      }
      if token.kind != .end { all.append(token) }
    }
    return all
  }

  /// The byte `distance` behind the current one, or 0 behind the end.
  func peek(_ distance: Int = 0) -> UInt8 {
    let position = offset + distance
    return position < bytes.count ? bytes[position] : 0
  }

  /// Reads everything, ending with a token of kind `end`.
  mutating func run() {
    guard bytes.count < Int(Int32.max) else {
      problems.append(
        Diagnostic(.textTooLarge, "a script has at most 2GiB", at: SourceRange(0, 0))
      )
      tokens.append(Token(kind: .invalid, start32: 0, end32: 0, link: 0))
      tokens.append(Token(kind: .end, start32: 0, end32: 0))
      return
    }
    tokens.reserveCapacity(bytes.count / 4 + 8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    while offset < bytes.count {
      if isInText {
        stringText()
      } else {
        code()
      }
    }
    if let string = openStrings.last { closeBroken(string) }
    add(.end, from: bytes.count)
  }

  /// Adds a token that ends at the current offset.
  mutating func add(_ kind: TokenKind, from start: Int, link: Int = -1) {
    tokens.append(
      Token(kind: kind, start32: Int32(start), end32: Int32(offset), link: Int32(link))
    )
  }

  /// Adds a token of `length` bytes.
  mutating func take(_ kind: TokenKind, _ length: Int = 1) {
    let start = offset
    offset += length
    add(kind, from: start)
  }

  /// Adds an invalid token up to the current offset; past all reason, many share a diagnostic.
  mutating func addInvalid(from start: Int, _ diagnostic: Diagnostic) {
    let mostProblems = 100_000
    if problems.count < mostProblems { problems.append(diagnostic) }
    add(.invalid, from: start, link: problems.count - 1)
  }

  /// One token, or white space, outside the text of strings.
  private mutating func code() {
    let start = offset
    let byte = bytes[offset]
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"): offset += 1
    case UInt8(ascii: "\n"): newline()
    case UInt8(ascii: "\r"):
      if peek(1) == UInt8(ascii: "\n") { offset += 1 } else { strangeText() }
    case UInt8(ascii: "#"): comment()
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): word()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
    case UInt8(ascii: "\""): openString()
    case UInt8(ascii: "("): open(.leftParenthesis, .parenthesis)
    case UInt8(ascii: "["): open(.leftBracket, .bracket)
    case UInt8(ascii: "{"): open(.leftBrace, .brace)
    case UInt8(ascii: ")"): close(.rightParenthesis, .parenthesis)
    case UInt8(ascii: "]"): close(.rightBracket, .bracket)
    case UInt8(ascii: "}"): close(.rightBrace, .brace)
    case UInt8(ascii: ","): take(.comma)
    case UInt8(ascii: ";"): take(.semicolon)
    case UInt8(ascii: ":"): colon()
    case UInt8(ascii: "@"): take(.at)
    case UInt8(ascii: "."): dots()
    default:
      symbol(byte)
      if offset == start { strangeText() }
    }
  }

  /// `=`, `<`, `+` and their kin; nothing if there is no such symbol.
  private mutating func symbol(_ byte: UInt8) {
    let next = peek(1)
    let assigns = next == UInt8(ascii: "=")
    switch byte {
    case UInt8(ascii: "="): assigns ? take(.equal, 2) : take(.assign)
    case UInt8(ascii: "+"): assigns ? take(.addAssign, 2) : take(.plus)
    case UInt8(ascii: "-"): assigns ? take(.subtractAssign, 2) : take(.minus)
    case UInt8(ascii: "<"): assigns ? take(.lessOrEqual, 2) : take(.less)
    case UInt8(ascii: ">"): assigns ? take(.greaterOrEqual, 2) : take(.greater)
    case UInt8(ascii: "*"):
      if assigns {
        take(.multiplyAssign, 2)
      } else if next == UInt8(ascii: "*") {
        take(.power, 2)
      } else {
        take(.star)
      }
    case UInt8(ascii: "/"):
      if next != UInt8(ascii: "/") && !assigns { take(.slash) }
    case UInt8(ascii: "%"):
      if next == UInt8(ascii: "%") { take(.remainder, 2) }
    case UInt8(ascii: "!"):
      if assigns { take(.notEqual, 2) }
    case UInt8(ascii: "|"):
      if next != UInt8(ascii: "|") { take(.pipe) }
    default: break
    }
  }

  /// The end of a line; strings and interpolations that should have ended on it end here, broken.
  private mutating func newline() {
    if let string = openStrings.last {
      closeBroken(string)
      return
    }
    take(.newline)
  }

  /// `.` or `..`; a number cannot begin with a point.
  private mutating func dots() {
    if peek(1) == UInt8(ascii: ".") {
      take(.rangeDots, 2)
      return
    }
    let isMember = tokens.last.map { $0.end == offset && $0.kind.endsOperand } ?? false
    guard !isMember, isDigit(peek(1)) else {
      take(.dot)
      return
    }
    let start = offset
    offset += 1
    while isDigit(peek()) { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    addInvalid(
      from: start,
      Diagnostic(
        .missingDigit,
        "a number begins with a digit",
        at: SourceRange(start, offset),
        remedy: "write '0\(text)'",
        fixIts: [FixIt(range: SourceRange(start, start), replacement: "0")]
      )
    )
  }

  /// Reads from `#` to the end of the line.
  ///
  /// A cell that begins inside an open bracket closes it, broken.
  private mutating func comment() {
    let start = offset
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
    var end = offset
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    let range = SourceRange(start, end)
    comments.append(range)
    checkEncoding(of: range)
    let isAtColumnOne = start == 0 || bytes[start - 1] == UInt8(ascii: "\n")
    guard isAtColumnOne, openStrings.isEmpty, let bracket = openBrackets.last,
      bytes[start..<end].starts(with: "# %%".utf8)
    else { return }
    interruptingCells.append((range, bracket.token))
    openBrackets.removeAll()
    counts = Counts()
    tokens.append(Token(kind: .cell, start32: Int32(start), end32: Int32(start)))
  }

  // MARK: Brackets

  private mutating func open(_ kind: TokenKind, _ opening: Opening) {
    openBrackets.append(OpenBracket(opening: opening, token: tokens.count))
    switch opening {
    case .parenthesis: counts.parentheses += 1
    case .bracket: counts.brackets += 1
    case .brace: counts.braces += 1
    case .interpolation: break
    }
    take(kind)
  }

  /// Links a closing bracket to its opening one; what stands open between them is never closed.
  private mutating func close(_ kind: TokenKind, _ opening: Opening) {
    let count =
      switch opening {
      case .parenthesis: counts.parentheses
      case .bracket: counts.brackets
      case .brace: counts.braces
      case .interpolation: 0
      }
    let closesInterpolation =
      opening == .parenthesis && count == 0 && !openStrings.isEmpty
    guard count > 0 || closesInterpolation else {
      take(kind)
      return
    }
    while let last = openBrackets.popLast() {
      switch last.opening {
      case .parenthesis: counts.parentheses -= 1
      case .bracket: counts.brackets -= 1
      case .brace: counts.braces -= 1
      case .interpolation: break
      }
      guard last.opening == opening || last.opening == .interpolation else { continue }
      tokens[last.token].link = Int32(tokens.count)
      take(last.opening == .interpolation ? .interpolationClose : kind)
      tokens[tokens.count - 1].link = Int32(last.token)
      if last.opening == .interpolation { isInText = true }
      return
    }
  }
}
