/// The elements of an SVG drawing, in order.
struct SVGCanvas {
  /// Colours of what is not data.
  enum Ink {
    static let title = "#1b1f24"
    static let text = "#47505a"
    static let grid = "#e4e7eb"
    static let axis = "#8a939c"
  }

  /// Which part of a text stands at its place.
  enum Anchor: String {
    case start
    case middle
    case end
  }

  /// The font size of labels and numbers, in pixels.
  static let fontSize = 13.0
  static let titleSize = 17.0

  private(set) var elements = ""
  var width: Double
  var height: Double

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// At most two decimals, which is a hundredth of a pixel.
  static func number(_ value: Double) -> String {
    NumberLabel.fixed(value.isFinite ? value : 0, decimals: 2, trimmed: true)
  }

  /// Text that cannot be taken for markup.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in LabelText.clean(text) {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }

  /// About how wide a text is: sans-serif letters are 0.56 of their size on average.
  static func width(_ text: String, size: Double = fontSize) -> Double {
    Double(LabelText.width(text)) * size * 0.56
  }

  /// A text cut to a width in pixels.
  static func fitted(_ text: String, to width: Double, size: Double = fontSize) -> String {
    LabelText.fitted(text, to: max(1, Int(width / (size * 0.56))))
  }

  mutating func line(
    _ x1: Double,
    _ y1: Double,
    _ x2: Double,
    _ y2: Double,
    colour: String,
    width: Double = 1,
    dash: String = ""
  ) {
    elements +=
      "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" "
      + "y2=\"\(Self.number(y2))\" stroke=\"\(colour)\""
      + (width == 1 ? "" : " stroke-width=\"\(Self.number(width))\"")
      + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"") + "/>\n"
  }

  mutating func rectangle(
    _ x: Double,
    _ y: Double,
    _ width: Double,
    _ height: Double,
    fill: String,
    rounding: Double = 0,
    border: String = "",
    opacity: Double = 1,
    tip: String = ""
  ) {
    elements +=
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
      + "height=\"\(Self.number(height))\" fill=\"\(fill)\""
      + (rounding > 0 ? " rx=\"\(Self.number(rounding))\"" : "")
      + (opacity < 1 ? " fill-opacity=\"\(Self.number(opacity))\"" : "")
      + (border.isEmpty ? "" : " stroke=\"\(border)\"") + Self.end("rect", tip: tip)
  }

  mutating func circle(
    _ x: Double,
    _ y: Double,
    radius: Double,
    fill: String,
    opacity: Double = 1,
    border: String = "",
    tip: String = ""
  ) {
    elements +=
      "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" "
      + "fill=\"\(fill)\"" + (opacity < 1 ? " fill-opacity=\"\(Self.number(opacity))\"" : "")
      + (border.isEmpty ? "" : " stroke=\"\(border)\"") + Self.end("circle", tip: tip)
  }

  mutating func text(
    _ text: String,
    _ x: Double,
    _ y: Double,
    anchor: Anchor = .start,
    size: Double = fontSize,
    colour: String = Ink.text,
    isBold: Bool = false,
    turned: Double = 0
  ) {
    guard !text.isEmpty else { return }
    let place = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
    elements +=
      "<text \(place)" + (anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"")
      + (size == Self.fontSize ? "" : " font-size=\"\(Self.number(size))\"")
      + (isBold ? " font-weight=\"600\"" : "")
      + (colour == Ink.text ? "" : " fill=\"\(colour)\"")
      + (turned == 0
        ? ""
        : " transform=\"rotate(\(Self.number(turned)) \(Self.number(x)) \(Self.number(y)))\"")
      + ">\(Self.escaped(text))</text>\n"
  }

  /// Joined points; gaps are given as separate runs.
  mutating func path(
    _ runs: [[(x: Double, y: Double)]],
    colour: String,
    width: Double = 2,
    dash: String = ""
  ) {
    var data = ""
    for run in runs {
      for (index, point) in run.enumerated() {
        data += "\(index == 0 ? "M" : "L")\(Self.number(point.x)) \(Self.number(point.y))"
      }
      // A run of one point is a dot, which round caps make visible.
      if run.count == 1 { data += "h0" }
    }
    guard !data.isEmpty else { return }
    elements +=
      "<path d=\"\(data)\" fill=\"none\" stroke=\"\(colour)\" "
      + "stroke-width=\"\(Self.number(width))\" stroke-linejoin=\"round\" stroke-linecap=\"round\""
      + (dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"") + "/>\n"
  }

  mutating func picture(
    _ image: PixelImage,
    _ x: Double,
    _ y: Double,
    _ width: Double,
    _ height: Double,
    label: String = ""
  ) {
    elements +=
      "<image x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
      + "height=\"\(Self.number(height))\" preserveAspectRatio=\"none\" "
      + "style=\"image-rendering:pixelated\" href=\"data:image/png;base64,\(image.base64PNG)\""
      + Self.end("image", tip: label)
  }

  private static func end(_ tag: String, tip: String) -> String {
    tip.isEmpty ? "/>\n" : "><title>\(escaped(tip))</title></\(tag)>\n"
  }

  /// The whole file.
  func document(title: String, description: String) -> String {
    let size = "\(Self.number(width)) \(Self.number(height))"
    let name = title.isEmpty ? "Chart" : LabelText.fitted(title, to: 500)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(Self.number(width))" \
      height="\(Self.number(height))" role="img" aria-label="\(Self.escaped(name))" \
      font-family="Inter, Helvetica, Arial, 'DejaVu Sans', sans-serif" \
      font-size="\(Self.number(Self.fontSize))" fill="\(Ink.text)">
      <title>\(Self.escaped(name))</title>
      <desc>\(Self.escaped(description))</desc>
      <rect width="100%" height="100%" fill="#ffffff"/>
      \(elements)</svg>

      """
  }
}
