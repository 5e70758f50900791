import Diagnostics
import Language

/// What the `expect`s of a running check have given so far.
struct CheckState {
  /// The smallest share that a `partial` expectation left; 1 while all held.
  var share = 1.0
  /// Why it is below 1.
  var failure: Diagnostic?
}

/// What runs `expect condition [partial from start] [else "message"]`.
final class ExpectNode: StatementNode {
  let condition: Node
  let conditionText: String
  /// The texts of both sides of a comparison, for the message.
  let sides: (left: String, right: String)
  let partialFrom: Node?
  let otherwise: Node?

  init(
    _ condition: Node,
    text: String,
    sides: (left: String, right: String),
    partialFrom: Node?,
    otherwise: Node?,
    _ range: SourceRange
  ) {
    self.condition = condition
    conditionText = text
    self.sides = sides
    self.partialFrom = partialFrom
    self.otherwise = otherwise
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    guard let comparison = condition as? BinaryNode else {
      guard try !condition.test(frame) else { return .normal }
      throw try failed("'\(SlotCheck.shortened(conditionText))' does not hold", frame)
    }
    let left = try comparison.left.evaluate(frame)
    let right = try comparison.right.evaluate(frame)
    let verdict = try comparison.apply(left, right, frame)
    guard case .bool(let holds) = verdict else {
      throw Diagnostic(
        "not-a-condition",
        "expect needs something that is true or false, but this is \(verdict.kindPhrase)",
        at: condition.range
      )
    }
    if holds { return .normal }
    let failure = try failed(words(comparison.symbol, left, right), frame)
    guard let partialFrom else { throw failure }
    let start = try partialFrom.evaluate(frame)
    let share = try share(of: left, from: start, to: right, at: partialFrom.range)
    guard share > 0, !frame.machine.checkStack.isEmpty else { throw failure }
    let index = frame.machine.checkStack.count - 1
    if share < frame.machine.checkStack[index].share {
      frame.machine.checkStack[index].share = share
      frame.machine.checkStack[index].failure = failure
    }
    return .normal
  }

  private func failed(_ words: String, _ frame: Frame) throws(Diagnostic) -> Diagnostic {
    var message = words
    if let otherwise {
      message = try ValueText.text(of: try otherwise.evaluate(frame), digits: nil, at: range)
    }
    return Diagnostic("expectation-failed", message, at: condition.range)
  }

  /// The message, such as `accuracy is 93.1%, expected at least 96%`.
  private func words(_ symbol: BinaryOperator, _ left: Value, _ right: Value) -> String {
    let isPercent = sides.right.hasSuffix("%")
    func text(_ value: Value) -> String {
      if isPercent, case .number(let number) = value {
        return NumberFormat.text(number * 100, significant: 5) + "%"
      }
      return ValueText.short(value)
    }
    let subject = SlotCheck.shortened(sides.left)
    let found = sides.left == text(left) ? "\(subject) was found" : "\(subject) is \(text(left))"
    switch symbol {
    case .greaterOrEqual: return "\(found), expected at least \(text(right))"
    case .greater: return "\(found), expected more than \(text(right))"
    case .lessOrEqual: return "\(found), expected at most \(text(right))"
    case .less: return "\(found), expected less than \(text(right))"
    case .equal: return "\(found), expected \(text(right))"
    case .notEqual: return "\(found), expected anything else"
    case .isIn: return "\(text(left)) is not in \(text(right))"
    case .isNotIn: return "\(text(left)) is in \(text(right))"
    case .or, .and, .add, .subtract, .multiply, .divide, .remainder, .power:
      return "'\(SlotCheck.shortened(conditionText))' does not hold"
    }
  }

  /// How far a value has come from `start` (0) to the bound (1), on a straight line.
  private func share(
    of value: Value,
    from start: Value,
    to bound: Value,
    at range: SourceRange
  ) throws(Diagnostic) -> Double {
    let come = try Operators.apply(.subtract, value, start, at: range)
    let whole = try Operators.apply(.subtract, bound, start, at: range)
    guard let come = come.magnitude, let whole = whole.magnitude, whole != 0 else {
      throw Diagnostic(
        "partial-start",
        "'partial from' needs a start that differs from the bound",
        at: range
      )
    }
    return min(max(come / whole, 0), 1)
  }
}

/// `check "title" points=2 { … }`: scored; what it binds ends with it.
final class CheckNode: StatementNode {
  let title: Node
  let points: Node?
  let body: StatementNode
  /// Variables of the function around it that the block binds.
  let places: [LocalPlace]

  init(
    title: Node,
    points: Node?,
    body: StatementNode,
    places: [LocalPlace],
    _ range: SourceRange
  ) {
    self.title = title
    self.points = points
    self.body = body
    self.places = places
    super.init(range)
  }

  override func run(_ frame: Frame) throws(Diagnostic) -> Flow {
    let machine = frame.machine
    let session = machine.session
    let title = try ValueText.text(of: try self.title.evaluate(frame), digits: nil, at: range)
    let points = try points(frame)
    let savepoint = session.beginCheck()
    let kept = places.map { frame.get($0) }
    machine.checkStack.append(CheckState())
    var failure: Diagnostic?
    do throws(Diagnostic) {
      _ = try body.run(frame)
    } catch {
      failure = error
    }
    let state = machine.checkStack.removeLast()
    for (place, value) in zip(places, kept) { frame.restore(place, value) }
    session.endCheck(savepoint, failed: failure != nil)
    if let failure, failure.stopsEverything { throw failure }
    let share = failure == nil ? state.share : 0
    session.record(
      CheckResult(
        title: title,
        points: points,
        score: points * share,
        failure: failure ?? state.failure,
        range: range
      )
    )
    return .normal
  }

  private func points(_ frame: Frame) throws(Diagnostic) -> Double {
    guard let node = points else { return 1 }
    let value = try node.evaluate(frame)
    guard case .number(let points) = value, points.isFinite, points >= 0 else {
      throw Diagnostic(
        "check-points",
        "points must be a number of at least 0, but here is \(ValueText.short(value))",
        at: node.range
      )
    }
    return points
  }
}

extension Diagnostic {
  /// Whether it ends a check as well: the user's interruption and exhausted limits do.
  var stopsEverything: Bool {
    id == "interrupted" || id == "time-limit" || id == "step-limit" || id == "output-limit"
  }
}

extension Value {
  /// The number of a number or quantity, in base units.
  var magnitude: Double? {
    switch self {
    case .number(let number): number
    case .quantity(let quantity): quantity.value
    case .none, .bool, .string, .shape, .list, .record, .range, .function, .builtin, .tensor,
      .word, .dataset, .network, .model, .layer, .board, .deployment, .report, .table, .chart:
      nil
    }
  }
}
