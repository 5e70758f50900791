import Diagnostics
import Language

/// Functions of lists, and of functions over lists.
enum ListFunctions {
  static let rows: [FunctionRow] = [
    FunctionRow("length", [any], "Number of elements, letters, fields or rows.", gives: .number) {
      call throws(Diagnostic) in
      switch call[0] {
      case .record(let record): return .number(Double(record.names.count))
      default: return .number(Double(try sequence(call, 0).count))
      }
    },
    FunctionRow(
      "count",
      [any, Slot("of", [.any], "a value, or a function that says which elements count")],
      "How many elements there are, or how many equal a value or pass a function.",
      gives: .number
    ) { call throws(Diagnostic) in
      let sequence = try sequence(call, 0)
      guard call.has(1) else { return .number(Double(sequence.count)) }
      var count = 0
      for index in 0..<sequence.count {
        let element = sequence[index]
        let counts =
          call[1].isFunction
          ? try truth(try apply(call, 1, [element]), call, 1)
          : try Comparison.isEqual(element, call[1], at: call.range)
        if counts { count += 1 }
      }
      return .number(Double(count))
    },
    FunctionRow(
      "range",
      [
        Slot("from", [.number], isRequired: true), Slot("to", [.number]),
        Slot("step", [.number]),
      ],
      "Whole numbers as a list, without the end, as in Python: range(3) is [0, 1, 2]."
    ) { call throws(Diagnostic) in
      let first = call[0].plainNumber ?? 0
      let from = call.has(1) ? first : 0
      let to = call.has(1) ? call[1].plainNumber ?? 0 : first
      let step = call[2].plainNumber ?? 1
      guard step != 0 else { throw call.refuse("zero-step", "the step must not be 0", 2) }
      let count = ((to - from) / step).rounded(.up)
      guard count < Double(Limits.elements) else {
        throw call.refuse("too-many-elements", "this range is too long for a list", 0)
      }
      return .list((0..<max(0, Int(count))).map { .number(from + Double($0) * step) })
    },
    FunctionRow("map", [any, function], "The function of every element, as a list.", gives: .list) {
      call throws(Diagnostic) in
      let sequence = try sequence(call, 0)
      var results: [Value] = []
      for index in 0..<sequence.count {
        results.append(try apply(call, 1, [sequence[index]]))
      }
      try Nesting.check(results, at: call.range)
      return .list(results)
    },
    FunctionRow(
      "filter",
      [any, function],
      "The elements for which the function is true.",
      gives: .list
    ) {
      call throws(Diagnostic) in
      let sequence = try sequence(call, 0)
      var results: [Value] = []
      for index in 0..<sequence.count {
        let element = sequence[index]
        if try truth(try apply(call, 1, [element]), call, 1) { results.append(element) }
      }
      return .list(results)
    },
    FunctionRow(
      "reduce",
      [any, function, Slot("start", [.any], "the value before the first element")],
      "Joins the elements two by two with a function, from the first on."
    ) { call throws(Diagnostic) in
      let sequence = try sequence(call, 0)
      var index = 0
      var result = call[2]
      if !call.has(2) {
        guard sequence.count > 0 else {
          throw call.refuse("empty-list", "reduce of no elements needs a start", 0)
        }
        result = sequence[0]
        index = 1
      }
      while index < sequence.count {
        result = try apply(call, 1, [result, sequence[index]])
        index += 1
      }
      return result
    },
    FunctionRow("zip", [any, Slot("other", [.any], isRequired: true)], "Pairs of two lists.") {
      call throws(Diagnostic) in
      let left = try sequence(call, 0)
      let right = try sequence(call, 1)
      return .list((0..<min(left.count, right.count)).map { .list([left[$0], right[$0]]) })
    },
    FunctionRow(
      "sort",
      [
        any, Slot("by", [.function], "gives the key that an element is sorted by"),
        Slot("descending", [.bool], defaultText: "false"),
      ],
      "The elements from smallest to largest; equal ones keep their order."
    ) { call throws(Diagnostic) in
      let values = try elements(call, 0)
      var keys: [Value]?
      if call.has(1) {
        var found: [Value] = []
        for value in values { found.append(try apply(call, 1, [value])) }
        keys = found
      }
      let sorted = try Sorting.sorted(values, keys: keys, at: call.range)
      if case .bool(true) = call[2] { return rebuilt(sorted.reversed(), as: call[0]) }
      return rebuilt(sorted, as: call[0])
    },
    FunctionRow("reverse", [any], "The elements from last to first.") { call throws(Diagnostic) in
      if case .string(let text) = call[0] { return .string(String(text.reversed())) }
      return rebuilt(try elements(call, 0).reversed(), as: call[0])
    },
    FunctionRow("unique", [any], "The elements without repetitions, in order of first sight.") {
      call throws(Diagnostic) in
      let values = try elements(call, 0)
      var numbers: Set<Double> = []
      var texts: Set<String> = []
      var results: [Value] = []
      for value in values {
        switch value {
        case .number(let number): if numbers.insert(number).inserted { results.append(value) }
        case .string(let text): if texts.insert(text).inserted { results.append(value) }
        default:
          try call.session.machine.step(results.count, call.range)
          var isNew = true
          for known in results where try Comparison.isEqual(known, value, at: call.range) {
            isNew = false
            break
          }
          if isNew { results.append(value) }
        }
      }
      return rebuilt(results, as: call[0])
    },
    FunctionRow(
      "keys",
      [Slot("record", [.record], isRequired: true)],
      "The names of its fields.",
      gives: .list
    ) {
      call throws(Diagnostic) in
      guard case .record(let record) = call[0] else { return .none }
      return .list(record.names.map { .string($0) })
    },
    FunctionRow(
      "values",
      [Slot("record", [.record], isRequired: true)],
      "The values of its fields."
    ) { call throws(Diagnostic) in
      guard case .record(let record) = call[0] else { return .none }
      return .list(record.values)
    },
    FunctionRow(
      "list",
      [any],
      "The elements of a range, tensor, string or shape as a list.",
      gives: .list
    ) {
      call throws(Diagnostic) in
      if case .tensor(let tensor) = call[0] { return .list(TensorMath.list(of: tensor)) }
      return .list(try elements(call, 0))
    },
  ]

  private static let any = Slot("a", [.any], isRequired: true, "a list, range, tensor or string")
  private static let function = Slot("f", [.function], isRequired: true, "a function")

  static func sequence(_ call: FunctionCall, _ index: Int) throws(Diagnostic) -> ElementSequence {
    let sequence = try Sequences.sequence(of: call[index], at: call.range(of: index))
    try Limits.checkCount(sequence.count, at: call.range(of: index), session: call.session)
    try call.session.machine.step(sequence.count, call.range)
    return sequence
  }

  static func elements(_ call: FunctionCall, _ index: Int) throws(Diagnostic) -> [Value] {
    let sequence = try sequence(call, index)
    if case .list(let values) = sequence { return values }
    return (0..<sequence.count).map { sequence[$0] }
  }

  /// A list of numbers that came from a tensor is a tensor again.
  private static func rebuilt(_ values: [Value], as original: Value) -> Value {
    if case .tensor = original, let tensor = TensorMath.tensor(of: values) {
      return .tensor(tensor)
    }
    return .list(values)
  }

  /// Calls a function argument.
  static func apply(
    _ call: FunctionCall,
    _ index: Int,
    _ values: [Value]
  ) throws(Diagnostic) -> Value {
    let range = call.range(of: index)
    return try call.session.machine.call(
      call[index],
      values.map { GivenValue(value: $0, range: range, text: "") },
      at: range
    )
  }

  private static func truth(
    _ value: Value,
    _ call: FunctionCall,
    _ index: Int
  ) throws(Diagnostic) -> Bool {
    if case .bool(let truth) = value { return truth }
    throw call.refuse(
      "not-a-condition",
      "\(call.row.name) needs a function that gives true or false, but this gave "
        + value.kindPhrase,
      index
    )
  }
}

extension Value {
  /// Whether it can be called.
  var isFunction: Bool {
    switch self {
    case .function, .builtin: true
    default: false
    }
  }
}
