import Diagnostics
import Tensors

/// What one value may hold at most, so that a mistake ends in a message and not in a machine that
/// has run out of memory.
enum Limits {
  /// Layers of a network.
  static let layers = 10_000
  /// Bytes of one string.
  static let textBytes = 1 << 28
  /// Elements of one list or tensor made by the language.
  static let elements = 1 << 27

  /// Refuses a string of so many bytes before it is made.
  static func checkText(
    _ bytes: Int,
    at range: SourceRange,
    session: Session?
  ) throws(Diagnostic) {
    guard bytes <= textBytes else {
      throw Diagnostic(
        "text-too-long",
        "a string has at most \(ByteCount.text(textBytes)), but this one would have "
          + ByteCount.text(bytes),
        at: range
      )
    }
    if let session { try checkMemory(bytes, at: range, session: session) }
  }

  static func checkElements(_ count: Int, at range: SourceRange) throws(Diagnostic) {
    guard count <= elements else {
      throw Diagnostic(
        "too-many-elements",
        "a list or tensor has at most \(NumberFormat.grouped(elements)) elements, but this one "
          + "would have \(NumberFormat.grouped(count))",
        at: range
      )
    }
  }

  /// The same against the session's own memory limit.
  static func checkCount(
    _ count: Int,
    at range: SourceRange,
    session: Session
  ) throws(Diagnostic) {
    try checkElements(count, at: range)
    try checkMemory(count * MemoryLayout<Value>.stride, at: range, session: session)
  }

  private static func checkMemory(
    _ bytes: Int,
    at range: SourceRange,
    session: Session
  ) throws(Diagnostic) {
    guard bytes <= session.memoryLimit else {
      throw Diagnostic(
        "memory-limit",
        "this needs \(ByteCount.text(bytes)), and the memory limit is "
          + ByteCount.text(session.memoryLimit),
        at: range,
        remedy: "raise it with 'limit memory='"
      )
    }
  }

  /// A tensor's shape from extents that a script gives.
  static func shape(_ extents: [Int], at range: SourceRange) throws(Diagnostic) -> Shape {
    guard let shape = Shape(checking: extents), extents.count <= 8 else {
      throw Diagnostic(
        "shape-too-large",
        "a tensor of shape \(extents.map(String.init).joined(separator: "x")) is too large",
        at: range
      )
    }
    try checkElements(shape.count, at: range)
    return shape
  }
}

/// Keeps values from being nested so deep that taking them apart would use up the stack.
enum Nesting {
  /// Lists, records and functions inside one another.
  static let deepest = 500

  /// Refuses a collection of `values` that would be nested deeper.
  static func check(_ values: [Value], at range: SourceRange) throws(Diagnostic) {
    guard values.contains(where: { $0.isNested }) else { return }
    var memory: [UInt: Int] = [:]
    guard depth(of: values, &memory) < deepest else {
      throw Diagnostic(
        "nested-too-deep",
        "values are nested at most \(deepest) deep",
        at: range
      )
    }
  }

  private static func depth(of values: [Value], _ memory: inout [UInt: Int]) -> Int {
    guard values.contains(where: { $0.isNested }) else { return 1 }
    let key = values.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    if let known = memory[key] { return known }
    // A function may hold itself: its own entry counts as flat while it is being measured.
    memory[key] = 1
    var deepest = 0
    for value in values where value.isNested {
      deepest = max(deepest, depth(of: value, &memory))
      if deepest > Nesting.deepest { break }
    }
    memory[key] = deepest + 1
    return deepest + 1
  }

  private static func depth(of value: Value, _ memory: inout [UInt: Int]) -> Int {
    switch value {
    case .list(let elements): return depth(of: elements, &memory)
    case .record(let record): return depth(of: record.values, &memory)
    case .report(let report): return depth(of: report.fields.values, &memory)
    case .table(let table):
      return 1 + (table.rows.map { depth(of: $0, &memory) }.max() ?? 0)
    case .function(let function):
      let key = UInt(bitPattern: Unmanaged.passUnretained(function).toOpaque())
      if let known = memory[key] { return known }
      memory[key] = 1
      var deepest = 0
      for cell in function.captures.cells {
        guard let value = cell.value, value.isNested else { continue }
        deepest = max(deepest, depth(of: value, &memory))
        if deepest > Nesting.deepest { break }
      }
      memory[key] = deepest + 1
      return deepest + 1
    case .range, .none, .bool, .number, .quantity, .string, .shape, .builtin, .tensor, .word,
      .dataset, .network, .model, .layer, .board, .deployment, .chart:
      return 1
    }
  }
}

extension Value {
  /// Whether it may hold other values.
  var isNested: Bool {
    switch self {
    case .list, .record, .function, .table, .report: true
    case .none, .bool, .number, .quantity, .string, .shape, .range, .builtin, .tensor, .word,
      .dataset, .network, .model, .layer, .board, .deployment, .chart:
      false
    }
  }
}
