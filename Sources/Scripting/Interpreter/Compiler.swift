import Diagnostics
import Language

/// Resolves a statement: names become slots, verbs rows of the command table, and every mistake
/// that is certain before running becomes a diagnostic.
final class Compiler {
  let source: SourceFile
  let session: Session
  /// Names of the session that have a value by the time the statement runs.
  let knownNames: Set<String>
  /// Names that functions may use, since they are bound before the function can be called.
  let namesInFunctions: Set<String>
  /// Whether an unknown name may still turn up, as behind `run`.
  let allowsUnknownNames: Bool
  /// Whether unknown names in functions and checks are left to the moment that they run.
  let defersInFunctions: Bool
  /// Whether unknown names are left to the moment that they are read: a call may come later, and a
  /// check that throws scores 0.
  var defersNames: Bool { defersInFunctions && (scope != nil || checkNames != nil) }
  /// The function that is being resolved; nil at the top.
  var scope: FunctionScope?
  /// Names bound in the check around, which come before the built-in functions.
  var checkNames: Set<String>?
  private(set) var diagnostics: [Diagnostic] = []
  private var reportedNames: Set<String> = []

  init(
    source: SourceFile,
    session: Session,
    knownNames: Set<String>,
    namesInFunctions: Set<String> = [],
    allowsUnknownNames: Bool = false,
    defersInFunctions: Bool = false
  ) {
    self.source = source
    self.session = session
    self.knownNames = knownNames
    self.namesInFunctions = namesInFunctions
    self.allowsUnknownNames = allowsUnknownNames
    self.defersInFunctions = defersInFunctions
  }

  /// Notes a mistake and goes on.
  func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  /// The text of a place, for messages, lineage and titles.
  func text(_ range: SourceRange) -> String { source.text(of: range) }

  // MARK: - Names

  /// What a name means where it is read.
  func resolve(_ name: Name) -> Node {
    if let node = local(name) { return node }
    if checkNames?.contains(name.text) == false, Builtins.row(named: name.text) != nil {
      return ConstantNode(.builtin(name.text), name.range)
    }
    if isGlobal(name.text) { return GlobalNode(session.cell(name.text), name.range) }
    if name.text == "it" { return LastResultNode(name.range) }
    if Builtins.row(named: name.text) != nil {
      return ConstantNode(.builtin(name.text), name.range)
    }
    if name.text == Zoo.name { return ConstantNode(Zoo.value, name.range) }
    if CatalogueTable.contains(name.text) { return ConstantNode(.word(name.text), name.range) }
    return unknown(name)
  }

  /// The variable of a function called `name`.
  private func local(_ name: Name) -> Node? {
    guard let scope, let place = scope.places[name.text] else { return nil }
    if scope.fallbacks.contains(name.text) {
      self.scope = scope.parent
      defer { self.scope = scope }
      return FallbackNode(place, outer: resolve(name), name.range)
    }
    switch place {
    case .slot(let index): return SlotNode(name.text, slot: index, name.range)
    case .cell(let index): return CellNode(name.text, index: index, name.range)
    }
  }

  /// Whether a name is a variable where it stands.
  func isVariable(_ name: String) -> Bool { scope?.places[name] != nil || isGlobal(name) }

  private func isGlobal(_ name: String) -> Bool {
    knownNames.contains(name) || (scope != nil && namesInFunctions.contains(name))
  }

  private func unknown(_ name: Name) -> Node {
    if !allowsUnknownNames, !defersNames,
      reportedNames.insert(name.text).inserted
    {
      report(session.unknownName(name.text, at: name.range, among: visibleNames))
    }
    return GlobalNode(session.cell(name.text), name.range)
  }

  private var visibleNames: Set<String> {
    var names = knownNames
    if scope != nil { names.formUnion(namesInFunctions) }
    var scope = scope
    while let function = scope {
      names.formUnion(function.places.keys)
      scope = function.parent
    }
    return names
  }

  /// Where a name is kept that a statement binds.
  func place(_ name: Name) -> Place {
    if let place = scope?.places[name.text] { return .local(place, name: name.text) }
    return .global(session.cell(name.text))
  }

  // MARK: - Functions

  /// Resolves a function of the script.
  func function(_ function: Function) -> FunctionNode {
    var names = FreeNames()
    for parameter in function.parameters {
      if let value = parameter.defaultValue { names.visit(value, isBound: true) }
    }
    switch function.body {
    case .value(let value): names.visit(value, isBound: true)
    case .block(let block): names.visit(block.statements)
    }
    return self.function(
      name: function.name?.text ?? "func",
      parameters: function.parameters,
      names: names,
      range: function.range
    ) {
      switch function.body {
      case .value(let value): .expression(expression(value))
      case .block(let block): .block(self.block(block))
      }
    }
  }

  /// Resolves what has parameters: a function, or a network that is made anew by each call.
  func function(
    name: String,
    parameters: [Parameter],
    names: FreeNames,
    range: SourceRange,
    body: () -> FunctionCode.Body
  ) -> FunctionNode {
    let outer = scope
    let scope = FunctionScope(parent: outer, parameters: parameters, names: names)
    self.scope = scope
    defer { self.scope = outer }
    var seen: Set<String> = []
    for parameter in parameters where !seen.insert(parameter.name.text).inserted {
      report(
        Diagnostic(
          "parameter-twice",
          "'\(name)' has two parameters called '\(parameter.name.text)'",
          at: parameter.name.range,
          remedy: "choose another name"
        )
      )
    }
    let resolved = parameters.map { parameter in
      FunctionCode.Parameter(
        name: parameter.name.text,
        defaultValue: parameter.defaultValue.map { expression($0) }
      )
    }
    let code = FunctionCode(name: name, source: source, range: range, body: body())
    code.parameters = resolved
    code.parameterPlaces = parameters.map { scope.places[$0.name.text] ?? .slot(0) }
    code.slotCount = scope.slotCount
    code.ownCellCount = scope.ownCellCount
    code.closedOver = scope.closedOver
    code.takesOneSlot = code.parameterPlaces == [.slot(0)]
    code.isSimple = code.parameterPlaces.enumerated().allSatisfy { $1 == .slot($0) }
    return FunctionNode(code, range)
  }

  // MARK: - Expressions

  /// Resolves an expression whose bare names are variables first.
  func expression(_ expression: Expression) -> Node {
    switch expression {
    case .number(let number, let range): return ConstantNode(.number(number), range)
    case .quantity(let number, let unit, let range): return quantity(number, unit, range)
    case .shape(let extents, let range): return ConstantNode(.shape(extents), range)
    case .string(let parts, let range): return string(parts, range)
    case .bool(let bool, let range): return ConstantNode(.bool(bool), range)
    case .none(let range): return ConstantNode(.none, range)
    case .name(let name): return resolve(name)
    case .list(let elements, let range):
      return ListNode(elements.map { self.expression($0) }, range)
    case .record(let fields, let range):
      return RecordNode(fields.map { ($0.name?.text ?? "", self.expression($0.value)) }, range)
    case .range(let lower, let upper, let step, let range):
      return RangeNode(
        lower: self.expression(lower),
        upper: self.expression(upper),
        step: step.map { self.expression($0) },
        range
      )
    case .unary(.minus, let operand, let range):
      let node = self.expression(operand)
      if let constant = node as? ConstantNode, case .number(let number) = constant.value {
        return ConstantNode(.number(-number), range)
      }
      return NegationNode(node, range)
    case .unary(.not, let operand, let range): return NotNode(self.expression(operand), range)
    case .binary(let symbol, let left, let right, let operatorRange, let range):
      return BinaryNode.make(
        symbol,
        self.expression(left),
        self.expression(right),
        operatorRange: operatorRange,
        range
      )
    case .within(let symbol, let left, let right, let tolerance, let range):
      return WithinNode(
        isEqual: symbol == .equal,
        self.expression(left),
        self.expression(right),
        tolerance: self.expression(tolerance),
        range
      )
    case .conditional(let condition, let consequence, let alternative, let range):
      return ConditionalNode(
        self.expression(condition),
        self.expression(consequence),
        self.expression(alternative),
        range
      )
    case .function(let function): return self.function(function)
    case .call(let callee, let arguments, let range): return call(callee, arguments, range)
    case .index(let collection, let index, let range):
      return IndexNode(self.expression(collection), self.expression(index), range)
    case .member(let owner, let name, let range):
      return MemberNode(self.expression(owner), name, range)
    case .version(let owner, let number, let range): return version(owner, number, range)
    case .pipeline(let pipeline): return self.pipeline(pipeline)
    }
  }

  private func quantity(_ number: Double, _ unit: String, _ range: SourceRange) -> Node {
    guard let value = UnitTable.value(number, unit) else {
      report(
        Diagnostic(
          "unknown-unit",
          "there is no unit '\(unit)'" + suggestion(for: unit, among: UnitTable.symbols),
          at: range
        )
      )
      return ConstantNode(.number(number), range)
    }
    return ConstantNode(value, range)
  }

  private func string(_ parts: [StringPart], _ range: SourceRange) -> Node {
    var resolved: [InterpolationNode.Part] = []
    var plain = ""
    for part in parts {
      switch part {
      case .text(let text):
        plain += text
        resolved.append(.text(text))
      case .value(let value, let digits):
        resolved.append(.value(expression(value), digits: digits))
      }
    }
    let isPlain = resolved.allSatisfy { if case .text = $0 { true } else { false } }
    return isPlain ? ConstantNode(.string(plain), range) : InterpolationNode(resolved, range)
  }

  private func call(_ callee: Expression, _ arguments: [Argument], _ range: SourceRange) -> Node {
    let resolved = arguments.map { argument in
      ArgumentNode(
        name: argument.name,
        node: expression(argument.value),
        text: text(argument.value.range)
      )
    }
    if let row = builtin(callee) {
      do throws(Diagnostic) {
        try Builtins.checkArguments(row, resolved.map { ($0.name, $0.node.range) }, at: range)
      } catch {
        report(error)
      }
      return BuiltinCallNode(row, resolved, range)
    }
    if case .name(let name) = callee, !isVariable(name.text), name.text != "it",
      !CatalogueTable.contains(name.text), !allowsUnknownNames, !defersNames
    {
      if reportedNames.insert(name.text).inserted {
        report(session.unknownFunction(name.text, at: name.range, among: visibleNames))
      }
      return ConstantNode(.none, range)
    }
    if resolved.count == 1, resolved[0].name == nil {
      return OneArgumentCallNode(expression(callee), resolved[0], range)
    }
    return CallNode(expression(callee), resolved, range)
  }

  /// The built-in function that is called, also as `zoo.lenet5(…)`.
  private func builtin(_ callee: Expression) -> FunctionRow? {
    switch callee {
    case .name(let name):
      let isHidden = scope?.places[name.text] != nil || (isVariable(name.text) && checkNames == nil)
      if isHidden || checkNames?.contains(name.text) == true { return nil }
      return Builtins.row(named: name.text)
    case .member(.name(let owner), let name, _) where !isVariable(owner.text):
      return Builtins.row(named: "\(owner.text).\(name.text)")
    default: return nil
    }
  }

  private func version(_ owner: Expression, _ number: Int, _ range: SourceRange) -> Node {
    guard case .name(let name) = owner, scope?.places[name.text] == nil else {
      report(
        Diagnostic(
          "no-versions",
          "only names bound outside functions have versions",
          at: range,
          remedy: "'base@1' is the first value that the name 'base' had"
        )
      )
      return ConstantNode(.none, range)
    }
    _ = resolve(name)
    return VersionNode(session.cell(name.text), number: number, range)
  }
}

/// `; did you mean 'x'?`, or nothing.
func suggestion(for name: String, among known: some Sequence<String>) -> String {
  nearestName(to: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
}
