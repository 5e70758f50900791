/// Rectangles over two axes, such as buffers over time and memory.
public struct BlockPlan: Hashable, Sendable {
  /// The rectangles.
  public var blocks: [Block]
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// A line across, such as a board's RAM.
  public var limit: Double?
  /// What the line is.
  public var limitLabel: String

  /// A rectangle.
  public struct Block: Hashable, Sendable {
    /// What is written into it.
    public var label: String
    /// Its left edge.
    public var start: Double
    /// Its right edge.
    public var end: Double
    /// Its lower edge.
    public var bottom: Double
    /// Its upper edge.
    public var top: Double

    /// A rectangle.
    public init(_ label: String, start: Double, end: Double, bottom: Double, top: Double) {
      self.label = label
      self.start = start
      self.end = end
      self.bottom = bottom
      self.top = top
    }

    var isDrawable: Bool {
      [start, end, bottom, top].allSatisfy(\.isFinite) && start < end && bottom < top
    }
  }

  /// A plan.
  public init(
    blocks: [Block],
    x: Axis = Axis(),
    y: Axis = Axis(),
    limit: Double? = nil,
    limitLabel: String = ""
  ) {
    self.blocks = blocks
    self.x = x
    self.y = y
    self.limit = limit
    self.limitLabel = limitLabel
  }

  /// The scales that show all blocks and the limit.
  func scales() -> (x: Scale, y: Scale)? {
    let drawable = blocks.filter(\.isDrawable)
    var heights: [Double] = drawable.flatMap { [$0.bottom, $0.top] }
    heights.append(0)
    if let limit, limit.isFinite { heights.append(limit) }
    guard !drawable.isEmpty,
      let x = Scale(self.x, drawable.flatMap { [$0.start, $0.end] }, isPadded: false),
      let y = Scale(self.y, heights)
    else { return nil }
    return (x, y)
  }
}
