/// Named lengths in groups.
public struct BarChart: Hashable, Sendable {
  /// What each group is.
  public var categories: [String]
  /// One value for each category, by series.
  public var series: [Values]
  /// The axis of the lengths; it always shows 0.
  public var axis: Axis

  /// The bars of one name, one for each category.
  public struct Values: Hashable, Sendable {
    /// The name in the legend.
    public var name: String
    /// A value for each category; missing and infinite ones are not drawn.
    public var values: [Double]

    /// A series of bars.
    public init(_ name: String, _ values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// Bars.
  public init(categories: [String], series: [Values], axis: Axis = Axis()) {
    self.categories = categories
    self.series = series
    self.axis = axis
  }

  /// The bar of a series in a category, or nil if it cannot be drawn.
  func value(_ series: Int, _ category: Int) -> Double? {
    let values = self.series[series].values
    guard category < values.count, values[category].isFinite else { return nil }
    return values[category]
  }
}

/// How often values fall between edges.
public struct Histogram: Hashable, Sendable {
  /// The edges of the bins, rising; one more than there are bins.
  public var edges: [Double]
  /// How many values each bin holds.
  public var counts: [Int]
  /// The axis of the values.
  public var axis: Axis

  /// Bins that were counted already.
  public init(edges: [Double], counts: [Int], axis: Axis = Axis()) {
    self.edges = edges
    self.counts = counts
    self.axis = axis
  }

  /// Counts values in bins of equal width over their range; what is not finite is left out.
  ///
  /// The last bin includes its upper edge, as NumPy's histogram does.
  public init(of values: [Double], bins: Int = 40, axis: Axis = Axis()) {
    let finite = values.filter(\.isFinite)
    let bins = min(max(1, bins), 1000)
    guard var low = finite.min(), var high = finite.max() else {
      self.init(edges: [0, 1], counts: [0], axis: axis)
      return
    }
    if low == high {
      let half = max(0.5, abs(low) / 2)
      (low, high) = (low - half, high + half)
    }
    let width = high / Double(bins) - low / Double(bins)
    var counts = [Int](repeating: 0, count: bins)
    for value in finite {
      let place = ((value - low) / width).rounded(.down)
      counts[place.isFinite ? min(bins - 1, max(0, Int(min(place, 1e6)))) : bins - 1] += 1
    }
    let edges = (0..<bins).map { low + Double($0) * width } + [high]
    self.init(edges: edges, counts: counts, axis: axis)
  }

  /// Whether the edges and counts belong together and can be drawn.
  var isDrawable: Bool {
    !counts.isEmpty && edges.count == counts.count + 1 && edges.allSatisfy(\.isFinite)
      && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
  }
}

/// Numbers in rows and columns, drawn as shades.
public struct Matrix: Hashable, Sendable {
  /// How many columns there are.
  public var columnCount: Int
  /// The numbers, row by row.
  public var values: [Double]
  /// Names of the rows; may be empty.
  public var rowLabels: [String]
  /// Names of the columns; may be empty.
  public var columnLabels: [String]
  /// What the rows are.
  public var rowTitle: String
  /// What the columns are.
  public var columnTitle: String
  /// Whether numbers are written into the cells where there is room.
  public var showsValues: Bool
  /// How the numbers are written.
  public var style: NumberStyle

  /// A matrix.
  public init(
    columnCount: Int,
    values: [Double],
    rowLabels: [String] = [],
    columnLabels: [String] = [],
    rowTitle: String = "",
    columnTitle: String = "",
    showsValues: Bool = true,
    style: NumberStyle = .plain
  ) {
    self.columnCount = columnCount
    self.values = values
    self.rowLabels = rowLabels
    self.columnLabels = columnLabels
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
    self.showsValues = showsValues
    self.style = style
  }

  /// A confusion matrix: `counts[true][predicted]`.
  public init(confusion counts: [[Int]], classes: [String]) {
    let width = counts.map(\.count).max() ?? 0
    self.init(
      columnCount: width,
      values: counts.flatMap { row in
        (0..<width).map { $0 < row.count ? Double(row[$0]) : .nan }
      },
      rowLabels: classes,
      columnLabels: classes,
      rowTitle: "true",
      columnTitle: "predicted"
    )
  }

  /// Whole rows only.
  var rowCount: Int { columnCount > 0 ? values.count / columnCount : 0 }

  /// The largest distance from 0, and whether there are negative numbers.
  var range: (largest: Double, isSigned: Bool) {
    var largest = 0.0
    var isSigned = false
    for value in values where value.isFinite {
      largest = max(largest, abs(value))
      if value < 0 { isSigned = true }
    }
    return (largest, isSigned)
  }

  /// Means over blocks of cells, so that at most `rows` x `columns` remain.
  func reduced(toRows rows: Int, columns: Int) -> Matrix {
    let (rowStep, columnStep) = (
      max(1, (rowCount + rows - 1) / max(1, rows)),
      max(1, (columnCount + columns - 1) / max(1, columns))
    )
    guard rowStep > 1 || columnStep > 1 else { return self }
    var means: [Double] = []
    for row in stride(from: 0, to: rowCount, by: rowStep) {
      for column in stride(from: 0, to: columnCount, by: columnStep) {
        var sum = 0.0
        var count = 0.0
        for y in row..<min(rowCount, row + rowStep) {
          for x in column..<min(columnCount, column + columnStep) {
            let value = values[y * columnCount + x]
            if value.isFinite {
              sum += value
              count += 1
            }
          }
        }
        means.append(count > 0 ? sum / count : .nan)
      }
    }
    var reduced = self
    reduced.columnCount = (columnCount + columnStep - 1) / columnStep
    reduced.values = means
    reduced.rowLabels = []
    reduced.columnLabels = []
    reduced.showsValues = false
    return reduced
  }
}

/// Small pictures in rows, such as samples with their classes or the filters of a layer.
public struct ImageGrid: Hashable, Sendable {
  /// The pictures in reading order.
  public var images: [Picture]

  /// A picture with a caption.
  public struct Picture: Hashable, Sendable {
    /// What is written below it.
    public var caption: String
    /// Pixels in a row.
    public var width: Int
    /// 1 for grey, 3 for red, green and blue.
    public var channels: Int
    /// Brightness from 0 to 1, row by row, channels together.
    public var brightness: [Double]

    /// A picture; other brightness is cut to 0...1.
    public init(caption: String, width: Int, channels: Int = 1, brightness: [Double]) {
      self.caption = caption
      self.width = width
      self.channels = channels
      self.brightness = brightness
    }

    /// Whole rows only.
    var height: Int {
      width > 0 && (channels == 1 || channels == 3) ? brightness.count / channels / width : 0
    }

    /// A pixel's red, green and blue, each in 0...255; black outside.
    func pixel(_ x: Int, _ y: Int) -> (red: Int, green: Int, blue: Int) {
      guard x < width, y < height else { return (0, 0, 0) }
      let start = (y * width + x) * channels
      let levels = (0..<channels).map { channel -> Int in
        let value = brightness[start + channel]
        return value.isNaN ? 0 : Int((min(1, max(0, value)) * 255).rounded())
      }
      return channels == 3 ? (levels[0], levels[1], levels[2]) : (levels[0], levels[0], levels[0])
    }

    /// The mean of red, green and blue, in 0...1.
    func grey(_ x: Int, _ y: Int) -> Double {
      let pixel = pixel(x, y)
      return Double(pixel.red + pixel.green + pixel.blue) / 765
    }
  }

  /// A grid.
  public init(images: [Picture]) { self.images = images }
}

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
