import Diagnostics
import Tensors

/// Functions of one number, which also work on quantities, lists and tensors by element.
enum NumberFunctions {
  static let rows: [FunctionRow] = [
    FunctionRow("abs", [operand], "Magnitude without its sign.") { call throws(Diagnostic) in
      try eachKeepingUnit(call) { abs($0) }
    },
    FunctionRow("sign", [operand], "-1, 0 or 1.") { call throws(Diagnostic) in
      try eachPlain(call) { (x, _) throws(Diagnostic) in x > 0 ? 1 : x < 0 ? -1 : 0 }
    },
    FunctionRow("sqrt", [operand], "Square root.") { call throws(Diagnostic) in
      try eachPlain(call) { (x, range) throws(Diagnostic) in
        guard x >= 0 || x.isNaN else { throw outOfDomain(call, x, "at least 0", range) }
        return x.squareRoot()
      }
    },
    FunctionRow("exp", [operand], "e to the power of x.") { call throws(Diagnostic) in
      try eachPlain(call) { (x, _) throws(Diagnostic) in ExactMath.exp(x) }
    },
    FunctionRow("log", [operand], "Natural logarithm.") { call throws(Diagnostic) in
      try logarithm(call, ExactMath.log)
    },
    FunctionRow("log2", [operand], "Logarithm to base 2.") { call throws(Diagnostic) in
      try logarithm(call, ExactMath.log2)
    },
    FunctionRow("log10", [operand], "Logarithm to base 10.") { call throws(Diagnostic) in
      try logarithm(call, ExactMath.log10)
    },
    FunctionRow("sin", [operand], "Sine of an angle in radians.") { call throws(Diagnostic) in
      try eachPlain(call) { (x, range) throws(Diagnostic) in
        guard x.isFinite else { throw outOfDomain(call, x, "finite", range) }
        return ExactMath.sin(x)
      }
    },
    FunctionRow("cos", [operand], "Cosine of an angle in radians.") { call throws(Diagnostic) in
      try eachPlain(call) { (x, range) throws(Diagnostic) in
        guard x.isFinite else { throw outOfDomain(call, x, "finite", range) }
        return ExactMath.cos(x)
      }
    },
    FunctionRow("tanh", [operand], "Hyperbolic tangent.") { call throws(Diagnostic) in
      try eachPlain(call) { (x, _) throws(Diagnostic) in ExactMath.tanh(x) }
    },
    FunctionRow("sigmoid", [operand], "1 / (1 + exp(-x)).") { call throws(Diagnostic) in
      try eachPlain(call) { (x, _) throws(Diagnostic) in ExactMath.sigmoid(x) }
    },
    FunctionRow("floor", [operand], "Largest whole number not above x.") {
      call throws(Diagnostic) in
      try eachKeepingUnit(call) { $0.rounded(.down) }
    },
    FunctionRow("ceil", [operand], "Smallest whole number not below x.") {
      call throws(Diagnostic) in
      try eachKeepingUnit(call) { $0.rounded(.up) }
    },
    FunctionRow(
      "round",
      [operand, Slot("digits", [.count], defaultText: "0", range: -400...400)],
      "Rounds half to even, to a number of digits behind the point."
    ) { call throws(Diagnostic) in
      let places = try call.whole(1, default: 0)
      return try eachKeepingUnit(call) { rounded($0, places: places) }
    },
  ]

  private static let operand = Slot(
    "x",
    [.number, .ratio, .list, .tensor, .any],
    isRequired: true,
    "a number, quantity, list or tensor"
  )

  /// `number` rounded half to even in its exact decimal digits, so that `round(2.675, 2)` is 2.67.
  static func rounded(_ number: Double, places: Int) -> Double {
    guard number.isFinite else { return number }
    var digits = DecimalDigits(number)
    digits.round(places: places)
    let magnitude = Double(digits.fixed(places: max(0, places))) ?? number
    return number < 0 ? -magnitude : magnitude
  }

  private static func logarithm(
    _ call: FunctionCall,
    _ function: (Double) -> Double
  ) throws(Diagnostic) -> Value {
    try eachPlain(call) { (x, range) throws(Diagnostic) in
      guard x > 0 || x.isNaN else { throw outOfDomain(call, x, "greater than 0", range) }
      return function(x)
    }
  }

  private static func outOfDomain(
    _ call: FunctionCall,
    _ x: Double,
    _ needed: String,
    _ range: SourceRange
  ) -> Diagnostic {
    Diagnostic(
      "out-of-domain",
      "\(call.row.name) needs a number that is \(needed), but here is \(NumberFormat.text(x))",
      at: range
    )
  }

  /// A function that gives a number of the same unit; rounding works in the unit that is shown.
  private static func eachKeepingUnit(
    _ call: FunctionCall,
    _ function: (Double) -> Double
  ) throws(Diagnostic) -> Value {
    try each(call[0], call) { (value) throws(Diagnostic) in
      switch value {
      case .quantity(var quantity):
        if let unit = UnitTable.bestUnit(for: quantity) {
          let number = function(unit.fromBaseUnits(quantity.value))
          quantity.value = unit.inBaseUnits(number)
        } else {
          quantity.value = function(quantity.value)
        }
        return .quantity(quantity)
      case .number(let number): return .number(function(number))
      default: throw notNumeric(call, value)
      }
    }
  }

  /// A function of plain numbers; a quantity has no logarithm.
  private static func eachPlain(
    _ call: FunctionCall,
    _ function: (Double, SourceRange) throws(Diagnostic) -> Double
  ) throws(Diagnostic) -> Value {
    let range = call.range(of: 0)
    return try each(call[0], call) { (value) throws(Diagnostic) in
      switch value {
      case .number(let number): return .number(try function(number, range))
      case .quantity(let quantity):
        throw Diagnostic(
          "dimension-mismatch",
          "\(call.row.name) needs a plain number, but this is \(quantity.dimension)",
          at: range,
          remedy: "divide it by a unit first, as in 'x / 1ms'"
        )
      default: throw notNumeric(call, value)
      }
    }
  }

  private static func notNumeric(_ call: FunctionCall, _ value: Value) -> Diagnostic {
    Diagnostic(
      "not-numeric",
      "\(call.row.name) needs numbers, but here is \(value.kindPhrase)",
      at: call.range(of: 0)
    )
  }

  private static func each(
    _ value: Value,
    _ call: FunctionCall,
    _ function: (Value) throws(Diagnostic) -> Value
  ) throws(Diagnostic) -> Value {
    switch value {
    case .list(let elements):
      var results: [Value] = []
      results.reserveCapacity(elements.count)
      for element in elements { results.append(try each(element, call, function)) }
      return .list(results)
    case .tensor(let tensor):
      return .tensor(
        try TensorMath.map(tensor) { (x) throws(Diagnostic) in
          try function(.number(x)).plainNumber ?? .nan
        }
      )
    case .range:
      let sequence = try Sequences.sequence(of: value, at: call.range(of: 0))
      try Limits.checkCount(sequence.count, at: call.range, session: call.session)
      var results: [Value] = []
      for index in 0..<sequence.count { results.append(try function(sequence[index])) }
      return .list(results)
    case .none, .bool, .number, .quantity, .string, .shape, .record, .function, .builtin, .word,
      .dataset, .network, .model, .layer, .board, .deployment, .report, .table, .chart:
      return try function(value)
    }
  }
}
