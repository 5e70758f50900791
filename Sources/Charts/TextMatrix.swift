extension ChartText {
  private static let shades = [" ", "░", "▒", "▓", "█"]
  private static let plainShades = [" ", ".", ":", "*", "#"]

  static func text(_ matrix: Matrix, _ style: Style) -> String {
    guard matrix.rowCount > 0 else { return nothing }
    let texts = matrix.values.map { NumberLabel.text($0, style: matrix.style) }
    let cellWidth = max(3, (texts.map { LabelText.width($0) }.max() ?? 0) + 1)
    let rowLabels = (0..<matrix.rowCount).map { row in
      row < matrix.rowLabels.count
        ? style.fitted(matrix.rowLabels[row], to: style.width / 4) : ""
    }
    let left = max(rowLabels.map { LabelText.width($0) }.max() ?? 0, 0) + 1
    let fits = left + cellWidth * matrix.columnCount <= style.width
    if matrix.showsValues, fits, matrix.rowCount <= 60 {
      return numbers(matrix, style, texts, rowLabels, left: left, cellWidth: cellWidth)
    }
    return shadedMatrix(matrix, style)
  }

  /// Numbers in shaded cells, with labels.
  private static func numbers(
    _ matrix: Matrix,
    _ style: Style,
    _ texts: [String],
    _ rowLabels: [String],
    left: Int,
    cellWidth: Int
  ) -> String {
    // Columns may be wider than their numbers need, for their names.
    let names = matrix.columnLabels.prefix(matrix.columnCount).map { LabelText.clean($0) }
    let longest = names.map { LabelText.width($0) }.max() ?? 0
    let widest = (style.width - left) / matrix.columnCount
    let width = min(widest, max(cellWidth, min(longest + 1, 12)))
    let hasNames = !names.isEmpty
    let top = (hasNames ? 1 : 0) + (matrix.columnTitle.isEmpty ? 0 : 1)
    var grid = TextGrid(width: style.width, height: top + matrix.rowCount)
    let muted = style.axisColour
    if !matrix.columnTitle.isEmpty {
      let title = style.fitted(matrix.columnTitle, to: style.width - left)
      let middle = left + (width * matrix.columnCount - LabelText.width(title)) / 2
      grid.put(title, x: max(left, middle), y: 0, colour: muted)
    }
    if !matrix.rowTitle.isEmpty {
      grid.put(style.fitted(matrix.rowTitle, to: max(1, left)), x: 0, y: top - 1, colour: muted)
    }
    for (column, name) in names.enumerated() {
      let text = LabelText.fitted(name, to: width - 1, ellipsis: "")
      let end = left + (column + 1) * width - LabelText.width(text)
      grid.put(text, x: end, y: top - 1, colour: muted)
    }
    let (largest, _) = matrix.range
    for row in 0..<matrix.rowCount {
      let label = rowLabels[row]
      grid.put(label, x: left - 1 - LabelText.width(label), y: top + row, colour: muted)
      for column in 0..<matrix.columnCount {
        let index = row * matrix.columnCount + column
        let shade = Palette.shade(matrix.values[index], largest: largest)
        let padding = String(repeating: " ", count: max(0, width - LabelText.width(texts[index])))
        grid.put(
          padding + texts[index],
          x: left + column * width,
          y: top + row,
          colour: style.colour ? (shade.isLight ? 16 : 231) : nil,
          background: style.colour ? shade.terminalIndex : nil
        )
      }
    }
    return grid.text(colour: style.colour)
  }

  /// Shades alone, two cells for a number where there is room; a larger matrix is averaged down.
  private static func shadedMatrix(_ matrix: Matrix, _ style: Style) -> String {
    let cellWidth = matrix.columnCount * 2 <= style.width ? 2 : 1
    let reduced = matrix.reduced(toRows: 60, columns: style.width / cellWidth)
    let (largest, isSigned) = reduced.range
    var grid = TextGrid(width: style.width, height: reduced.rowCount + 1)
    for row in 0..<reduced.rowCount {
      for column in 0..<reduced.columnCount {
        let value = reduced.values[row * reduced.columnCount + column]
        let colour = style.colour ? Palette.shade(value, largest: largest).terminalIndex : nil
        let text = style.colour ? " " : shade(value, largest: largest, style)
        grid.put(
          String(repeating: text, count: cellWidth),
          x: column * cellWidth,
          y: row,
          background: colour
        )
      }
    }
    let most = NumberLabel.text(largest, style: matrix.style)
    var legend = "\(matrix.rowCount)x\(matrix.columnCount)"
    if style.colour {
      legend += isSigned ? ", -\(most) orange, 0 white, \(most) blue" : ", 0 white, \(most) blue"
    } else {
      let scale = (style.unicode ? shades : plainShades).dropFirst().joined()
      legend += isSigned ? ", sizes 0 \(scale) \(most)" : ", 0 \(scale) \(most)"
    }
    grid.put(legend, x: 0, y: reduced.rowCount, colour: style.axisColour)
    return grid.text(colour: style.colour)
  }

  private static func shade(_ value: Double, largest: Double, _ style: Style) -> String {
    let levels = style.unicode ? shades : plainShades
    guard value.isFinite, largest > 0 else { return levels[0] }
    let share = min(1, abs(value) / largest)
    return levels[min(levels.count - 1, Int((share * Double(levels.count - 1)).rounded()))]
  }
}
