/// Distinct values in rising order with running sums, from which the error of any run of neighbours
/// follows in O(1).
///
/// Clusters of numbers on a line are runs of neighbours, so this is all that clustering needs to
/// see. Values are held less their mean, which keeps the sums of squares small and so the
/// differences of sums exact to about 1e-16 of the whole.
struct SortedWeights: Sendable {
  /// What stands before a value.
  struct Running: Hashable, Sendable {
    /// How many weights there are.
    var count = 0.0
    /// Their sum.
    var sum = 0.0
    /// The sum of their squares.
    var square = 0.0
  }

  /// Distinct values, rising.
  let values: [Double]
  /// The mean that was taken off before summing.
  let mean: Double
  /// What stands before each value, and behind the last.
  let running: [Running]

  /// Sorts `weights`, which are finite; equal ones become one value that counts for all.
  init(_ weights: [Double]) { self.init(sorted: weights.sorted()) }

  /// Takes weights that are sorted already.
  init(sorted: [Double]) {
    var total = 0.0
    for weight in sorted { total += weight }
    let mean = sorted.isEmpty ? 0 : total / Double(sorted.count)
    // One more than there may be values, for what stands behind the last.
    var values: [Double] = []
    let running = [Running](unsafeUninitializedCapacity: sorted.count + 1) { running, filled in
      values = [Double](unsafeUninitializedCapacity: sorted.count) { values, distinct in
        var before = Running()
        running[0] = before
        var position = 0
        while position < sorted.count {
          let value = sorted[position]
          let first = position
          repeat { position += 1 } while position < sorted.count && sorted[position] == value
          let weight = Double(position - first)
          let centred = value - mean
          before.count += weight
          before.sum += weight * centred
          before.square += weight * centred * centred
          values[distinct] = value
          distinct += 1
          running[distinct] = before
        }
      }
      filled = values.count + 1
    }
    self.values = values
    self.mean = mean
    self.running = running
  }

  /// The mean of the values `first..<end`.
  func mean(_ first: Int, _ end: Int) -> Double {
    mean + (running[end].sum - running[first].sum) / (running[end].count - running[first].count)
  }

  /// `sum((w - mean)²)` over the values `first..<end`.
  func error(_ first: Int, _ end: Int) -> Double {
    let sum = running[end].sum - running[first].sum
    let square = running[end].square - running[first].square
    return max(0, square - sum * sum / (running[end].count - running[first].count))
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
