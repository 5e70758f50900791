import Language

/// Finds the names that a piece of a script uses and binds, before it is resolved.
struct FreeNames {
  /// Names bound by statements of this function, in order; not those of functions inside.
  private(set) var bound: [String] = []
  /// Names that are remade by commands, which count as bound only where nothing else binds them.
  private(set) var remade: [String] = []
  /// Names used by functions inside, which they may close over.
  private(set) var usedInside: Set<String> = []
  /// Whether a command runs in it, or in a function inside.
  private(set) var runsCommands = false
  /// Names used by this function itself.
  private(set) var used: Set<String> = []
  /// Names of which a numbered version is read, here or in a function inside.
  private(set) var versioned: Set<String> = []
  /// The commands that run in it, or in a function inside.
  private(set) var verbs: Set<String> = []
  /// Whether there is a `check` in it.
  private(set) var hasChecks = false
  /// How many random streams it begins as written, each loop running once and no function called.
  private(set) var draws = 0

  /// Functions of the language that begin a random stream.
  private static let drawing: Set<String> = ["random", "normal"]

  private mutating func bind(_ name: String) {
    if !bound.contains(name) { bound.append(name) }
  }

  mutating func visit(_ statements: [Statement]) {
    for statement in statements { visit(statement) }
  }

  mutating func visit(_ statement: Statement) {
    switch statement {
    case .assignment(let name, let symbol, let value, _):
      if symbol != .set { used.insert(name.text) }
      visit(value, isBound: true)
      bind(name.text)
    case .network(let declaration):
      bind(declaration.name.text)
      if let parameters = declaration.parameters {
        visitFunction(parameters) { $0.visit(declaration.items) }
      } else {
        draws += 1
        visit(declaration.items)
      }
    case .board(let name, let fields, _):
      bind(name.text)
      for field in fields { visit(field.value, isBound: true) }
    case .function(let function):
      if let name = function.name { bind(name.text) }
      visit(function)
    case .forLoop(let name, let values, let block, _):
      visit(values, isBound: true)
      bind(name.text)
      visit(block.statements)
    case .whileLoop(let condition, let block, _):
      visit(condition, isBound: true)
      visit(block.statements)
    case .conditional(let branches, let otherwise, _):
      for branch in branches {
        visit(branch.condition, isBound: true)
        visit(branch.block.statements)
      }
      if let otherwise { visit(otherwise.statements) }
    case .returnValue(let value, _):
      if let value { visit(value, isBound: true) }
    case .breakLoop, .continueLoop: break
    case .check(let title, let points, let block, _):
      hasChecks = true
      visit(title, isBound: true)
      if let points { visit(points, isBound: true) }
      visit(block.statements)
    case .expect(let condition, let partialFrom, let otherwise, _):
      visit(condition, isBound: true)
      if let partialFrom { visit(partialFrom, isBound: true) }
      if let otherwise { visit(otherwise, isBound: true) }
    case .value(let value): visit(value, isBound: false)
    }
  }

  mutating func visit(_ items: [LayerItem]) {
    for item in items {
      switch item {
      case .layer(let line):
        for part in line.parts { visit(part) }
        if let block = line.block { visit(block) }
        if let shortcut = line.shortcut { visit(shortcut) }
      case .forLoop(let name, let values, let items, _):
        visit(values, isBound: true)
        bind(name.text)
        visit(items)
      case .conditional(let branches, let otherwise, _):
        for (condition, items) in branches {
          visit(condition, isBound: true)
          visit(items)
        }
        if let otherwise { visit(otherwise) }
      }
    }
  }

  private mutating func visit(_ part: CommandPart) {
    switch part {
    case .operand(let value), .preposition(_, _, let value), .option(_, let value):
      visit(value, isBound: true)
    }
  }

  /// What a function inside uses and neither binds nor takes as a parameter.
  private mutating func visit(_ function: Function) {
    visitFunction(function.parameters) { inner in
      switch function.body {
      case .value(let value): inner.visit(value, isBound: true)
      case .block(let block): inner.visit(block.statements)
      }
    }
  }

  private mutating func visitFunction(
    _ parameters: [Parameter],
    _ body: (inout FreeNames) -> Void
  ) {
    var inner = FreeNames()
    for parameter in parameters {
      inner.bind(parameter.name.text)
      if let value = parameter.defaultValue { inner.visit(value, isBound: true) }
    }
    body(&inner)
    runsCommands = runsCommands || inner.runsCommands
    versioned.formUnion(inner.versioned)
    verbs.formUnion(inner.verbs)
    hasChecks = hasChecks || inner.hasChecks
    usedInside.formUnion(inner.used.union(inner.usedInside).subtracting(inner.bound))
  }

  mutating func visit(_ expression: Expression, isBound: Bool) {
    switch expression {
    case .number, .quantity, .shape, .bool, .none: break
    case .string(let parts, _):
      for case .value(let value, _) in parts { visit(value, isBound: true) }
    case .name(let name): used.insert(name.text)
    case .list(let elements, _):
      for element in elements { visit(element, isBound: true) }
    case .record(let fields, _):
      for field in fields { visit(field.value, isBound: true) }
    case .range(let lower, let upper, let step, _):
      visit(lower, isBound: true)
      visit(upper, isBound: true)
      if let step { visit(step, isBound: true) }
    case .unary(_, let operand, _): visit(operand, isBound: true)
    case .binary(_, let left, let right, _, _):
      visit(left, isBound: true)
      visit(right, isBound: true)
    case .within(_, let left, let right, let tolerance, _):
      visit(left, isBound: true)
      visit(right, isBound: true)
      visit(tolerance, isBound: true)
    case .conditional(let condition, let consequence, let alternative, _):
      visit(condition, isBound: true)
      visit(consequence, isBound: true)
      visit(alternative, isBound: true)
    case .function(let function): visit(function)
    case .call(let callee, let arguments, _):
      if case .name(let name) = callee, FreeNames.drawing.contains(name.text) { draws += 1 }
      visit(callee, isBound: true)
      for argument in arguments { visit(argument.value, isBound: true) }
    case .index(let collection, let index, _):
      visit(collection, isBound: true)
      visit(index, isBound: true)
    case .member(let owner, _, _): visit(owner, isBound: true)
    case .version(let owner, _, _):
      if case .name(let name) = owner { versioned.insert(name.text) }
      visit(owner, isBound: true)
    case .pipeline(let pipeline): visit(pipeline, isBound: isBound)
    }
  }

  private mutating func visit(_ pipeline: Pipeline, isBound: Bool) {
    switch pipeline.source {
    case .expression(let value): visit(value, isBound: true)
    case .command(let command): visit(command, isBound: isBound, isPiped: false)
    }
    for stage in pipeline.stages { visit(stage, isBound: isBound, isPiped: true) }
  }

  private mutating func visit(_ command: Command, isBound: Bool, isPiped: Bool) {
    runsCommands = true
    switch command {
    case .sweep(let sweep):
      visit(sweep.values, isBound: true)
      for option in sweep.options { visit(option) }
      bind(sweep.name.text)
      visit(sweep.block.statements)
    case .verb(let verb, let parts, _):
      for part in parts { visit(part) }
      verbs.insert(verb.text)
      guard let row = CommandTable.row(named: verb.text) else { return }
      if row.draws { draws += 1 }
      guard !isBound else { return }
      for name in parts.remadeNames(by: row, isPiped: isPiped) where !remade.contains(name.text) {
        remade.append(name.text)
      }
    }
  }
}

extension [CommandPart] {
  /// The plain names at the places that a command remakes.
  func remadeNames(by row: CommandRow, isPiped: Bool) -> [Name] {
    var operands: [Expression] = []
    var behind: [Preposition: Expression] = [:]
    for part in self {
      switch part {
      case .operand(let value): operands.append(value)
      case .preposition(let preposition, _, let value): behind[preposition] = value
      case .option: break
      }
    }
    return row.remakes.compactMap { remade in
      var value: Expression?
      switch remade {
      case .operand(let index):
        let position = isPiped ? index - 1 : index
        if operands.indices.contains(position) { value = operands[position] }
      case .preposition(let preposition): value = behind[preposition]
      }
      if case .name(let name)? = value { return name }
      return nil
    }
  }
}
