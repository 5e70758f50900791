extension ChartSVG {
  private static let barHeight = 20.0
  private static let most = 400

  static func draw(_ bars: BarChart, _ title: String) -> (SVGCanvas, String) {
    let categories = bars.categories.prefix(most)
    let values = bars.series.indices.flatMap { series in
      categories.indices.compactMap { bars.value(series, $0) }
    }
    var axis = bars.axis
    axis.shows = 0
    axis.isLogarithmic = false
    guard let scale = Scale(axis, values), !values.isEmpty else { return nothing(title) }
    let isGrouped = bars.series.count > 1
    let groupHeight = Double(bars.series.count) * barHeight + 12
    let axisTitle = LabelText.clean(axis.title)
    var canvas = SVGCanvas(width: width, height: 0)
    var top = draw(title: title, on: &canvas)
    if isGrouped {
      let entries = bars.series.enumerated().map { index, series in
        LegendEntry(name: series.name, colour: Palette.series(index).hexadecimal, key: .bar)
      }
      top = drawLegend(entries, on: &canvas, y: top)
    }
    let bottom = top + groupHeight * Double(categories.count) + 8
    canvas.height = bottom + (axisTitle.isEmpty ? 34 : 54)

    let labels = categories.map { SVGCanvas.fitted($0, to: 200) }
    let texts = values.map { NumberLabel.text($0, style: axis.style) }
    let left = margin + (labels.map { SVGCanvas.width($0) }.max() ?? 0) + 10
    // Numbers stand at the ends of bars: room for the longest is kept at the right.
    let right = width - margin - (texts.map { SVGCanvas.width($0) }.max() ?? 0) - 8
    func place(_ value: Double) -> Double { left + scale.place(value) * (right - left) }
    for tick in scale.ticks(about: max(2, Int((right - left) / 90))) {
      canvas.line(place(tick.value), top, place(tick.value), bottom, colour: SVGCanvas.Ink.grid)
      canvas.text(tick.text, place(tick.value), bottom + 20, anchor: .middle)
    }
    for (category, label) in labels.enumerated() {
      let start = top + 10 + Double(category) * groupHeight
      let middle = start + Double(bars.series.count) * barHeight / 2
      canvas.text(label, left - 10, middle + 4.5, anchor: .end, colour: SVGCanvas.Ink.title)
      for series in bars.series.indices {
        let y = start + Double(series) * barHeight
        guard let value = bars.value(series, category) else {
          canvas.text("–", left + 6, y + 14)
          continue
        }
        let (from, to) = (min(place(0), place(value)), max(place(0), place(value)))
        canvas.rectangle(
          from,
          y + 1,
          max(1, to - from),
          barHeight - 3,
          fill: Palette.series(series).hexadecimal,
          rounding: 2
        )
        let text = NumberLabel.text(value, style: axis.style)
        canvas.text(text, to + 6, y + 14.5)
      }
    }
    canvas.line(place(0), top, place(0), bottom, colour: SVGCanvas.Ink.axis)
    canvas.text(axisTitle, (left + right) / 2, bottom + 42, anchor: .middle)
    let described = categories.indices.prefix(40).map { category in
      let parts = bars.series.indices.map { series in
        bars.value(series, category).map { NumberLabel.text($0, style: axis.style) } ?? "none"
      }
      return "\(bars.categories[category]): \(parts.joined(separator: ", "))"
    }
    return (canvas, described.joined(separator: "; "))
  }

  static func draw(_ histogram: Histogram, _ title: String) -> (SVGCanvas, String) {
    let counts = histogram.counts.map { Double(max(0, $0)) }
    guard histogram.isDrawable, let low = histogram.edges.first, let high = histogram.edges.last,
      let x = Scale(histogram.axis, [low, high], isPadded: false),
      let y = Scale(Axis("count", shows: 0), counts + [1])
    else { return nothing(title) }
    var canvas = SVGCanvas(width: width, height: height)
    let top = draw(title: title, on: &canvas)
    let frame = SVGFrame(x, y, on: &canvas, top: top, drawsColumns: false)
    for (bin, count) in counts.enumerated() where count > 0 {
      let left = frame.horizontal(histogram.edges[bin])
      let right = frame.horizontal(histogram.edges[bin + 1])
      let upper = frame.vertical(count)
      let gap = right - left > 4 ? 1.0 : 0
      canvas.rectangle(
        left,
        upper,
        max(0.5, right - left - gap),
        frame.bottom - upper,
        fill: Palette.blue.hexadecimal
      )
    }
    canvas.line(frame.left, frame.bottom, frame.right, frame.bottom, colour: SVGCanvas.Ink.axis)
    let total = counts.reduce(0, +)
    return (
      canvas,
      "\(NumberLabel.text(total, style: .plain)) values in \(counts.count) bins from "
        + "\(NumberLabel.text(low, style: .plain)) to \(NumberLabel.text(high, style: .plain))"
    )
  }
}
