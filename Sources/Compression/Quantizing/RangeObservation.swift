import Inference
import Tensors

/// The values that each computed tensor of a float graph took while calibration samples ran.
struct RangeObservation {
  /// Least and greatest value by tensor; nil for constants.
  private(set) var extremes: [ClosedRange<Float>?]
  /// How often values fell into each of equal parts of their range; empty unless asked for.
  private(set) var histograms: [[Int]]
  /// By tensor the mean of each place on the last axis; empty unless asked for.
  private(set) var means: [[Double]] = []

  /// Parts of a histogram.
  static let binCount = 2048

  /// Runs `samples` through `graph`, twice if histograms are wanted.
  init(
    _ graph: Graph,
    _ samples: Tensor,
    countsValues: Bool,
    takesMeans: Bool = false
  ) throws(QuantizationError) {
    let runner: GraphRunner
    var lows = [Float](repeating: .infinity, count: graph.tensors.count)
    var highs = [Float](repeating: -.infinity, count: graph.tensors.count)
    var brokenTensor: Int?
    do throws(GraphError) {
      runner = try GraphRunner(graph)
      try runner.observe(samples) { tensor, values in
        for value in values {
          if !value.isFinite { brokenTensor = brokenTensor ?? tensor }
          if value < lows[tensor] { lows[tensor] = value }
          if value > highs[tensor] { highs[tensor] = value }
        }
      }
    } catch {
      throw .graph(error)
    }
    if let brokenTensor {
      throw .notANumberInActivations(tensor: graph.tensors[brokenTensor].name)
    }
    extremes = zip(lows, highs).map { $0 <= $1 ? $0...$1 : nil }
    histograms = graph.tensors.map { _ in [] }
    if takesMeans { means = try Self.means(graph, samples, runner) }
    guard countsValues else { return }
    var counts = extremes.map { range in
      range == nil ? [] : [Int](repeating: 0, count: Self.binCount)
    }
    let factors = zip(lows, highs).map { low, high in
      high > low ? Double(Self.binCount) / (Double(high) - Double(low)) : 0
    }
    do throws(GraphError) {
      try runner.observe(samples) { tensor, values in
        let low = Double(lows[tensor])
        let factor = factors[tensor]
        counts[tensor].withUnsafeMutableBufferPointer { bins in
          for value in values {
            bins[min(Self.binCount - 1, Int((Double(value) - low) * factor))] += 1
          }
        }
      }
    } catch {
      throw .graph(error)
    }
    histograms = counts
  }

  private static func means(
    _ graph: Graph,
    _ samples: Tensor,
    _ runner: GraphRunner
  ) throws(QuantizationError) -> [[Double]] {
    var sums = graph.tensors.map { tensor in
      tensor.constant == nil ? [Double](repeating: 0, count: tensor.shape.last ?? 1) : []
    }
    var counts = graph.tensors.map { _ in 0 }
    do throws(GraphError) {
      try runner.observe(samples) { tensor, values in
        let places = sums[tensor].count
        guard places > 0 else { return }
        for (index, value) in values.enumerated() { sums[tensor][index % places] += Double(value) }
        counts[tensor] += values.count / places
      }
    } catch {
      throw .graph(error)
    }
    return zip(sums, counts).map { sums, count in
      count == 0 ? [] : sums.map { $0 / Double(count) }
    }
  }

  /// The range that integers of `levels` steps should cover, 0 included.
  func range(of tensor: Int, _ observer: Observer, levels: Int) -> ClosedRange<Double> {
    guard let extremes = extremes[tensor] else { return 0...0 }
    let whole = Double(extremes.lowerBound)...Double(extremes.upperBound)
    let histogram = ValueHistogram(range: whole, counts: histograms[tensor])
    let chosen =
      switch observer {
      case .minmax: whole
      case .percentile: histogram.withoutTails(share: 0.0001)
      case .mse: histogram.leastSquaredError(levels: levels)
      case .entropy: histogram.leastDivergence()
      }
    return min(0, chosen.lowerBound)...max(0, chosen.upperBound)
  }
}
