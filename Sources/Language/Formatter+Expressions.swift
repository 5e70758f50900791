import Diagnostics

extension Expression {
  /// How tightly the outermost operator binds; calls and literals bind tightest, and functions,
  /// choices and commands loosest.
  fileprivate var precedence: Int {
    switch self {
    case .conditional, .function, .pipeline: 0
    case .range: Precedence.range
    case .within: Precedence.comparison
    case .unary(.not, _, _): Precedence.not
    case .unary(.minus, _, _): Precedence.minus
    case .binary(let sign, _, _, _, _): sign.precedence
    case .number, .quantity, .shape, .string, .bool, .none, .name, .list, .record, .call, .index,
      .member, .version:
      Precedence.power + 1
    }
  }

  /// Whether this is a literal number or a name.
  fileprivate var isSimple: Bool {
    switch self {
    case .number, .quantity, .name: true
    default: false
    }
  }
}

extension BinaryOperator {
  fileprivate var precedence: Int {
    switch self {
    case .or: Precedence.or
    case .and: Precedence.and
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn, .isNotIn:
      Precedence.comparison
    case .add, .subtract: Precedence.sum
    case .multiply, .divide, .remainder: Precedence.product
    case .power: Precedence.power
    }
  }
}

extension Formatter {
  /// A value, where commands and pipelines need no parentheses; `record` tells whether a record may
  /// begin it.
  func value(_ expression: Expression, record: Bool) -> Layout {
    guard case .pipeline(let pipeline) = expression, !isParenthesizedName(pipeline) else {
      return self.expression(expression, 0, record: record)
    }
    return layout(pipeline, record: record)
  }

  /// Whether this is `(x)`.
  private func isParenthesizedName(_ pipeline: Pipeline) -> Bool {
    guard !pipeline.isQuiet, pipeline.stages.isEmpty, case .expression(.name) = pipeline.source
    else { return false }
    return true
  }

  private func layout(_ pipeline: Pipeline, record: Bool) -> Layout {
    let source =
      switch pipeline.source {
      case .command(let command): layout(command)
      case .expression(let value):
        expression(value, 0, record: record && !pipeline.isQuiet)
      }
    let first = pipeline.isQuiet ? Layout.sequence([.text("quiet "), source]) : source
    guard !pipeline.stages.isEmpty else { return first }
    return .stages([first] + pipeline.stages.map(layout))
  }

  private func layout(_ command: Command) -> Layout {
    switch command {
    case .verb(let verb, let parts, _): .sequence([.text(verb.text), layout(parts)])
    case .sweep(let sweep):
      .sequence([
        .text("sweep \(sweep.name.text) in "), expression(sweep.values, 0, record: true),
        layout(sweep.options), .text(" "), block(sweep.block),
      ])
    }
  }

  // MARK: Operands and options

  /// Each part behind a space.
  func layout(_ parts: [CommandPart]) -> Layout {
    var layouts: [Layout] = []
    var isAfterExpression = false
    for (position, part) in parts.enumerated() {
      layouts.append(.text(" "))
      switch part {
      case .operand(let value):
        layouts.append(operand(value, afterValue: isAfterExpression))
        isAfterExpression = false
      case .preposition(let preposition, _, let value):
        layouts.append(.text(preposition.rawValue + " "))
        layouts.append(partValue(value, isTight: false, before: parts[(position + 1)...].first))
        isAfterExpression = true
      case .option(let name, let value):
        layouts.append(.text(name.text + "="))
        layouts.append(partValue(value, isTight: true, before: parts[(position + 1)...].first))
        isAfterExpression = true
      }
    }
    return .sequence(layouts)
  }

  /// The expression of a preposition or option, in parentheses where the next word would go on it.
  private func partValue(_ value: Expression, isTight: Bool, before next: CommandPart?) -> Layout {
    if case .operand(.name(let word)) = next, ["within", "step"].contains(word.text),
      value.precedence < Precedence.sum
    {
      return parenthesized(expression(value, 0, record: true))
    }
    guard isTight, case .binary(let sign, let left, let right, _, _) = value,
      sign == .multiply || sign == .divide, left.isSimple, right.isSimple
    else { return expression(value, 0, record: true) }
    return .sequence([
      expression(left, 0, record: true), .text(sign.rawValue), expression(right, 0, record: true),
    ])
  }

  /// An operand, in parentheses if it has operators; a negative number needs them only where the
  /// expression before it would take its sign.
  func operand(_ value: Expression, afterValue: Bool) -> Layout {
    if case .unary(.minus, let number, _) = value, !afterValue {
      switch number {
      case .number, .quantity: return .sequence([.text("-"), expression(number, 0, record: false)])
      default: break
      }
    }
    return expression(value, Precedence.power + 1, record: false)
  }

  private func parenthesized(_ layout: Layout) -> Layout {
    .sequence([.text("("), layout, .text(")")])
  }

  // MARK: Expressions

  /// An expression, in parentheses if it binds less tightly than `lowest`; `record` tells whether a
  /// record may begin it.
  func expression(_ expression: Expression, _ lowest: Int, record: Bool) -> Layout {
    if case .pipeline(let pipeline) = expression {
      return parenthesized(layout(pipeline, record: true))
    }
    let needsParentheses = expression.precedence < lowest
    let inner = bare(expression, record: record || needsParentheses)
    return needsParentheses ? parenthesized(inner) : inner
  }

  private func bare(_ value: Expression, record: Bool) -> Layout {
    switch value {
    case .number(_, let range), .quantity(_, _, let range), .shape(_, let range),
      .string(_, let range):
      return .text(literal(range))
    case .bool(let isTrue, _): return .text(isTrue ? "true" : "false")
    case .none: return .text("none")
    case .name(let name): return .text(name.text)
    case .list(let elements, let range):
      return .group(
        open: "[",
        elements.map { expression($0, 0, record: true) },
        close: "]",
        isForced: isBroken(token(.leftBracket, from: range.start))
      )
    case .record(let fields, let range):
      let layout = self.record(fields, range)
      return record ? layout : parenthesized(layout)
    case .range(let first, let last, let step, _):
      var parts = [
        expression(first, Precedence.minus, record: record), .text(".."),
        expression(last, Precedence.minus, record: true),
      ]
      if let step { parts += [.text(" step "), expression(step, Precedence.sum, record: false)] }
      return .sequence(parts)
    case .unary(let sign, let operand, _):
      let word = sign == .not ? "not " : "-"
      let lowest = sign == .not ? Precedence.not : Precedence.minus
      return .sequence([.text(word), expression(operand, lowest, record: true)])
    case .binary(let sign, let left, let right, _, _):
      return binary(sign, left, right, record: record)
    case .within(let sign, let left, let right, let tolerance, _):
      return .sequence([
        binary(sign, left, right, record: record), .text(" within "),
        expression(tolerance, Precedence.sum, record: false),
      ])
    case .conditional(let condition, let chosen, let other, _):
      return .sequence([
        .text("if "), expression(condition, 1, record: false), .text(" then "),
        expression(chosen, 1, record: false), .text(" else "),
        expression(other, 0, record: false),
      ])
    case .function(let function): return layout(function, isStatement: false)
    case .pipeline(let pipeline): return layout(pipeline, record: record)
    case .call(let callee, let arguments, _):
      return .sequence([
        postfix(callee, record: record), self.arguments(arguments, from: callee.range.end),
      ])
    case .index(let whole, let index, _):
      return .sequence([
        postfix(whole, record: record), .text("["), expression(index, 0, record: true), .text("]"),
      ])
    case .member(let whole, let name, _):
      return .sequence([postfix(whole, record: record), .text("." + name.text)])
    case .version(let whole, let number, _):
      return .sequence([postfix(whole, record: record), .text("@\(number)")])
    }
  }

  /// What a call, an index, a member or a version touches.
  private func postfix(_ value: Expression, record: Bool) -> Layout {
    expression(value, Precedence.power + 1, record: record)
  }

  private func binary(
    _ sign: BinaryOperator,
    _ left: Expression,
    _ right: Expression,
    record: Bool
  ) -> Layout {
    let precedence = sign.precedence
    let lowest: (left: Int, right: Int) =
      switch precedence {
      case Precedence.comparison: (Precedence.range, Precedence.range)
      case Precedence.power: (Precedence.power + 1, Precedence.minus)
      default: (precedence, precedence + 1)
      }
    return .sequence([
      expression(left, lowest.left, record: record), .text(" \(sign.rawValue) "),
      expression(right, lowest.right, record: true),
    ])
  }

  private func arguments(
    _ arguments: [Argument],
    from end: Int
  ) -> Layout {
    let elements = arguments.map { argument -> Layout in
      guard let name = argument.name else { return expression(argument.value, 0, record: true) }
      return .sequence([
        .text(name.text + "="), partValue(argument.value, isTight: true, before: nil),
      ])
    }
    let open = token(.leftParenthesis, from: end)
    return .group(open: "(", elements, close: ")", isForced: isBroken(open))
  }

  private func record(_ fields: [Argument], _ range: SourceRange) -> Layout {
    let elements = fields.map { field -> Layout in
      let isQuoted = field.name.map { source.text(of: $0.range).hasPrefix("\"") } ?? false
      let name = field.name.map { isQuoted ? spelling($0.range) : $0.text } ?? ""
      return .sequence([.text(name + ": "), expression(field.value, 0, record: true)])
    }
    let open = token(.leftBrace, from: range.start)
    return .group(open: "{", elements, close: "}", isForced: isBroken(open))
  }
}
