extension ChartSVG {
  private static let dashes = ["", "7 4", "2 4", "10 4 2 4", "4 3", "12 5", "1 5"]
  /// Radii of the smallest dot and of the largest bubble.
  private static let smallestRadius = 4.0
  private static let largestRadius = 38.0

  static func draw(_ plot: Plot, _ title: String) -> (SVGCanvas, String) {
    let points = plot.series.map { plot.visiblePoints(of: $0) }
    guard let (x, y) = plot.scales(points) else { return nothing(title) }
    var canvas = SVGCanvas(width: width, height: height)
    var top = draw(title: title, on: &canvas)
    if plot.series.count > 1 || plot.y.title.isEmpty {
      let entries = plot.series.enumerated().map { index, series -> LegendEntry in
        let isJoined = series.mark == .line || series.mark == .steps
        return LegendEntry(
          name: series.name,
          colour: Palette.series(index).hexadecimal,
          key: isJoined ? .line(dash: dashes[index % dashes.count]) : .dot
        )
      }
      top = drawLegend(entries, on: &canvas, y: top)
    }
    let frame = SVGFrame(x, y, on: &canvas, top: top)
    var labels: [(point: Point, radius: Double)] = []
    for (index, series) in plot.series.enumerated() {
      let colour = Palette.series(index).hexadecimal
      switch series.mark {
      case .line, .steps:
        let runs = Self.runs(points[index], frame)
        canvas.path(runs, colour: colour, dash: dashes[index % dashes.count])
        if series.mark == .line, series.points.count <= 30 {
          for place in runs.joined() {
            canvas.circle(place.x, place.y, radius: 3, fill: colour, border: "#ffffff")
          }
        }
        labels += points[index].filter { !$0.label.isEmpty && $0.isFinite }.map { ($0, 3) }
      case .dots:
        drawDots(points[index], colour, frame, on: &canvas)
        labels += points[index].filter { !$0.label.isEmpty && $0.isFinite }.map { ($0, 4) }
      case .bubbles:
        labels += drawBubbles(points[index], colour, frame, on: &canvas)
      }
    }
    drawLabels(labels, frame, on: &canvas)
    return (canvas, describe(plot))
  }

  private static func describe(_ plot: Plot) -> String {
    let parts = plot.series.prefix(20).map { series -> String in
      let finite = series.points.filter(\.isFinite)
      guard let first = finite.first, let last = finite.last else { return "\(series.name): empty" }
      let ends = "\(text(first.y, plot.y)) to \(text(last.y, plot.y))"
      return "\(series.name): \(finite.count) points, from \(ends)"
    }
    return "\(plot.y.title) by \(plot.x.title). " + parts.joined(separator: "; ")
  }

  private static func text(_ value: Double, _ axis: Axis) -> String {
    NumberLabel.text(value, style: axis.style)
  }

  /// The places of points, cut at gaps.
  ///
  /// Of the points in one column of a pixel only the first, the lowest, the highest and the last are
  /// kept, which draws the same line.
  private static func runs(_ points: [Point], _ frame: SVGFrame) -> [[(x: Double, y: Double)]] {
    var runs: [[(x: Double, y: Double)]] = []
    var run: [(x: Double, y: Double)] = []
    var column: [(x: Double, y: Double)] = []
    func reduced() -> [(x: Double, y: Double)] {
      guard column.count > 4 else { return column }
      var kept = [0, column.count - 1]
      for order in [{ (a: Double, b: Double) in a < b }, { (a: Double, b: Double) in a > b }] {
        kept.append(column.indices.min { order(column[$0].y, column[$1].y) } ?? 0)
      }
      return Set(kept).sorted().map { column[$0] }
    }
    for point in points {
      guard point.isFinite else {
        run += reduced()
        if !run.isEmpty { runs.append(run) }
        (run, column) = ([], [])
        continue
      }
      let place = (x: frame.horizontal(point.x), y: frame.vertical(point.y))
      if let first = column.first, first.x.rounded(.down) != place.x.rounded(.down) {
        run += reduced()
        column = []
      }
      column.append(place)
    }
    run += reduced()
    if !run.isEmpty { runs.append(run) }
    return runs
  }

  /// Circles; of very many points only one is drawn on every two pixels, all as one path.
  private static func drawDots(
    _ points: [Point],
    _ colour: String,
    _ frame: SVGFrame,
    on canvas: inout SVGCanvas
  ) {
    guard points.count > 2000 else {
      for point in points where point.isFinite {
        canvas.circle(
          frame.horizontal(point.x),
          frame.vertical(point.y),
          radius: smallestRadius,
          fill: colour,
          opacity: 0.7,
          border: "#ffffff",
          tip: point.label
        )
      }
      return
    }
    var drawn: Set<Int> = []
    var runs: [[(x: Double, y: Double)]] = []
    for point in points where point.isFinite {
      let (x, y) = (Int(frame.horizontal(point.x) / 2), Int(frame.vertical(point.y) / 2))
      guard drawn.insert(y * 10_000 + x).inserted else { continue }
      runs.append([(Double(2 * x), Double(2 * y))])
    }
    canvas.path(runs, colour: colour, width: 2.5)
  }

  /// Draws the largest bubbles first, so that small ones stay in sight.
  private static func drawBubbles(
    _ points: [Point],
    _ colour: String,
    _ frame: SVGFrame,
    on canvas: inout SVGCanvas
  ) -> [(point: Point, radius: Double)] {
    let finite = points.filter { $0.isFinite && $0.size.isFinite && $0.size >= 0 }
    let largest = finite.map(\.size).max() ?? 0
    let bubbles = finite.map { point -> (point: Point, radius: Double) in
      // The area is the size, so the radius is its square root.
      let share = largest > 0 ? (point.size / largest).squareRoot() : 1
      return (point, max(smallestRadius, share * largestRadius))
    }
    let order = bubbles.indices.sorted { (-bubbles[$0].radius, $0) < (-bubbles[$1].radius, $1) }
    for bubble in order.map({ bubbles[$0] }) {
      canvas.circle(
        frame.horizontal(bubble.point.x),
        frame.vertical(bubble.point.y),
        radius: bubble.radius,
        fill: colour,
        opacity: 0.35,
        border: colour,
        tip: bubble.point.label
      )
    }
    return bubbles.filter { !$0.point.label.isEmpty }
  }

  /// Writes labels right of, left of, above or below their points: where no other label is.
  private static func drawLabels(
    _ labels: [(point: Point, radius: Double)],
    _ frame: SVGFrame,
    on canvas: inout SVGCanvas
  ) {
    var taken: [(x: Double, y: Double, width: Double, height: Double)] = labels.map { label in
      let (x, y) = (frame.horizontal(label.point.x), frame.vertical(label.point.y))
      let radius = min(label.radius, 5)
      return (x - radius, y - radius, 2 * radius, 2 * radius)
    }
    for label in labels.prefix(200) {
      let (x, y) = (frame.horizontal(label.point.x), frame.vertical(label.point.y))
      let text = SVGCanvas.fitted(label.point.label, to: 180)
      let (textWidth, textHeight) = (SVGCanvas.width(text), SVGCanvas.fontSize)
      let gap = label.radius + 7
      let places: [(x: Double, y: Double)] = [
        (x + gap, y - textHeight / 2), (x - gap - textWidth, y - textHeight / 2),
        (x - textWidth / 2, y - gap - textHeight), (x - textWidth / 2, y + gap),
      ]
      let free = places.first { place in
        place.x >= frame.left && place.x + textWidth <= canvas.width - 4
          && place.y >= frame.top - 8 && place.y + textHeight <= frame.bottom
          && !taken.contains { other in
            place.x < other.x + other.width && other.x < place.x + textWidth
              && place.y < other.y + other.height && other.y < place.y + textHeight
          }
      }
      guard let free else { continue }
      taken.append((free.x, free.y, textWidth, textHeight))
      canvas.text(text, free.x, free.y + textHeight - 2, colour: SVGCanvas.Ink.title)
    }
  }
}
