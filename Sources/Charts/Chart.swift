/// Something to look at: a value that a terminal draws with characters and a file as SVG.
public struct Chart: Hashable, Sendable {
  /// What the chart shows, above it.
  public var title: String
  /// What is drawn.
  public var content: Content

  /// The kinds of drawings.
  public enum Content: Hashable, Sendable {
    /// Curves, points, staircases and bubbles over two axes.
    case plot(Plot)
    /// Lengths side by side.
    case bars(BarChart)
    /// How often values fall between edges.
    case histogram(Histogram)
    /// Numbers in rows and columns, as shades.
    case matrix(Matrix)
    /// Small pictures in rows.
    case images(ImageGrid)
    /// Rectangles over two axes, such as buffers over time and memory.
    case blocks(BlockPlan)
  }

  /// A chart.
  public init(title: String = "", _ content: Content) {
    self.title = title
    self.content = content
  }

  /// Every number that decides what is drawn, in drawing order, for digests of recorded charts.
  public var plottedNumbers: [Double] {
    switch content {
    case .plot(let plot):
      plot.series.flatMap { series in series.points.flatMap { [$0.x, $0.y, $0.size] } }
    case .bars(let bars): bars.series.flatMap(\.values)
    case .histogram(let histogram): histogram.edges + histogram.counts.map { Double($0) }
    case .matrix(let matrix): matrix.values
    case .images(let grid): grid.images.flatMap(\.brightness)
    case .blocks(let plan):
      plan.blocks.flatMap { [$0.start, $0.end, $0.bottom, $0.top] }
        + (plan.limit.map { [$0] } ?? [])
    }
  }
}
