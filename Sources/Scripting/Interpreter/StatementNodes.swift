import Diagnostics
import Language

/// Statements in order: two halves, since a constant child costs no reference counting and an array's
/// element does.
final class BlockNode: StatementNode {
  let first: StatementNode
  let second: StatementNode

  private init(_ first: StatementNode, _ second: StatementNode, _ range: SourceRange) {
    self.first = first
    self.second = second
    super.init(range)
  }

  /// One node for any number of statements; their tree is as flat as can be.
  static func make(_ statements: [StatementNode], _ range: SourceRange) -> StatementNode {
    make(statements[...], range)
  }

  private static func make(
    _ statements: ArraySlice<StatementNode>,
    _ range: SourceRange
  ) -> StatementNode {
    guard let first = statements.first else { return StatementNode(range) }
    guard statements.count > 1 else { return first }
    let middle = statements.startIndex + statements.count / 2
    return BlockNode(make(statements[..<middle], range), make(statements[middle...], range), range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    let flow = try first.run(frame)
    return flow == .normal ? try second.run(frame) : flow
  }
}

/// Where a value is kept: in a frame, in a cell that functions share, or in the session.
enum Place {
  case local(LocalPlace, name: String)
  case global(GlobalCell)

  func get(_ frame: Frame) -> Value? {
    switch self {
    case .local(let place, _): frame.get(place)
    case .global(let cell): cell.value
    }
  }

  func set(_ value: Value, _ frame: Frame, at range: SourceRange) throws(Diagnostic) {
    switch self {
    case .local(.slot(let index), _): frame.slots[index] = value
    case .local(.cell(let index), _):
      try Nesting.check([value], at: range)
      frame.captures.cells[index].value = value
    case .global(let cell): frame.machine.session.assign(value, to: cell)
    }
  }

  /// Takes the value out, so that it can be changed without a copy.
  func take(_ frame: Frame) -> Value? {
    switch self {
    case .local(.slot(let index), _):
      let value = frame.slots[index]
      frame.slots[index] = Optional.none
      return value
    case .local(.cell(let index), _):
      let cell = frame.captures.cells[index]
      defer { cell.value = nil }
      return cell.value
    case .global(let cell): return frame.machine.session.take(cell)
    }
  }
}

/// What runs `name = value`.
final class AssignmentNode: StatementNode {
  let place: Place
  let value: Node

  init(_ place: Place, _ value: Node, _ range: SourceRange) {
    self.place = place
    self.value = value
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    try place.set(try value.evaluate(frame), frame, at: range)
    return .normal
  }
}

/// `name += value`: a list or string that only this name holds grows in place.
final class CompoundAssignmentNode: StatementNode {
  let place: Place
  let current: Node
  let symbol: BinaryOperator
  let value: Node
  let operatorRange: SourceRange

  init(
    _ place: Place,
    current: Node,
    _ symbol: BinaryOperator,
    _ value: Node,
    operatorRange: SourceRange,
    _ range: SourceRange
  ) {
    self.place = place
    self.current = current
    self.symbol = symbol
    self.value = value
    self.operatorRange = operatorRange
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    let left = try current.evaluate(frame)
    let right = try value.evaluate(frame)
    if case .number(let x) = left, case .number(let y) = right {
      let result =
        switch symbol {
        case .add: x + y
        case .subtract: x - y
        default: x * y
        }
      try place.set(.number(result), frame, at: range)
      return .normal
    }
    if symbol == .add, case .list(let added) = right, case .list = left {
      return try append(added, frame, dropping: left)
    }
    let result = try Operators.apply(
      symbol,
      left,
      right,
      at: operatorRange,
      range: range,
      machine: frame.machine
    )
    try place.set(result, frame, at: range)
    return .normal
  }

  private func append(
    _ added: [Value],
    _ frame: Frame,
    dropping left: consuming Value
  ) throws(Diagnostic) -> Flow {
    guard case .list(let old) = left else { return .normal }
    try Limits.checkCount(old.count + added.count, at: range, session: frame.machine.session)
    try frame.machine.step(added.count, range)
    _ = consume left
    _ = consume old
    guard case .list(var list)? = place.take(frame) else { return .normal }
    list.append(contentsOf: added)
    try place.set(.list(list), frame, at: range)
    return .normal
  }
}

/// A value that stands alone: it prints itself and becomes `it`.
final class ValueStatementNode: StatementNode {
  let value: Node
  let isTopLevel: Bool

  init(_ value: Node, isTopLevel: Bool, _ range: SourceRange) {
    self.value = value
    self.isTopLevel = isTopLevel
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    let (value, prints) = try evaluateUnbound(frame)
    if case .none = value { return .normal }
    let session = frame.machine.session
    session.state.lastResult = value
    session.state.resultCount += 1
    if prints, !session.isSweeping { session.show(value) }
    return .normal
  }

  /// The value and whether it still has to print itself.
  func evaluateUnbound(_ frame: Frame) throws(Diagnostic) -> (Value, prints: Bool) {
    guard let pipeline = value as? PipelineNode else { return (try value.evaluate(frame), true) }
    return try pipeline.evaluateUnbound(frame, isTopLevel: isTopLevel)
  }
}

/// What runs `for name in values { … }`.
final class ForNode: StatementNode {
  let place: Place
  let values: Node
  let body: StatementNode

  init(_ place: Place, _ values: Node, _ body: StatementNode, _ range: SourceRange) {
    self.place = place
    self.values = values
    self.body = body
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    let machine = frame.machine
    let sequence = try Sequences.sequence(of: try values.evaluate(frame), at: values.range)
    for index in 0..<sequence.count {
      try machine.step(range)
      try place.set(sequence[index], frame, at: range)
      switch try body.run(frame) {
      case .normal, .continued: continue
      case .broke: return .normal
      case .returned: return .returned
      }
    }
    return .normal
  }
}

/// What runs `while condition { … }`.
final class WhileNode: StatementNode {
  let condition: Node
  let body: StatementNode

  init(_ condition: Node, _ body: StatementNode, _ range: SourceRange) {
    self.condition = condition
    self.body = body
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    let machine = frame.machine
    while try condition.test(frame) {
      try machine.step(range)
      switch try body.run(frame) {
      case .normal, .continued: continue
      case .broke: return .normal
      case .returned: return .returned
      }
    }
    return .normal
  }
}

/// What runs `if … { } else { }`.
final class IfNode: StatementNode {
  let branches: [(condition: Node, body: StatementNode)]
  let otherwise: StatementNode?

  init(
    _ branches: [(condition: Node, body: StatementNode)],
    otherwise: StatementNode?,
    _ range: SourceRange
  ) {
    self.branches = branches
    self.otherwise = otherwise
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    for branch in branches where try branch.condition.test(frame) {
      return try branch.body.run(frame)
    }
    return try otherwise?.run(frame) ?? .normal
  }
}

/// What runs `return value`.
final class ReturnNode: StatementNode {
  let value: Node?

  init(_ value: Node?, _ range: SourceRange) {
    self.value = value
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    frame.machine.returned = try value?.evaluate(frame) ?? .none
    return .returned
  }
}

/// What runs `break` and `continue`.
final class JumpNode: StatementNode {
  let flow: Flow

  init(_ flow: Flow, _ range: SourceRange) {
    self.flow = flow
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow { flow }
}

/// `network NAME { … }` and `board NAME { … }`: a declaration that binds what it makes.
final class DeclarationNode: StatementNode {
  let place: Place
  let value: Node
  /// Whether the function of a parameterised network only is bound, which prints nothing.
  let name: Name

  init(_ place: Place, _ value: Node, name: Name, _ range: SourceRange) {
    self.place = place
    self.value = value
    self.name = name
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    try place.set(try value.evaluate(frame), frame, at: name.range)
    return .normal
  }
}
