import Diagnostics

extension Parser {
  /// How the current token is called in a message.
  var found: String {
    switch kind {
    case .newline: "the end of the line"
    case .end: "the end of the text"
    case .cell: "a new cell"
    case .stringOpen: "a string"
    case .stringText, .stringClose, .interpolationClose, .format: "the end of the interpolation"
    default: "'\(shortened(text(current)))'"
    }
  }

  /// `text`, cut where it would flood a message.
  func shortened(_ text: String) -> String {
    let longest = 40
    return text.utf8.count <= longest ? text : String(text.prefix(longest)) + "…"
  }

  /// The place to point at when the current token should not stand here.
  private var foundRange: SourceRange {
    switch kind {
    case .newline, .end, .cell, .stringClose:
      SourceRange(previousEnd, previousEnd)
    default: current.range
    }
  }

  /// The current token should have been `what`.
  func unexpected(_ what: String, remedy: String? = nil) -> Diagnostic {
    if kind == .invalid { return problems[Int(current.link)] }
    if let bracket = unmatchedClosing() { return bracket }
    if let command = commandInExpression() { return command }
    if kind == .number || kind == .shape, let literal = literalMistake() { return literal }
    return Diagnostic(
      .unexpectedToken,
      "expected \(what), but found \(found)",
      at: foundRange,
      remedy: remedy
    )
  }

  /// The current token is a reserved word, or no word, where a new name should stand.
  func unexpectedName(_ what: String) -> Diagnostic {
    guard kind.isReserved else { return unexpected(what) }
    return Diagnostic(
      .reservedWord,
      "'\(text(current))' is a reserved word, so it cannot be \(what)",
      at: current.range,
      remedy: "choose another name"
    )
  }

  /// The bracket of token `index` is never closed.
  func unclosed(_ index: Int) -> Diagnostic {
    let token = tokens[index]
    var notes: [Note] = []
    if let cell = interruptingCells.first(where: { $0.marker.start > token.start }) {
      notes.append(
        Note("a cell begins here, inside the bracket", range: cell.marker, source: source)
      )
    } else if let mismatch = mismatch(index) {
      notes.append(
        Note(
          "'\(text(tokens[mismatch]))' stands here instead",
          range: tokens[mismatch].range,
          source: source
        )
      )
    }
    let closing = ["(": ")", "[": "]", "{": "}"][text(token), default: ")"]
    return Diagnostic(
      .unclosedBracket,
      "'\(text(token))' is never closed",
      at: token.range,
      remedy: "close it with '\(closing)'",
      notes: notes
    )
  }

  /// The closing bracket of another kind that ended the bracket of token `index` early, if it
  /// stands near.
  private func mismatch(_ index: Int) -> Int? {
    let farthest = 1_000
    var position = index + 1
    while position < min(tokens.count, index + farthest) {
      let token = tokens[position]
      switch token.kind {
      case .leftParenthesis, .leftBracket, .leftBrace:
        if token.link > position { position = Int(token.link) }
      case .rightParenthesis, .rightBracket, .rightBrace: return position
      default: break
      }
      position += 1
    }
    return nil
  }

  /// The current token, if it is a closing bracket that nothing opened.
  private func unmatchedClosing() -> Diagnostic? {
    switch kind {
    case .rightParenthesis, .rightBracket, .rightBrace: current.link < 0 ? unmatched() : nil
    default: nil
    }
  }

  /// The current closing bracket was never opened.
  func unmatched() -> Diagnostic {
    Diagnostic(
      .unmatchedBracket,
      "'\(text(current))' closes nothing",
      at: current.range,
      remedy: "delete it, or open a bracket before it"
    )
  }

  /// A command where only an expression can stand: the last word is a verb, and an operand follows.
  private func commandInExpression() -> Diagnostic? {
    guard index > 0, kind.beginsOperand else { return nil }
    let last = tokens[lastIndex]
    guard last.kind == .word, last.end < start, vocabulary.verbs.contains(text(last)) else {
      return nil
    }
    return Diagnostic(
      .commandInExpression,
      "the command '\(text(last))' stands in parentheses inside an expression",
      at: last.range,
      remedy: "write '(\(text(last)) …)'"
    )
  }

  /// Whether the statement so far is `quiet NAME`.
  private var isBehindQuietName: Bool {
    lastIndex > 0 && tokens[lastIndex].kind == .word && text(tokens[lastIndex - 1]) == "quiet"
  }

  /// Something stands behind a whole statement.
  mutating func unexpectedAfterStatement() -> Diagnostic {
    switch kind {
    case .assign, .addAssign, .subtractAssign, .multiplyAssign:
      return Diagnostic(
        .assignmentTarget,
        "only a name can stand before '\(text(current))'",
        at: current.range,
        remedy: isBehindQuietName
          ? "'quiet' stands behind it: '\(text(tokens[lastIndex])) = quiet …'"
          : "values never change in place: bind a changed copy; '==' compares"
      )
    case .else: return misplacedElse()
    case .leftBrace where current.link >= 0:
      return Diagnostic(
        .unexpectedToken,
        "expected the end of the statement, but found '{'",
        at: current.range,
        remedy: "a record as an operand stands in parentheses: '({ … })'"
      )
    case .dot:
      return Diagnostic(
        .unexpectedToken,
        "'.' must touch the value whose member it reads",
        at: current.range,
        remedy: "delete the space before it"
      )
    case .comma:
      return unexpected(
        "the end of the statement",
        remedy: "operands are separated by spaces, and a list stands in '[ ]'"
      )
    case .if:
      return unexpected("the end of the statement", remedy: "write 'if c then a else b'")
    default: return unexpected("the end of the statement")
    }
  }

  /// `else` without an `if` whose `}` stands before it on its line.
  func misplacedElse() -> Diagnostic {
    Diagnostic(
      .misplacedElse,
      "'else' has no 'if' here",
      at: current.range,
      remedy: "put it on the line of the '}' before it: '} else {'"
    )
  }

  /// `a < b < c`; the second comparison sign is the current token.
  mutating func chained(
    _ left: SourceRange,
    _ sign: SourceRange,
    _ middle: SourceRange
  ) -> Diagnostic {
    let secondSign = text(current)
    let place = current.range
    let last =
      guess(from: index + 1) { (parser) throws(Diagnostic) in
        parser.skipNewlines()
        let start = parser.start
        _ = try parser.binary(Precedence.range)
        return parser.source.text(of: parser.range(from: start))
      } ?? "c"
    func part(_ range: SourceRange) -> String { shortened(source.text(of: range)) }
    let remedy =
      "write '\(part(left)) \(part(sign)) \(part(middle)) and "
      + "\(part(middle)) \(secondSign) \(shortened(last))'"
    return Diagnostic(.comparisonChain, "comparisons do not chain", at: place, remedy: remedy)
  }

  /// An operator behind an operand that began at token `first`, where only a whole operand stands.
  mutating func operatorInOperand(from first: Int) -> Diagnostic {
    let place = current.range
    let sign = text(current)
    let whole = guess(from: first) { (parser) throws(Diagnostic) in
      let start = parser.start
      _ = try parser.expression()
      return parser.source.text(of: parser.range(from: start))
    }
    return Diagnostic(
      .operatorInOperand,
      "an operand cannot go on with '\(sign)'",
      at: place,
      remedy: whole.map { "write '(\(shortened($0)))'" }
        ?? "an operand that is a sum stands in parentheses"
    )
  }

  /// What `body` finds from token `first` on, for a remedy; nil if that is broken too.
  ///
  /// Guesses are not nested, so that mistakes inside mistakes are not read again and again.
  private mutating func guess(
    from first: Int,
    _ body: (inout Parser) throws(Diagnostic) -> String
  ) -> String? {
    guard !isGuessing else { return nil }
    var trial = self
    trial.isGuessing = true
    trial.index = first
    trial.lastIndex = max(first - 1, 0)
    return try? body(&trial)
  }

  /// A word in the place of a verb that is none, with an operand behind it.
  func unknownCommand(_ word: Token, mayBeCall: Bool) -> Diagnostic {
    let name = text(word)
    let words = Array(vocabulary.verbs) + Self.statementWords
    var remedy = Self.foreignWords[name]
    var fixIts: [FixIt] = []
    if remedy == nil, let near = nearestName(to: name, among: words) {
      remedy = "did you mean '\(near)'?"
      fixIts = [FixIt(range: word.range, replacement: near)]
    }
    if remedy == nil, mayBeCall { remedy = "the bracket of a call touches its name: '\(name)('" }
    return Diagnostic(
      .unknownCommand,
      "unknown command '\(shortened(name))'",
      at: word.range,
      remedy: remedy ?? "'help' lists the commands",
      fixIts: fixIts
    )
  }

  /// Words that begin a statement without being verbs.
  static let statementWords = [
    "network", "board", "func", "for", "while", "if", "return", "check", "expect", "sweep", "quiet",
  ]

  /// Words that begin a statement in other languages.
  private static let foreignWords = [
    "def": "functions are written 'func f(x) = …' or 'func f(x) { … }'",
    "function": "functions are written 'func f(x) = …' or 'func f(x) { … }'",
    "lambda": "functions are written 'func(x) = …'",
    "elif": "write 'else if' on the line of the '}'",
    "let": "names are bound without it: 'x = 3'",
    "var": "names are bound without it: 'x = 3'",
    "const": "names are bound without it: 'x = 3'",
    "assert": "write 'expect'",
    "import": "scripts are run with 'run \"file.jatai\"', and everything else is built in",
    "from": "scripts are run with 'run \"file.jatai\"', and everything else is built in",
    "echo": "write 'print'",
  ]
}
