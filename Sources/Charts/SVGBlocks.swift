extension ChartSVG {
  static func draw(_ plan: BlockPlan, _ title: String) -> (SVGCanvas, String) {
    guard let (x, y) = plan.scales() else { return nothing(title) }
    var canvas = SVGCanvas(width: width, height: height)
    let top = draw(title: title, on: &canvas)
    let frame = SVGFrame(x, y, on: &canvas, top: top)
    let blocks = plan.blocks.filter(\.isDrawable)
    for (index, block) in blocks.enumerated() {
      let colour = Palette.series(index)
      let (left, right) = (frame.horizontal(block.start), frame.horizontal(block.end))
      let (upper, lower) = (frame.vertical(block.top), frame.vertical(block.bottom))
      let size = NumberLabel.text(block.top - block.bottom, style: plan.y.style)
      canvas.rectangle(
        left + 1,
        upper + 0.5,
        max(1, right - left - 2),
        max(1, lower - upper - 1),
        fill: colour.hexadecimal,
        rounding: 3,
        border: "#ffffff",
        opacity: 0.85,
        tip: "\(block.label) \(size)"
      )
      let isTall = lower - upper >= 15
      guard isTall, right - left > 24 else { continue }
      let (middle, half) = ((left + right) / 2, (upper + lower) / 2)
      let ink = colour.isLight ? SVGCanvas.Ink.title : "#ffffff"
      let name = SVGCanvas.fitted(block.label, to: right - left - 8)
      let hasRoomBelow = lower - upper >= 36 && !name.isEmpty
      canvas.text(name, middle, half + (hasRoomBelow ? -3 : 4.5), anchor: .middle, colour: ink)
      guard hasRoomBelow, SVGCanvas.width(size, size: 12) < right - left - 8 else { continue }
      canvas.text(size, middle, half + 13, anchor: .middle, size: 12, colour: ink)
    }
    if let limit = plan.limit, limit.isFinite {
      let line = frame.vertical(limit)
      let red = Palette.vermillion.hexadecimal
      canvas.line(frame.left, line, frame.right, line, colour: red, width: 2, dash: "6 4")
      let label = SVGCanvas.fitted(plan.limitLabel, to: frame.right - frame.left)
      canvas.text(label, frame.right - 4, line - 6, anchor: .end, colour: red)
    }
    let described = blocks.prefix(40).map { block in
      "\(block.label) from \(NumberLabel.text(block.bottom, style: plan.y.style)) to "
        + NumberLabel.text(block.top, style: plan.y.style)
    }
    return (canvas, described.joined(separator: "; "))
  }
}
