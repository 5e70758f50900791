import Diagnostics
import Language
import Tensors

/// Functions that make one value of many: of a list, a range, a tensor, or several arguments.
enum ReductionFunctions {
  static let rows: [FunctionRow] = [
    FunctionRow("sum", [values, axis], "Sum of all elements, or along an axis.") {
      call throws(Diagnostic) in
      if let result = try alongAxis(call, .sum) { return result }
      if let (sum, _) = try folded(call, +) { return .number(sum) }
      return try total(try numbers(call), call)
    },
    FunctionRow("product", [values], "Product of all elements.") { call throws(Diagnostic) in
      if let (product, _) = try folded(call, *) { return .number(product) }
      var result = Value.number(1)
      for value in try numbers(call) {
        result = try Operators.apply(.multiply, result, value, at: call.range)
      }
      return result
    },
    FunctionRow("mean", [values, axis], "Mean of all elements, or along an axis.") {
      call throws(Diagnostic) in
      if let result = try alongAxis(call, .mean) { return result }
      if let (sum, count) = try folded(call, +) { return .number(sum / Double(count)) }
      let values = try nonEmpty(call)
      return try Operators.apply(
        .divide,
        try total(values, call),
        .number(Double(values.count)),
        at: call.range
      )
    },
    FunctionRow("median", [values], "Middle of the sorted elements, or the mean of the two.") {
      call throws(Diagnostic) in
      let values = try sorted(try nonEmpty(call), call)
      let middle = values.count / 2
      guard values.count.isMultiple(of: 2) else { return values[middle] }
      let sum = try Operators.apply(.add, values[middle - 1], values[middle], at: call.range)
      return try Operators.apply(.divide, sum, .number(2), at: call.range)
    },
    FunctionRow(
      "std",
      [values, axis],
      "Standard deviation: the root of the mean squared distance from the mean."
    ) { call throws(Diagnostic) in
      if let result = try alongAxis(call, .standardDeviation) { return result }
      let values = try nonEmpty(call)
      let unit = values[0].asQuantity
      _ = try total(values, call)
      let magnitudes = values.map { $0.asQuantity.value }
      let mean = magnitudes.reduce(0, +) / Double(values.count)
      let squares = magnitudes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(values.count)).squareRoot()
      return Operators.made(deviation, unit.dimension, unit: unit.unit)
    },
    FunctionRow("min", [several], "Smallest element or argument.") { call throws(Diagnostic) in
      try extreme(call, .less)
    },
    FunctionRow("max", [several], "Largest element or argument.") { call throws(Diagnostic) in
      try extreme(call, .greater)
    },
    FunctionRow("argmin", [values], "Index of the smallest element; the first of several.") {
      call throws(Diagnostic) in
      .number(Double(try extremeIndex(try nonEmpty(call), .less, call)))
    },
    FunctionRow(
      "argmax",
      [values, axis],
      "Index of the largest element; the first of several."
    ) { call throws(Diagnostic) in
      if let result = try alongAxis(call, .argmax) { return result }
      return .number(Double(try extremeIndex(try nonEmpty(call), .greater, call)))
    },
    FunctionRow("any", [values], "Whether one of the elements is true.", gives: .bool) {
      call throws(Diagnostic) in
      .bool(try truths(call).contains(true))
    },
    FunctionRow("all", [values], "Whether every element is true.", gives: .bool) {
      call throws(Diagnostic) in
      .bool(try !truths(call).contains(false))
    },
  ]

  private static let values = Slot(
    "values",
    [.any],
    isRequired: true,
    "a list, range or tensor of numbers"
  )
  private static let several = Slot(
    "values",
    [.any],
    isRequired: true,
    repeats: true,
    "a list, range or tensor, or several numbers"
  )
  private static let axis = Slot("axis", [.count], range: -8...7, "which axis of a tensor goes")

  private static func alongAxis(
    _ call: FunctionCall,
    _ reduction: PreciseTensor.Reduction
  ) throws(Diagnostic) -> Value? {
    guard call.has(1) else { return nil }
    guard case .tensor(let tensor) = call[0] else {
      throw call.refuse("axis-of-list", "only a tensor has axes", 1)
    }
    var axis = try call.whole(1, default: 0)
    if axis < 0 { axis += tensor.shape.rank }
    do throws(TensorError) {
      let result = try tensor.reduced(reduction, axis: axis)
      return result.shape.rank == 0 ? .number(result.values[0]) : .tensor(result)
    } catch {
      throw call.refuse("tensor", error.description, 1)
    }
  }

  /// Elements between two looks at the limits.
  private static let foldedAtOnce = 1 << 14

  /// The plain numbers of a range or tensor taken together from first to last, without a list of
  /// them, and how many they are; nil for anything else and for nothing at all.
  private static func folded(
    _ call: FunctionCall,
    _ combine: (Double, Double) -> Double
  ) throws(Diagnostic) -> (result: Double, count: Int)? {
    let element: (Int) -> Double
    let count: Int
    switch call[0] {
    case .tensor(let tensor):
      element = { tensor.values[$0] }
      count = tensor.values.count
    case .range(let bounds):
      let progression = try Sequences.progression(of: bounds, at: call.range(of: 0))
      guard progression.dimension == .none else { return nil }
      element = { progression.number($0) }
      count = progression.count
    default: return nil
    }
    guard count > 0 else { return nil }
    var result = element(0)
    var next = 1
    while next < count {
      let end = min(next + foldedAtOnce, count)
      try call.session.machine.step(end - next, call.range)
      for index in next..<end { result = combine(result, element(index)) }
      next = end
    }
    return (result, count)
  }

  /// The elements to reduce, all numbers or quantities.
  private static func numbers(_ call: FunctionCall) throws(Diagnostic) -> [Value] {
    if case .tensor(let tensor) = call[0] {
      try Limits.checkCount(tensor.values.count, at: call.range, session: call.session)
      try call.session.machine.step(tensor.values.count, call.range)
      return tensor.values.map { .number($0) }
    }
    let sequence = try Sequences.sequence(of: call[0], at: call.range(of: 0))
    try Limits.checkCount(sequence.count, at: call.range, session: call.session)
    try call.session.machine.step(sequence.count, call.range)
    var values: [Value] = []
    values.reserveCapacity(sequence.count)
    for index in 0..<sequence.count {
      let value = sequence[index]
      switch value {
      case .number, .quantity: values.append(value)
      case .list, .tensor: values += try numbers(inside: value, call)
      default:
        throw call.refuse(
          "not-numeric",
          "\(call.row.name) needs numbers, but element \(index) is \(value.kindPhrase)",
          0
        )
      }
    }
    return values
  }

  private static func numbers(
    inside value: Value,
    _ call: FunctionCall
  ) throws(Diagnostic) -> [Value] {
    try numbers(
      FunctionCall(
        row: call.row,
        range: call.range,
        arguments: [GivenValue(value: value, range: call.range(of: 0), text: "")],
        session: call.session
      )
    )
  }

  private static func nonEmpty(_ call: FunctionCall) throws(Diagnostic) -> [Value] {
    let values = try numbers(call)
    guard !values.isEmpty else {
      throw call.refuse("empty-list", "\(call.row.name) of no elements has no value", 0)
    }
    return values
  }

  private static func total(_ values: [Value], _ call: FunctionCall) throws(Diagnostic) -> Value {
    guard var sum = values.first else { return .number(0) }
    for value in values.dropFirst() {
      sum = try Operators.apply(.add, sum, value, at: call.range)
    }
    return sum
  }

  private static func extreme(
    _ call: FunctionCall,
    _ symbol: BinaryOperator
  ) throws(Diagnostic) -> Value {
    var candidates: [Value]
    if call.arguments.count > 1 {
      candidates = call.arguments.compactMap { $0?.value }
    } else if let (best, _) = try folded(
      call,
      symbol == .less ? { $1 < $0 ? $1 : $0 } : { $1 > $0 ? $1 : $0 }
    ) {
      return .number(best)
    } else {
      let sequence = try Sequences.sequence(of: call[0], at: call.range(of: 0))
      try Limits.checkCount(sequence.count, at: call.range, session: call.session)
      candidates = (0..<sequence.count).map { sequence[$0] }
    }
    guard !candidates.isEmpty else {
      throw call.refuse("empty-list", "\(call.row.name) of no elements has no value", 0)
    }
    return candidates[try extremeIndex(candidates, symbol, call)]
  }

  private static func extremeIndex(
    _ values: [Value],
    _ symbol: BinaryOperator,
    _ call: FunctionCall
  ) throws(Diagnostic) -> Int {
    var best = 0
    for index in values.indices.dropFirst()
    where try Comparison.order(symbol, values[index], values[best], at: call.range) {
      best = index
    }
    return best
  }

  private static func sorted(_ values: [Value], _ call: FunctionCall) throws(Diagnostic) -> [Value]
  {
    try Sorting.sorted(values, at: call.range)
  }

  private static func truths(_ call: FunctionCall) throws(Diagnostic) -> [Bool] {
    let sequence = try Sequences.sequence(of: call[0], at: call.range(of: 0))
    var truths: [Bool] = []
    for index in 0..<sequence.count {
      guard case .bool(let truth) = sequence[index] else {
        throw call.refuse(
          "not-a-condition",
          "\(call.row.name) needs true or false, but element \(index) is "
            + sequence[index].kindPhrase,
          0
        )
      }
      truths.append(truth)
    }
    return truths
  }
}

/// A stable merge sort whose comparison may fail.
enum Sorting {
  /// Smallest first; equal elements keep their order.
  ///
  /// `keys` decides where it is given.
  static func sorted(
    _ values: [Value],
    keys: [Value]? = nil,
    at range: SourceRange
  ) throws(Diagnostic) -> [Value] {
    let keys = keys ?? values
    var order = Array(values.indices)
    var width = 1
    while width < order.count {
      var merged: [Int] = []
      merged.reserveCapacity(order.count)
      var start = 0
      while start < order.count {
        let middle = min(start + width, order.count)
        let end = min(start + 2 * width, order.count)
        var left = start
        var right = middle
        while left < middle || right < end {
          var takesRight = left == middle
          if left < middle, right < end {
            takesRight = try Comparison.order(
              .less,
              keys[order[right]],
              keys[order[left]],
              at: range
            )
          }
          merged.append(order[takesRight ? right : left])
          if takesRight { right += 1 } else { left += 1 }
        }
        start = end
      }
      order = merged
      width *= 2
    }
    return order.map { values[$0] }
  }
}
