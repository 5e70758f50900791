import Language

/// Writes a syntax tree without its ranges, one form a node, for comparing programs.
package enum Outline {
  /// One line a statement.
  package static func of(_ program: Program) -> String {
    program.statements.map(of).joined(separator: "\n")
  }

  package static func of(_ statement: Statement) -> String {
    switch statement {
    case .assignment(let name, let sign, let value, _):
      "(\(sign.rawValue) \(name.text) \(of(value)))"
    case .network(let network):
      "(network \(network.name.text)\(network.parameters.map(parameters) ?? "")"
        + items(network.items) + ")"
    case .board(let name, let fields, _):
      "(board \(name.text)\(fields.map { " " + of($0) }.joined()))"
    case .function(let function): of(function)
    case .forLoop(let name, let values, let block, _):
      "(for \(name.text) \(of(values)) \(of(block)))"
    case .whileLoop(let condition, let block, _): "(while \(of(condition)) \(of(block)))"
    case .conditional(let branches, let otherwise, _):
      "(if" + branches.map { " \(of($0.condition)) \(of($0.block))" }.joined()
        + (otherwise.map { " else \(of($0))" } ?? "") + ")"
    case .returnValue(let value, _): "(return\(value.map { " " + of($0) } ?? ""))"
    case .breakLoop: "(break)"
    case .continueLoop: "(continue)"
    case .check(let title, let points, let block, _):
      "(check \(of(title))\(points.map { " points=" + of($0) } ?? "") \(of(block)))"
    case .expect(let condition, let partial, let otherwise, _):
      "(expect \(of(condition))\(partial.map { " from " + of($0) } ?? "")"
        + "\(otherwise.map { " else " + of($0) } ?? ""))"
    case .value(let value): of(value)
    }
  }

  package static func of(_ block: Block) -> String {
    "{" + block.statements.map(of).joined(separator: " ") + "}"
  }

  package static func of(_ expression: Expression) -> String {
    switch expression {
    case .number(let number, _): "\(number)".replacingSuffix(".0")
    case .quantity(let number, let unit, _): "\(number)".replacingSuffix(".0") + ":" + unit
    case .shape(let extents, _): extents.map(String.init).joined(separator: "x")
    case .string(let parts, _): "\"" + parts.map(of).joined() + "\""
    case .bool(let bool, _): "\(bool)"
    case .none: "none"
    case .name(let name): name.text
    case .list(let elements, _): "[" + elements.map(of).joined(separator: " ") + "]"
    case .record(let fields, _): "(record\(fields.map { " " + of($0) }.joined()))"
    case .range(let first, let last, let step, _):
      "(.. \(of(first)) \(of(last))\(step.map { " step " + of($0) } ?? ""))"
    case .unary(let sign, let operand, _): "(\(sign.rawValue) \(of(operand)))"
    case .binary(let sign, let left, let right, _, _):
      "(\(sign.rawValue) \(of(left)) \(of(right)))"
    case .within(let sign, let left, let right, let tolerance, _):
      "(\(sign.rawValue) \(of(left)) \(of(right)) within \(of(tolerance)))"
    case .conditional(let condition, let value, let other, _):
      "(choose \(of(condition)) \(of(value)) \(of(other)))"
    case .function(let function): of(function)
    case .call(let callee, let arguments, _):
      "(call \(of(callee))\(arguments.map { " " + of($0) }.joined()))"
    case .index(let value, let index, _): "(index \(of(value)) \(of(index)))"
    case .member(let value, let name, _): "(. \(of(value)) \(name.text))"
    case .version(let value, let version, _): "(@ \(of(value)) \(version))"
    case .pipeline(let pipeline): of(pipeline)
    }
  }

  private static func of(_ pipeline: Pipeline) -> String {
    let source =
      switch pipeline.source {
      case .command(let command): of(command)
      case .expression(let expression): of(expression)
      }
    let stages = pipeline.stages.map { " | " + of($0) }.joined()
    return "<\(pipeline.isQuiet ? "quiet " : "")\(source)\(stages)>"
  }

  private static func of(_ command: Command) -> String {
    switch command {
    case .verb(let verb, let parts, _): verb.text + parts.map { " " + of($0) }.joined()
    case .sweep(let sweep):
      "sweep \(sweep.name.text) \(of(sweep.values))"
        + sweep.options.map { " " + of($0) }.joined() + " \(of(sweep.block))"
    }
  }

  private static func of(_ part: CommandPart) -> String {
    switch part {
    case .operand(let value): of(value)
    case .preposition(let preposition, _, let value): "\(preposition.rawValue): \(of(value))"
    case .option(let name, let value): "\(name.text)=\(of(value))"
    }
  }

  private static func of(_ part: StringPart) -> String {
    switch part {
    case .text(let text): "\(text.debugDescription.dropFirst().dropLast())"
    case .value(let value, let digits): "\\(\(of(value))\(digits.map { ":.\($0)" } ?? ""))"
    }
  }

  private static func of(_ argument: Argument) -> String {
    (argument.name.map { $0.text + "=" } ?? "") + of(argument.value)
  }

  private static func of(_ function: Function) -> String {
    let body =
      switch function.body {
      case .value(let value): of(value)
      case .block(let block): of(block)
      }
    return "(func \(function.name?.text ?? "")\(parameters(function.parameters)) \(body))"
  }

  private static func parameters(_ parameters: [Parameter]) -> String {
    let words = parameters.map { $0.name.text + ($0.defaultValue.map { "=" + of($0) } ?? "") }
    return "(" + words.joined(separator: " ") + ")"
  }

  private static func items(_ items: [LayerItem]) -> String {
    " {" + items.map(of).joined(separator: "; ") + "}"
  }

  private static func of(_ item: LayerItem) -> String {
    switch item {
    case .layer(let line):
      line.kind.text + line.parts.map { " " + of($0) }.joined()
        + (line.block.map(items) ?? "") + (line.shortcut.map { " shortcut" + items($0) } ?? "")
        + (line.label.map { " :\($0.text)" } ?? "")
    case .forLoop(let name, let values, let block, _):
      "for \(name.text) \(of(values))" + items(block)
    case .conditional(let branches, let otherwise, _):
      "if" + branches.map { " \(of($0.condition))" + items($0.items) }.joined()
        + (otherwise.map { " else" + items($0) } ?? "")
    }
  }
}

extension String {
  /// The string without `suffix`.
  fileprivate func replacingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
