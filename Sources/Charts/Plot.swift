/// Series of points over two axes.
public struct Plot: Hashable, Sendable {
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// What is drawn, first to last.
  public var series: [Series]

  /// A plot.
  public init(x: Axis = Axis(), y: Axis = Axis(), series: [Series]) {
    self.x = x
    self.y = y
    self.series = series
  }
}

/// A direction with numbers.
public struct Axis: Hashable, Sendable {
  /// What the numbers are.
  public var title: String
  /// Whether equal steps are equal ratios; only positive numbers are drawn then.
  public var isLogarithmic: Bool
  /// How numbers are written.
  public var style: NumberStyle
  /// A number that the axis shows in any case, such as 0 below bars.
  public var shows: Double?

  /// An axis.
  public init(
    _ title: String = "",
    isLogarithmic: Bool = false,
    style: NumberStyle = .plain,
    shows: Double? = nil
  ) {
    self.title = title
    self.isLogarithmic = isLogarithmic
    self.style = style
    self.shows = shows
  }
}

/// How the numbers of an axis are written.
public enum NumberStyle: Hashable, Sendable {
  /// `0.25`, `1500`, `20k`, `1e-6`.
  case plain
  /// 0.25 as `25%`.
  case percent
  /// 2048 as `2KiB`.
  case bytes
}

/// Points with one name and look.
public struct Series: Hashable, Sendable {
  /// The name in the legend.
  public var name: String
  /// How the points are drawn.
  public var mark: Mark
  /// The points; those with a coordinate that is not finite are gaps.
  public var points: [Point]

  /// How points are drawn.
  public enum Mark: Hashable, Sendable {
    /// Joined by straight lines.
    case line
    /// Joined by a horizontal line and a jump: a staircase.
    case steps
    /// As dots.
    case dots
    /// As circles whose area is the point's size.
    case bubbles
  }

  /// A series.
  public init(_ name: String, _ mark: Mark, _ points: [Point]) {
    self.name = name
    self.mark = mark
    self.points = points
  }

  /// A curve through values at 1, 2, 3 …, such as losses by epoch.
  public init(_ name: String, values: [Double], from start: Int = 1) {
    self.init(
      name,
      .line,
      values.enumerated().map { Point(x: Double(start) + Double($0), y: $1) }
    )
  }
}

/// A place in a plot.
public struct Point: Hashable, Sendable {
  /// The horizontal coordinate.
  public var x: Double
  /// The vertical coordinate.
  public var y: Double
  /// The area of a bubble, in any unit; other marks do not use it.
  public var size: Double
  /// A name to write beside it.
  public var label: String

  /// A point.
  public init(x: Double, y: Double, size: Double = 1, label: String = "") {
    self.x = x
    self.y = y
    self.size = size
    self.label = label
  }

  var isFinite: Bool { x.isFinite && y.isFinite }
}

extension Plot {
  /// The points of a series that these axes can show; others become gaps (NaN).
  func visiblePoints(of series: Series) -> [Point] {
    let visible = series.points.map { point in
      let isVisible =
        point.isFinite && (!x.isLogarithmic || point.x > 0) && (!y.isLogarithmic || point.y > 0)
      return isVisible ? point : Point(x: .nan, y: .nan)
    }
    guard series.mark == .steps else { return visible }
    var stairs: [Point] = []
    for point in visible {
      if let last = stairs.last, last.isFinite, point.isFinite {
        stairs.append(Point(x: point.x, y: last.y))
      }
      stairs.append(point)
    }
    return stairs
  }

  /// The scales that show every visible point.
  func scales(_ points: [[Point]]) -> (x: Scale, y: Scale)? {
    let finite = points.joined().lazy.filter(\.isFinite)
    // Bubbles reach beyond their centres; on logarithmic axes the ends need room as well.
    let hasBubbles = series.contains { $0.mark == .bubbles }
    func inset(_ axis: Axis) -> Double { hasBubbles ? 0.1 : axis.isLogarithmic ? 0.03 : 0 }
    guard let x = Scale(self.x, finite.map(\.x), inset: inset(self.x)),
      let y = Scale(self.y, finite.map(\.y), inset: inset(self.y))
    else { return nil }
    return (x, y)
  }
}
