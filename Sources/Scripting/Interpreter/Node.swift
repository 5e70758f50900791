import Diagnostics
import Language

/// A resolved expression: names are slots, verbs are rows of the table, and running it is one call
/// of a method per node.
class Node {
  /// The text it came from.
  final let range: SourceRange

  init(_ range: SourceRange) { self.range = range }

  /// Its value.
  func evaluate(_ frame: Frame) throws(Diagnostic) -> Value { .none }

  /// Its value as the condition of `if`, `while`, `and`, `or`, `not`.
  func test(_ frame: Frame) throws(Diagnostic) -> Bool {
    let value = try evaluate(frame)
    if case .bool(let bool) = value { return bool }
    throw Diagnostic(
      "not-a-condition",
      "a condition must be true or false, but this is \(value.kindPhrase)",
      at: range,
      remedy: "compare it with something, as in 'x > 0' or 'length(a) > 0'"
    )
  }
}

/// A resolved statement.
class StatementNode {
  final let range: SourceRange

  init(_ range: SourceRange) { self.range = range }

  /// Runs it.
  func run(_ frame: Frame) throws(Diagnostic) -> Flow { .normal }
}

/// A literal.
final class ConstantNode: Node {
  let value: Value

  init(_ value: Value, _ range: SourceRange) {
    self.value = value
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value { value }
}

/// A variable in the function's own frame.
final class SlotNode: Node {
  let name: String
  let slot: Int

  init(_ name: String, slot: Int, _ range: SourceRange) {
    self.name = name
    self.slot = slot
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    guard let value = frame.slots[slot] else { throw unset(name, at: range) }
    return value
  }
}

/// A variable that functions share.
final class CellNode: Node {
  let name: String
  let index: Int

  init(_ name: String, index: Int, _ range: SourceRange) {
    self.name = name
    self.index = index
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    guard let value = frame.captures.cells[index].value else { throw unset(name, at: range) }
    return value
  }
}

private func unset(_ name: String, at range: SourceRange) -> Diagnostic {
  Diagnostic(
    "no-value-yet",
    "'\(name)' has no value yet",
    at: range,
    remedy: "names bound in a 'func' are local to it; give it as an argument"
  )
}

/// A name of the session.
final class GlobalNode: Node {
  let cell: GlobalCell

  init(_ cell: GlobalCell, _ range: SourceRange) {
    self.cell = cell
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    guard let value = cell.value else {
      throw frame.machine.session.unknownName(cell.name, at: range)
    }
    return value
  }
}

/// A local name that falls back to the one around it while it has no value: a command may remake a
/// network of the session inside a function, and the result is the function's own.
final class FallbackNode: Node {
  let place: LocalPlace
  let outer: Node

  init(_ place: LocalPlace, outer: Node, _ range: SourceRange) {
    self.place = place
    self.outer = outer
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    if let value = frame.get(place) { return value }
    return try outer.evaluate(frame)
  }
}

/// `it`: the last result that was not bound.
final class LastResultNode: Node {
  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    guard let value = frame.machine.session.state.lastResult else {
      throw Diagnostic("no-result-yet", "there is no result yet that 'it' could be", at: range)
    }
    return value
  }
}

/// What runs `[1, 2, 3]`.
final class ListNode: Node {
  let elements: [Node]

  init(_ elements: [Node], _ range: SourceRange) {
    self.elements = elements
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    var values: [Value] = []
    values.reserveCapacity(elements.count)
    for element in elements { values.append(try element.evaluate(frame)) }
    try Nesting.check(values, at: range)
    return .list(values)
  }
}

/// What runs `{ name: "a", size: 3KiB }`.
final class RecordNode: Node {
  let entries: [(name: String, node: Node)]

  init(_ entries: [(name: String, node: Node)], _ range: SourceRange) {
    self.entries = entries
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    var record = Record()
    for (name, node) in entries { record[name] = try node.evaluate(frame) }
    try Nesting.check(record.values, at: range)
    return .record(record)
  }
}

/// What runs `1..5`, `0..1 step 0.1`.
final class RangeNode: Node {
  let lower: Node
  let upper: Node
  let step: Node?

  init(lower: Node, upper: Node, step: Node?, _ range: SourceRange) {
    self.lower = lower
    self.upper = upper
    self.step = step
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let value = RangeValue(
      lower: try lower.evaluate(frame),
      upper: try upper.evaluate(frame),
      step: try step?.evaluate(frame)
    )
    _ = try Sequences.progression(of: value, at: range)
    return .range(value)
  }
}

/// What runs `"text with \(value:.2)"`.
final class InterpolationNode: Node {
  enum Part {
    case text(String)
    case value(Node, digits: Int?)
  }

  let parts: [Part]

  init(_ parts: [Part], _ range: SourceRange) {
    self.parts = parts
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .value(let node, let digits):
        let value = try node.evaluate(frame)
        text += try ValueText.text(of: value, digits: digits, at: node.range)
      }
    }
    try Limits.checkText(text.utf8.count, at: range, session: frame.machine.session)
    return .string(text)
  }
}

/// A function expression or declaration: closes over the variables that it uses.
final class FunctionNode: Node {
  let code: FunctionCode

  init(_ code: FunctionCode, _ range: SourceRange) {
    self.code = code
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let cells = code.closedOver.map { frame.captures.cells[$0] }
    let captured = cells.compactMap(\.value)
    try Nesting.check(captured, at: range)
    return .function(FunctionValue(code: code, captures: Captures(cells)))
  }
}

/// What runs `base@1`.
final class VersionNode: Node {
  let cell: GlobalCell
  let number: Int

  init(_ cell: GlobalCell, number: Int, _ range: SourceRange) {
    self.cell = cell
    self.number = number
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    guard number >= 1, number <= cell.versions.count else {
      let count = cell.versions.count
      throw Diagnostic(
        "unknown-version",
        "'\(cell.name)' has \(counted(count, "version")), and \(number) is not among them",
        at: range,
        remedy: count == 0
          ? "networks, models and datasets have versions"
          : "'show lineage \(cell.name)' lists them"
      )
    }
    return cell.versions[number - 1]
  }
}

/// What runs `a[0]`.
final class IndexNode: Node {
  let collection: Node
  let index: Node

  init(_ collection: Node, _ index: Node, _ range: SourceRange) {
    self.collection = collection
    self.index = index
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let collection = try collection.evaluate(frame)
    let index = try index.evaluate(frame)
    return try Indexing.element(
      of: collection,
      at: index,
      range: range,
      indexRange: self.index.range
    )
  }
}

/// What runs `r.name`.
final class MemberNode: Node {
  let owner: Node
  let name: Name

  init(_ owner: Node, _ name: Name, _ range: SourceRange) {
    self.owner = owner
    self.name = name
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    let value = try owner.evaluate(frame)
    return try Members.member(name, of: value, session: frame.machine.session)
  }
}

/// What runs `if c then a else b`.
final class ConditionalNode: Node {
  let condition: Node
  let consequence: Node
  let alternative: Node

  init(_ condition: Node, _ consequence: Node, _ alternative: Node, _ range: SourceRange) {
    self.condition = condition
    self.consequence = consequence
    self.alternative = alternative
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    try condition.test(frame) ? consequence.evaluate(frame) : alternative.evaluate(frame)
  }
}
