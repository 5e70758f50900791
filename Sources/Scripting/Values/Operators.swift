import Diagnostics
import Language
import Tensors

/// What operators mean for each kind of value.
enum Operators {
  static func apply(
    _ symbol: BinaryOperator,
    _ left: Value,
    _ right: Value,
    at operatorRange: SourceRange,
    range: SourceRange? = nil,
    machine: Machine? = nil
  ) throws(Diagnostic) -> Value {
    switch symbol {
    case .equal: return .bool(try Comparison.isEqual(left, right, at: operatorRange))
    case .notEqual: return .bool(try !Comparison.isEqual(left, right, at: operatorRange))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      return .bool(try Comparison.order(symbol, left, right, at: operatorRange))
    case .isIn: return .bool(try Comparison.contains(right, left, at: operatorRange))
    case .isNotIn: return .bool(try !Comparison.contains(right, left, at: operatorRange))
    case .and, .or: return .bool(false)
    case .add, .subtract, .multiply, .divide, .remainder, .power:
      return try arithmetic(symbol, left, right, at: operatorRange, machine: machine)
    }
  }

  static func negate(_ value: Value, at range: SourceRange) throws(Diagnostic) -> Value {
    switch value {
    case .number(let number): return .number(-number)
    case .quantity(var quantity):
      quantity.value = -quantity.value
      return .quantity(quantity)
    case .tensor(let tensor): return .tensor(PreciseTensor(tensor.shape, tensor.values.map { -$0 }))
    default:
      throw Diagnostic(
        "operator-kind",
        "'-' needs a number, but here is \(value.kindPhrase)",
        at: range
      )
    }
  }

  private static func arithmetic(
    _ symbol: BinaryOperator,
    _ left: Value,
    _ right: Value,
    at range: SourceRange,
    machine: Machine?
  ) throws(Diagnostic) -> Value {
    switch (left, right) {
    case (.number(let x), .number(let y)): return .number(try number(symbol, x, y, at: range))
    case (.quantity(let x), .quantity(let y)): return try quantity(symbol, x, y, at: range)
    case (.quantity(let x), .number(let y)):
      return try quantity(symbol, x, Quantity(y, .none), at: range)
    case (.number(let x), .quantity(let y)):
      return try quantity(symbol, Quantity(x, .none), y, at: range)
    case (.tensor(let x), .tensor(let y)):
      try room(for: TensorMath.broadcastCount(x.shape, y.shape), at: range, machine)
      return .tensor(
        try TensorMath.broadcast(x, y, at: range) { (x, y) throws(Diagnostic) in
          try number(symbol, x, y, at: range)
        }
      )
    case (.tensor(let x), .number(let y)):
      try room(for: x.shape.count, at: range, machine)
      return .tensor(
        try TensorMath.map(x) { (x) throws(Diagnostic) in try number(symbol, x, y, at: range) }
      )
    case (.number(let x), .tensor(let y)):
      try room(for: y.shape.count, at: range, machine)
      return .tensor(
        try TensorMath.map(y) { (y) throws(Diagnostic) in try number(symbol, x, y, at: range) }
      )
    case (.list(let x), .list(let y)) where symbol == .add:
      if let session = machine?.session {
        try Limits.checkCount(x.count + y.count, at: range, session: session)
      }
      try machine?.step(y.count, range)
      return .list(x + y)
    case (.string(let x), .string(let y)) where symbol == .add:
      try Limits.checkText(x.utf8.count + y.utf8.count, at: range, session: machine?.session)
      return .string(x + y)
    case (.string(let text), .number(let times)) where symbol == .multiply,
      (.number(let times), .string(let text)) where symbol == .multiply:
      let count = try repetition(times, of: text.utf8.count, at: range)
      try Limits.checkText(count * text.utf8.count, at: range, session: machine?.session)
      return .string(String(repeating: text, count: count))
    case (.list(let list), .number(let times)) where symbol == .multiply,
      (.number(let times), .list(let list)) where symbol == .multiply:
      let count = try repetition(times, of: list.count, at: range)
      try Limits.checkElements(count * list.count, at: range)
      if let session = machine?.session {
        try Limits.checkCount(count * list.count, at: range, session: session)
      }
      try machine?.step(count * list.count, range)
      return .list(Array(repeatElement(list, count: count).joined()))
    default: throw mismatch(symbol, left, right, at: range)
    }
  }

  /// Counts the elements of a tensor that is about to be computed, and refuses one that is too large.
  private static func room(
    for count: Int,
    at range: SourceRange,
    _ machine: Machine?
  ) throws(Diagnostic) {
    guard let machine else { return }
    try Limits.checkCount(count, at: range, session: machine.session)
    try machine.step(count, range)
  }

  private static func repetition(
    _ times: Double,
    of size: Int,
    at range: SourceRange
  ) throws(Diagnostic) -> Int {
    guard times == times.rounded(), times <= 0x1p53 else {
      throw Diagnostic(
        "repetition",
        "something is repeated a whole number of times, but here is \(NumberFormat.text(times))",
        at: range
      )
    }
    let count = max(0, Int(max(times, 0)))
    let (total, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
    guard !overflow, total <= 1 << 53 else {
      throw Diagnostic("too-many-elements", "this repetition would be too long", at: range)
    }
    return count
  }

  private static func mismatch(
    _ symbol: BinaryOperator,
    _ left: Value,
    _ right: Value,
    at range: SourceRange
  ) -> Diagnostic {
    var remedy: String?
    switch (left, right) {
    case (.string, _) where symbol == .add, (_, .string) where symbol == .add:
      remedy = "put values into a string with \\( ), as in \"n = \\(n)\""
    case (.list, _), (_, .list):
      remedy =
        symbol == .add
        ? "a list is added to a list; '\(symbol.rawValue) [x]' appends one value"
        : "'tensor [1, 2, 3]' has arithmetic by element"
    default: break
    }
    return Diagnostic(
      "operator-kind",
      "'\(symbol.rawValue)' cannot join \(left.kindPhrase) and \(right.kindPhrase)",
      at: range,
      remedy: remedy
    )
  }

  // MARK: - Numbers

  static func number(
    _ symbol: BinaryOperator,
    _ x: Double,
    _ y: Double,
    at range: SourceRange
  ) throws(Diagnostic) -> Double {
    switch symbol {
    case .add: return x + y
    case .subtract: return x - y
    case .multiply: return x * y
    case .divide:
      guard y != 0 else { throw divisionByZero(range) }
      return x / y
    case .remainder:
      guard y != 0 else { throw divisionByZero(range) }
      return remainder(x, y)
    case .power: return try power(x, y, at: range)
    case .or, .and, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn,
      .isNotIn:
      return .nan
    }
  }

  /// The remainder with the sign of the divisor, as in Python: `-7 %% 3` is 2.
  private static func remainder(_ x: Double, _ y: Double) -> Double {
    let rest = x.truncatingRemainder(dividingBy: y)
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
  }

  /// Whole exponents multiply, so that `2 ** 10` is exactly 1024; others go through logarithms.
  static func power(_ x: Double, _ y: Double, at range: SourceRange) throws(Diagnostic) -> Double {
    if y == y.rounded(), abs(y) <= 1024 {
      guard x != 0 || y >= 0 else { throw divisionByZero(range) }
      var result = 1.0
      var base = x
      var exponent = Int(abs(y))
      while exponent > 0 {
        if exponent & 1 == 1 { result *= base }
        base *= base
        exponent >>= 1
      }
      let power = y < 0 ? 1 / result : result
      guard power.isFinite || !x.isFinite else { throw overflow(range) }
      return power
    }
    guard x >= 0 else {
      throw Diagnostic(
        "complex-power",
        "a negative number has no real power of \(NumberFormat.text(y))",
        at: range,
        remedy: "'-2 ** 2' is -(2 ** 2); write '(-2) ** 2' for the square of -2"
      )
    }
    guard x != 0 || y >= 0 else { throw divisionByZero(range) }
    if x == 0 { return 0 }
    if y == 0.5 { return x.squareRoot() }
    let power = ExactMath.pow(x, y)
    guard power.isFinite || !x.isFinite || !y.isFinite else { throw overflow(range) }
    return power
  }

  static func divisionByZero(_ range: SourceRange) -> Diagnostic {
    Diagnostic("division-by-zero", "division by zero", at: range)
  }

  private static func overflow(_ range: SourceRange) -> Diagnostic {
    Diagnostic("overflow", "the result is larger than any 64-bit float", at: range)
  }

  // MARK: - Quantities

  private static func quantity(
    _ symbol: BinaryOperator,
    _ x: Quantity,
    _ y: Quantity,
    at range: SourceRange
  ) throws(Diagnostic) -> Value {
    switch symbol {
    case .add, .subtract, .remainder:
      guard x.dimension == y.dimension else { throw dimensions(symbol, x, y, at: range) }
      let value = try number(symbol, x.value, y.value, at: range)
      return .quantity(Quantity(value, x.dimension, unit: x.unit))
    case .multiply, .divide:
      let sign = symbol == .multiply ? 1 : -1
      guard let dimension = x.dimension.combined(with: y.dimension, sign: sign) else {
        throw tooManyFactors(range)
      }
      let value = try number(symbol, x.value, y.value, at: range)
      let unit: Int16 =
        dimension == x.dimension ? x.unit : dimension == y.dimension ? y.unit : -1
      return made(value, dimension, unit: unit)
    case .power:
      guard y.dimension == .none, y.value == y.value.rounded(), abs(y.value) < 128,
        let dimension = x.dimension.scaled(by: Int(y.value))
      else {
        throw Diagnostic(
          "quantity-power",
          "a quantity is raised to small whole powers only",
          at: range
        )
      }
      return made(try power(x.value, y.value, at: range), dimension, unit: -1)
    case .or, .and, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn,
      .isNotIn:
      return .none
    }
  }

  static func made(_ value: Double, _ dimension: Dimension, unit: Int16) -> Value {
    dimension == .none ? .number(value) : .quantity(Quantity(value, dimension, unit: unit))
  }

  private static func tooManyFactors(_ range: SourceRange) -> Diagnostic {
    Diagnostic("quantity-power", "the dimension of this product is too high", at: range)
  }

  /// The error of `64KiB + 3ms`.
  private static func dimensions(
    _ symbol: BinaryOperator,
    _ x: Quantity,
    _ y: Quantity,
    at range: SourceRange
  ) -> Diagnostic {
    let verb = symbol == .add ? "added to" : symbol == .subtract ? "subtracted from" : "divided by"
    let (first, second) = symbol == .remainder ? (x, y) : (y, x)
    return Diagnostic(
      "dimension-mismatch",
      "\(first.dimension) cannot be \(verb) \(second.dimension)",
      at: range,
      remedy: Dimension.remedy(for: x.dimension, y.dimension)
    )
  }
}
