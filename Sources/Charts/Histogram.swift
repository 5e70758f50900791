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
    let range = high - low
    let width =
      range.isFinite ? range / Double(bins) : high / Double(bins) - low / Double(bins)
    let edges = (0..<bins).map { low + Double($0) * width } + [high]
    var counts = [Int](repeating: 0, count: bins)
    for value in finite {
      let place = (value / width - low / width).rounded(.down)
      var bin = place.isFinite ? Int(min(Double(bins - 1), max(0, place))) : bins - 1
      // The division may round across an edge; the edges decide.
      if value < edges[bin], bin > 0 { bin -= 1 }
      if bin < bins - 1, value >= edges[bin + 1] { bin += 1 }
      counts[bin] += 1
    }
    self.init(edges: edges, counts: counts, axis: axis)
  }

  /// Whether the edges and counts belong together and can be drawn.
  var isDrawable: Bool {
    !counts.isEmpty && edges.count == counts.count + 1 && edges.allSatisfy(\.isFinite)
      && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
  }
}
