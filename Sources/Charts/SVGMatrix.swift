extension ChartSVG {
  /// Larger matrices are drawn as pictures, and beyond `mostPixels` a side as averages.
  private static let mostCells = 40
  private static let mostPixels = 512

  static func draw(_ matrix: Matrix, _ title: String) -> (SVGCanvas, String) {
    let (rows, columns) = (matrix.rowCount, matrix.columnCount)
    guard rows > 0 else { return nothing(title) }
    let (largest, isSigned) = matrix.range
    let isPicture = max(rows, columns) > mostCells
    let texts = isPicture ? [] : matrix.values.map { NumberLabel.text($0, style: matrix.style) }
    let widestText = (texts.map { SVGCanvas.width($0, size: 12) }.max() ?? 0) + 10

    let rowLabels = matrix.rowLabels.prefix(isPicture ? 0 : rows)
      .map { SVGCanvas.fitted($0, to: 130) }
    let columnLabels = matrix.columnLabels.prefix(isPicture ? 0 : columns)
      .map { SVGCanvas.fitted($0, to: 130) }
    let left =
      margin + (matrix.rowTitle.isEmpty ? 0 : 22)
      + (rowLabels.map { SVGCanvas.width($0) + 10 }.max() ?? 0)
    let room = width - left - 100
    let cell =
      isPicture
      ? max(min(room / Double(columns), 480 / Double(rows)), 0.05)
      : min(46, max(matrix.showsValues ? min(widestText, 46) : 12, 16), room / Double(columns))
    let showsValues = matrix.showsValues && !isPicture && cell >= widestText - 6
    let widestLabel = columnLabels.map { SVGCanvas.width($0) }.max() ?? 0
    let turns = widestLabel > cell - 4

    var canvas = SVGCanvas(width: width, height: 0)
    var top = draw(title: title, on: &canvas)
    if !matrix.columnTitle.isEmpty {
      canvas.text(
        SVGCanvas.fitted(matrix.columnTitle, to: room),
        left + cell * Double(columns) / 2,
        top + 12,
        anchor: .middle
      )
      top += 22
    }
    // Turned by 45 degrees, a label is 0.71 times as high as it is long.
    if !columnLabels.isEmpty { top += turns ? widestLabel * 0.71 + 14 : 18 }
    for (column, label) in columnLabels.enumerated() {
      let middle = left + (Double(column) + 0.5) * cell
      canvas.text(
        label,
        middle,
        top - 6,
        anchor: turns ? .start : .middle,
        turned: turns ? -45 : 0
      )
    }
    let (fieldWidth, fieldHeight) = (cell * Double(columns), cell * Double(rows))
    if isPicture {
      let reduced = matrix.reduced(toRows: mostPixels, columns: mostPixels)
      let image = PixelImage(width: reduced.columnCount, height: reduced.rowCount) { x, y in
        Palette.shade(reduced.values[y * reduced.columnCount + x], largest: largest)
      }
      canvas.picture(image, left, top, fieldWidth, fieldHeight)
    } else {
      for row in 0..<rows {
        for column in 0..<columns {
          let index = row * columns + column
          let shade = Palette.shade(matrix.values[index], largest: largest)
          let (x, y) = (left + Double(column) * cell, top + Double(row) * cell)
          canvas.rectangle(x, y, cell, cell, fill: shade.hexadecimal, border: "#ffffff")
          guard showsValues else { continue }
          canvas.text(
            texts[index],
            x + cell / 2,
            y + cell / 2 + 4,
            anchor: .middle,
            size: 12,
            colour: shade.isLight ? SVGCanvas.Ink.title : "#ffffff"
          )
        }
      }
    }
    canvas.rectangle(left, top, fieldWidth, fieldHeight, fill: "none", border: SVGCanvas.Ink.grid)
    for (row, label) in rowLabels.enumerated() {
      canvas.text(label, left - 8, top + (Double(row) + 0.5) * cell + 4.5, anchor: .end)
    }
    canvas.text(
      SVGCanvas.fitted(matrix.rowTitle, to: max(40, fieldHeight)),
      margin + 8,
      top + fieldHeight / 2,
      anchor: .middle,
      turned: -90
    )
    drawKey(matrix, largest, isSigned, x: left + fieldWidth + 24, y: top, fieldHeight, on: &canvas)
    let labelsBeyond = turns ? widestLabel * 0.71 : 0
    canvas.width = min(width, max(320, left + fieldWidth + max(100, labelsBeyond)))
    canvas.height = top + max(fieldHeight, 120) + 24
    let most = NumberLabel.text(largest, style: matrix.style)
    return (
      canvas,
      "\(rows) rows of \(columns) numbers, up to \(most)" + (isSigned ? " on both sides of 0" : "")
    )
  }

  /// A bar of shades with the numbers at its ends.
  private static func drawKey(
    _ matrix: Matrix,
    _ largest: Double,
    _ isSigned: Bool,
    x: Double,
    y: Double,
    _ fieldHeight: Double,
    on canvas: inout SVGCanvas
  ) {
    let height = min(160, max(90, fieldHeight))
    let steps = 64
    let image = PixelImage(width: 1, height: steps) { _, row in
      let share = 1 - Double(row) / Double(steps - 1)
      return Palette.shade(largest * (isSigned ? 2 * share - 1 : share), largest: largest)
    }
    canvas.picture(image, x, y + 8, 14, height - 16)
    canvas.rectangle(x, y + 8, 14, height - 16, fill: "none", border: SVGCanvas.Ink.grid)
    let most = NumberLabel.text(largest, style: matrix.style)
    canvas.text(most, x + 20, y + 17)
    if isSigned { canvas.text("0", x + 20, y + height / 2 + 4.5) }
    canvas.text(isSigned ? "-" + most : "0", x + 20, y + height - 8)
  }

  static func draw(_ grid: ImageGrid, _ title: String) -> (SVGCanvas, String) {
    let pictures = grid.images.filter { $0.height > 0 }.prefix(400)
    guard let widest = pictures.map({ max($0.width, $0.height) }).max() else {
      return nothing(title)
    }
    let perRow = min(pictures.count, pictures.count <= 4 ? 4 : pictures.count <= 10 ? 5 : 8)
    let gap = 14.0
    let side = min(130, (width - 2 * margin - gap * Double(perRow - 1)) / Double(max(perRow, 4)))
    let hasCaptions = pictures.contains { !LabelText.clean($0.caption).isEmpty }
    let rowHeight = side + (hasCaptions ? 26 : gap)
    var canvas = SVGCanvas(width: width, height: 0)
    let top = draw(title: title, on: &canvas)
    for (index, picture) in pictures.enumerated() {
      let x = margin + Double(index % perRow) * (side + gap)
      let y = top + Double(index / perRow) * rowHeight
      // Every second or third pixel of pictures too large to be told apart.
      let step = max(1, (max(picture.width, picture.height) + mostPixels - 1) / mostPixels)
      let image = PixelImage(
        width: (picture.width + step - 1) / step,
        height: (picture.height + step - 1) / step
      ) {
        let pixel = picture.pixel($0 * step, $1 * step)
        return Palette.Colour(red: pixel.red, green: pixel.green, blue: pixel.blue)
      }
      let scale = side / Double(max(picture.width, picture.height))
      canvas.picture(
        image,
        x,
        y,
        scale * Double(picture.width),
        scale * Double(picture.height),
        label: picture.caption
      )
      let caption = SVGCanvas.fitted(picture.caption, to: side, size: 12)
      canvas.text(caption, x + side / 2, y + side + 15, anchor: .middle, size: 12)
    }
    let rows = (pictures.count + perRow - 1) / perRow
    canvas.width = max(320, 2 * margin + Double(perRow) * (side + gap) - gap)
    canvas.height = top + Double(rows) * rowHeight + 8
    let captions = pictures.prefix(20).map(\.caption).filter { !$0.isEmpty }
    return (
      canvas,
      "\(pictures.count) pictures of up to \(widest) pixels"
        + (captions.isEmpty ? "" : ": " + captions.joined(separator: ", "))
    )
  }
}
