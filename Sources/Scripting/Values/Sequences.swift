import Diagnostics
import Tensors

/// What `for`, `map` and `sweep` go through, element by element.
enum ElementSequence {
  case list([Value])
  case numbers(Progression)
  case characters([Character])
  case tensor(PreciseTensor)

  var count: Int {
    switch self {
    case .list(let values): values.count
    case .numbers(let progression): progression.count
    case .characters(let characters): characters.count
    case .tensor(let tensor): tensor.shape.extents.first ?? 0
    }
  }

  subscript(index: Int) -> Value {
    switch self {
    case .list(let values): values[index]
    case .numbers(let progression): progression[index]
    case .characters(let characters): .string(String(characters[index]))
    case .tensor(let tensor): TensorMath.row(index, of: tensor)
    }
  }
}

/// `lower`, `lower + step`, … up to `upper`.
struct Progression {
  var lower: Double
  var step: Double
  var count: Int
  var dimension: Dimension
  var unit: Int16

  func number(_ index: Int) -> Double { lower + Double(index) * step }

  subscript(index: Int) -> Value {
    let number = number(index)
    if dimension == .none { return .number(number) }
    return .quantity(Quantity(number, dimension, unit: unit))
  }
}

enum Sequences {
  /// A value as something to go through.
  static func sequence(of value: Value, at range: SourceRange) throws(Diagnostic) -> ElementSequence
  {
    switch value {
    case .list(let values): return .list(values)
    case .range(let bounds): return .numbers(try progression(of: bounds, at: range))
    case .string(let text): return .characters(Array(text))
    case .tensor(let tensor): return .tensor(tensor)
    case .shape(let extents): return .list(extents.map { .number(Double($0)) })
    case .record(let record): return .list(record.names.map { .string($0) })
    case .table(let table): return .list((0..<table.rows.count).map { .record(table.record($0)) })
    case .none, .bool, .number, .quantity, .function, .builtin, .word, .dataset, .network, .model,
      .layer, .board, .deployment, .report, .chart:
      var remedy: String?
      if case .number(let number) = value {
        remedy = "for whole numbers write a range, as in '1..\(NumberFormat.text(number))'"
      }
      throw Diagnostic(
        "not-a-sequence",
        "this needs a list, range, tensor or string to go through, but here is "
          + value.kindPhrase,
        at: range,
        remedy: remedy
      )
    }
  }

  /// The numbers of a range; both ends belong to it.
  static func progression(
    of bounds: RangeValue,
    at range: SourceRange
  ) throws(Diagnostic) -> Progression {
    let lower = try end(bounds.lower, "start", range)
    let upper = try end(bounds.upper, "end", range)
    let step =
      try bounds.step.map { (value) throws(Diagnostic) in try end(value, "step", range) }
      ?? Quantity(1, lower.dimension, unit: lower.unit)
    for (other, what) in [(upper, "end"), (step, "step")] where other.dimension != lower.dimension {
      throw Diagnostic(
        "dimension-mismatch",
        "a range starts with \(lower.dimension), but its \(what) is \(other.dimension)",
        at: range
      )
    }
    guard step.value != 0 else {
      throw Diagnostic("zero-step", "the step of a range must not be 0", at: range)
    }
    // A little more than the end counts as the end, since 0.1 + 0.1 + 0.1 is not 0.3.
    let steps = ((upper.value - lower.value) / step.value + 1e-9).rounded(.down)
    guard steps < 0x1p53 else {
      throw Diagnostic("range-too-long", "this range has more than 2^53 elements", at: range)
    }
    return Progression(
      lower: lower.value,
      step: step.value,
      count: steps < 0 ? 0 : Int(steps) + 1,
      dimension: lower.dimension,
      unit: lower.unit
    )
  }

  private static func end(
    _ value: Value,
    _ what: String,
    _ range: SourceRange
  ) throws(Diagnostic) -> Quantity {
    let quantity: Quantity?
    switch value {
    case .number(let number): quantity = Quantity(number, .none)
    case .quantity(let given): quantity = given
    default: quantity = nil
    }
    guard let quantity, quantity.value.isFinite else {
      throw Diagnostic(
        "range-end",
        "the \(what) of a range must be a finite number, but is \(value.kindPhrase)",
        at: range
      )
    }
    return quantity
  }
}

extension Table {
  /// A row with the names of its columns.
  func record(_ index: Int) -> Record { Record(Array(zip(columns, rows[index]))) }
}
