import Diagnostics
import Language
import Tensors

/// Equality, order and membership.
enum Comparison {
  /// `==`: false between different kinds, an error between different dimensions.
  static func isEqual(
    _ left: Value,
    _ right: Value,
    at range: SourceRange
  ) throws(Diagnostic) -> Bool {
    switch (left, right) {
    case (.none, .none): return true
    case (.bool(let x), .bool(let y)): return x == y
    case (.number(let x), .number(let y)): return x == y
    case (.quantity, .quantity), (.quantity, .number), (.number, .quantity):
      return try difference(left, right, at: range) == 0
    case (.string(let x), .string(let y)), (.word(let x), .word(let y)),
      (.string(let x), .word(let y)), (.word(let x), .string(let y)),
      (.builtin(let x), .builtin(let y)):
      return x == y
    case (.shape(let x), .shape(let y)): return x == y
    case (.shape(let x), .list(let y)), (.list(let y), .shape(let x)):
      return try areEqual(x.map { .number(Double($0)) }, y, at: range)
    case (.list(let x), .list(let y)): return try areEqual(x, y, at: range)
    case (.record(let x), .record(let y)):
      guard x.names.count == y.names.count else { return false }
      for (name, value) in zip(x.names, x.values) {
        guard let other = y[name], try isEqual(value, other, at: range) else { return false }
      }
      return true
    case (.range(let x), .range(let y)):
      return try areEqual(
        [x.lower, x.upper, x.step ?? .none],
        [y.lower, y.upper, y.step ?? .none],
        at: range
      )
    case (.tensor(let x), .tensor(let y)): return x.shape == y.shape && x.values == y.values
    case (.tensor(let x), .list(let y)), (.list(let y), .tensor(let x)):
      guard let other = TensorMath.tensor(of: y) else { return false }
      return x.shape == other.shape && x.values == other.values
    case (.function(let x), .function(let y)): return x === y
    case (.layer(let x), .layer(let y)): return x.name == y.name && x.index == y.index
    case (.table(let x), .table(let y)):
      guard x.columns == y.columns, x.rows.count == y.rows.count else { return false }
      for (row, other) in zip(x.rows, y.rows) where try !areEqual(row, other, at: range) {
        return false
      }
      return true
    case (.dataset, .dataset), (.network, .network), (.model, .model), (.board, .board),
      (.deployment, .deployment), (.report, .report), (.chart, .chart):
      throw Diagnostic(
        "not-comparable",
        "\(left.kindPhrase) is not compared as a whole",
        at: range,
        remedy: "compare what you want to know of both, such as 'digest(a) == digest(b)'"
      )
    default: return false
    }
  }

  private static func areEqual(
    _ left: [Value],
    _ right: [Value],
    at range: SourceRange
  ) throws(Diagnostic) -> Bool {
    guard left.count == right.count else { return false }
    for (x, y) in zip(left, right) where try !isEqual(x, y, at: range) { return false }
    return true
  }

  /// `<`, `<=`, `>`, `>=`: two numbers, quantities of one dimension, or strings.
  static func order(
    _ symbol: BinaryOperator,
    _ left: Value,
    _ right: Value,
    at range: SourceRange
  ) throws(Diagnostic) -> Bool {
    if case .string(let x) = left, case .string(let y) = right {
      return holds(symbol, x == y ? 0 : x < y ? -1 : 1)
    }
    guard left.magnitude != nil, right.magnitude != nil else {
      throw Diagnostic(
        "not-ordered",
        "'\(symbol.rawValue)' compares numbers, quantities or strings, but here are "
          + "\(left.kindPhrase) and \(right.kindPhrase)",
        at: range
      )
    }
    return holds(symbol, try difference(left, right, at: range))
  }

  private static func holds(_ symbol: BinaryOperator, _ difference: Double) -> Bool {
    switch symbol {
    case .less: difference < 0
    case .lessOrEqual: difference <= 0
    case .greater: difference > 0
    case .greaterOrEqual: difference >= 0
    case .or, .and, .equal, .notEqual, .isIn, .isNotIn, .add, .subtract, .multiply, .divide,
      .remainder, .power:
      false
    }
  }

  /// The sign of left − right, or NaN; never the difference itself, since that of two infinities
  /// is none.
  private static func difference(
    _ left: Value,
    _ right: Value,
    at range: SourceRange
  ) throws(Diagnostic) -> Double {
    let (x, y) = (left.asQuantity, right.asQuantity)
    guard x.dimension == y.dimension else {
      throw Diagnostic(
        "dimension-mismatch",
        "\(x.dimension) cannot be compared with \(y.dimension)",
        at: range,
        remedy: Dimension.remedy(for: x.dimension, y.dimension)
      )
    }
    if x.value == y.value { return 0 }
    return x.value < y.value ? -1 : x.value > y.value ? 1 : .nan
  }

  /// The answer to `value in collection`.
  static func contains(
    _ collection: Value,
    _ value: Value,
    at range: SourceRange
  ) throws(Diagnostic) -> Bool {
    switch collection {
    case .list(let elements):
      for element in elements where try isEqual(element, value, at: range) { return true }
      return false
    case .string(let text):
      guard case .string(let part) = value else { break }
      return part.isEmpty || text.firstRange(of: part) != nil
    case .record(let record):
      guard let name = value.wordOrString else { break }
      return record[name] != nil
    case .range(let bounds):
      guard value.magnitude != nil else { return false }
      let numbers = try Sequences.progression(of: bounds, at: range)
      let sign = try difference(value, numbers[0], at: range)
      guard numbers.count > 0, sign == sign, let number = value.magnitude else { return false }
      let steps = (number - numbers.lower) / numbers.step
      guard steps >= -1e-9, steps <= Double(numbers.count - 1) + 1e-9 else { return false }
      return bounds.step == nil || abs(steps - steps.rounded()) <= 1e-9
    case .tensor(let tensor):
      guard case .number(let number) = value else { break }
      return tensor.values.contains(number)
    case .shape(let extents):
      guard case .number(let number) = value else { return false }
      return extents.contains { Double($0) == number }
    case .none, .bool, .number, .quantity, .function, .builtin, .word, .dataset, .network, .model,
      .layer, .board, .deployment, .report, .table, .chart:
      break
    }
    throw Diagnostic(
      "membership",
      "'in' cannot look for \(value.kindPhrase) in \(collection.kindPhrase)",
      at: range
    )
  }

  /// `a == b within t`: every element differs by at most t.
  static func isClose(
    _ left: Value,
    _ right: Value,
    tolerance: Value,
    at range: SourceRange
  ) throws(Diagnostic) -> Bool {
    let (tolerances, toleranceShape) = try elements(of: tolerance, at: range)
    let (x, shape) = try elements(of: left, at: range)
    let (y, otherShape) = try elements(of: right, at: range)
    guard shape == otherShape else { return false }
    guard toleranceShape == [] || toleranceShape == shape else {
      throw Diagnostic(
        "tolerance-shape",
        "a tolerance is one number, or one for each element",
        at: range
      )
    }
    for index in x.indices {
      let allowed = tolerances[tolerances.count == 1 ? 0 : index]
      let dimensions = [x[index].dimension, y[index].dimension, allowed.dimension]
      guard dimensions[0] == dimensions[1], dimensions[0] == dimensions[2] else {
        let other = dimensions[0] == dimensions[1] ? dimensions[2] : dimensions[1]
        throw Diagnostic(
          "dimension-mismatch",
          "\(dimensions[0]) cannot be compared with \(other)",
          at: range,
          remedy: "a relative tolerance is written 'within 1% * b'"
        )
      }
      // A tolerance of 1% * b is negative for a negative b.
      let isClose =
        x[index].value == y[index].value
        || abs(x[index].value - y[index].value) <= abs(allowed.value)
      guard isClose else { return false }
    }
    return true
  }

  private static func elements(
    of value: Value,
    at range: SourceRange
  ) throws(Diagnostic) -> ([Quantity], [Int]) {
    switch value {
    case .number, .quantity: return ([value.asQuantity], [])
    case .tensor(let tensor):
      return (tensor.values.map { Quantity($0, .none) }, tensor.shape.extents)
    case .list(let list):
      if let tensor = TensorMath.tensor(of: list) {
        return try elements(of: .tensor(tensor), at: range)
      }
      if list.allSatisfy({ $0.magnitude != nil }) { return (list.map(\.asQuantity), [list.count]) }
    case .none, .bool, .string, .shape, .record, .range, .function, .builtin, .word, .dataset,
      .network, .model, .layer, .board, .deployment, .report, .table, .chart:
      break
    }
    throw Diagnostic(
      "not-numeric",
      "'within' compares numbers, lists of numbers or tensors, but here is \(value.kindPhrase)",
      at: range
    )
  }
}

extension Value {
  /// A number or quantity in base units; 0 for anything else, which callers rule out before.
  var asQuantity: Quantity {
    switch self {
    case .quantity(let quantity): quantity
    case .number(let number): Quantity(number, .none)
    default: Quantity(0, .none)
    }
  }
}
