import Diagnostics

extension Parser {
  /// A literal, a name, a list, a record, or a value in parentheses.
  mutating func atom() throws(Diagnostic) -> Expression {
    height = 0
    let start = start
    switch kind {
    case .word:
      let name = name(of: current)
      advance()
      return .name(name)
    case .number: return try literalNumber()
    case .shape: return try shape()
    case .stringOpen: return try string()
    case .true, .false:
      let isTrue = kind == .true
      advance()
      return .bool(isTrue, range(from: start))
    case .none:
      advance()
      return .none(range(from: start))
    case .leftBracket:
      let elements = try bracketed(.rightBracket, "',' or ']'") { (parser) throws(Diagnostic) in
        try parser.expression()
      }
      height += 1
      return .list(elements, range(from: start))
    case .leftParenthesis: return try parenthesized()
    case .leftBrace where beginsRecord: return try record()
    default: throw unexpectedValue()
    }
  }

  /// `(value)`; a bare name keeps its parentheses, which make it a variable where a command would
  /// read it as the name of a catalogue.
  private mutating func parenthesized() throws(Diagnostic) -> Expression {
    let start = start
    let outer = try open(ignoringNewlines: true)
    let inner = try nested { (parser) throws(Diagnostic) in try parser.value() }
    try close(
      .rightParenthesis,
      "')'",
      restoring: outer,
      remedy: kind == .comma ? "a list stands in '[ ]'" : nil
    )
    guard case .name = inner else { return inner }
    return .pipeline(
      Pipeline(isQuiet: false, source: .expression(inner), stages: [], range: range(from: start))
    )
  }

  /// Whether `{` begins a record here: after `=`, a preposition, an operator, `in`, `return`, a
  /// colon inside a record, or inside brackets; also as the first word of a statement, where no
  /// block could stand.
  private var beginsRecord: Bool {
    if ignoresNewlines || index == statementStart { return true }
    guard index > 0 else { return false }
    let last = tokens[lastIndex]
    switch last.kind {
    case .return, .colon, .interpolationOpen: return true
    case .word: return Preposition(rawValue: text(last)) != nil
    default: return last.kind.continuesLine
    }
  }

  /// Reads a record, as in `{ name: value }`.
  private mutating func record() throws(Diagnostic) -> Expression {
    let start = start
    let fields = try bracketed(.rightBrace, "',' or '}'") { (parser) throws(Diagnostic) in
      let name = try parser.fieldName()
      try parser.expect(
        .colon,
        "':' after the field's name",
        remedy: parser.kind == .assign ? "fields are written 'name: value'" : nil
      )
      return Argument(name: name, value: try parser.expression())
    }
    height += 1
    return .record(fields, range(from: start))
  }

  /// Any word, or a string without interpolation.
  private mutating func fieldName() throws(Diagnostic) -> Name {
    if kind == .stringOpen, case .string(let parts, let range) = try string() {
      switch parts.first {
      case nil: return Name("", range)
      case .text(let text) where parts.count == 1: return Name(composed(text), range)
      default:
        throw Diagnostic(.unexpectedToken, "a field's name cannot be computed", at: range)
      }
    }
    guard kind.isWord else { throw unexpected("a field's name") }
    let name = name(of: current)
    advance()
    return name
  }

  /// No value can begin with the current token.
  private mutating func unexpectedValue() -> Diagnostic {
    switch kind {
    case .if, .function:
      return Diagnostic(
        .unexpectedToken,
        "'\(text(current))' cannot begin an operand",
        at: current.range,
        remedy: "put it in parentheses"
      )
    case .leftBrace where current.link >= 0:
      return Diagnostic(
        .unexpectedToken,
        "expected a value, but found '{'",
        at: current.range,
        remedy: "a record here stands in parentheses: '({ … })'"
      )
    case .plus where isTouching && tokens[lastIndex].kind == .plus:
      return unexpected("a value", remedy: "write 'x += 1'")
    default: return unexpected("a value")
    }
  }
}
