import Charts
import Diagnostics
import Language

/// Charts of tables and lists of records: columns against one another, and bubbles.
extension Plotting {
  /// One column against others: the first `y` as dots where it is compared with fits, and all as
  /// lines otherwise.
  func columns(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let table = try rows(given)
    let numbers = numericColumns(of: table)
    let x = try column("x", of: table, given) ?? numbers.first
    let chosen = try several("y", of: table, given)
    let others = chosen.isEmpty ? numbers.filter { $0 != x } : chosen
    guard let x, !others.isEmpty else { throw tooFew(2, given) }
    let dots = try call.flag("dots", default: false)
    let series = others.enumerated().map { index, column in
      Series(
        table.columns[column],
        dots && index == 0 ? .dots : .line,
        table.rows.map { Point(x: number($0[x]), y: number($0[column])) }
      )
    }
    let isAlone = others.count == 1
    let axes = try axes(table.columns[x], isAlone ? table.columns[others[0]] : "")
    return Chart(
      title: table.title ?? title(of: given),
      .plot(Plot(x: axes.x, y: axes.y, series: series))
    )
  }

  /// A bubble for each row: where it stands is two of its numbers, its area a third.
  func bubbles(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let table = try rows(given)
    let numbers = numericColumns(of: table)
    let x = try column("x", of: table, given) ?? numbers.first
    let y = try several("y", of: table, given).first ?? numbers.first { $0 != x }
    let size = try column("size", of: table, given) ?? numbers.first { $0 != x && $0 != y }
    guard let x, let y, let size else { throw tooFew(3, given) }
    let label =
      try column("label", of: table, given, isNumeric: false)
      ?? table.columns.indices.first { column in
        table.rows.allSatisfy { if case .string = $0[column] { true } else { false } }
      }
    let points = table.rows.map { row in
      Point(
        x: number(row[x]),
        y: number(row[y]),
        size: number(row[size]),
        label: label.map { ValueText.text(row[$0]) } ?? ""
      )
    }
    let axes = try axes(table.columns[x], table.columns[y])
    return Chart(
      title: table.title ?? "area: \(table.columns[size])",
      .plot(Plot(x: axes.x, y: axes.y, series: [Series(table.columns[size], .bubbles, points)]))
    )
  }

  // MARK: Rows and columns

  /// Whether a list is a table written as records.
  static func areRecords(_ values: [Value]) -> Bool {
    if case .record? = values.first { true } else { false }
  }

  /// A table, or a list of records with the same fields.
  private func rows(_ given: GivenValue) throws(Diagnostic) -> Table {
    switch given.value {
    case .table(let table): return table
    case .list(let values):
      var records: [Record] = []
      for case .record(let record) in values { records.append(record) }
      guard let names = records.first?.names, records.count == values.count,
        records.allSatisfy({ $0.names == names })
      else { fallthrough }
      return Table(columns: names, rows: records.map(\.values))
    default:
      throw Diagnostic(
        "operand-kind",
        "this chart needs a table or a list of records with the same fields, but '\(given.text)'"
          + " is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "a sweep gives a table; records are written '{ name: \"a\", size: 3 }'"
      )
    }
  }

  private func numericColumns(of table: Table) -> [Int] {
    table.columns.indices.filter { column in
      !table.rows.isEmpty && table.rows.allSatisfy { Plotting.number($0[column]) != nil }
    }
  }

  /// What the script calls it, without the parentheses that make a name an operand.
  private func title(of given: GivenValue) -> String {
    guard given.text.hasPrefix("("), given.text.hasSuffix(")") else { return given.text }
    return String(given.text.dropFirst().dropLast())
  }

  private func number(_ value: Value) -> Double { Plotting.number(value) ?? .nan }

  /// The column that an option names.
  private func column(
    _ option: String,
    of table: Table,
    _ given: GivenValue,
    isNumeric: Bool = true
  ) throws(Diagnostic) -> Int? {
    guard let name = call.option(option) else { return nil }
    return try column(try name.string(option), at: name, of: table, isNumeric)
  }

  /// The columns that an option names: one, or a list.
  private func several(
    _ option: String,
    of table: Table,
    _ given: GivenValue
  ) throws(Diagnostic) -> [Int] {
    guard let names = call.option(option) else { return [] }
    guard case .list(let values) = names.value else {
      return [try column(try names.string(option), at: names, of: table, true)]
    }
    var columns: [Int] = []
    for value in values {
      guard case .string(let name) = value else {
        throw Diagnostic(
          "wrong-kind",
          "\(option) needs names of columns, but here is \(value.kindPhrase)",
          at: names.range
        )
      }
      columns.append(try column(name, at: names, of: table, true))
    }
    return columns
  }

  private func column(
    _ name: String,
    at given: GivenValue,
    of table: Table,
    _ isNumeric: Bool
  ) throws(Diagnostic) -> Int {
    guard let index = table.columns.firstIndex(of: name) else {
      throw Diagnostic(
        "no-column",
        "there is no column '\(name)'" + suggestion(for: name, among: table.columns),
        at: given.range,
        remedy: "the columns are \(table.columns.joined(separator: ", "))"
      )
    }
    guard !isNumeric || numericColumns(of: table).contains(index) else {
      throw Diagnostic("no-column", "the column '\(name)' is not all numbers", at: given.range)
    }
    return index
  }

  private func axes(_ x: String, _ y: String) throws(Diagnostic) -> (x: Axis, y: Axis) {
    var logarithmic = ""
    if let given = call.option("log") {
      logarithmic = try given.string("log")
      guard ["", "x", "y", "xy"].contains(logarithmic) else {
        throw Diagnostic(
          "out-of-range",
          "log must be \"x\", \"y\" or \"xy\", but is \"\(logarithmic)\"",
          at: given.range
        )
      }
    }
    return (
      Axis(x, isLogarithmic: logarithmic.contains("x")),
      Axis(y, isLogarithmic: logarithmic.contains("y"))
    )
  }

  private func tooFew(_ needed: Int, _ given: GivenValue) -> Diagnostic {
    Diagnostic(
      "operand-kind",
      "this chart needs \(needed) columns of numbers, and '\(given.text)' has fewer",
      at: given.range
    )
  }
}
