import Diagnostics
import Language

/// Finds `value.name`.
enum Members {
  static func member(
    _ name: Name,
    of value: Value,
    session: Session
  ) throws(Diagnostic) -> Value {
    switch value {
    case .record(let record):
      if let found = record[name.text] { return found }
    case .report(let report):
      if let found = report.fields[name.text] { return found }
    case .table(let table):
      if let index = table.columns.firstIndex(of: name.text) {
        return .list(table.rows.map { $0[index] })
      }
      if name.text == "count" { return .number(Double(table.rows.count)) }
      if name.text == "columns" { return .list(table.columns.map { .string($0) }) }
    case .tensor(let tensor):
      if name.text == "shape" {
        return .list(tensor.shape.extents.map { .number(Double($0)) })
      }
      if name.text == "count" { return .number(Double(tensor.values.count)) }
    case .range(let bounds):
      if name.text == "first" { return bounds.lower }
      if name.text == "last" { return bounds.upper }
    case .dataset, .network, .model, .layer, .board, .deployment, .chart:
      if let found = try EngineMembers.member(name, of: value, session: session) { return found }
    case .none, .bool, .number, .quantity, .string, .shape, .list, .function, .builtin, .word: break
    }
    let known = names(of: value)
    let near = nearestName(to: name.text, among: known)
    throw Diagnostic(
      "unknown-member",
      "\(value.kindPhrase) has no '\(name.text)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
      at: name.range,
      remedy: near == nil && !known.isEmpty
        ? "it has \(known.prefix(12).joined(separator: ", "))" : nil
    )
  }

  /// The members of a value, for completion and for finding the nearest.
  static func names(of value: Value) -> [String] {
    switch value {
    case .record(let record): record.names
    case .report(let report): report.fields.names
    case .table(let table): table.columns + ["count", "columns"]
    case .tensor: ["shape", "count"]
    case .range: ["first", "last"]
    case .dataset, .network, .model, .layer, .board, .deployment, .chart:
      EngineMembers.names(of: value)
    case .none, .bool, .number, .quantity, .string, .shape, .list, .function, .builtin, .word: []
    }
  }
}
