/// Distinct values in rising order with running sums, from which the error of any run of neighbours
/// follows in O(1).
///
/// Clusters of numbers on a line are runs of neighbours, so this is all that clustering needs to
/// see. Values are held less their mean, which keeps the sums of squares small and so the
/// differences of sums exact to about 1e-16 of the whole.
struct SortedWeights: Sendable {
  /// Distinct values, rising.
  let values: [Double]
  /// The mean that was taken off before summing.
  let mean: Double
  /// Before each value: how many weights there are, their sum and the sum of their squares.
  let counts: [Double]
  let sums: [Double]
  let squares: [Double]

  /// Sorts `weights`, which are finite; equal ones become one value that counts for all.
  init(_ weights: [Double]) { self.init(sorted: weights.sorted()) }

  /// Takes weights that are sorted already.
  init(sorted: [Double]) {
    var total = 0.0
    for weight in sorted { total += weight }
    let mean = sorted.isEmpty ? 0 : total / Double(sorted.count)
    var values: [Double] = []
    var counts: [Double] = [0]
    var sums: [Double] = [0]
    var squares: [Double] = [0]
    values.reserveCapacity(sorted.count)
    counts.reserveCapacity(sorted.count + 1)
    sums.reserveCapacity(sorted.count + 1)
    squares.reserveCapacity(sorted.count + 1)
    var count = 0.0
    var sum = 0.0
    var square = 0.0
    var position = 0
    while position < sorted.count {
      let value = sorted[position]
      let first = position
      while position < sorted.count, sorted[position] == value { position += 1 }
      let weight = Double(position - first)
      let centred = value - mean
      count += weight
      sum += weight * centred
      square += weight * centred * centred
      values.append(value)
      counts.append(count)
      sums.append(sum)
      squares.append(square)
    }
    self.values = values
    self.mean = mean
    self.counts = counts
    self.sums = sums
    self.squares = squares
  }

  /// The mean of the values `first..<end`.
  func mean(_ first: Int, _ end: Int) -> Double {
    mean + (sums[end] - sums[first]) / (counts[end] - counts[first])
  }

  /// `sum((w - mean)²)` over the values `first..<end`.
  func error(_ first: Int, _ end: Int) -> Double {
    let sum = sums[end] - sums[first]
    return max(0, squares[end] - squares[first] - sum * sum / (counts[end] - counts[first]))
  }

  /// The first position whose value is not below `bound`.
  func position(of bound: Double) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
