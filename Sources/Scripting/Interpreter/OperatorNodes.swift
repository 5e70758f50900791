import Diagnostics
import Language

/// An operator that has a short way for two plain numbers.
protocol QuickOperator {
  static var symbol: BinaryOperator { get }
  static func apply(_ left: Double, _ right: Double) -> Value
}

/// A comparison that has a short way for two plain numbers.
protocol QuickComparison: QuickOperator {
  static func compare(_ left: Double, _ right: Double) -> Bool
}

extension QuickComparison {
  @inline(__always)
  static func apply(_ left: Double, _ right: Double) -> Value { .bool(compare(left, right)) }
}

enum Addition: QuickOperator {
  static var symbol: BinaryOperator { .add }
  @inline(__always)
  static func apply(_ left: Double, _ right: Double) -> Value { .number(left + right) }
}

enum Subtraction: QuickOperator {
  static var symbol: BinaryOperator { .subtract }
  @inline(__always)
  static func apply(_ left: Double, _ right: Double) -> Value { .number(left - right) }
}

enum Multiplication: QuickOperator {
  static var symbol: BinaryOperator { .multiply }
  @inline(__always)
  static func apply(_ left: Double, _ right: Double) -> Value { .number(left * right) }
}

enum Less: QuickComparison {
  static var symbol: BinaryOperator { .less }
  @inline(__always)
  static func compare(_ left: Double, _ right: Double) -> Bool { left < right }
}

enum LessOrEqual: QuickComparison {
  static var symbol: BinaryOperator { .lessOrEqual }
  @inline(__always)
  static func compare(_ left: Double, _ right: Double) -> Bool { left <= right }
}

enum Greater: QuickComparison {
  static var symbol: BinaryOperator { .greater }
  @inline(__always)
  static func compare(_ left: Double, _ right: Double) -> Bool { left > right }
}

enum GreaterOrEqual: QuickComparison {
  static var symbol: BinaryOperator { .greaterOrEqual }
  @inline(__always)
  static func compare(_ left: Double, _ right: Double) -> Bool { left >= right }
}

enum Equal: QuickComparison {
  static var symbol: BinaryOperator { .equal }
  @inline(__always)
  static func compare(_ left: Double, _ right: Double) -> Bool { left == right }
}

enum NotEqual: QuickComparison {
  static var symbol: BinaryOperator { .notEqual }
  @inline(__always)
  static func compare(_ left: Double, _ right: Double) -> Bool { left != right }
}

/// An operator between two values.
class BinaryNode: Node {
  final let symbol: BinaryOperator
  final let left: Node
  final let right: Node
  final let operatorRange: SourceRange

  init(
    _ symbol: BinaryOperator,
    _ left: Node,
    _ right: Node,
    operatorRange: SourceRange,
    _ range: SourceRange
  ) {
    self.symbol = symbol
    self.left = left
    self.right = right
    self.operatorRange = operatorRange
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let left = try left.evaluate(frame)
    let right = try right.evaluate(frame)
    return try apply(left, right, frame)
  }

  @inline(never)
  final func apply(_ left: Value, _ right: Value, _ frame: Frame) throws(Diagnostic) -> Value {
    try Operators.apply(
      symbol,
      left,
      right,
      at: operatorRange,
      range: range,
      machine: frame.machine
    )
  }

  /// The node for an operator, with a short way where there is one.
  static func make(
    _ symbol: BinaryOperator,
    _ left: Node,
    _ right: Node,
    operatorRange: SourceRange,
    _ range: SourceRange
  ) -> Node {
    func quick<Operation: QuickOperator>(_ operation: Operation.Type) -> Node {
      if let constant = right as? ConstantNode, case .number(let number) = constant.value {
        return ConstantOperandNode<Operation>(left, number, operatorRange, range)
      }
      return QuickNode<Operation>(symbol, left, right, operatorRange: operatorRange, range)
    }
    func comparison<Operation: QuickComparison>(_ operation: Operation.Type) -> Node {
      ComparisonNode<Operation>(symbol, left, right, operatorRange: operatorRange, range)
    }
    switch symbol {
    case .or: return LogicNode(left, right, isOr: true, range)
    case .and: return LogicNode(left, right, isOr: false, range)
    case .equal: return comparison(Equal.self)
    case .notEqual: return comparison(NotEqual.self)
    case .less: return comparison(Less.self)
    case .lessOrEqual: return comparison(LessOrEqual.self)
    case .greater: return comparison(Greater.self)
    case .greaterOrEqual: return comparison(GreaterOrEqual.self)
    case .add: return quick(Addition.self)
    case .subtract: return quick(Subtraction.self)
    case .multiply: return quick(Multiplication.self)
    case .isIn, .isNotIn, .divide, .remainder, .power:
      return BinaryNode(symbol, left, right, operatorRange: operatorRange, range)
    }
  }
}

/// An operator whose short way is tried first.
final class QuickNode<Operation: QuickOperator>: BinaryNode {
  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let left = try left.evaluate(frame)
    let right = try right.evaluate(frame)
    if case .number(let x) = left, case .number(let y) = right { return Operation.apply(x, y) }
    return try apply(left, right, frame)
  }
}

/// An operator with a literal number on its right.
final class ConstantOperandNode<Operation: QuickOperator>: Node {
  let left: Node
  let right: Double
  let operatorRange: SourceRange

  init(_ left: Node, _ right: Double, _ operatorRange: SourceRange, _ range: SourceRange) {
    self.left = left
    self.right = right
    self.operatorRange = operatorRange
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let left = try left.evaluate(frame)
    if case .number(let x) = left { return Operation.apply(x, right) }
    return try Operators.apply(
      Operation.symbol,
      left,
      .number(right),
      at: operatorRange,
      range: range,
      machine: frame.machine
    )
  }
}

/// A comparison, which `if` and `while` ask without making a value.
final class ComparisonNode<Operation: QuickComparison>: BinaryNode {
  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    .bool(try test(frame))
  }

  override func test(_ frame: Frame) throws(Diagnostic) -> Bool {
    let left = try left.evaluate(frame)
    let right = try right.evaluate(frame)
    if case .number(let x) = left, case .number(let y) = right { return Operation.compare(x, y) }
    guard case .bool(let result) = try apply(left, right, frame) else { return false }
    return result
  }
}

/// `and`, `or`: the right side is evaluated only where it decides.
final class LogicNode: Node {
  let left: Node
  let right: Node
  let isOr: Bool

  init(_ left: Node, _ right: Node, isOr: Bool, _ range: SourceRange) {
    self.left = left
    self.right = right
    self.isOr = isOr
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value { .bool(try test(frame)) }

  override func test(_ frame: Frame) throws(Diagnostic) -> Bool {
    let decided = try left.test(frame)
    return decided == isOr ? decided : try right.test(frame)
  }
}

/// What runs `-x`.
final class NegationNode: Node {
  let operand: Node

  init(_ operand: Node, _ range: SourceRange) {
    self.operand = operand
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let value = try operand.evaluate(frame)
    if case .number(let number) = value { return .number(-number) }
    return try Operators.negate(value, at: range)
  }
}

/// What runs `not x`.
final class NotNode: Node {
  let operand: Node

  init(_ operand: Node, _ range: SourceRange) {
    self.operand = operand
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value { .bool(try test(frame)) }

  override func test(_ frame: Frame) throws(Diagnostic) -> Bool { !(try operand.test(frame)) }
}

/// What runs `a == b within t`.
final class WithinNode: Node {
  let isEqual: Bool
  let left: Node
  let right: Node
  let tolerance: Node

  init(isEqual: Bool, _ left: Node, _ right: Node, tolerance: Node, _ range: SourceRange) {
    self.isEqual = isEqual
    self.left = left
    self.right = right
    self.tolerance = tolerance
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value { .bool(try test(frame)) }

  override func test(_ frame: Frame) throws(Diagnostic) -> Bool {
    let left = try left.evaluate(frame)
    let right = try right.evaluate(frame)
    let tolerance = try tolerance.evaluate(frame)
    return try Comparison.isClose(left, right, tolerance: tolerance, at: range) == isEqual
  }
}
