/// Draws charts as SVG files.
public enum ChartSVG {
  /// The width of most charts and the height of plots, in pixels.
  static let width = 720.0
  static let height = 440.0
  /// Space around the drawing.
  static let margin = 20.0
  static let titleHeight = 44.0

  /// The chart as an SVG document: the same bytes on every machine, with a title and a description
  /// for readers who do not see it.
  public static func render(_ chart: Chart) -> String {
    let (canvas, description): (SVGCanvas, String)
    switch chart.content {
    case .plot(let plot): (canvas, description) = draw(plot, chart.title)
    case .bars(let bars): (canvas, description) = draw(bars, chart.title)
    case .histogram(let histogram): (canvas, description) = draw(histogram, chart.title)
    case .matrix(let matrix): (canvas, description) = draw(matrix, chart.title)
    case .images(let grid): (canvas, description) = draw(grid, chart.title)
    case .blocks(let plan): (canvas, description) = draw(plan, chart.title)
    }
    return canvas.document(title: chart.title, description: description)
  }

  /// What stands in place of a chart of nothing.
  static func nothing(_ title: String) -> (SVGCanvas, String) {
    var canvas = SVGCanvas(width: width, height: 160)
    draw(title: title, on: &canvas)
    canvas.text("no data to draw", width / 2, 90, anchor: .middle)
    return (canvas, "no data")
  }

  /// Writes the title, and gives the height below it.
  @discardableResult
  static func draw(title: String, on canvas: inout SVGCanvas) -> Double {
    guard !LabelText.clean(title).isEmpty else { return margin }
    canvas.text(
      SVGCanvas.fitted(title, to: canvas.width - 2 * margin, size: SVGCanvas.titleSize * 1.15),
      margin,
      30,
      size: SVGCanvas.titleSize,
      colour: SVGCanvas.Ink.title,
      isBold: true
    )
    return titleHeight
  }

  /// Writes keys and names in rows from `y` on, and gives the height below them.
  static func drawLegend(
    _ entries: [LegendEntry],
    on canvas: inout SVGCanvas,
    y: Double
  ) -> Double {
    let entries = entries.filter { !LabelText.clean($0.name).isEmpty }
    guard !entries.isEmpty else { return y }
    var (x, row) = (margin, y + 12)
    for entry in entries.prefix(60) {
      let name = SVGCanvas.fitted(entry.name, to: 220)
      let space = 34 + SVGCanvas.width(name) + 18
      if x > margin, x + space > canvas.width - margin {
        x = margin
        row += 20
      }
      switch entry.key {
      case .line(let dash):
        canvas.line(x, row - 4, x + 26, row - 4, colour: entry.colour, width: 2.5, dash: dash)
      case .dot: canvas.circle(x + 16, row - 4.5, radius: 5, fill: entry.colour)
      case .bar: canvas.rectangle(x + 10, row - 10, 12, 12, fill: entry.colour, rounding: 3)
      }
      canvas.text(name, x + 34, row)
      x += space
    }
    return row + 14
  }
}

/// A name in a legend, and how its series is drawn.
struct LegendEntry {
  enum Key {
    case line(dash: String)
    case dot
    case bar
  }
  let name: String
  let colour: String
  let key: Key
}
