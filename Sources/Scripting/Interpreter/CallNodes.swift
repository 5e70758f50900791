import Diagnostics
import Language

/// One argument of a call, resolved.
struct ArgumentNode {
  let name: Name?
  let node: Node
  let text: String
}

/// A call with one positional argument, the usual one.
///
/// The argument is a constant child, which costs no reference counting.
final class OneArgumentCallNode: CallNode {
  private let argument: Node

  init(_ callee: Node, _ given: ArgumentNode, _ range: SourceRange) {
    argument = given.node
    super.init(callee, [given], range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let callee = try callee.evaluate(frame)
    if case .function(let function) = callee, function.code.takesOneSlot {
      return try frame.machine.enter(function, at: range) { (inner) throws(Diagnostic) in
        inner.slots[0] = try argument.evaluate(frame)
      }
    }
    return try callSlowly(callee, frame)
  }
}

/// A call of something that is known only when it runs.
class CallNode: Node {
  final let callee: Node
  final let arguments: [ArgumentNode]
  private let nodes: [Node]
  private let isPositional: Bool

  init(_ callee: Node, _ arguments: [ArgumentNode], _ range: SourceRange) {
    self.callee = callee
    self.arguments = arguments
    nodes = arguments.map(\.node)
    isPositional = arguments.allSatisfy { $0.name == nil }
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let callee = try callee.evaluate(frame)
    if case .function(let function) = callee, isPositional, function.code.isSimple,
      function.code.parameters.count == nodes.count
    {
      return try frame.machine.enter(function, at: range) { (inner) throws(Diagnostic) in
        for index in 0..<nodes.count {
          inner.slots[index] = try nodes[index].evaluate(frame)
        }
      }
    }
    return try callSlowly(callee, frame)
  }

  @inline(never)
  final func callSlowly(_ callee: Value, _ frame: Frame) throws(Diagnostic) -> Value {
    let machine = frame.machine
    let given = try arguments.given(in: frame)
    switch callee {
    case .function(let function): return try machine.call(function, given, at: range)
    case .builtin(let name):
      guard let row = Builtins.row(named: name) else { break }
      return try Builtins.call(row, given, at: range, machine: machine)
    case .none, .bool, .number, .quantity, .string, .shape, .list, .record, .range, .tensor, .word,
      .dataset, .network, .model, .layer, .board, .deployment, .report, .table, .chart:
      break
    }
    throw Diagnostic(
      "not-a-function",
      "only a function can be called, but this is \(callee.kindPhrase)",
      at: self.callee.range
    )
  }
}

/// A call of a built-in function.
final class BuiltinCallNode: Node {
  let row: FunctionRow
  let arguments: [ArgumentNode]

  init(_ row: FunctionRow, _ arguments: [ArgumentNode], _ range: SourceRange) {
    self.row = row
    self.arguments = arguments
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let given = try arguments.given(in: frame)
    return try Builtins.call(row, given, at: range, machine: frame.machine)
  }
}

extension [ArgumentNode] {
  /// The arguments' values, left to right.
  func given(in frame: Frame) throws(Diagnostic) -> [(name: Name?, given: GivenValue)] {
    var result: [(name: Name?, given: GivenValue)] = []
    result.reserveCapacity(count)
    for argument in self {
      let value = try argument.node.evaluate(frame)
      result.append(
        (argument.name, GivenValue(value: value, range: argument.node.range, text: argument.text))
      )
    }
    return result
  }
}
