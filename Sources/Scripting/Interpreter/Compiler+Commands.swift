import Diagnostics
import Language

extension Compiler {
  func pipeline(_ pipeline: Pipeline) -> Node {
    let source: PipelineNode.PipelineSourceNode
    let sourceText: String
    switch pipeline.source {
    case .expression(let value):
      let node = expression(value)
      // `(x)` and a piece of arithmetic in parentheses are no pipelines.
      if pipeline.stages.isEmpty, !pipeline.isQuiet { return node }
      source = .value(node)
      sourceText = text(value.range)
    case .command(let command):
      source = .stage(stage(command, isPiped: false))
      sourceText = text(command.range)
    }
    return PipelineNode(
      isQuiet: pipeline.isQuiet,
      source: source,
      sourceText: sourceText,
      stages: pipeline.stages.map { stage($0, isPiped: true) },
      pipeline.range
    )
  }

  private func stage(_ command: Command, isPiped: Bool) -> StageNode {
    switch command {
    case .sweep(let sweep): return self.sweep(sweep)
    case .verb(let verb, let parts, let range):
      guard let row = CommandTable.row(named: verb.text) else {
        let names = CommandTable.rows.map(\.name)
        report(
          Diagnostic(
            "unknown-command",
            "unknown command '\(verb.text)'" + suggestion(for: verb.text, among: names),
            at: verb.range
          )
        )
        return StageNode(range)
      }
      return self.command(row, verb, parts, isPiped: isPiped, range)
    }
  }

  /// Resolves a statement that is a sweep and nothing else.
  func sweepNode(_ statement: Statement) -> SweepNode? {
    guard case .value(.pipeline(let pipeline)) = statement, pipeline.stages.isEmpty,
      case .command(.sweep(let sweep)) = pipeline.source
    else { return nil }
    return self.sweep(sweep) as? SweepNode
  }

  private func sweep(_ sweep: Sweep) -> StageNode {
    let row = SweepCommand.row
    let place = place(sweep.name)
    let values = expression(sweep.values)
    var options: [(name: Name, argument: CommandArgument)] = []
    for case .option(let name, let value) in sweep.options {
      if let slot = slot(of: name, in: row, given: options.map(\.name.text)) {
        options.append((name, argument(value, slot, owner: name.text)))
      }
    }
    guard let last = sweep.block.statements.last, case .value(let result) = last else {
      report(
        Diagnostic(
          "sweep-without-row",
          "the block of a sweep must end with a value, which is a row of the table",
          at: sweep.block.statements.last?.range ?? sweep.word,
          remedy: "for example '({ accuracy: accuracy(net, d) })'"
        )
      )
      return StageNode(sweep.range)
    }
    let body = Block(statements: Array(sweep.block.statements.dropLast()), range: sweep.block.range)
    return SweepNode(
      sweep,
      place: place,
      values: values,
      options: options,
      body: block(body),
      result: ValueStatementNode(expression(result), isTopLevel: false, result.range),
      scene: SweepNode.Scene(
        source: source,
        knownNames: knownNames,
        isInFunction: scope != nil,
        isInCheck: checkNames != nil
      )
    )
  }

  /// The slot of an option, or nil after a complaint about one that is unknown or given twice.
  private func slot(of name: Name, in row: CommandRow, given: [String]) -> Slot? {
    guard let slot = row.options.first(where: { $0.name == name.text }) else {
      report(unknownOption(name, of: row.name, among: row.options.map(\.name)))
      return nil
    }
    guard !given.contains(name.text) else {
      report(optionTwice(name, of: row))
      return nil
    }
    return slot
  }

  private func optionTwice(_ name: Name, of row: CommandRow) -> Diagnostic {
    Diagnostic(
      "option-twice",
      "'\(row.name)' was given '\(name.text)' twice",
      at: name.range,
      remedy: "keep one of them"
    )
  }

  private func command(
    _ row: CommandRow,
    _ verb: Name,
    _ parts: [CommandPart],
    isPiped: Bool,
    _ range: SourceRange
  ) -> StageNode {
    var operands: [CommandArgument] = []
    var behind: [(preposition: Preposition, argument: CommandArgument)] = []
    var options: [(name: Name, argument: CommandArgument)] = []
    var hasMistake = false
    func mistake(_ diagnostic: Diagnostic) {
      if !hasMistake { report(diagnostic) }
      hasMistake = true
    }
    for part in parts {
      switch part {
      case .operand(let value):
        let position = operands.count + (isPiped ? 1 : 0)
        guard let slot = row.operandSlot(position) else {
          mistake(extraOperand(value, of: row))
          continue
        }
        operands.append(argument(value, slot, owner: row.name))
      case .preposition(let preposition, let place, let value):
        guard let slot = row.prepositions.first(where: { $0.name == preposition.rawValue }) else {
          mistake(unknownPreposition(preposition, place, of: row))
          continue
        }
        if behind.contains(where: { $0.preposition == preposition }) {
          mistake(
            Diagnostic(
              "preposition-twice",
              "'\(row.name)' has '\(preposition.rawValue)' twice",
              at: place,
              remedy: "keep one of them"
            )
          )
        }
        let owner = "\(row.name) … \(preposition.rawValue)"
        behind.append((preposition, argument(value, slot, owner: owner)))
      case .option(let name, let value):
        guard let slot = row.options.first(where: { $0.name == name.text }) else {
          mistake(unknownOption(name, of: row.name, among: row.options.map(\.name)))
          continue
        }
        if options.contains(where: { $0.name.text == name.text }) {
          mistake(optionTwice(name, of: row))
        }
        options.append((name, argument(value, slot, owner: name.text)))
      }
    }
    if !hasMistake {
      let given = operands.count + (isPiped ? 1 : 0)
      missing(row, verb, operands: given, behind.map(\.preposition), options.map(\.name.text))
    }
    return CommandNode(
      row: row,
      verbRange: verb.range,
      text: text(range),
      source: source,
      operands: operands,
      prepositions: behind,
      options: options,
      range
    )
  }

  private func argument(_ value: Expression, _ slot: Slot, owner: String) -> CommandArgument {
    var place: Place?
    if case .name(let name) = value, isVariable(name.text) { place = self.place(name) }
    let node = operand(value, slot: slot)
    if let constant = node as? ConstantNode, diagnostics.last?.range != constant.range {
      let given = GivenValue(value: constant.value, range: node.range, text: text(value.range))
      do throws(Diagnostic) {
        _ = try SlotCheck.checked(given, slot: slot, owner: owner, session: session)
      } catch {
        report(error)
      }
    }
    return CommandArgument(
      node: node,
      slot: slot,
      text: text(value.range),
      owner: owner,
      place: place
    )
  }

  /// Resolves an operand; a bare word is looked up in the slot's catalogue first.
  func operand(_ value: Expression, slot: Slot?) -> Node {
    guard let slot else { return expression(value) }
    return operand(value, slot, words: slot.catalogue.map { CatalogueTable.names(in: $0) } ?? [])
  }

  private func operand(_ value: Expression, _ slot: Slot, words: [String]) -> Node {
    switch value {
    case .name(let name):
      if words.contains(name.text) { return ConstantNode(.word(name.text), name.range) }
      if slot.takesWords, slot.kinds == [.word] || !isVariable(name.text) {
        return ConstantNode(.word(name.text), name.range)
      }
      if let catalogue = slot.catalogue, !isKnown(name.text) {
        report(unknownWord(name, slot, catalogue, words))
        return ConstantNode(.word(name.text), name.range)
      }
      return resolve(name)
    case .list(let elements, let range) where !words.isEmpty:
      return ListNode(elements.map { operand($0, slot, words: words) }, range)
    case .record(let fields, let range) where !words.isEmpty:
      return RecordNode(
        fields.map { ($0.name?.text ?? "", operand($0.value, slot, words: words)) },
        range
      )
    default: return expression(value)
    }
  }

  private func isKnown(_ name: String) -> Bool {
    isVariable(name) || name == "it" || Builtins.row(named: name) != nil || name == Zoo.name
      || defersNames || allowsUnknownNames
  }

  // MARK: - Mistakes

  private func unknownWord(
    _ name: Name,
    _ slot: Slot,
    _ catalogue: Catalogue,
    _ words: [String]
  ) -> Diagnostic {
    let near = nearestName(to: name.text, among: words + knownNames.sorted())
    return Diagnostic(
      "unknown-word",
      "\(slot.name) cannot be '\(name.text)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
      at: name.range,
      remedy: near == nil && !words.isEmpty ? "it can be \(words.joined(separator: ", "))" : nil
    )
  }

  func unknownOption(_ name: Name, of owner: String, among known: [String]) -> Diagnostic {
    let near = nearestName(to: name.text, among: known)
    let all = known.isEmpty ? "it takes no options" : "it takes \(known.joined(separator: ", "))"
    return Diagnostic(
      "unknown-option",
      "'\(owner)' has no option '\(name.text)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
      at: name.range,
      remedy: near == nil ? all : nil,
      fixIts: near.map { [FixIt(range: name.range, replacement: $0)] } ?? []
    )
  }

  private func unknownPreposition(
    _ preposition: Preposition,
    _ range: SourceRange,
    of row: CommandRow
  ) -> Diagnostic {
    let known = row.prepositions.map { "'\($0.name)'" }
    return Diagnostic(
      "unknown-preposition",
      "'\(row.name)' takes no '\(preposition.rawValue)'",
      at: range,
      remedy: known.isEmpty
        ? "for example '\(row.example)'" : "it takes \(known.joined(separator: ", "))"
    )
  }

  private func extraOperand(_ value: Expression, of row: CommandRow) -> Diagnostic {
    let count = row.operands.count
    let takes = count == 0 ? "no operand" : "at most \(counted(count, "operand"))"
    return Diagnostic(
      "extra-operand",
      "'\(row.name)' takes \(takes)",
      at: value.range,
      remedy: "for example '\(row.example)'"
    )
  }

  private func missing(
    _ row: CommandRow,
    _ verb: Name,
    operands: Int,
    _ behind: [Preposition],
    _ options: [String]
  ) {
    let required = row.operands.count { $0.isRequired }
    if operands < required {
      let slot = row.operands[operands]
      let kinds = SlotCheck.phrase(for: slot.kinds)
      let more = slot.summary.isEmpty || slot.summary == kinds ? "" : ": \(slot.summary)"
      return report(
        Diagnostic(
          "missing-operand",
          "'\(row.name)' needs \(kinds)\(more)",
          at: verb.range,
          remedy: "for example '\(row.example)'"
        )
      )
    }
    for slot in row.prepositions where slot.isRequired {
      guard !behind.contains(where: { $0.rawValue == slot.name }) else { continue }
      return report(
        Diagnostic(
          "missing-preposition",
          "'\(row.name)' needs '\(slot.name)' and \(SlotCheck.phrase(for: slot.kinds))",
          at: verb.range,
          remedy: "for example '\(row.example)'"
        )
      )
    }
    for slot in row.options where slot.isRequired && !options.contains(slot.name) {
      return report(
        Diagnostic(
          "missing-option",
          "'\(row.name)' needs the option '\(slot.name)='",
          at: verb.range,
          remedy: "for example '\(row.example)'"
        )
      )
    }
  }
}

extension CommandRow {
  /// The slot of the operand at `position`; the last may repeat.
  func operandSlot(_ position: Int) -> Slot? {
    if operands.indices.contains(position) { return operands[position] }
    guard let last = operands.last, last.repeats else { return nil }
    return last
  }
}
