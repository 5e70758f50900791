import Language

/// What goes from one point of a sweep to the next, seen from the text of its block.
///
/// A name that the block binds, and may read before it has bound it, holds what the point before left:
/// such points have to follow each other.
struct SweepFlow {
  /// The first name that a point may read as the one before left it.
  private(set) var carried: String?
  /// How many random streams a point begins, as far as the text tells.
  private(set) var draws = 0
  private let bound: Set<String>
  /// What the functions of the session read, by name.
  private let readByFunctions: [String: Set<String>]

  init(_ sweep: Sweep, readByFunctions: [String: Set<String>]) {
    self.readByFunctions = readByFunctions
    var names = FreeNames()
    names.visit(sweep.block.statements)
    bound = Set(names.bound + names.remade + [sweep.name.text])
    var assigned: Set<String> = [sweep.name.text]
    visit(sweep.block.statements, &assigned, times: 1)
    if let name = names.versioned.intersection(bound).min() { carry(name) }
  }

  private mutating func carry(_ name: String) { carried = carried ?? name }

  /// Goes through statements that run `times` in a point; `assigned` are the names that have a value
  /// of this point for certain.
  private mutating func visit(
    _ statements: [Statement],
    _ assigned: inout Set<String>,
    times: Int
  ) {
    for statement in statements { visit(statement, &assigned, times: times) }
  }

  private mutating func visit(_ statement: Statement, _ assigned: inout Set<String>, times: Int) {
    switch statement {
    case .forLoop(let name, let values, let block, _):
      visitLoop(name, values, [], block, assigned, times: times)
    case .value(.pipeline(let pipeline)), .assignment(_, _, .pipeline(let pipeline), _):
      guard case .command(.sweep(let sweep)) = pipeline.source, pipeline.stages.isEmpty else {
        return visitSimple(statement, &assigned, times: times)
      }
      visitLoop(sweep.name, sweep.values, sweep.options, sweep.block, assigned, times: times)
      if case .assignment(let name, let symbol, _, _) = statement {
        if symbol != .set { read([name.text], assigned) }
        assigned.insert(name.text)
      }
    case .whileLoop(let condition, let block, _):
      read(condition, assigned, times: times)
      var inside = assigned
      visit(block.statements, &inside, times: times)
    case .conditional(let branches, let otherwise, _):
      visit(branches, otherwise, &assigned, times: times)
    case .assignment, .network, .board, .function, .returnValue, .breakLoop, .continueLoop, .check,
      .expect, .value:
      visitSimple(statement, &assigned, times: times)
    }
  }

  private mutating func visitSimple(
    _ statement: Statement,
    _ assigned: inout Set<String>,
    times: Int
  ) {
    var names = FreeNames()
    names.visit(statement)
    read(names.used.union(names.usedInside), assigned)
    draws += names.draws * times
    assigned.formUnion(names.bound)
  }

  private mutating func visitLoop(
    _ name: Name,
    _ values: Expression,
    _ options: [CommandPart],
    _ block: Block,
    _ assigned: Set<String>,
    times: Int
  ) {
    read(values, assigned, times: times)
    for case .option(_, let value) in options { read(value, assigned, times: times) }
    var inside = assigned.union([name.text])
    visit(block.statements, &inside, times: times * SweepFlow.count(values))
  }

  private mutating func visit(
    _ branches: [ConditionalBranch],
    _ otherwise: Block?,
    _ assigned: inout Set<String>,
    times: Int
  ) {
    var common: Set<String>?
    for branch in branches {
      read(branch.condition, assigned, times: times)
      var inside = assigned
      visit(branch.block.statements, &inside, times: times)
      common = common?.intersection(inside) ?? inside
    }
    guard let otherwise else { return }
    var inside = assigned
    visit(otherwise.statements, &inside, times: times)
    assigned.formUnion(common?.intersection(inside) ?? inside)
  }

  private mutating func read(_ value: Expression, _ assigned: Set<String>, times: Int) {
    var names = FreeNames()
    names.visit(value, isBound: true)
    read(names.used.union(names.usedInside), assigned)
    draws += names.draws * times
  }

  private mutating func read(_ names: Set<String>, _ assigned: Set<String>) {
    for name in names.sorted() {
      let read = (readByFunctions[name] ?? []).union([name])
      if let name = read.intersection(bound).subtracting(assigned).min() { carry(name) }
    }
  }

  /// How many values a loop goes through, where they are written out; 1 otherwise.
  private static func count(_ values: Expression) -> Int {
    switch values {
    case .list(let elements, _): return elements.count
    case .range(.number(let lower, _), .number(let upper, _), nil, _):
      let count = upper - lower + 1
      return count >= 0 && count < 1e6 ? Int(count) : 1
    default: return 1
    }
  }
}
