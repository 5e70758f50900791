import Diagnostics

/// Tables with aligned columns, folded to the width of the output.
public enum TableText {
  /// Columns between two columns of a table.
  private static let gap = 2

  /// Digits of a number in a table, which is read across and down: fewer than elsewhere.
  private static let significantDigits = 4

  private struct Column {
    let head: String
    let cells: [[Segment]]
    let width: Int
    let isNumeric: Bool
  }

  /// The lines of a table.
  ///
  /// One that is wider than `width` is told in parts one below the other, each beginning with the
  /// first column again.
  public static func lines(of table: Table, width: Int) -> [OutputLine] {
    var lines: [OutputLine] = []
    if let title = table.title { lines += ValueText.lines(of: [.text(title)]) }
    let columns = table.columns.indices.map { column(table, $0) }
    for part in parts(columns, width: width) {
      lines.append(line(part.map { ([.text($0.head)], $0) }))
      for row in table.rows.indices {
        lines.append(line(part.map { ($0.cells[row], $0) }))
      }
    }
    for note in table.notes { lines += ValueText.lines(of: [.text(note)]) }
    return lines
  }

  private static func column(_ table: Table, _ index: Int) -> Column {
    let cells = table.rows.map { row in
      index < row.count ? cell(row[index]) : []
    }
    let head = printable(table.columns[index])
    let widths = cells.map { displayWidth(of: OutputLine(.text, $0).text) }
    let isNumeric = table.rows.allSatisfy { row in
      guard index < row.count else { return true }
      switch row[index] {
      case .number, .quantity, .none: return true
      default: return false
      }
    }
    return Column(
      head: head,
      cells: cells,
      width: max(displayWidth(of: head), widths.max() ?? 0),
      isNumeric: isNumeric
    )
  }

  private static func cell(_ value: Value) -> [Segment] {
    switch value {
    case .none: return [.text("-")]
    case .quantity(let quantity):
      return NumberFormat.segments(quantity, significant: significantDigits)
    case .number(let number) where number != number.rounded():
      return [.number(number, written: NumberFormat.text(number, significant: significantDigits))]
    default: break
    }
    return ValueText.lines(of: ValueText.segments(value)).enumerated().flatMap { index, line in
      index == 0 ? line.segments : [.text(" ")] + line.segments
    }
  }

  private static func parts(_ columns: [Column], width: Int) -> [[Column]] {
    guard let first = columns.first else { return [] }
    var parts: [[Column]] = []
    var current = [first]
    var used = first.width
    for column in columns.dropFirst() {
      if used + gap + column.width > width, current.count > 1 {
        parts.append(current)
        current = [first]
        used = first.width
      }
      current.append(column)
      used += gap + column.width
    }
    return parts + [current]
  }

  private static func line(_ cells: [(pieces: [Segment], column: Column)]) -> OutputLine {
    var line: [Segment] = []
    var pending = 0
    for (position, cell) in cells.enumerated() {
      if position > 0 { pending += gap }
      let used = displayWidth(of: OutputLine(.text, cell.pieces).text)
      let pad = max(0, cell.column.width - used)
      if cell.column.isNumeric { pending += pad }
      if pending > 0, !cell.pieces.isEmpty {
        line.append(.text(String(repeating: " ", count: pending)))
        pending = 0
      }
      line += cell.pieces
      if !cell.column.isNumeric { pending += pad }
    }
    return OutputLine(.text, ValueText.joined(line))
  }
}
