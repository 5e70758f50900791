extension ChartText {
  static func text(_ grid: ImageGrid, _ style: Style) -> String {
    let pictures = grid.images.filter { $0.height > 0 }
    guard !pictures.isEmpty else { return nothing }
    let drawings = pictures.map { drawing($0, style) }
    let captions = pictures.map { LabelText.clean($0.caption) }
    let widest = drawings.map(\.width).max() ?? 1
    let longest = min(captions.map { LabelText.width($0) }.max() ?? 0, max(widest, 14))
    let column = min(style.width, max(widest, longest) + 2)
    let perRow = max(1, (style.width + 2) / column)
    var text = ""
    for start in stride(from: 0, to: drawings.count, by: perRow) {
      let range = start..<min(drawings.count, start + perRow)
      let height = range.map { drawings[$0].height }.max() ?? 0
      let hasCaptions = range.contains { !captions[$0].isEmpty }
      var cells = TextGrid(width: style.width, height: height + (hasCaptions ? 1 : 0))
      for (place, index) in range.enumerated() {
        drawings[index].put(into: &cells, x: place * column)
        let caption = style.fitted(captions[index], to: column - 1)
        cells.put(caption, x: place * column, y: height, colour: style.axisColour)
      }
      text += cells.text(colour: style.colour)
      if range.upperBound < drawings.count { text += "\n" }
    }
    return text
  }

  /// A picture as terminal cells.
  private struct Drawing {
    struct Cell {
      var text: String
      var colour: UInt8?
      var background: UInt8?
    }
    let width: Int
    let cells: [Cell]
    var height: Int { cells.count / width }

    func put(into grid: inout TextGrid, x: Int) {
      for (index, cell) in cells.enumerated() {
        grid.put(
          cell.text,
          x: x + index % width,
          y: index / width,
          colour: cell.colour,
          background: cell.background
        )
      }
    }
  }

  private static func drawing(_ picture: ImageGrid.Picture, _ style: Style) -> Drawing {
    let step = max(1, (picture.width + style.width - 1) / style.width)
    let (width, height) = (
      (picture.width + step - 1) / step, min(200, (picture.height + step - 1) / step)
    )
    if style.colour {
      // An upper half block has the upper pixel's colour on the lower one's.
      let cells = (0..<(height + 1) / 2).flatMap { row in
        (0..<width).map { column -> Drawing.Cell in
          let upper = colour(picture, column * step, 2 * row * step)
          let lower = colour(picture, column * step, (2 * row + 1) * step)
          return style.unicode
            ? .init(text: "▀", colour: upper, background: lower)
            : .init(text: " ", colour: nil, background: upper)
        }
      }
      return Drawing(width: width, cells: cells)
    }
    if style.unicode, picture.width > 16 { return braille(picture, style) }
    let shades =
      style.unicode
      ? [" ", "░", "▒", "▓", "█"] : [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
    let cells = (0..<height).flatMap { row in
      (0..<width * 2).map { column -> Drawing.Cell in
        let grey = picture.grey(column / 2 * step, row * step)
        return .init(text: shades[Int((grey * Double(shades.count - 1)).rounded())])
      }
    }
    let all = width * 2
    guard all <= style.width else {
      let narrow = cells.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
      return Drawing(width: width, cells: narrow)
    }
    return Drawing(width: all, cells: cells)
  }

  private static func colour(_ picture: ImageGrid.Picture, _ x: Int, _ y: Int) -> UInt8 {
    let pixel = picture.pixel(x, y)
    return Palette.Colour(red: pixel.red, green: pixel.green, blue: pixel.blue).terminalIndex
  }

  /// Dots where a pixel is brighter than a threshold that changes from place to place (ordered
  /// dithering: Bayer, 1973), so that greys appear as densities.
  private static func braille(_ picture: ImageGrid.Picture, _ style: Style) -> Drawing {
    let step = max(1, (picture.width + 2 * style.width - 1) / (2 * style.width))
    let (columns, rows) = (
      (picture.width / step + 1) / 2, min(100, (picture.height / step + 3) / 4)
    )
    var canvas = DotCanvas(columns: columns, rows: rows, resolution: .braille)
    let bayer = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]
    for y in 0..<canvas.height {
      for x in 0..<canvas.width where x * step < picture.width && y * step < picture.height {
        let threshold = (Double(bayer[y % 4 * 4 + x % 4]) + 0.5) / 16
        if picture.grey(x * step, y * step) > threshold { canvas.set(x, y, series: 0) }
      }
    }
    let cells = (0..<rows).flatMap { row in
      (0..<columns).map { column in
        Drawing.Cell(text: canvas.cell(column, row).map { String($0.character) } ?? " ")
      }
    }
    return Drawing(width: columns, cells: cells)
  }
}
