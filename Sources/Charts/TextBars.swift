extension ChartText {
  /// Horizontal bars: a line for each series of each category.
  static func text(_ bars: BarChart, _ style: Style) -> String {
    let places = bars.categories.indices.flatMap { category in
      bars.series.indices.map { (category, $0) }
    }
    let values = places.compactMap { bars.value($0.1, $0.0) }
    let largest = values.map { abs($0) }.max() ?? 0
    guard !values.isEmpty, largest.isFinite else { return nothing }
    let labels = bars.categories.map { style.fitted($0, to: style.width / 3) }
    let labelWidth = labels.map { LabelText.width($0) }.max() ?? 0
    let texts = places.map { category, series in
      bars.value(series, category).map { NumberLabel.text($0, style: bars.axis.style) } ?? "–"
    }
    let textWidth = texts.map { LabelText.width($0) }.max() ?? 0
    let room = max(4, style.width - labelWidth - textWidth - 3)
    let isGrouped = bars.series.count > 1
    let legendRows = isGrouped ? 1 : 0
    let titleRows = bars.axis.title.isEmpty ? 0 : 1
    let gaps = isGrouped ? bars.categories.count - 1 : 0
    var grid = TextGrid(
      width: style.width,
      height: places.count + gaps + legendRows + titleRows
    )
    var row = 0
    if titleRows > 0 {
      grid.put(
        style.fitted(bars.axis.title, to: style.width),
        x: labelWidth + 1,
        y: row,
        colour: style.axisColour
      )
      row += 1
    }
    for (place, text) in zip(places, texts) {
      let (category, series) = place
      if series == 0 {
        if isGrouped && category > 0 { row += 1 }
        let start = labelWidth - LabelText.width(labels[category])
        grid.put(labels[category], x: start, y: row)
      }
      let value = bars.value(series, category) ?? 0
      let share = largest > 0 ? abs(value) / largest : 0
      let bar = bar(share, room, style, series: series, needsFill: isGrouped || value < 0)
      let colour = value < 0 && style.colour ? Palette.vermillion.terminalIndex : nil
      grid.put(bar, x: labelWidth + 1, y: row, colour: colour ?? style.seriesColour(series))
      grid.put(text, x: labelWidth + 1 + LabelText.width(bar) + 1, y: row)
      row += 1
    }
    if isGrouped {
      var column = labelWidth + 1
      for (index, series) in bars.series.enumerated() {
        let mark = bar(1, 2, style, series: index, needsFill: true)
        let entry = "\(mark) \(style.fitted(series.name, to: style.width / 4))"
        grid.put(entry, x: column, y: row, colour: style.seriesColour(index))
        column += LabelText.width(entry) + 3
      }
    }
    return grid.text(colour: style.colour)
  }

  /// A bar that fills a share of `room` cells, to an eighth of a cell.
  private static func bar(
    _ share: Double,
    _ room: Int,
    _ style: Style,
    series: Int,
    needsFill: Bool
  ) -> String {
    let eighths = Int((share * Double(room * 8)).rounded())
    if !style.unicode || (needsFill && !style.colour) {
      let fills = style.unicode ? ["█", "▒", "░", "▓"] : ["#", "=", "-", "+"]
      let fill = fills[needsFill ? series % fills.count : 0]
      return String(repeating: fill, count: max(share > 0 ? 1 : 0, (eighths + 4) / 8))
    }
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let whole = String(repeating: "█", count: eighths / 8)
    return share > 0 && eighths == 0 ? "▏" : whole + parts[eighths % 8]
  }

  /// Columns over an axis of values, to an eighth of a cell.
  static func text(_ histogram: Histogram, _ style: Style, titleRows: Int) -> String {
    guard histogram.isDrawable, let low = histogram.edges.first, let high = histogram.edges.last,
      let x = Scale(histogram.axis, [low, high], isPadded: false),
      let y = Scale(
        Axis("count", shows: 0),
        histogram.counts.map { Double(max(0, $0)) } + [1],
        isPadded: false
      )
    else { return nothing }
    var frame = TextFrame(style, x: x, y: y, titleRows: titleRows)
    let blocks = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    for column in 0..<frame.columns {
      // A cell shows the fullest of the bins that reach into it.
      let start = Double(column) / Double(frame.columns)
      let end = Double(column + 1) / Double(frame.columns)
      var most = 0
      for bin in histogram.counts.indices {
        let (left, right) = (x.place(histogram.edges[bin]), x.place(histogram.edges[bin + 1]))
        let isInside = left <= start + 1e-9 && end <= right + 1e-9
        let beginsInside = (start..<end).contains(left) && histogram.counts.count > frame.columns
        let middle = (start + end) / 2
        if isInside || beginsInside || (left..<right).contains(middle) {
          most = max(most, histogram.counts[bin])
        }
      }
      let eighths = Int((y.place(Double(most)) * Double(frame.rows * 8)).rounded())
      for row in 0..<frame.rows {
        let filled = min(8, eighths - (frame.rows - 1 - row) * 8)
        let least = most > 0 && row == frame.rows - 1
        guard filled > 0 || least else { continue }
        let block = style.unicode ? blocks[max(0, filled - 1)] : filled >= 4 ? "#" : "."
        frame.grid.put(
          block,
          x: frame.left + column,
          y: frame.top + row,
          colour: style.seriesColour(0)
        )
      }
    }
    return frame.grid.text(colour: style.colour)
  }
}
