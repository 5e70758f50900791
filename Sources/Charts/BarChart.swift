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
