import Diagnostics
import Language

/// Finds, without running a script, values of the wrong kind in commands and calls: `train d on d`.
///
/// A name's kind is known when every way to the statement gives it the same. Functions, checks and
/// blocks that run many times are followed with what is known before them and not changed inside.
struct KindCheck {
  /// The kinds of the names so far; a name that is missing may hold anything.
  private var kinds: [String: Kind] = [:]
  /// Names that hide a built-in function or a catalogue word.
  private var hidden: Set<String> = []
  /// What is wrong, in the order found.
  private var diagnostics: [Diagnostic] = []
  private let source: SourceFile

  init(source: SourceFile) { self.source = source }

  /// What was found since the last call.
  mutating func takeDiagnostics() -> [Diagnostic] {
    defer { diagnostics = [] }
    return diagnostics
  }

  // MARK: - Statements

  mutating func visit(_ statement: Statement) {
    switch statement {
    case .assignment(let name, let symbol, let value, _):
      let kind = kind(of: value)
      set(name.text, symbol == .set ? kind : nil)
    case .network(let declaration):
      set(declaration.name.text, declaration.parameters == nil ? .network : .function)
    case .board(let name, _, _): set(name.text, .board)
    case .function(let function):
      if let name = function.name { set(name.text, .function) }
    case .forLoop(let name, let values, let block, _):
      _ = kind(of: values)
      visitRepeated(block, also: name.text)
    case .whileLoop(let condition, let block, _):
      _ = kind(of: condition)
      visitRepeated(block)
    case .conditional(let branches, let otherwise, _): visit(branches, otherwise)
    case .returnValue(let value, _):
      if let value { _ = kind(of: value) }
    case .check(_, _, let block, _):
      let before = (kinds, hidden)
      for statement in block.statements { visit(statement) }
      (kinds, hidden) = before
    case .expect(let condition, let partialFrom, let otherwise, _):
      for value in [condition, partialFrom, otherwise] {
        if let value { _ = kind(of: value) }
      }
    case .breakLoop, .continueLoop: break
    case .value(let value): _ = kind(of: value)
    }
  }

  /// Forgets what a statement binds, where it did not run as written.
  mutating func forget(_ names: [String]) {
    for name in names { set(name, nil) }
  }

  private mutating func set(_ name: String, _ kind: Kind?) {
    kinds[name] = kind
    hidden.insert(name)
  }

  /// A block that may run any number of times: what it binds is unknown in it and after it.
  private mutating func visitRepeated(_ block: Block, also name: String? = nil) {
    var names = FreeNames()
    names.visit(block.statements)
    let bound = names.bound + (name.map { [$0] } ?? [])
    forget(bound)
    for statement in block.statements { visit(statement) }
    forget(bound)
  }

  private mutating func visit(_ branches: [ConditionalBranch], _ otherwise: Block?) {
    let before = kinds
    var ends: [[String: Kind]] = []
    for branch in branches {
      _ = kind(of: branch.condition)
      kinds = before
      for statement in branch.block.statements { visit(statement) }
      ends.append(kinds)
    }
    kinds = before
    for statement in otherwise?.statements ?? [] { visit(statement) }
    for end in ends { kinds = kinds.filter { end[$0.key] == $0.value } }
  }

  // MARK: - Expressions

  /// The kind of a value, if it is the same whatever happens before; mistakes inside are noted.
  private mutating func kind(of expression: Expression) -> Kind? {
    switch expression {
    case .number: return .number
    case .quantity(let number, let unit, _):
      switch UnitTable.value(number, unit) {
      case .number: return .number
      case .quantity(let quantity) where quantity.dimension == .information: return .bytes
      case .quantity(let quantity) where quantity.dimension == .time: return .duration
      default: return nil
      }
    case .shape: return .shape
    case .string(let parts, _):
      for case .value(let value, _) in parts { _ = kind(of: value) }
      return .string
    case .bool: return .bool
    case .none: return nil
    case .name(let name): return kinds[name.text]
    case .list(let elements, _):
      for element in elements { _ = kind(of: element) }
      return .list
    case .record(let fields, _):
      for field in fields { _ = kind(of: field.value) }
      return .record
    case .range(let lower, let upper, let step, _):
      for value in [lower, upper, step] {
        if let value { _ = kind(of: value) }
      }
      return .list
    case .unary(let symbol, let operand, _):
      let kind = kind(of: operand)
      return symbol == .not ? .bool : kind
    case .binary(let symbol, let left, let right, _, _): return binary(symbol, left, right)
    case .within(_, let left, let right, let tolerance, _):
      for value in [left, right, tolerance] { _ = kind(of: value) }
      return .bool
    case .conditional(let condition, let consequence, let alternative, _):
      _ = kind(of: condition)
      let first = kind(of: consequence)
      return kind(of: alternative) == first ? first : nil
    // What a function is given is known only when it is called.
    case .function: return .function
    case .call(let callee, let arguments, _): return call(callee, arguments)
    case .index(let collection, let index, _):
      _ = kind(of: collection)
      _ = kind(of: index)
      return nil
    case .member(let owner, let name, _):
      let parts: Set<String> = ["train", "validation", "test"]
      return kind(of: owner) == .dataset && parts.contains(name.text) ? .dataset : nil
    case .version: return nil
    case .pipeline(let pipeline): return self.pipeline(pipeline)
    }
  }

  private mutating func binary(
    _ symbol: BinaryOperator,
    _ left: Expression,
    _ right: Expression
  ) -> Kind? {
    let kinds = (kind(of: left), kind(of: right))
    switch symbol {
    case .or, .and, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn,
      .isNotIn:
      return .bool
    case .add, .subtract, .multiply, .divide, .remainder, .power:
      return kinds == (.number, .number) ? .number : nil
    }
  }

  private mutating func call(_ callee: Expression, _ arguments: [Argument]) -> Kind? {
    guard let row = builtin(callee) else {
      for argument in arguments { _ = kind(of: argument.value) }
      return nil
    }
    var result = row.gives
    let found = diagnostics.count
    for (index, argument) in arguments.enumerated() {
      let position =
        argument.name.flatMap { name in row.parameters.firstIndex { $0.name == name.text } }
        ?? index
      let kind = kind(of: argument.value)
      guard let kind, let last = row.parameters.indices.last,
        position <= last || row.parameters[last].repeats
      else { continue }
      // A function of the engine may share its name with one of the language.
      if Builtins.isShared(row.name) {
        result = nil
      } else if diagnostics.count == found {
        check(argument.value, kind, row.parameters[min(position, last)], owner: row.name)
      }
    }
    return result
  }

  private func builtin(_ callee: Expression) -> FunctionRow? {
    switch callee {
    case .name(let name): hidden.contains(name.text) ? nil : Builtins.row(named: name.text)
    case .member(.name(let owner), let name, _) where !hidden.contains(owner.text):
      Builtins.row(named: "\(owner.text).\(name.text)")
    default: nil
    }
  }

  // MARK: - Commands

  private mutating func pipeline(_ pipeline: Pipeline) -> Kind? {
    var kind: Kind?
    var piped: Expression?
    switch pipeline.source {
    case .expression(let value):
      piped = value
      kind = self.kind(of: value)
    case .command(let command): kind = self.command(command, piped: nil, isPiped: false)
    }
    for stage in pipeline.stages {
      if let value = piped, let kind, case .verb(let verb, _, _) = stage,
        let slot = CommandTable.row(named: verb.text)?.operandSlot(0)
      {
        check(value, kind, slot, owner: verb.text)
      }
      piped = nil
      kind = command(stage, piped: kind, isPiped: true)
    }
    return kind
  }

  private mutating func command(_ command: Command, piped: Kind?, isPiped: Bool) -> Kind? {
    switch command {
    case .sweep(let sweep):
      _ = kind(of: sweep.values)
      for case .option(let name, let value) in sweep.options {
        let slot = SweepCommand.row.options.first { $0.name == name.text }
        _ = argument(value, slot, owner: name.text)
      }
      visitRepeated(sweep.block, also: sweep.name.text)
      return .table
    case .verb(let verb, let parts, _):
      guard let row = CommandTable.row(named: verb.text) else { return nil }
      var operands: [Kind?] = isPiped ? [piped] : []
      let found = diagnostics.count
      for part in parts {
        switch part {
        case .operand(let value):
          let kind = argument(value, row.operandSlot(operands.count), owner: row.name)
          operands.append(kind)
        case .preposition(let preposition, _, let value):
          let slot = row.prepositions.first { $0.name == preposition.rawValue }
          _ = argument(value, slot, owner: "\(row.name) … \(preposition.rawValue)")
        case .option(let name, let value):
          let slot = row.options.first { $0.name == name.text }
          _ = argument(value, slot, owner: name.text)
        }
      }
      // Two operands that were swapped are one mistake.
      if diagnostics.count > found { diagnostics.removeSubrange((found + 1)...) }
      // A command that remakes several gives a record of them.
      guard parts.remadeNames(by: row, isPiped: isPiped).count < 2 else { return .record }
      return row.gives.kind(forFirst: operands.first ?? nil)
    }
  }

  private mutating func argument(_ value: Expression, _ slot: Slot?, owner: String) -> Kind? {
    // A bare word is a name of the catalogue first.
    if case .name(let name) = value, let slot {
      if slot.takesWords { return nil }
      if let catalogue = slot.catalogue, CatalogueTable.names(in: catalogue).contains(name.text) {
        return nil
      }
    }
    let kind = kind(of: value)
    if let kind, let slot { check(value, kind, slot, owner: owner) }
    return kind
  }

  /// Constants are checked by value while they are resolved, so here only names and results are.
  private mutating func check(_ value: Expression, _ kind: Kind, _ slot: Slot, owner: String) {
    switch value {
    case .number, .quantity, .shape, .string, .bool, .none: return
    default: break
    }
    guard !slot.kinds.contains(where: { $0.mayAccept(kind, slot) }) else { return }
    diagnostics.append(
      SlotCheck.mismatch(kind, text: source.text(of: value.range), slot, owner, at: value.range)
    )
  }
}

/// What a command gives, as far as its row can tell before it runs.
public enum Given: Hashable, Sendable {
  /// It depends, or it is nothing.
  case unknown
  /// Always the same kind.
  case always(Kind)
  /// The kind of the first operand decides; others are unknown.
  case byFirst([Kind: Kind])

  /// The kind that comes of a first operand.
  func kind(forFirst operand: Kind?) -> Kind? {
    switch self {
    case .unknown: nil
    case .always(let kind): kind
    case .byFirst(let kinds): operand.flatMap { kinds[$0] }
    }
  }
}

extension Kind {
  /// Whether some value of `kind` may stand where this kind is asked for.
  fileprivate func mayAccept(_ kind: Kind, _ slot: Slot) -> Bool {
    switch self {
    case .any: true
    case .word: kind == .string && slot.catalogue != nil
    case .number, .ratio, .count: kind == .number || kind == .ratio || kind == .count
    case .shape: kind == .shape || kind == .list
    case .bits, .bytes: kind == .bits || kind == .bytes
    case .bool, .duration, .string, .list, .record, .function, .tensor, .dataset, .network, .model,
      .layer, .board, .deployment, .report, .table, .chart:
      self == kind
    }
  }
}
