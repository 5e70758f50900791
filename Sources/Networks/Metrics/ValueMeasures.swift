/// How near predicted numbers come to those expected.
public struct ValueMeasures: Hashable, Sendable {
  /// The mean of `|y - ŷ|`.
  public let meanAbsoluteError: Double
  /// The root of the mean of `(y - ŷ)²`.
  public let rootMeanSquareError: Double
  /// R²: `1 - sum((y - ŷ)²) / sum((y - mean(y))²)` over all outputs; 0 where nothing varies.
  public let determination: Double

  /// From as many predicted as expected numbers.
  public init(predicted: [Float], expected: [Float]) {
    let count = Double(max(1, expected.count))
    var absolute = 0.0
    var squared = 0.0
    var sum = 0.0
    for (predicted, expected) in zip(predicted, expected) {
      let difference = Double(predicted) - Double(expected)
      absolute += abs(difference)
      squared += difference * difference
      sum += Double(expected)
    }
    let mean = sum / count
    let spread = expected.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    meanAbsoluteError = absolute / count
    rootMeanSquareError = (squared / count).squareRoot()
    determination = spread == 0 ? 0 : 1 - squared / spread
  }
}
