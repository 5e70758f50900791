import Diagnostics

extension Parser {
  /// Reads `[quiet] (command | expression) { "|" command }`.
  mutating func value() throws(Diagnostic) -> Expression {
    let start = start
    let isQuiet = skipQuiet()
    let source: PipelineSource
    if isAtCommand {
      source = .command(try command())
    } else {
      try refuseUnknownCommand()
      source = .expression(try expression())
    }
    return try pipeline(source, isQuiet: isQuiet, from: start)
  }

  /// The commands that `source` is piped into; without any, the source alone.
  mutating func pipeline(
    _ source: PipelineSource,
    isQuiet: Bool,
    from start: Int
  ) throws(Diagnostic) -> Expression {
    var highest = height
    var stages: [Command] = []
    while kind == .pipe {
      advance()
      skipNewlines()
      guard kind == .word else { throw unexpected("a command after '|'") }
      guard !isWord("sweep") else {
        throw Diagnostic(
          .unexpectedToken,
          "nothing can be piped into 'sweep'",
          at: current.range,
          remedy: "write 'sweep x in [40%, 60%] { … }'"
        )
      }
      guard isAtCommand else { throw unknownCommand(current, mayBeCall: false) }
      stages.append(try command())
      highest = max(highest, height)
    }
    height = highest
    peak = max(peak, height)
    if case .expression(let expression) = source, !isQuiet, stages.isEmpty { return expression }
    return .pipeline(
      Pipeline(isQuiet: isQuiet, source: source, stages: stages, range: range(from: start))
    )
  }

  /// Moves behind `quiet`, if a value follows it.
  private mutating func skipQuiet() -> Bool {
    guard isWord("quiet"), !next.kind.isAssignment, !next.kind.endsStatement else { return false }
    let isValue =
      next.kind.beginsOperand || next.kind == .minus || next.kind == .not || next.kind == .if
      || next.kind == .function || next.kind == .leftBrace
    guard isValue, !(nextIsTouching && next.kind != .stringOpen) else { return false }
    advance()
    return true
  }

  /// Whether the current word is a verb that begins a command: one that no assignment sign or
  /// touching `.`, `(`, `[` or `@` follows, and no operator that could follow only a name.
  var isAtCommand: Bool {
    guard kind == .word else { return false }
    let word = text(current)
    guard vocabulary.verbs.contains(word) || word == "sweep" else { return false }
    switch next.kind {
    case .assign, .addAssign, .subtractAssign, .multiplyAssign: return false
    case .dot, .at, .leftParenthesis, .leftBracket: return !nextIsTouching
    case .plus, .star, .slash, .remainder, .power, .equal, .notEqual, .less, .lessOrEqual,
      .greater, .greaterOrEqual, .rangeDots:
      return false
    case .in, .and, .or, .not:
      // `help in` asks about the word, and `in=` is an option; otherwise the verb is a name here.
      var place = min(index + 2, tokens.count - 1)
      // Inside brackets a line may end anywhere and means nothing.
      while ignoresNewlines, tokens[place].kind == .newline { place += 1 }
      let follower = tokens[place].kind
      return follower.endsStatement || follower == .assign
    default: return true
    }
  }

  /// Throws if a word that is no verb stands in the place of one: if an operand follows it.
  private func refuseUnknownCommand() throws(Diagnostic) {
    guard kind == .word, next.start > current.end else { return }
    let follower = next.kind
    let isOperand = follower.beginsOperand && !(isInOperandWord(next))
    let isBlock = follower == .leftBrace && next.link >= 0
    guard isOperand || isBlock else { return }
    let mayBeCall = follower == .leftParenthesis || follower == .leftBracket
    throw unknownCommand(current, mayBeCall: mayBeCall)
  }

  /// Whether `token` is a word that goes on an expression instead of beginning an operand.
  private func isInOperandWord(_ token: Token) -> Bool {
    token.kind == .word && ["within", "then"].contains(text(token))
  }

  // MARK: Commands

  /// `VERB { operand | PREPOSITION expression | OPTION = expression }`, or a sweep.
  private mutating func command() throws(Diagnostic) -> Command {
    if isWord("sweep") { return try sweep() }
    let verb = name(of: current)
    advance()
    let parts = try parts(prepositions: true)
    return .verb(verb, parts, range(from: verb.range.start))
  }

  /// Reads `sweep NAME in expression { OPTION = expression } { … }`.
  private mutating func sweep() throws(Diagnostic) -> Command {
    let word = current.range
    advance()
    let name = try newName("the name that 'sweep' varies")
    try expect(.in, "'in'", remedy: "write 'sweep \(name.text) in [40%, 60%] { … }'")
    skipNewlines()
    let values = try expression()
    var highest = height
    var options: [CommandPart] = []
    while isAtOption {
      options.append(try option())
      highest = max(highest, height)
    }
    let loops = loopDepth
    loopDepth = 0
    let block = try block(after: "the values of 'sweep'")
    loopDepth = loops
    height = max(height, highest)
    return .sweep(
      Sweep(
        word: word,
        name: name,
        values: values,
        options: options,
        block: block,
        range: range(from: word.start)
      )
    )
  }

  /// Reads `OPTION = expression`.
  private mutating func option() throws(Diagnostic) -> CommandPart {
    let option = name(of: current)
    advance()
    advance()
    skipNewlines()
    return .option(option, try expression())
  }

  /// What follows a verb or a kind of layer, up to the end of its operands.
  mutating func parts(prepositions: Bool) throws(Diagnostic) -> [CommandPart] {
    var parts: [CommandPart] = []
    var highest = 0
    while isAtOption || !endsOperands {
      if isAtOption {
        parts.append(try option())
      } else if prepositions, let preposition = preposition {
        let place = current.range
        advance()
        parts.append(.preposition(preposition, place, try expression()))
      } else {
        parts.append(.operand(try operand(isFirst: parts.isEmpty)))
      }
      highest = max(highest, height)
    }
    height = highest
    return parts
  }

  /// Whether any word with `=` behind it stands here.
  private var isAtOption: Bool { kind.isWord && next.kind == .assign }

  /// Whether no operand can begin here.
  private var endsOperands: Bool {
    switch kind {
    case .newline, .semicolon, .cell, .end, .pipe, .comma, .colon, .else, .leftBrace,
      .rightParenthesis, .rightBracket, .rightBrace, .interpolationClose, .format:
      true
    default: false
    }
  }

  /// The preposition that the current token is.
  private var preposition: Preposition? {
    guard kind == .word, current.end - current.start <= 7 else { return nil }
    return Preposition(rawValue: text(current))
  }

  /// Reads `[-] NUMBER`, or a value without operators.
  ///
  /// The first operand may be a reserved word if nothing follows it, as in `help if`.
  mutating func operand(isFirst: Bool) throws(Diagnostic) -> Expression {
    let first = index
    if kind == .minus {
      guard next.kind == .number, nextIsTouching else {
        throw operatorInOperand(from: first)
      }
      let start = start
      advance()
      let number = try literalNumber()
      return .unary(.minus, number, range(from: start))
    }
    if isFirst, kind.isReserved, next.kind.endsStatement, !kind.beginsOperand {
      let name = name(of: current)
      advance()
      return .name(name)
    }
    let value = try postfix()
    if isAtOperator, !(kind == .minus && !isTouching && next.kind == .number && nextIsTouching) {
      throw operatorInOperand(from: first)
    }
    return value
  }

  /// Whether the current token is an infix operator.
  private var isAtOperator: Bool {
    infixPrecedence != nil || (kind == .not && next.kind != .assign)
  }
}
