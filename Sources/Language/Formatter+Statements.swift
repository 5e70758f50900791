import Diagnostics

extension Formatter {
  /// How a statement is laid out.
  func layout(_ statement: Statement) -> Layout {
    switch statement {
    case .assignment(let name, let sign, let expression, _):
      return .sequence([.text("\(name.text) \(sign.rawValue) "), value(expression, record: true)])
    case .network(let network): return layout(network)
    case .board(let name, let fields, let range):
      let elements = fields.map { field -> ElementLayout in
        let start = field.name?.range ?? field.value.range
        let word = Layout.text((field.name?.text ?? "") + " ")
        return ElementLayout(
          range: SourceRange(start.start, endOfParentheses(from: field.value.range.end)),
          layout: .sequence([word, operand(field.value, afterValue: false)])
        )
      }
      let block = block(elements, in: braces(endingAt: range.end))
      return .sequence([.text("board \(name.text) "), block])
    case .function(let function): return layout(function, isStatement: true)
    case .forLoop(let name, let values, let body, _):
      return .sequence([
        .text("for \(name.text) in "), expression(values, 0, record: true), .text(" "),
        block(body),
      ])
    case .whileLoop(let condition, let body, _):
      return .sequence([
        .text("while "), expression(condition, 1, record: false), .text(" "), block(body),
      ])
    case .conditional(let branches, let otherwise, _):
      var parts: [Layout] = []
      for (position, branch) in branches.enumerated() {
        parts.append(.text(position == 0 ? "if " : " else if "))
        parts.append(expression(branch.condition, 1, record: false))
        parts.append(.text(" "))
        parts.append(block(branch.block))
      }
      if let otherwise { parts += [.text(" else "), block(otherwise)] }
      return .sequence(parts)
    case .returnValue(let result, _):
      guard let result else { return .text("return") }
      return .sequence([.text("return "), value(result, record: true)])
    case .breakLoop: return .text("break")
    case .continueLoop: return .text("continue")
    case .check(let title, let points, let body, _):
      var parts: [Layout] = [.text("check "), expression(title, 0, record: false), .text(" ")]
      if let points {
        parts += [.text("points="), expression(points, 0, record: true), .text(" ")]
      }
      return .sequence(parts + [block(body)])
    case .expect(let condition, let partial, let otherwise, _):
      var parts: [Layout] = [.text("expect "), expression(condition, 1, record: false)]
      if let partial {
        parts += [.text(" partial from "), expression(partial, Precedence.sum, record: true)]
      }
      if let otherwise { parts += [.text(" else "), expression(otherwise, 0, record: false)] }
      return .sequence(parts)
    case .value(let expression): return value(expression, record: true)
    }
  }

  /// Statements between braces.
  func block(_ block: Block) -> Layout {
    self.block(
      block.statements.map { ElementLayout(range: $0.range, layout: layout($0)) },
      in: block.range
    )
  }

  /// Elements between the braces of `range`.
  private func block(
    _ elements: [ElementLayout],
    in range: SourceRange
  ) -> Layout {
    let isInline = !source.bytes[range.start..<range.end].contains(UInt8(ascii: "\n"))
    return .block(BlockLayout(range: range, elements: elements, isInline: isInline))
  }

  /// `func NAME(parameters) = value`, or with a block.
  func layout(_ function: Function, isStatement: Bool) -> Layout {
    let name = function.name.map { " " + $0.text } ?? ""
    var parts: [Layout] = [.text("func" + name)]
    let open = token(.leftParenthesis, from: token(.function, from: function.range.start))
    parts.append(parameters(function.parameters, from: open))
    switch function.body {
    case .value(let result):
      parts.append(.text(" = "))
      parts.append(
        isStatement ? value(result, record: true) : expression(result, 0, record: true)
      )
    case .block(let body): parts += [.text(" "), block(body)]
    }
    return .sequence(parts)
  }

  private func parameters(_ parameters: [Parameter], from open: Int) -> Layout {
    let elements = parameters.map { parameter -> Layout in
      guard let value = parameter.defaultValue else { return .text(parameter.name.text) }
      return .sequence([
        .text(parameter.name.text + " = "), expression(value, 0, record: true),
      ])
    }
    return .group(open: "(", elements, close: ")", isForced: isBroken(open))
  }

  // MARK: Networks

  private func layout(_ network: NetworkDeclaration) -> Layout {
    var parts: [Layout] = [.text("network " + network.name.text)]
    if let list = network.parameters {
      parts.append(
        parameters(list, from: token(.leftParenthesis, from: network.name.range.end))
      )
    }
    let range = braces(endingAt: network.range.end)
    return .sequence(parts + [.text(" "), layers(network.items, in: range)])
  }

  private func layers(_ items: [LayerItem], in range: SourceRange) -> Layout {
    block(items.map { ElementLayout(range: $0.range, layout: layout($0)) }, in: range)
  }

  private func layout(_ item: LayerItem) -> Layout {
    switch item {
    case .layer(let line): return layout(line)
    case .forLoop(let name, let values, let items, let range):
      return .sequence([
        .text("for \(name.text) in "), expression(values, 0, record: true), .text(" "),
        layers(items, in: braces(endingAt: range.end)),
      ])
    case .conditional(let branches, let otherwise, _):
      var parts: [Layout] = []
      var end = 0
      for (position, branch) in branches.enumerated() {
        let range = braces(from: branch.condition.range.end)
        end = range.end
        parts.append(.text(position == 0 ? "if " : " else if "))
        parts.append(expression(branch.condition, 1, record: false))
        parts.append(.text(" "))
        parts.append(layers(branch.items, in: range))
      }
      if let otherwise {
        parts += [.text(" else "), layers(otherwise, in: braces(from: end))]
      }
      return .sequence(parts)
    }
  }

  private func layout(_ line: LayerLine) -> Layout {
    var parts: [Layout] = [.text(line.kind.text), layout(line.parts)]
    var end = line.parts.last.map(end) ?? line.kind.range.end
    if let block = line.block {
      let range = braces(from: end)
      end = range.end
      parts += [.text(" "), layers(block, in: range)]
    }
    if let shortcut = line.shortcut {
      parts += [.text(" shortcut "), layers(shortcut, in: braces(from: end))]
    }
    if let label = line.label { parts.append(.text(" : " + label.text)) }
    return .sequence(parts)
  }

  /// Where the expression of a part ends.
  private func end(_ part: CommandPart) -> Int {
    switch part {
    case .operand(let value), .preposition(_, _, let value), .option(_, let value):
      value.range.end
    }
  }
}
