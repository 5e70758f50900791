extension ChartText {
  /// What distinguishes series without colour: dash patterns of lines, characters of dots.
  private static let patterns: [[Bool]] = [
    [true], [true, false, false], [true, true, true, true, true, false, false, false],
    [true, false, false, false, false],
    [true, true, true, false, false, true, false, false],
  ]
  private static let markers: [Character] = ["●", "○", "▲", "△", "■", "□", "◆"]
  private static let plainMarkers: [Character] = ["*", "o", "+", "x", "#", "@", "%"]

  static func text(_ plot: Plot, _ style: Style, titleRows: Int) -> String {
    let points = plot.series.map { plot.visiblePoints(of: $0) }
    guard let (x, y) = plot.scales(points) else { return nothing }
    let isJoined = plot.series.map { $0.mark == .line || $0.mark == .steps }
    let names = plot.series.map { style.fitted($0.name, to: min(18, style.width / 5)) }
    // One curve is explained by its axis or by the title; several have their names at their ends.
    let namesCurves = plot.series.count > 1 || y.axis.title.isEmpty
    let endNames = names.indices.filter { isJoined[$0] && !names[$0].isEmpty && namesCurves }
    let legendNames = names.indices.filter {
      !isJoined[$0] && !names[$0].isEmpty && plot.series.count > 1
    }
    let rightRoom = endNames.map { LabelText.width(names[$0]) + 1 }.max() ?? 0
    var frame = TextFrame(
      style,
      x: x,
      y: y,
      titleRows: titleRows,
      rightRoom: rightRoom,
      bottomRows: legendNames.isEmpty ? 0 : 1
    )
    var canvas = DotCanvas(
      columns: frame.columns,
      rows: frame.rows,
      resolution: style.unicode ? .braille : .characters
    )
    for (index, series) in plot.series.enumerated() {
      if isJoined[index] {
        drawLine(points[index], index, on: &canvas, frame, dashed: !style.colour)
      } else {
        // A few dots are drawn large; many as single points, unless only shapes tell them apart.
        let needsMarks =
          !style.colour && plot.series.count > 1 || series.mark == .bubbles
          || series.points.count <= 100
        drawDots(points[index], index, on: &canvas, frame, asMarks: needsMarks)
      }
    }
    for row in 0..<frame.rows {
      for column in 0..<frame.columns {
        guard let cell = canvas.cell(column, row) else { continue }
        frame.grid.put(
          String(cell.character),
          x: frame.left + column,
          y: frame.top + row,
          colour: style.seriesColour(cell.series)
        )
      }
    }
    label(points, in: &frame)
    nameEnds(endNames, names, points, in: &frame)
    var column = frame.left
    for index in legendNames {
      let entry = "\(marker(index, style)) \(names[index])"
      frame.grid.put(entry, x: column, y: frame.bottom, colour: style.seriesColour(index))
      column += LabelText.width(entry) + 3
    }
    return frame.grid.text(colour: style.colour)
  }

  private static func marker(_ index: Int, _ style: Style) -> Character {
    let characters = style.unicode ? markers : plainMarkers
    return characters[style.colour ? 0 : index % characters.count]
  }

  private static func dot(
    _ point: Point,
    _ canvas: DotCanvas,
    _ frame: TextFrame
  ) -> (x: Int, y: Int) {
    (
      frame.position(frame.x.place(point.x), of: canvas.width),
      frame.position(1 - frame.y.place(point.y), of: canvas.height)
    )
  }

  private static func drawLine(
    _ points: [Point],
    _ index: Int,
    on canvas: inout DotCanvas,
    _ frame: TextFrame,
    dashed: Bool
  ) {
    let pattern = dashed && frame.style.unicode ? patterns[index % patterns.count] : [true]
    var step = 0
    var last: (x: Int, y: Int)?
    for point in points {
      guard point.isFinite else {
        last = nil
        continue
      }
      let dot = dot(point, canvas, frame)
      canvas.line(from: last ?? dot, to: dot, series: index, pattern: pattern, step: &step)
      last = dot
    }
  }

  private static func drawDots(
    _ points: [Point],
    _ index: Int,
    on canvas: inout DotCanvas,
    _ frame: TextFrame,
    asMarks: Bool
  ) {
    for point in points where point.isFinite {
      let dot = dot(point, canvas, frame)
      if asMarks {
        canvas.mark(dot.x, dot.y, marker(index, frame.style), series: index)
      } else {
        canvas.set(dot.x, dot.y, series: index)
      }
    }
  }

  /// Writes the labels of points beside them, where the cells are still blank.
  private static func label(_ points: [[Point]], in frame: inout TextFrame) {
    for (index, points) in points.enumerated() {
      for point in points where point.isFinite && !point.label.isEmpty {
        let text = frame.style.fitted(point.label, to: 20)
        let width = LabelText.width(text)
        let (column, row) = (frame.left + frame.column(point.x), frame.top + frame.row(point.y))
        let places = [
          (column + 2, row), (column - 1 - width, row), (column - width / 2, row - 1),
          (column - width / 2, row + 1),
        ]
        for (x, y) in places
        where x >= frame.left && frame.grid.isBlank(x: x - 1, y: y, count: width + 2) {
          frame.grid.put(text, x: x, y: y, colour: frame.style.seriesColour(index))
          break
        }
      }
    }
  }

  /// Writes the names of curves to the right of their last points, moved down where they meet.
  private static func nameEnds(
    _ indices: [Int],
    _ names: [String],
    _ points: [[Point]],
    in frame: inout TextFrame
  ) {
    let ends = indices.compactMap { index -> (index: Int, row: Int)? in
      guard let last = points[index].last(where: { $0.isFinite }) else { return nil }
      return (index, frame.row(last.y))
    }.sorted { ($0.row, $0.index) < ($1.row, $1.index) }
    var free = 0
    for (position, end) in ends.enumerated() {
      let latest = frame.rows - (ends.count - position)
      let row = max(free, min(end.row, latest))
      free = row + 1
      frame.grid.put(
        names[end.index],
        x: frame.left + frame.columns + 1,
        y: frame.top + row,
        colour: frame.style.seriesColour(end.index)
      )
    }
  }
}
