import Diagnostics

extension Expression {
  /// The same expression with another range, for one that stands in parentheses.
  func with(range: SourceRange) -> Expression {
    switch self {
    case .number(let number, _): .number(number, range)
    case .quantity(let number, let unit, _): .quantity(number, unit: unit, range)
    case .shape(let extents, _): .shape(extents, range)
    case .string(let parts, _): .string(parts, range)
    case .bool(let isTrue, _): .bool(isTrue, range)
    case .none: .none(range)
    case .name(let name): .name(Name(name.text, range))
    case .list(let elements, _): .list(elements, range)
    case .record(let fields, _): .record(fields, range)
    case .range(let first, let last, let step, _): .range(first, last, step: step, range)
    case .unary(let sign, let operand, _): .unary(sign, operand, range)
    case .binary(let sign, let left, let right, let place, _):
      .binary(sign, left, right, operatorRange: place, range)
    case .within(let sign, let left, let right, let tolerance, _):
      .within(sign, left, right, tolerance: tolerance, range)
    case .conditional(let condition, let value, let other, _):
      .conditional(condition, value, other, range)
    case .function(let function):
      .function(
        Function(
          name: function.name,
          parameters: function.parameters,
          body: function.body,
          range: range
        )
      )
    case .call(let callee, let arguments, _): .call(callee, arguments, range)
    case .index(let value, let index, _): .index(value, index, range)
    case .member(let value, let name, _): .member(value, name, range)
    case .version(let value, let version, _): .version(value, version, range)
    case .pipeline(let pipeline):
      .pipeline(
        Pipeline(
          isQuiet: pipeline.isQuiet,
          source: pipeline.source,
          stages: pipeline.stages,
          range: range
        )
      )
    }
  }
}
