import Diagnostics

extension Parser {
  /// One statement, without the end of its line.
  mutating func statement() throws(Diagnostic) -> Statement {
    statementStart = index
    switch kind {
    case .for: return try forLoop()
    case .while: return try whileLoop()
    case .if: return try conditional()
    case .return: return try returnValue()
    case .break, .continue: return try loopExit()
    case .function where next.kind.isWord: return .function(try namedFunction())
    case .else: throw misplacedElse()
    case .word: return try wordStatement()
    default:
      if kind.isReserved, next.kind.isAssignment { throw unexpectedName("a name") }
      return try valueStatement()
    }
  }

  /// A statement that begins with a word that is not reserved.
  private mutating func wordStatement() throws(Diagnostic) -> Statement {
    if next.kind.isAssignment { return try assignment() }
    let touchesDot = nextIsTouching && (next.kind == .dot || next.kind == .leftBracket)
    guard !touchesDot else { return try valueStatement() }
    let touchesCall = nextIsTouching && next.kind == .leftParenthesis
    if isWord("expect"), !next.kind.endsStatement { return try expectation() }
    guard !touchesCall else { return try valueStatement() }
    if next.kind.isWord || next.kind.beginsOperand || next.kind == .leftBrace {
      if isWord("network") { return .network(try network()) }
      if isWord("board") { return try board() }
      if isWord("check") { return try check() }
    }
    return try valueStatement()
  }

  /// A command or expression alone; its range holds the parentheses that it stands in.
  private mutating func valueStatement() throws(Diagnostic) -> Statement {
    let start = start
    let isParenthesized = kind == .leftParenthesis
    let value = try value()
    let range = range(from: start)
    return .value(isParenthesized && value.range != range ? value.with(range: range) : value)
  }

  /// `NAME = value`, also with `+=`, `-=` and `*=`.
  private mutating func assignment() throws(Diagnostic) -> Statement {
    let start = start
    let name = name(of: current)
    advance()
    let sign: AssignmentOperator =
      switch kind {
      case .addAssign: .add
      case .subtractAssign: .subtract
      case .multiplyAssign: .multiply
      default: .set
      }
    advance()
    skipNewlines()
    let value = try value()
    return .assignment(name, sign, value, range(from: start))
  }

  /// The name of a word.
  func name(of token: Token) -> Name { Name(composed(text(token)), token.range) }

  /// A new name, which a reserved word cannot be.
  mutating func newName(_ what: String) throws(Diagnostic) -> Name {
    guard kind == .word else { throw unexpectedName(what) }
    let name = name(of: current)
    advance()
    return name
  }

  // MARK: Control flow

  private mutating func forLoop() throws(Diagnostic) -> Statement {
    let start = start
    let (name, values) = try forHeader()
    let block = try loopBlock(after: "the loop's values")
    return .forLoop(name, values, block, range(from: start))
  }

  /// Reads `for NAME in expression`.
  mutating func forHeader() throws(Diagnostic) -> (Name, Expression) {
    advance()
    let name = try newName("the loop's variable")
    try expect(.in, "'in'", remedy: "write 'for \(name.text) in 1..10 { … }'")
    skipNewlines()
    return (name, try expression())
  }

  private mutating func whileLoop() throws(Diagnostic) -> Statement {
    let start = start
    advance()
    let condition = try condition()
    let block = try loopBlock(after: "the loop's condition")
    return .whileLoop(condition, block, range(from: start))
  }

  private mutating func loopBlock(after what: String) throws(Diagnostic) -> Block {
    loopDepth += 1
    let block = try block(after: what)
    loopDepth -= 1
    return block
  }

  /// An expression that decides; `=` behind it was meant to compare.
  mutating func condition() throws(Diagnostic) -> Expression {
    let condition = try expression()
    guard kind != .assign else {
      throw Diagnostic(
        .assignmentTarget,
        "a condition cannot bind a name",
        at: current.range,
        remedy: "write '==' to compare"
      )
    }
    return condition
  }

  /// An `if` statement, or the value of an `if … then … else …` that stands alone.
  private mutating func conditional() throws(Diagnostic) -> Statement {
    let start = start
    advance()
    let condition = try condition()
    if isWord("then") {
      let choice = try choice(condition, from: start)
      return .value(try pipeline(.expression(choice), isQuiet: false, from: start))
    }
    var branches = [
      ConditionalBranch(condition: condition, block: try block(after: "the condition"))
    ]
    var otherwise: Block?
    while kind == .else, otherwise == nil {
      advance()
      if skip(.if) {
        let condition = try self.condition()
        branches.append(
          ConditionalBranch(condition: condition, block: try block(after: "the condition"))
        )
      } else {
        otherwise = try block(after: "'else'")
      }
    }
    return .conditional(branches, otherwise: otherwise, range(from: start))
  }

  private mutating func returnValue() throws(Diagnostic) -> Statement {
    let place = current.range
    guard functionDepth > 0 else {
      throw Diagnostic(
        .returnOutsideFunction,
        "'return' stands outside a function",
        at: place,
        remedy: "the last unbound result is called 'it'"
      )
    }
    advance()
    let value = kind.endsStatement ? nil : try value()
    return .returnValue(value, range(from: place.start))
  }

  private mutating func loopExit() throws(Diagnostic) -> Statement {
    let token = current
    guard loopDepth > 0 else {
      throw Diagnostic(
        .breakOutsideLoop,
        "'\(text(token))' stands outside a loop",
        at: token.range,
        remedy: "it belongs in the block of 'for' or 'while'"
      )
    }
    advance()
    return token.kind == .break ? .breakLoop(token.range) : .continueLoop(token.range)
  }

  // MARK: Functions

  private mutating func namedFunction() throws(Diagnostic) -> Function {
    let start = start
    advance()
    let name = try newName("the function's name")
    return try function(name, from: start, isStatement: true)
  }

  /// Parameters and body of a function whose `func`, and name if any, are read.
  mutating func function(
    _ name: Name?,
    from start: Int,
    isStatement: Bool
  ) throws(Diagnostic) -> Function {
    guard kind == .leftParenthesis else { throw unexpected("'(' with the parameters") }
    let parameters = try parameters()
    let loops = loopDepth
    loopDepth = 0
    functionDepth += 1
    let body: FunctionBody
    if skip(.assign) {
      skipNewlines()
      body = .value(isStatement ? try value() : try expression())
    } else {
      guard kind == .leftBrace else { throw unexpected("'=' or '{' after the parameters") }
      body = .block(try block(after: "the parameters"))
    }
    functionDepth -= 1
    loopDepth = loops
    return Function(name: name, parameters: parameters, body: body, range: range(from: start))
  }

  /// Reads parameters, as in `(a, b = 2)`.
  mutating func parameters() throws(Diagnostic) -> [Parameter] {
    try bracketed(.rightParenthesis, "',' or ')'") { (parser) throws(Diagnostic) in
      let name = try parser.newName("a parameter's name")
      guard parser.skip(.assign) else { return Parameter(name: name, defaultValue: nil) }
      return Parameter(name: name, defaultValue: try parser.expression())
    }
  }

  // MARK: Checks

  private mutating func check() throws(Diagnostic) -> Statement {
    let start = start
    advance()
    guard kind == .stringOpen else { throw unexpected("the check's title in quotes") }
    let title = try string()
    var points: Expression?
    if isWord("points") {
      advance()
      try expect(.assign, "'=' after 'points'")
      skipNewlines()
      points = try expression()
    }
    let block = try block(after: "the check's title")
    return .check(title, points: points, block, range(from: start))
  }

  private mutating func expectation() throws(Diagnostic) -> Statement {
    let start = start
    advance()
    let condition = try condition()
    var partial: Expression?
    if isWord("partial") {
      advance()
      guard isWord("from") else { throw unexpected("'from' after 'partial'") }
      advance()
      partial = try binary(Precedence.sum)
    }
    var otherwise: Expression?
    if skip(.else) {
      guard kind == .stringOpen else { throw unexpected("a string after 'else'") }
      otherwise = try string()
    }
    return .expect(condition, partialFrom: partial, otherwise: otherwise, range(from: start))
  }

  // MARK: Boards

  private mutating func board() throws(Diagnostic) -> Statement {
    let start = start
    advance()
    let name = try newName("the board's name")
    try expectBrace(after: "the board's name")
    let fields = try nested { (parser) throws(Diagnostic) in
      let outer = try parser.open(ignoringNewlines: false)
      let fields = parser.list { (parser) throws(Diagnostic) in
        guard parser.kind.isWord else { throw parser.unexpected("a field of the board") }
        let field = parser.name(of: parser.current)
        parser.advance()
        if parser.kind == .assign || parser.kind == .colon {
          throw parser.unexpected("the field's value", remedy: "write '\(field.text) 64MHz'")
        }
        let value = try parser.operand(isFirst: false)
        try parser.endOfStatement()
        return Argument(name: field, value: value)
      }
      try parser.close(.rightBrace, "'}'", restoring: outer)
      return fields
    }
    return .board(name, fields, range(from: start))
  }
}
