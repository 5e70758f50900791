import Diagnostics
import Language

/// The variables of the running function and the machine that runs it.
struct Frame {
  /// The function's slots; nil is a variable without a value yet.
  let slots: UnsafeMutablePointer<Value?>
  /// The variables it shares with functions inside and around it.
  let captures: Captures
  let machine: Machine
}

/// How a statement ended.
enum Flow {
  case normal
  case broke
  case continued
  /// The value is in `Machine.returned`.
  case returned
}

/// What runs resolved code: the stack of slots, the count of steps and the depth of calls.
final class Machine {
  unowned let session: Session
  /// What the last `return` gave.
  var returned: Value = .none
  /// The depth of calls.
  var depth = 0
  /// Loop rounds, calls and elements handled so far.
  var steps = 0
  /// When `check` is due.
  var nextCheck = 0
  /// How deep checks are nested, and what their `expect`s have given so far.
  var checkStack: [CheckState] = []
  /// The lowest address that the native stack may reach.
  var stackLimit: UInt = 0
  private var slots: UnsafeMutablePointer<Value?>
  private var used = 0
  private let capacity = Machine.slotCapacity

  /// A function may call functions this deep, as in Python.
  static let depthLimit = 1000
  /// Steps between two looks at the clock and the interrupt flag.
  static let stepsBetweenChecks = 1 << 14
  /// Slots in the shared stack; a frame that does not fit has memory of its own.
  private static let slotCapacity = 1 << 15

  init(session: Session) {
    self.session = session
    slots = .allocate(capacity: Machine.slotCapacity)
  }

  deinit { slots.deallocate() }

  /// Counts a step of `range`, and now and then looks whether the work has to stop.
  @inline(__always)
  func step(_ range: SourceRange) throws(Diagnostic) {
    steps &+= 1
    if steps >= nextCheck { try check(at: range) }
  }

  /// Counts the elements that a function has gone through.
  func step(_ count: Int, _ range: SourceRange) throws(Diagnostic) {
    steps &+= count
    if steps >= nextCheck { try check(at: range) }
  }

  @inline(never)
  private func check(at range: SourceRange) throws(Diagnostic) {
    nextCheck = min(steps + Machine.stepsBetweenChecks, session.limits.steps ?? .max)
    try session.checkLimits(steps: steps, at: range)
  }

  /// Runs `body` with a frame of `count` empty slots.
  @inline(__always)
  func withSlots<Result>(
    _ count: Int,
    _ body: (UnsafeMutablePointer<Value?>) throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    guard used + count <= capacity else {
      let frame = UnsafeMutablePointer<Value?>.allocate(capacity: count)
      frame.initialize(repeating: nil, count: count)
      defer {
        frame.deinitialize(count: count)
        frame.deallocate()
      }
      return try body(frame)
    }
    let frame = slots + used
    frame.initialize(repeating: nil, count: count)
    used += count
    defer {
      used -= count
      frame.deinitialize(count: count)
    }
    return try body(frame)
  }

  /// Calls any value that can be called.
  func call(
    _ callee: Value,
    _ arguments: [GivenValue],
    at range: SourceRange
  ) throws(Diagnostic) -> Value {
    switch callee {
    case .function(let function):
      return try call(function, arguments.map { (nil, $0) }, at: range)
    case .builtin(let name):
      guard let row = Builtins.row(named: name) else {
        throw Diagnostic("unknown-function", "there is no function '\(name)'", at: range)
      }
      return try Builtins.call(row, arguments.map { (nil, $0) }, at: range, machine: self)
    case .none, .bool, .number, .quantity, .string, .shape, .list, .record, .range, .tensor, .word,
      .dataset, .network, .model, .layer, .board, .deployment, .report, .table, .chart:
      throw Diagnostic(
        "not-a-function",
        "only a function can be called, but this is \(callee.kindPhrase)",
        at: range
      )
    }
  }

  /// Calls a function of the script with positional and named arguments.
  func call(
    _ function: FunctionValue,
    _ arguments: [(name: Name?, given: GivenValue)],
    at range: SourceRange
  ) throws(Diagnostic) -> Value {
    let code = function.code
    return try enter(function, at: range) { (frame) throws(Diagnostic) in
      var next = 0
      var isGiven = [Bool](repeating: false, count: code.parameters.count)
      for (name, given) in arguments {
        var index = next
        if let name {
          guard let found = code.parameters.firstIndex(where: { $0.name == name.text }) else {
            throw unknownParameter(name, of: function)
          }
          index = found
        } else {
          next += 1
        }
        guard index < code.parameters.count else { throw tooMany(function, arguments.count, range) }
        guard !isGiven[index] else {
          throw Diagnostic(
            "argument-twice",
            "'\(function.name)' was given '\(code.parameters[index].name)' twice",
            at: name?.range ?? given.range
          )
        }
        isGiven[index] = true
        frame.set(code.parameterPlaces[index], given.value)
      }
      for (index, parameter) in code.parameters.enumerated() where !isGiven[index] {
        guard let defaultValue = parameter.defaultValue else {
          throw Diagnostic(
            "missing-argument",
            "'\(function.name)' needs a value for '\(parameter.name)'",
            at: range,
            remedy: "it is declared as \(function.signature)"
          )
        }
        frame.set(code.parameterPlaces[index], try defaultValue.evaluate(frame))
      }
    }
  }

  private func unknownParameter(_ name: Name, of function: FunctionValue) -> Diagnostic {
    let known = function.parameterNames
    return Diagnostic(
      "unknown-argument",
      "'\(function.name)' has no parameter '\(name.text)'"
        + suggestion(for: name.text, among: known),
      at: name.range,
      remedy: "it is declared as \(function.signature)"
    )
  }

  private func tooMany(
    _ function: FunctionValue,
    _ count: Int,
    _ range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      "too-many-arguments",
      "'\(function.name)' takes \(counted(function.code.parameters.count, "argument")), but was "
        + "given \(count)",
      at: range,
      remedy: "it is declared as \(function.signature)"
    )
  }

  /// Runs a function in a frame that `bind` fills with the arguments.
  ///
  /// An error on the way gets the function's source and the place of the call.
  @inline(__always)
  func enter(
    _ function: FunctionValue,
    at range: SourceRange,
    bind: (Frame) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> Value {
    try step(range)
    guard depth < Machine.depthLimit, Stack.address > stackLimit else {
      throw tooDeep(function, range)
    }
    depth += 1
    defer { depth -= 1 }
    let code = function.code
    return try withSlots(code.slotCount) { (slots) throws(Diagnostic) in
      let captures: Captures
      if code.ownCellCount == 0 {
        captures = function.captures
      } else {
        captures = Captures(function.captures.cells + (0..<code.ownCellCount).map { _ in Cell() })
      }
      let frame = Frame(slots: slots, captures: captures, machine: self)
      try bind(frame)
      do throws(Diagnostic) {
        return try run(code, frame)
      } catch {
        throw error.called(by: function, at: range)
      }
    }
  }

  @inline(__always)
  private func run(_ code: FunctionCode, _ frame: Frame) throws(Diagnostic) -> Value {
    switch code.body {
    case .expression(let node): return try node.evaluate(frame)
    case .block(let block):
      guard try block.run(frame) == .returned else { return .none }
      let value = returned
      returned = .none
      return value
    case .network(let node): return try node.build(frame, drawsLate: true)
    }
  }

  private func tooDeep(_ function: FunctionValue, _ range: SourceRange) -> Diagnostic {
    Diagnostic(
      "recursion-too-deep",
      "'\(function.name)' was called \(NumberFormat.grouped(depth)) calls deep",
      at: range,
      remedy: "a function that calls itself needs a case that stops it"
    )
  }
}

extension Frame {
  /// Gives a variable a value.
  func set(_ place: LocalPlace, _ value: Value) {
    switch place {
    case .slot(let index): slots[index] = value
    case .cell(let index): captures.cells[index].value = value
    }
  }

  /// Puts back what a variable held before.
  func restore(_ place: LocalPlace, _ value: Value?) {
    switch place {
    case .slot(let index): slots[index] = value
    case .cell(let index): captures.cells[index].value = value
    }
  }

  /// What a variable holds, if anything yet.
  func get(_ place: LocalPlace) -> Value? {
    switch place {
    case .slot(let index): slots[index]
    case .cell(let index): captures.cells[index].value
    }
  }
}

extension Diagnostic {
  /// How many calls of the chain an error tells.
  static var shownCalls: Int { 6 }

  /// The error with the place of the call that led to it.
  func called(by function: FunctionValue, at range: SourceRange) -> Diagnostic {
    var error = self
    error.fill(source: function.code.source)
    let calls = error.notes.count { $0.message.hasPrefix("called") }
    if calls < Diagnostic.shownCalls {
      error.notes.append(Note("called here, in '\(function.name)'", range: range, source: nil))
    }
    return error
  }

  /// Says which file the ranges without one are in.
  mutating func fill(source file: SourceFile) {
    if source == nil { source = file }
    for index in notes.indices where notes[index].range != nil && notes[index].source == nil {
      notes[index].source = file
    }
  }
}

extension FunctionValue {
  /// `half(x)`, for messages.
  var signature: String {
    let parameters = code.parameters.map { $0.defaultValue == nil ? $0.name : "\($0.name) = …" }
    return "\(name)(\(parameters.joined(separator: ", ")))"
  }
}

/// `1 argument`, `3 arguments`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(NumberFormat.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}
