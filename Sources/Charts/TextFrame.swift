/// Two axes with numbers around a field of terminal cells.
struct TextFrame {
  var grid: TextGrid
  let style: ChartText.Style
  let x: Scale
  let y: Scale
  /// The first cell of the field.
  let left: Int
  let top: Int
  let columns: Int
  let rows: Int

  /// Draws the axes; `rightRoom` cells beside the field and `bottomRows` lines below it stay free.
  init(
    _ style: ChartText.Style,
    x: Scale,
    y: Scale,
    titleRows: Int,
    rightRoom: Int = 0,
    bottomRows: Int = 0
  ) {
    self.style = style
    self.x = x
    self.y = y
    let yTitle = style.fitted(y.axis.title, to: style.width)
    top = yTitle.isEmpty ? 0 : 1
    let height = style.height - titleRows
    let xTitle = style.fitted(x.axis.title, to: style.width)
    rows = max(3, height - top - 2 - (xTitle.isEmpty ? 0 : 1) - bottomRows)

    let yTicks = y.ticks(about: max(2, rows / 3))
    let labelWidth = min(
      style.width / 4,
      yTicks.map { LabelText.width($0.text) }.max() ?? 1
    )
    left = labelWidth + 2
    columns = max(8, style.width - left - 1 - rightRoom)
    grid = TextGrid(
      width: style.width,
      height: top + rows + 2 + (xTitle.isEmpty ? 0 : 1) + bottomRows
    )

    let muted = style.axisColour
    grid.put(yTitle, x: max(0, left - 1 - LabelText.width(yTitle) / 2), y: 0, colour: muted)
    for row in 0..<rows {
      grid.put(style.glyph("│", "|"), x: left - 1, y: top + row, colour: muted)
    }
    var usedRow = -1
    for tick in yTicks.reversed() {
      let row = self.row(tick.value)
      guard row > usedRow else { continue }
      usedRow = row
      let text = style.fitted(tick.text, to: labelWidth)
      grid.put(text, x: left - 2 - LabelText.width(text) + 0, y: top + row, colour: muted)
      grid.put(style.glyph("┤", "+"), x: left - 1, y: top + row, colour: muted)
    }
    let axisRow = top + rows
    grid.put(
      style.glyph("└", "+") + String(repeating: style.glyph("─", "-"), count: columns),
      x: left - 1,
      y: axisRow,
      colour: muted
    )
    var usedColumn = 0
    for tick in x.ticks(about: max(2, columns / 10)) {
      let column = left + self.column(tick.value)
      let text = style.fitted(tick.text, to: 12)
      let start = min(column - LabelText.width(text) / 2, style.width - LabelText.width(text))
      guard start >= usedColumn else { continue }
      grid.put(style.glyph("┬", "+"), x: column, y: axisRow, colour: muted)
      grid.put(text, x: start, y: axisRow + 1, colour: muted)
      usedColumn = start + LabelText.width(text) + 1
    }
    if !xTitle.isEmpty {
      let start = left + (columns - LabelText.width(xTitle)) / 2
      grid.put(xTitle, x: max(0, start), y: axisRow + 2, colour: muted)
    }
  }

  /// The line below the axes' titles.
  var bottom: Int { grid.height - 1 }

  /// The row of the field that holds a height, from the top.
  func row(_ value: Double) -> Int { position(1 - y.place(value), of: rows) }

  /// The column of the field that holds a number.
  func column(_ value: Double) -> Int { position(x.place(value), of: columns) }

  /// The one of `count` equal steps of 0...1 that holds `place`.
  func position(_ place: Double, of count: Int) -> Int {
    guard place.isFinite else { return 0 }
    return Int((min(1, max(0, place)) * Double(count - 1)).rounded())
  }
}
