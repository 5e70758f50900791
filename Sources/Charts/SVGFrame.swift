/// Two axes with numbers and grid lines around a field of an SVG drawing.
struct SVGFrame {
  let x: Scale
  let y: Scale
  let left: Double
  let top: Double
  let right: Double
  let bottom: Double

  /// Draws grid lines, axes, numbers and titles below `top`.
  init(_ x: Scale, _ y: Scale, on canvas: inout SVGCanvas, top: Double, drawsColumns: Bool = true) {
    self.x = x
    self.y = y
    let yTitle = LabelText.clean(y.axis.title)
    let xTitle = LabelText.clean(x.axis.title)
    self.top = top + 12
    bottom = canvas.height - (xTitle.isEmpty ? 34 : 54)
    let yTicks = y.ticks(about: max(2, Int((bottom - self.top) / 55)))
    let widest = yTicks.map { SVGCanvas.width($0.text) }.max() ?? 0
    left = ChartSVG.margin + widest + 10 + (yTitle.isEmpty ? 0 : 22)
    right = canvas.width - 26

    for tick in yTicks {
      let height = vertical(tick.value)
      canvas.line(left, height, right, height, colour: SVGCanvas.Ink.grid)
      canvas.text(tick.text, left - 8, height + 4.5, anchor: .end)
    }
    var used = -Double.infinity
    for tick in x.ticks(about: max(2, Int((right - left) / 90))) {
      let place = horizontal(tick.value)
      let half = SVGCanvas.width(tick.text) / 2
      if drawsColumns { canvas.line(place, self.top, place, bottom, colour: SVGCanvas.Ink.grid) }
      canvas.line(place, bottom, place, bottom + 5, colour: SVGCanvas.Ink.axis)
      guard place - half > used + 6 else { continue }
      canvas.text(tick.text, place, bottom + 20, anchor: .middle)
      used = place + half
    }
    canvas.line(left, bottom, right, bottom, colour: SVGCanvas.Ink.axis)
    let middle = (left + right) / 2
    canvas.text(
      SVGCanvas.fitted(xTitle, to: right - left),
      middle,
      bottom + 42,
      anchor: .middle
    )
    canvas.text(
      SVGCanvas.fitted(yTitle, to: bottom - self.top),
      ChartSVG.margin + 8,
      (self.top + bottom) / 2,
      anchor: .middle,
      turned: -90
    )
  }

  func horizontal(_ value: Double) -> Double { left + clamped(x.place(value)) * (right - left) }

  func vertical(_ value: Double) -> Double { bottom - clamped(y.place(value)) * (bottom - top) }

  private func clamped(_ place: Double) -> Double {
    place.isFinite ? min(1, max(0, place)) : 0
  }
}
