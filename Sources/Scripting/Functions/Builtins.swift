import Diagnostics
import Language

/// All built-in functions: the language's own and those of the engine.
public enum Builtins {
  /// All rows, in the order of the documentation.
  ///
  /// A function of the engine may share its name with one of the language, as `zip` does; the first
  /// argument decides.
  public static let rows: [FunctionRow] = ownRows + EngineFunctions.rows + Zoo.rows

  private static let ownRows: [FunctionRow] =
    NumberFunctions.rows + ReductionFunctions.rows + TensorFunctions.rows + ListFunctions.rows
    + TextFunctions.rows

  /// The row of a function.
  public static func row(named name: String) -> FunctionRow? {
    own[name] ?? engine[name]
  }

  private static let own = Dictionary(uniqueKeysWithValues: ownRows.map { ($0.name, $0) })
  private static let engine = Dictionary(
    (EngineFunctions.rows + Zoo.rows).map { ($0.name, $0) },
    uniquingKeysWith: { first, _ in first }
  )

  /// Whether a function belongs to the language, not to the engine.
  static func isOwn(_ name: String) -> Bool { own[name] != nil }

  /// Whether the language and the engine both have a function of this name.
  static func isShared(_ name: String) -> Bool { own[name] != nil && engine[name] != nil }

  /// Calls a function: puts the arguments in the order of its parameters and checks their kinds.
  static func call(
    _ row: FunctionRow,
    _ given: [(name: Name?, given: GivenValue)],
    at range: SourceRange,
    machine: Machine
  ) throws(Diagnostic) -> Value {
    try machine.step(range)
    let row = chosen(row, given)
    let positions = try places(row, given.map { ($0.name, $0.given.range) }, at: range)
    var arguments = [GivenValue?](repeating: nil, count: row.parameters.count)
    for (index, argument) in zip(positions, given) {
      let slot = row.parameters[min(index, row.parameters.count - 1)]
      let checked = try SlotCheck.checked(
        argument.given,
        slot: slot,
        owner: row.name,
        session: machine.session
      )
      if index < arguments.count { arguments[index] = checked } else { arguments.append(checked) }
    }
    return try row.run(
      FunctionCall(row: row, range: range, arguments: arguments, session: machine.session)
    )
  }

  /// The engine's function of the same name, where the first argument belongs to the engine.
  private static func chosen(
    _ row: FunctionRow,
    _ given: [(name: Name?, given: GivenValue)]
  ) -> FunctionRow {
    guard let other = engine[row.name], own[row.name] != nil, let first = given.first?.given.value
    else { return row }
    switch first {
    case .dataset, .network, .model, .layer, .board, .deployment: return other
    case .none, .bool, .number, .quantity, .string, .shape, .list, .record, .range, .function,
      .builtin, .tensor, .word, .report, .table, .chart:
      return row
    }
  }

  /// Checks names and number of the arguments of a call before it runs.
  static func checkArguments(
    _ row: FunctionRow,
    _ given: [(name: Name?, range: SourceRange)],
    at range: SourceRange
  ) throws(Diagnostic) {
    guard !isShared(row.name) else { return }
    _ = try places(row, given, at: range)
  }

  /// The parameter that each argument is for.
  private static func places(
    _ row: FunctionRow,
    _ given: [(name: Name?, range: SourceRange)],
    at range: SourceRange
  ) throws(Diagnostic) -> [Int] {
    let parameters = row.parameters
    let repeats = parameters.last?.repeats == true
    var next = 0
    var taken: Set<Int> = []
    var result: [Int] = []
    for (name, place) in given {
      var index = next
      if let name {
        guard let found = parameters.firstIndex(where: { $0.name == name.text }) else {
          throw Diagnostic(
            "unknown-argument",
            "'\(row.name)' has no parameter '\(name.text)'"
              + suggestion(for: name.text, among: parameters.map(\.name)),
            at: name.range,
            remedy: "it is \(row.signature)"
          )
        }
        index = found
      } else {
        guard index < parameters.count || repeats else {
          throw Diagnostic(
            "too-many-arguments",
            "'\(row.name)' takes \(counted(parameters.count, "argument")), but was given "
              + "\(given.count)",
            at: place,
            remedy: "it is \(row.signature)"
          )
        }
        next += 1
      }
      guard taken.insert(index).inserted else {
        throw Diagnostic(
          "argument-twice",
          "'\(row.name)' was given '\(parameters[index].name)' twice",
          at: name?.range ?? place
        )
      }
      result.append(index)
    }
    for (index, slot) in parameters.enumerated() where slot.isRequired && !taken.contains(index) {
      throw Diagnostic(
        "missing-argument",
        "'\(row.name)' needs \(slot.name): \(SlotCheck.phrase(for: slot.kinds))",
        at: range,
        remedy: "it is \(row.signature)"
      )
    }
    return result
  }
}

extension FunctionRow {
  /// `round(x, digits = 0)`, for messages and help.
  public var signature: String {
    let words = parameters.map { slot in
      if slot.repeats { return "\(slot.name), …" }
      if slot.isRequired { return slot.name }
      return slot.defaultText.map { "\(slot.name) = \($0)" } ?? "\(slot.name) = …"
    }
    return "\(name)(\(words.joined(separator: ", ")))"
  }
}

extension FunctionCall {
  /// The value of a parameter, or none where it was left out.
  subscript(index: Int) -> Value {
    arguments.indices.contains(index) ? arguments[index]?.value ?? .none : .none
  }

  /// Whether a parameter was given.
  func has(_ index: Int) -> Bool {
    arguments.indices.contains(index) && arguments[index] != nil
  }

  /// Where an argument stands.
  func range(of index: Int) -> SourceRange {
    arguments.indices.contains(index) ? arguments[index]?.range ?? range : range
  }

  /// A whole number argument, or `standard` where it was left out.
  func whole(_ index: Int, default standard: Int) throws(Diagnostic) -> Int {
    guard has(index) else { return standard }
    guard case .number(let number) = self[index], number == number.rounded(), abs(number) < 1e15
    else {
      throw Diagnostic(
        "not-whole",
        "\(row.name) needs a whole number, but here is \(ValueText.short(self[index]))",
        at: range(of: index)
      )
    }
    return Int(number)
  }

  /// An error about an argument.
  func refuse(_ id: String, _ message: String, _ index: Int, remedy: String? = nil) -> Diagnostic {
    Diagnostic(id, message, at: range(of: index), remedy: remedy)
  }
}
