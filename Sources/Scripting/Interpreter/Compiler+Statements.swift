import Diagnostics
import Language

extension Compiler {
  /// Resolves a statement at the top of a script.
  func topLevel(_ statement: Statement) -> StatementNode {
    self.statement(statement, isTopLevel: true)
  }

  /// Resolves a statement that is a function and nothing else, without binding its name.
  func functionNode(_ statement: Statement) -> FunctionNode? {
    switch statement {
    case .function(let function), .value(.function(let function)): return self.function(function)
    case .network: return (topLevel(statement) as? DeclarationNode)?.value as? FunctionNode
    case .assignment, .board, .forLoop, .whileLoop, .conditional, .returnValue, .breakLoop,
      .continueLoop, .check, .expect, .value:
      return nil
    }
  }

  func block(_ block: Block) -> StatementNode {
    BlockNode.make(block.statements.map { statement($0, isTopLevel: false) }, block.range)
  }

  private func statement(_ statement: Statement, isTopLevel: Bool) -> StatementNode {
    switch statement {
    case .assignment(let name, let symbol, let value, let range):
      return assignment(name, symbol, value, range, isTopLevel: isTopLevel)
    case .network(let declaration): return network(declaration)
    case .board(let name, let fields, let range): return board(name, fields, range)
    case .function(let function):
      let node = self.function(function)
      guard let name = function.name else {
        return ValueStatementNode(node, isTopLevel: isTopLevel, function.range)
      }
      return DeclarationNode(place(name), node, name: name, function.range)
    case .forLoop(let name, let values, let body, let range):
      return ForNode(place(name), expression(values), block(body), range)
    case .whileLoop(let condition, let body, let range):
      return WhileNode(expression(condition), block(body), range)
    case .conditional(let branches, let otherwise, let range):
      return IfNode(
        branches.map { (expression($0.condition), block($0.block)) },
        otherwise: otherwise.map { block($0) },
        range
      )
    case .returnValue(let value, let range):
      return ReturnNode(value.map { expression($0) }, range)
    case .breakLoop(let range): return JumpNode(.broke, range)
    case .continueLoop(let range): return JumpNode(.continued, range)
    case .check(let title, let points, let body, let range):
      return check(title, points, body, range)
    case .expect(let condition, let partialFrom, let otherwise, let range):
      return expect(condition, partialFrom, otherwise, range)
    case .value(let value):
      return ValueStatementNode(expression(value), isTopLevel: isTopLevel, value.range)
    }
  }

  private func assignment(
    _ name: Name,
    _ symbol: AssignmentOperator,
    _ value: Expression,
    _ range: SourceRange,
    isTopLevel: Bool
  ) -> StatementNode {
    let node = expression(value)
    if let pipeline = node as? PipelineNode {
      pipeline.boundName = name.text
      pipeline.isBoundAtTop = isTopLevel
    }
    if let function = node as? FunctionNode, case .function(let written) = value,
      written.name == nil
    {
      function.code.name = name.text
    }
    let operation: BinaryOperator
    switch symbol {
    case .set: return AssignmentNode(place(name), node, range)
    case .add: operation = .add
    case .subtract: operation = .subtract
    case .multiply: operation = .multiply
    }
    return CompoundAssignmentNode(
      place(name),
      current: resolve(name),
      operation,
      node,
      operatorRange: SourceRange(name.range.end, value.range.start),
      range
    )
  }

  private func expect(
    _ condition: Expression,
    _ partialFrom: Expression?,
    _ otherwise: Expression?,
    _ range: SourceRange
  ) -> StatementNode {
    var sides = (left: "", right: "")
    if case .binary(_, let left, let right, _, _) = condition {
      sides = (name(of: left), text(right.range))
    }
    return ExpectNode(
      expression(condition),
      text: text(condition.range),
      sides: sides,
      partialFrom: partialFrom.map { expression($0) },
      otherwise: otherwise.map { expression($0) },
      range
    )
  }

  /// How a message calls a measured value: `accuracy` for `accuracy(lite, digits.test)`.
  private func name(of expression: Expression) -> String {
    if case .call(.name(let name), _, _) = expression { return name.text }
    return text(expression.range)
  }

  private func check(
    _ title: Expression,
    _ points: Expression?,
    _ body: Block,
    _ range: SourceRange
  ) -> StatementNode {
    var names = FreeNames()
    names.visit(body.statements)
    let bound = names.bound + names.remade
    let title = expression(title)
    let points = points.map { expression($0) }
    let outer = checkNames
    checkNames = (outer ?? []).union(names.bound)
    defer { checkNames = outer }
    return CheckNode(
      title: title,
      points: points,
      body: block(body),
      places: bound.compactMap { scope?.places[$0] },
      range
    )
  }

  // MARK: - Networks and boards

  private func network(_ declaration: NetworkDeclaration) -> StatementNode {
    let place = place(declaration.name)
    guard let parameters = declaration.parameters else {
      let node = NetworkNode(
        name: declaration.name,
        items: items(declaration.items),
        declaration.range
      )
      return DeclarationNode(place, node, name: declaration.name, declaration.range)
    }
    var names = FreeNames()
    for parameter in parameters {
      if let value = parameter.defaultValue { names.visit(value, isBound: true) }
    }
    names.visit(declaration.items)
    let node = function(
      name: declaration.name.text,
      parameters: parameters,
      names: names,
      range: declaration.range
    ) {
      .network(
        NetworkNode(
          name: declaration.name,
          items: items(declaration.items),
          declaration.range
        )
      )
    }
    return DeclarationNode(place, node, name: declaration.name, declaration.range)
  }

  func items(_ items: [LayerItem]) -> [LayerItemNode] {
    items.map { item in
      switch item {
      case .layer(let line): .layer(layer(line))
      case .forLoop(let name, let values, let items, let range):
        .forLoop(place(name), expression(values), self.items(items), range)
      case .conditional(let branches, let otherwise, _):
        .conditional(
          branches.map { (expression($0.condition), self.items($0.items)) },
          otherwise: otherwise.map { self.items($0) } ?? []
        )
      }
    }
  }

  private func layer(_ line: LayerLine) -> LayerNode {
    let row = LayerTable.row(named: line.kind.text)
    if row == nil {
      report(
        Diagnostic(
          "unknown-layer",
          "unknown layer '\(line.kind.text)'"
            + suggestion(for: line.kind.text, among: LayerTable.kinds),
          at: line.kind.range,
          remedy: nearestName(to: line.kind.text, among: LayerTable.kinds) == nil
            ? "'help layers' lists them all" : nil
        )
      )
    }
    var operands: [(node: Node, text: String)] = []
    var options: [(name: Name, node: Node, text: String)] = []
    for part in line.parts {
      switch part {
      case .operand(let value), .preposition(_, _, let value):
        let slot = row.flatMap { layerSlot(operands.count, of: $0) }
        operands.append((operand(value, slot: slot), text(value.range)))
      case .option(let name, let value):
        let slot = row?.options.first { $0.name == name.text }
        if let row, slot == nil {
          report(unknownOption(name, of: line.kind.text, among: row.options.map(\.name)))
        }
        options.append((name, operand(value, slot: slot), text(value.range)))
      }
    }
    return LayerNode(
      kind: line.kind,
      operands: operands,
      options: options,
      block: line.block.map { items($0) },
      shortcut: line.shortcut.map { items($0) },
      label: line.label,
      range: line.range
    )
  }

  /// The slot of an operand of a layer; behind the row's own, an activation may stand.
  private func layerSlot(_ index: Int, of row: LayerRow) -> Slot? {
    if row.operands.indices.contains(index) { return row.operands[index] }
    return row.takesActivation ? Slot("activation", [.word], catalogue: .activations) : nil
  }

  private func board(
    _ name: Name,
    _ fields: [Argument],
    _ range: SourceRange
  ) -> StatementNode {
    let node = BoardNode(
      name: name,
      fields: fields.map { field in
        (
          field.name ?? Name("", field.value.range), expression(field.value),
          text(field.value.range)
        )
      },
      range
    )
    return DeclarationNode(place(name), node, name: name, range)
  }
}
