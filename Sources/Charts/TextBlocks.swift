extension ChartText {
  /// Rectangles with their names inside; without colour, neighbours differ by their filling.
  static func text(_ plan: BlockPlan, _ style: Style, titleRows: Int) -> String {
    guard let (x, y) = plan.scales() else { return nothing }
    var frame = TextFrame(style, x: x, y: y, titleRows: titleRows)
    let fills = style.unicode ? ["░", "▒", "▓"] : [".", ":", "="]
    for (index, block) in plan.blocks.enumerated() where block.isDrawable {
      let columns = cells(x.place(block.start), x.place(block.end), of: frame.columns)
      let rows = cells(1 - y.place(block.top), 1 - y.place(block.bottom), of: frame.rows)
      let colour = Palette.series(index)
      for row in rows {
        for column in columns {
          frame.grid.put(
            style.colour ? " " : fills[index % fills.count],
            x: frame.left + column,
            y: frame.top + row,
            background: style.colour ? colour.terminalIndex : nil
          )
        }
      }
      let label = style.fitted(block.label, to: max(0, columns.count - 2))
      guard LabelText.width(label) > 1 || columns.count > 2 else { continue }
      let text = style.colour || label.isEmpty ? label : " \(label) "
      frame.grid.put(
        text,
        x: frame.left + columns.lowerBound + (columns.count - LabelText.width(text)) / 2,
        y: frame.top + (rows.lowerBound + rows.upperBound - 1) / 2,
        colour: style.colour ? (colour.isLight ? 16 : 231) : nil,
        background: style.colour ? colour.terminalIndex : nil
      )
    }
    if let limit = plan.limit, limit.isFinite {
      let row = frame.top + frame.row(limit)
      let label = style.fitted(plan.limitLabel, to: frame.columns - 4)
      let line = String(repeating: style.glyph("╌", "-"), count: frame.columns)
      frame.grid.put(line, x: frame.left, y: row, colour: style.colour ? 160 : nil)
      if !label.isEmpty {
        let end = frame.left + frame.columns - LabelText.width(label) - 2
        frame.grid.put(" \(label) ", x: end, y: row, colour: style.colour ? 160 : nil)
      }
    }
    return frame.grid.text(colour: style.colour)
  }

  /// The cells between two places in 0...1; at least one.
  private static func cells(_ start: Double, _ end: Double, of count: Int) -> Range<Int> {
    func edge(_ place: Double) -> Int {
      Int((min(1, max(0, place)) * Double(count)).rounded())
    }
    let first = min(edge(start), count - 1)
    return first..<max(first + 1, edge(end))
  }
}
