import Diagnostics

/// A word in the script with its place.
public struct Name: Hashable, Sendable {
  /// The word after NFC.
  public var text: String
  /// Where it stands.
  public var range: SourceRange

  /// The word `text` at `range`.
  public init(_ text: String, _ range: SourceRange) {
    self.text = text
    self.range = range
  }
}

/// A prefix operator.
public enum UnaryOperator: String, Sendable {
  case minus = "-"
  case not = "not"
}

/// An infix operator.
public enum BinaryOperator: String, Sendable, CaseIterable {
  case or = "or"
  case and = "and"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case isNotIn = "not in"
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%%"
  case power = "**"
}

/// A piece of a string literal.
public enum StringPart: Hashable, Sendable {
  /// Text with its escapes already replaced.
  case text(String)
  /// `\(value)` or `\(value:.2)`; `digits` is the number behind the point of the format.
  case value(Expression, digits: Int?)
}

/// One argument of a call, or one entry of a record.
public struct Argument: Hashable, Sendable {
  /// `name=` of a named argument; the field of a record.
  public var name: Name?
  /// What is given.
  public var value: Expression

  /// An argument with or without a name.
  public init(name: Name?, value: Expression) {
    self.name = name
    self.value = value
  }
}

/// A parameter of a function or of a parameterised network.
public struct Parameter: Hashable, Sendable {
  /// Its name.
  public var name: Name
  /// The value it has when a call leaves it out.
  public var defaultValue: Expression?

  /// A parameter, with or without a default.
  public init(name: Name, defaultValue: Expression?) {
    self.name = name
    self.defaultValue = defaultValue
  }
}

/// A function's parameters and body; `name` is nil for a function expression.
public struct Function: Hashable, Sendable {
  /// The name that the statement binds.
  public var name: Name?
  /// In order.
  public var parameters: [Parameter]
  /// `= value`, or a block.
  public var body: FunctionBody
  /// From `func` to the end of the body.
  public var range: SourceRange

  /// A function with its place.
  public init(name: Name?, parameters: [Parameter], body: FunctionBody, range: SourceRange) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.range = range
  }
}

/// What a function does.
public enum FunctionBody: Hashable, Sendable {
  /// `func f(x) = x / 2`
  indirect case value(Expression)
  /// `func f(x) { … }`
  case block(Block)
}

/// Something with a value.
///
/// Parsing is bounded in depth, so walking an expression recursively is safe.
public indirect enum Expression: Hashable, Sendable {
  case number(Double, SourceRange)
  /// `64KiB`: the number as written and its suffix, which the lexer has found in the unit table.
  case quantity(Double, unit: String, SourceRange)
  /// `28x28x1`
  case shape([Int], SourceRange)
  case string([StringPart], SourceRange)
  case bool(Bool, SourceRange)
  case none(SourceRange)
  case name(Name)
  case list([Expression], SourceRange)
  case record([Argument], SourceRange)
  /// `a..b` and `a..b step c`
  case range(Expression, Expression, step: Expression?, SourceRange)
  case unary(UnaryOperator, Expression, SourceRange)
  /// The first range is the operator's own.
  case binary(BinaryOperator, Expression, Expression, operatorRange: SourceRange, SourceRange)
  /// `a == b within t`; also `!=`.
  case within(BinaryOperator, Expression, Expression, tolerance: Expression, SourceRange)
  /// `if c then a else b`
  case conditional(Expression, Expression, Expression, SourceRange)
  case function(Function)
  case call(Expression, [Argument], SourceRange)
  case index(Expression, Expression, SourceRange)
  case member(Expression, Name, SourceRange)
  /// `base@1`
  case version(Expression, Int, SourceRange)
  /// A command, pipeline or `quiet` value: in parentheses, behind `=`, or as a statement. Also a
  /// bare name in parentheses, as the only one: `(x)` is the variable even where a command or a
  /// layer wants the name of a catalogue. Other parentheses leave no trace.
  case pipeline(Pipeline)
}

extension Expression {
  /// The text of the whole expression.
  public var range: SourceRange {
    switch self {
    case .number(_, let range), .quantity(_, _, let range), .shape(_, let range),
      .string(_, let range), .bool(_, let range), .none(let range), .list(_, let range),
      .record(_, let range), .range(_, _, _, let range), .unary(_, _, let range),
      .binary(_, _, _, _, let range), .within(_, _, _, _, let range),
      .conditional(_, _, _, let range), .call(_, _, let range), .index(_, _, let range),
      .member(_, _, let range), .version(_, _, let range):
      range
    case .name(let name): name.range
    case .function(let function): function.range
    case .pipeline(let pipeline): pipeline.range
    }
  }
}
