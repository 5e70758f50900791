import Diagnostics

/// Reads a script into a `Program`.
///
/// One function a rule of the grammar, each beginning at the current token. A function that finds
/// something else throws one `Diagnostic`; the innermost list of statements or layers catches it
/// and goes on behind the broken statement, so that one mistake makes one message.
public struct Parser {
  /// Brackets, blocks and signs that may stand inside one another.
  static let deepestNesting = 200
  /// Height of the tree of one expression; a chain of operators is as high as it is long.
  static let highestExpression = 500
  /// Diagnostics that are kept; a text with more is no script.
  static let mostDiagnostics = 1_000

  let source: SourceFile
  let vocabulary: Vocabulary
  let tokens: [Token]
  let problems: [Diagnostic]
  let interruptingCells: [(marker: SourceRange, token: Int)]
  /// The current token.
  var index = 0
  /// The token that was left last, which newlines may separate from the current one.
  var lastIndex = 0
  /// Whether the innermost bracket is `( )`, `[ ]` or a record, where newlines mean nothing.
  var ignoresNewlines = false
  /// Nesting of brackets, blocks and signs around the current token.
  var depth = 0
  /// Functions around the current token, for `return`.
  var functionDepth = 0
  /// Loops around the current token in the innermost function, for `break` and `continue`.
  var loopDepth = 0
  /// Height of the expression that was parsed last.
  var height = 0
  /// Height of the highest expression since the innermost block began.
  var peak = 0
  /// The token that the innermost statement began with.
  var statementStart = 0
  /// Whether the parser only looks for words to propose in a remedy.
  var isGuessing = false
  var diagnostics: [Diagnostic] = []

  /// Parses a whole script; what is broken is left out and reported in the program.
  public static func parse(_ source: SourceFile, vocabulary: Vocabulary) -> Program {
    var lexer = Lexer(source.bytes)
    lexer.run()
    var parser = Parser(source, lexer, vocabulary)
    let statements = parser.program()
    return Program(
      source: source,
      statements: statements,
      diagnostics: parser.report(with: lexer.remarks),
      comments: lexer.comments
    )
  }

  init(_ source: SourceFile, _ lexer: Lexer, _ vocabulary: Vocabulary) {
    self.source = source
    self.vocabulary = vocabulary
    tokens = lexer.tokens
    problems = lexer.problems
    interruptingCells = lexer.interruptingCells
  }

  /// Everything found, in order of place; a warning inside an error's text would be a second
  /// message about one mistake, and is left out.
  private func report(with remarks: [Diagnostic]) -> [Diagnostic] {
    let ordered = (diagnostics + remarks).enumerated().sorted {
      ($0.element.range.start, $0.offset) < ($1.element.range.start, $1.offset)
    }
    var reported: [Diagnostic] = []
    var errorEnd = 0
    for (_, found) in ordered {
      var diagnostic = found
      diagnostic.source = source
      if diagnostic.severity == .error {
        errorEnd = max(errorEnd, diagnostic.range.end)
      } else if diagnostic.range.end <= errorEnd {
        continue
      }
      reported.append(diagnostic)
    }
    return reported
  }

  // MARK: Cursor

  /// The current token.
  var current: Token { tokens[index] }

  /// What the current token is.
  var kind: TokenKind { tokens[index].kind }

  /// The token behind the current one, even if that is a newline.
  var next: Token { tokens[min(index + 1, tokens.count - 1)] }

  /// Where the next token begins.
  var start: Int { tokens[index].start }

  /// Where the last token ended.
  var previousEnd: Int { index > 0 ? tokens[lastIndex].end : 0 }

  /// Whether the current token touches the one before it.
  var isTouching: Bool { index > 0 && tokens[index - 1].end == tokens[index].start }

  /// Whether the token behind the current one touches it.
  var nextIsTouching: Bool { next.start == current.end }

  /// The text from `start` to the end of the last token.
  func range(from start: Int) -> SourceRange { SourceRange(start, max(start, previousEnd)) }

  /// The text of a token.
  func text(_ token: Token) -> String { source.text(of: token.range) }

  /// Whether the current token is the word `word`, which is not reserved.
  func isWord(_ word: StaticString) -> Bool {
    let token = tokens[index]
    guard token.kind == .word, token.end - token.start == word.utf8CodeUnitCount else {
      return false
    }
    for distance in 0..<word.utf8CodeUnitCount
    where source.bytes[token.start + distance] != word.utf8Start[distance] {
      return false
    }
    return true
  }

  /// Moves to the next token.
  mutating func advance() {
    guard index < tokens.count - 1 else { return }
    lastIndex = index
    index += 1
    if ignoresNewlines { skipNewlines() }
  }

  /// Moves behind newlines, where a line goes on.
  mutating func skipNewlines() {
    while tokens[index].kind == .newline { index += 1 }
  }

  /// Moves behind a token of `kind`, if that is the current one.
  mutating func skip(_ kind: TokenKind) -> Bool {
    guard self.kind == kind else { return false }
    advance()
    return true
  }

  /// Moves behind a token of `kind`, or throws that `what` was expected.
  mutating func expect(
    _ kind: TokenKind,
    _ what: String,
    remedy: String? = nil
  ) throws(Diagnostic) {
    guard skip(kind) else { throw unexpected(what, remedy: remedy) }
  }

  /// Moves behind an opening bracket inside which newlines are ignored or not, and gives what to
  /// restore at its end.
  mutating func open(ignoringNewlines: Bool) throws(Diagnostic) -> Bool {
    guard current.link >= 0 else { throw unclosed(index) }
    let outer = ignoresNewlines
    ignoresNewlines = ignoringNewlines
    advance()
    return outer
  }

  /// Moves behind the closing bracket `kind`, back to the rules around it.
  mutating func close(
    _ kind: TokenKind,
    _ what: String,
    restoring outer: Bool,
    remedy: String? = nil
  ) throws(Diagnostic) {
    guard self.kind == kind else { throw unexpected(what, remedy: remedy) }
    ignoresNewlines = outer
    advance()
  }

  /// Runs `body` one level deeper.
  mutating func nested<Result>(
    _ body: (inout Parser) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    guard depth < Self.deepestNesting else {
      throw Diagnostic(
        .tooDeep,
        "brackets and blocks are nested more than \(Self.deepestNesting) deep here",
        at: current.range,
        remedy: "name the inner parts first"
      )
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  // MARK: Programs and blocks

  private mutating func program() -> [Statement] {
    var statements: [Statement] = []
    while kind != .end {
      statements += statementList()
      guard kind == .rightBrace else { continue }
      if diagnostics.count < Self.mostDiagnostics { diagnostics.append(unmatched()) }
      advance()
    }
    return statements
  }

  /// Statements up to `}` or the end, without those that are broken.
  mutating func statementList() -> [Statement] {
    list { (parser) throws(Diagnostic) in
      let statement = try parser.statement()
      try parser.endOfStatement()
      return statement
    }
  }

  /// Elements of a block up to `}` or the end; a broken one is reported and left out.
  mutating func list<Element>(
    _ element: (inout Parser) throws(Diagnostic) -> Element
  ) -> [Element] {
    var elements: [Element] = []
    while true {
      while kind == .newline || kind == .semicolon || kind == .cell { advance() }
      if kind == .rightBrace || kind == .end { return elements }
      let first = index
      let state = (depth, functionDepth, loopDepth)
      do throws(Diagnostic) {
        elements.append(try element(&self))
      } catch {
        if diagnostics.count < Self.mostDiagnostics { diagnostics.append(error) }
        (depth, functionDepth, loopDepth) = state
        ignoresNewlines = false
        recover(from: first)
      }
    }
  }

  /// Moves behind the broken statement that began at token `first`.
  ///
  /// Matched brackets are skipped as a whole. Behind a bracket that is never closed the statement
  /// is taken to go on as long as its lines end as if it did; an open block takes all that follows.
  private mutating func recover(from first: Int) {
    let failed = index
    var position = first
    var isOpen = false
    while true {
      let token = tokens[position]
      switch token.kind {
      case .end:
        index = position
        return
      case .cell where position >= failed:
        index = position
        return
      case .newline, .semicolon:
        let last = tokens[max(position - 1, 0)].kind
        let goesOn =
          isOpen && token.kind == .newline
          && (last.continuesLine || last == .leftParenthesis || last == .leftBracket)
        if position >= failed && !goesOn {
          index = position
          return
        }
      case .leftParenthesis, .leftBracket, .leftBrace:
        if token.link >= 0 {
          position = Int(token.link)
        } else if token.kind == .leftBrace {
          while tokens[position + 1].kind != .end, tokens[position + 1].kind != .cell {
            position += 1
          }
        } else {
          isOpen = true
        }
      case .rightBrace where token.link >= 0 && Int(token.link) < first:
        index = position
        return
      default: break
      }
      position += 1
    }
  }

  /// `{ statements }`; the first brace is the current token, or is missed.
  mutating func block(after what: String) throws(Diagnostic) -> Block {
    let start = start
    try expectBrace(after: what)
    let outerPeak = peak
    peak = 0
    let statements = try nested { (parser) throws(Diagnostic) in
      let outer = try parser.open(ignoringNewlines: false)
      let statements = parser.statementList()
      try parser.close(.rightBrace, "'}'", restoring: outer)
      return statements
    }
    height = peak + 1
    peak = max(peak, outerPeak)
    return Block(statements: statements, range: range(from: start))
  }

  /// Throws unless the current token is `{`; one on the next line belongs to the same mistake.
  mutating func expectBrace(after what: String) throws(Diagnostic) {
    guard kind != .leftBrace else { return }
    if kind == .colon {
      throw Diagnostic(
        .unexpectedToken,
        "expected '{' after \(what), but found ':'",
        at: current.range,
        remedy: "blocks stand in braces: '{ … }'"
      )
    }
    var ahead = index
    while tokens[ahead].kind == .newline { ahead += 1 }
    guard kind == .newline, tokens[ahead].kind == .leftBrace else {
      throw unexpected("'{' after \(what)")
    }
    let mistake = unexpected("'{' after \(what)", remedy: "put the '{' at the end of this line")
    index = ahead
    throw mistake
  }

  /// Throws unless the statement ends here.
  mutating func endOfStatement() throws(Diagnostic) {
    guard !kind.endsStatement else { return }
    throw unexpectedAfterStatement()
  }
}
