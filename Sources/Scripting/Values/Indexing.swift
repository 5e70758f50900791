import Diagnostics
import Tensors

/// Finds `a[0]`, `a[-1]`, `a[1..3]`.
enum Indexing {
  static func element(
    of collection: Value,
    at index: Value,
    range: SourceRange,
    indexRange: SourceRange
  ) throws(Diagnostic) -> Value {
    switch collection {
    case .list(let list):
      switch try position(index, count: list.count, "list", indexRange) {
      case .one(let position): return list[position]
      case .many(let positions): return .list(positions.map { list[$0] })
      }
    case .tensor(let tensor):
      let count = tensor.shape.extents.first ?? 0
      switch try position(index, count: count, "tensor", indexRange) {
      case .one(let position): return TensorMath.row(position, of: tensor)
      case .many(let positions): return .tensor(TensorMath.rows(positions, of: tensor))
      }
    case .string(let text):
      let characters = Array(text)
      switch try position(index, count: characters.count, "string", indexRange) {
      case .one(let position): return .string(String(characters[position]))
      case .many(let positions): return .string(String(positions.map { characters[$0] }))
      }
    case .shape(let extents):
      switch try position(index, count: extents.count, "shape", indexRange) {
      case .one(let position): return .number(Double(extents[position]))
      case .many(let positions): return .list(positions.map { .number(Double(extents[$0])) })
      }
    case .range(let bounds):
      let numbers = try Sequences.progression(of: bounds, at: range)
      switch try position(index, count: numbers.count, "range", indexRange) {
      case .one(let position): return numbers[position]
      case .many(let positions): return .list(positions.map { numbers[$0] })
      }
    case .table(let table):
      if case .string(let name) = index { return try column(name, of: table, at: indexRange) }
      switch try position(index, count: table.rows.count, "table", indexRange) {
      case .one(let position): return .record(table.record(position))
      case .many(let positions):
        var part = table
        part.rows = positions.map { table.rows[$0] }
        return .table(part)
      }
    case .record(let record):
      guard let name = index.wordOrString else { break }
      guard let value = record[name] else {
        throw Diagnostic(
          "unknown-member",
          "this record has no field '\(name)'" + suggestion(for: name, among: record.names),
          at: indexRange
        )
      }
      return value
    case .dataset(let dataset):
      switch try position(index, count: dataset.count, "dataset", indexRange) {
      case .one(let position):
        return try SampleRecord.value(of: dataset, at: position, range: indexRange)
      case .many(let positions):
        var samples: [Value] = []
        for position in positions {
          samples.append(try SampleRecord.value(of: dataset, at: position, range: indexRange))
        }
        return .list(samples)
      }
    case .none, .bool, .number, .quantity, .function, .builtin, .word, .network, .model,
      .layer,
      .board, .deployment, .report, .chart:
      break
    }
    throw Diagnostic(
      "not-indexable",
      "\(collection.kindPhrase) has no elements to index",
      at: range
    )
  }

  static func column(
    _ name: String,
    of table: Table,
    at range: SourceRange
  ) throws(Diagnostic) -> Value {
    guard let index = table.columns.firstIndex(of: name) else {
      throw Diagnostic(
        "unknown-member",
        "this table has no column '\(name)'" + suggestion(for: name, among: table.columns),
        at: range
      )
    }
    return .list(table.rows.map { $0[index] })
  }

  enum Position {
    case one(Int)
    case many([Int])
  }

  /// The position of an index, or those of a range of indexes: negative ones count from the end,
  /// and a range is cut where the collection ends, as in Python.
  static func position(
    _ index: Value,
    count: Int,
    _ what: String,
    _ range: SourceRange
  ) throws(Diagnostic) -> Position {
    switch index {
    case .number(let number):
      guard number == number.rounded() else {
        throw Diagnostic(
          "index-kind",
          "an index must be a whole number, but is \(NumberFormat.text(number))",
          at: range
        )
      }
      let position = number < 0 ? number + Double(count) : number
      guard position >= 0, position < Double(count) else {
        throw Diagnostic(
          "index-out-of-range",
          "index \(NumberFormat.text(number)) is outside a \(what) of "
            + counted(count, "element"),
          at: range,
          remedy: count == 0 ? nil : "the first is 0 and the last \(count - 1), or -1"
        )
      }
      return .one(Int(position))
    case .range(let bounds):
      guard case .number(var lower) = bounds.lower, case .number(var upper) = bounds.upper else {
        break
      }
      var step = 1.0
      if let given = bounds.step {
        guard case .number(let number) = given else { break }
        step = number
      }
      guard lower == lower.rounded(), upper == upper.rounded(), step == step.rounded() else {
        break
      }
      if lower < 0 { lower += Double(count) }
      if upper < 0 { upper += Double(count) }
      let last = Double(count - 1)
      if step > 0 {
        while lower < 0 { lower += step * max(1, (-lower / step).rounded(.up)) }
        upper = min(upper, last)
      } else {
        lower = min(lower, last)
        upper = max(upper, 0)
      }
      guard step != 0 else { break }
      return .many(Array(stride(from: lower, through: upper, by: step).map { Int($0) }))
    default: break
    }
    throw Diagnostic(
      "index-kind",
      "an index must be a whole number or a range of them, but is \(index.kindPhrase)",
      at: range
    )
  }
}
