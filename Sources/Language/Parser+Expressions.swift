import Diagnostics

/// How tightly operators bind, from loosest to tightest.
enum Precedence {
  static let or = 1
  static let and = 2
  static let not = 3
  static let comparison = 4
  static let range = 5
  static let sum = 6
  static let product = 7
  static let minus = 8
  static let power = 9

  /// The precedence of an infix operator; nil if the token is none.
  static func of(_ kind: TokenKind) -> Int? {
    switch kind {
    case .or: or
    case .and: and
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in: comparison
    case .rangeDots: range
    case .plus, .minus: sum
    case .star, .slash, .remainder: product
    case .power: power
    default: nil
    }
  }
}

extension TokenKind {
  /// The operator that stands between two values.
  fileprivate var infix: BinaryOperator? {
    switch self {
    case .or: .or
    case .and: .and
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .in: .isIn
    case .plus: .add
    case .minus: .subtract
    case .star: .multiply
    case .slash: .divide
    case .remainder: .remainder
    case .power: .power
    default: nil
    }
  }
}

extension Parser {
  /// Any expression: `if … then … else …`, a function, or operators.
  mutating func expression() throws(Diagnostic) -> Expression {
    let expression = try nested { (parser) throws(Diagnostic) in
      switch parser.kind {
      case .if: try parser.choice()
      case .function: try parser.anonymousFunction()
      default: try parser.binary(Precedence.or)
      }
    }
    peak = max(peak, height)
    return expression
  }

  /// Reads `if c then a else b`.
  private mutating func choice() throws(Diagnostic) -> Expression {
    let start = start
    advance()
    return try choice(try condition(), from: start)
  }

  /// The rest of a choice, from `then` on.
  mutating func choice(
    _ condition: Expression,
    from start: Int
  ) throws(Diagnostic) -> Expression {
    var highest = height
    guard isWord("then") else {
      throw unexpected("'then'", remedy: "as a value it is 'if c then a else b'")
    }
    advance()
    let value = try expression()
    highest = max(highest, height)
    try expect(.else, "'else'", remedy: "a value needs both: 'if c then a else b'")
    let other = try expression()
    height = max(highest, height) + 1
    return .conditional(condition, value, other, range(from: start))
  }

  private mutating func anonymousFunction() throws(Diagnostic) -> Expression {
    let start = start
    advance()
    let function = try function(nil, from: start, isStatement: false)
    height += 1
    return .function(function)
  }

  // MARK: Operators

  /// An expression of operators that bind at least as tightly as `lowest`.
  mutating func binary(_ lowest: Int) throws(Diagnostic) -> Expression {
    let start = start
    var left = try prefix(lowest)
    var leftHeight = height
    while let precedence = infixPrecedence, precedence >= lowest {
      let sign = current.range
      if precedence == Precedence.comparison {
        left = try comparison(left, leftHeight, from: start)
        try raise(leftHeight, at: sign)
      } else if precedence == Precedence.range {
        left = try rangeExpression(left, leftHeight, from: start)
      } else if let infix = kind.infix {
        advance()
        skipNewlines()
        let right = try rightOperand(precedence)
        left = .binary(infix, left, right, operatorRange: sign, range(from: start))
        try raise(leftHeight, at: sign)
      }
      leftHeight = height
    }
    height = leftHeight
    return left
  }

  /// The operand behind an operator; a power takes all powers behind it, as `2 ** 3 ** 2` does.
  private mutating func rightOperand(_ precedence: Int) throws(Diagnostic) -> Expression {
    guard precedence == Precedence.power else { return try binary(precedence + 1) }
    return try nested { (parser) throws(Diagnostic) in try parser.binary(Precedence.minus) }
  }

  /// Sets the height of a node above the expression parsed last and one of height `other`.
  private mutating func raise(_ other: Int, at sign: SourceRange) throws(Diagnostic) {
    height = max(height, other) + 1
    guard height <= Self.highestExpression else {
      throw Diagnostic(
        .tooDeep,
        "this expression has more than \(Self.highestExpression) steps in a row",
        at: sign,
        remedy: "name a part of it first, or use a list"
      )
    }
  }

  /// The precedence of the infix operator here; `not` is one before `in`, and a word before `=` is
  /// the name of an option.
  var infixPrecedence: Int? {
    if kind.isReserved, next.kind == .assign { return nil }
    return kind == .not && next.kind == .in ? Precedence.comparison : Precedence.of(kind)
  }

  /// `not x`, `-x`, or a value without operators.
  private mutating func prefix(_ lowest: Int) throws(Diagnostic) -> Expression {
    let start = start
    let sign = current.range
    switch kind {
    case .not where lowest <= Precedence.not:
      advance()
      skipNewlines()
      let operand = try nested { (parser) throws(Diagnostic) in
        try parser.binary(Precedence.not)
      }
      try raise(0, at: sign)
      return .unary(.not, operand, range(from: start))
    case .minus:
      advance()
      skipNewlines()
      let operand = try nested { (parser) throws(Diagnostic) in
        try parser.binary(Precedence.minus)
      }
      try raise(0, at: sign)
      return .unary(.minus, operand, range(from: start))
    default: return try postfix()
    }
  }

  /// The rest of a comparison, with its tolerance; another comparison behind it is a mistake.
  private mutating func comparison(
    _ left: Expression,
    _ leftHeight: Int,
    from start: Int
  ) throws(Diagnostic) -> Expression {
    let leftRange = range(from: start)
    let signStart = self.start
    var infix = kind.infix ?? .isIn
    if kind == .not {
      advance()
      infix = .isNotIn
    }
    advance()
    let sign = range(from: signStart)
    skipNewlines()
    let middleStart = self.start
    let right = try binary(Precedence.range)
    let middle = range(from: middleStart)
    var highest = height
    if infixPrecedence == Precedence.comparison { throw chained(leftRange, sign, middle) }
    guard infix == .equal || infix == .notEqual, isWord("within"), next.kind != .assign else {
      return .binary(infix, left, right, operatorRange: sign, range(from: start))
    }
    advance()
    skipNewlines()
    let tolerance = try binary(Precedence.sum)
    highest = max(highest, height)
    height = highest
    return .within(infix, left, right, tolerance: tolerance, range(from: start))
  }

  /// The rest of `a..b`, with its step.
  private mutating func rangeExpression(
    _ first: Expression,
    _ firstHeight: Int,
    from start: Int
  ) throws(Diagnostic) -> Expression {
    let sign = current.range
    advance()
    skipNewlines()
    let last = try binary(Precedence.sum)
    var highest = max(firstHeight, height)
    var step: Expression?
    if isWord("step"), next.kind != .assign, !next.kind.endsStatement {
      advance()
      step = try binary(Precedence.sum)
      highest = max(highest, height)
    }
    if kind == .rangeDots { throw unexpected("the end of the range") }
    height = highest
    try raise(0, at: sign)
    return .range(first, last, step: step, range(from: start))
  }

  // MARK: Calls, indices, members

  /// An atom with the calls, indices, members and versions that touch it.
  mutating func postfix() throws(Diagnostic) -> Expression {
    let start = start
    var value = try atom()
    while true {
      let sign = current.range
      var highest = height
      switch kind {
      case .dot where isTouching:
        advance()
        guard kind.isWord else { throw unexpected("a member's name after '.'") }
        let member = name(of: current)
        advance()
        value = .member(value, member, range(from: start))
      case .leftParenthesis where isTouching:
        let arguments = try arguments()
        highest = max(highest, height)
        value = .call(value, arguments, range(from: start))
      case .leftBracket where isTouching:
        let outer = try open(ignoringNewlines: true)
        let index = try expression()
        highest = max(highest, height)
        try close(
          .rightBracket,
          "']'",
          restoring: outer,
          remedy: kind == .comma ? "one index a bracket: 'a[1][2]'" : nil
        )
        value = .index(value, index, range(from: start))
      case .at:
        advance()
        let version = try versionNumber()
        value = .version(value, version, range(from: start))
      default: return value
      }
      height = highest
      try raise(0, at: sign)
    }
  }

  /// The whole number behind `@`.
  private mutating func versionNumber() throws(Diagnostic) -> Int {
    let digits = text(current)
    guard kind == .number, let version = Int(digits) else {
      throw unexpected("a version's number after '@'", remedy: "write 'base@1'")
    }
    advance()
    return version
  }

  /// `(a, k = 2)`; the opening bracket is the current token.
  private mutating func arguments() throws(Diagnostic) -> [Argument] {
    try bracketed(.rightParenthesis, "',' or ')'") { (parser) throws(Diagnostic) in
      guard parser.kind.isWord, parser.next.kind == .assign else {
        return Argument(name: nil, value: try parser.expression())
      }
      let name = parser.name(of: parser.current)
      parser.advance()
      parser.advance()
      return Argument(name: name, value: try parser.expression())
    }
  }

  /// Elements between brackets, separated by commas; one may stand behind the last.
  ///
  /// Leaves the height of the highest element.
  mutating func bracketed<Element>(
    _ closing: TokenKind,
    _ what: String,
    _ element: (inout Parser) throws(Diagnostic) -> Element
  ) throws(Diagnostic) -> [Element] {
    let outer = try open(ignoringNewlines: true)
    var elements: [Element] = []
    var highest = 0
    while kind != closing {
      height = 0
      elements.append(try element(&self))
      highest = max(highest, height)
      guard skip(.comma) else { break }
    }
    let remedy = kind.beginsOperand ? "put a comma between the elements" : nil
    try close(closing, what, restoring: outer, remedy: remedy)
    height = highest
    return elements
  }
}
