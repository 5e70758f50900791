/// Draws charts with characters, for terminals and notebooks.
public enum ChartText {
  /// The characters to draw with and the room to draw in.
  struct Style {
    let width: Int
    let height: Int
    let colour: Bool
    let unicode: Bool

    /// A unicode character, or its replacement in ASCII.
    func glyph(_ unicode: String, _ ascii: String) -> String { self.unicode ? unicode : ascii }

    /// Muted writing: axes and their numbers.
    var axisColour: UInt8? { colour ? 245 : nil }

    func seriesColour(_ index: Int) -> UInt8? {
      colour ? Palette.series(index).terminalIndex : nil
    }

    func fitted(_ text: String, to most: Int) -> String {
      LabelText.fitted(text, to: most, ellipsis: glyph("…", "."))
    }
  }

  /// The widths and heights that charts can be drawn in, in cells.
  public static let widths = 24...400
  /// The heights that plots can be drawn in; other charts are as high as they must be.
  public static let heights = 8...200

  /// The chart as lines, each ended by a newline and at most `width` cells wide.
  ///
  /// Sizes outside `widths` and `heights` are brought into them. With `colour` the text holds ANSI
  /// escape sequences of 256 colours, and without `unicode` only ASCII besides the chart's own words.
  public static func render(
    _ chart: Chart,
    width: Int = 80,
    height: Int = 20,
    colour: Bool = false,
    unicode: Bool = true
  ) -> String {
    let style = Style(
      width: min(max(width, widths.lowerBound), widths.upperBound),
      height: min(max(height, heights.lowerBound), heights.upperBound),
      colour: colour,
      unicode: unicode
    )
    let title = style.fitted(chart.title, to: style.width)
    let indent = String(repeating: " ", count: (style.width - LabelText.width(title)) / 2)
    let body: String
    switch chart.content {
    case .plot(let plot): body = text(plot, style, titleRows: title.isEmpty ? 0 : 1)
    case .bars(let bars): body = text(bars, style)
    case .histogram(let histogram): body = text(histogram, style, titleRows: title.isEmpty ? 0 : 1)
    case .matrix(let matrix): body = text(matrix, style)
    case .images(let grid): body = text(grid, style)
    case .blocks(let plan): body = text(plan, style, titleRows: title.isEmpty ? 0 : 1)
    }
    guard !title.isEmpty else { return body }
    // Tall drawings are narrow, and a title in the middle of the terminal would float beside them.
    switch chart.content {
    case .plot, .histogram, .blocks:
      return indent + (colour ? "\u{1B}[1m\(title)\u{1B}[0m" : title) + "\n" + body
    case .bars, .matrix, .images:
      return (colour ? "\u{1B}[1m\(title)\u{1B}[0m" : title) + "\n" + body
    }
  }

  /// What stands in place of a chart of nothing.
  static let nothing = "(no data to draw)\n"
}
