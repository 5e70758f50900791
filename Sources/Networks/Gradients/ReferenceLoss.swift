import Tensors

/// A loss in double precision, from its definition.
struct ReferenceLoss {
  let loss: LossFunction
  let form: OutputForm
  let columns: Int
  let expected: Expected
  let smoothing: Double

  /// The mean loss of outputs (after the network's own softmax or sigmoid).
  func mean(_ outputs: [Double]) -> Double {
    let rows = outputs.count / columns
    var total = 0.0
    for row in 0..<rows {
      total += value(Array(outputs[row * columns..<(row + 1) * columns]), row)
    }
    return total / Double(rows)
  }

  private func value(_ outputs: [Double], _ row: Int) -> Double {
    switch loss {
    case .squared:
      return meanOfTerms(outputs, row) { ($0 - $1) * ($0 - $1) }
    case .absolute:
      return meanOfTerms(outputs, row) { abs($0 - $1) }
    case .huber:
      let delta = Double(PlannedLoss.huberDelta)
      return meanOfTerms(outputs, row) {
        let distance = abs($0 - $1)
        return distance <= delta ? distance * distance / 2 : delta * (distance - delta / 2)
      }
    case .binary:
      return binary(outputs, row)
    case .crossEntropy:
      return columns == 1 || form == .sigmoid ? binary(outputs, row) : softmaxLoss(outputs, row)
    case .divergence:
      let target = targets(row)
      return softmaxLoss(outputs, row)
        + target.reduce(0) { $0 + ($1 > 0 ? $1 * ExactMath.log($1) : 0) }
    }
  }

  private func binary(_ outputs: [Double], _ row: Int) -> Double {
    meanOfTerms(outputs, row) { output, target in
      guard form != .logits else {
        // -t log s(x) - (1 - t) log(1 - s(x)), without the probability's rounding to 0 or 1.
        return max(output, 0) - output * target
          + ExactMath.log(1 + ExactMath.exp(-output.magnitude))
      }
      return -target * ExactMath.log(output) - (1 - target) * ExactMath.log(1 - output)
    }
  }

  private func softmaxLoss(_ outputs: [Double], _ row: Int) -> Double {
    let logarithms: [Double]
    if form == .softmax {
      logarithms = outputs.map { ExactMath.log($0) }
    } else {
      let largest = outputs.max() ?? 0
      let sum = outputs.reduce(0) { $0 + ExactMath.exp($1 - largest) }
      logarithms = outputs.map { $0 - largest - ExactMath.log(sum) }
    }
    let target = targets(row).map { $0 * (1 - smoothing) + smoothing / Double(columns) }
    return zip(target, logarithms).reduce(0) { $0 - ($1.0 == 0 ? 0 : $1.0 * $1.1) }
  }

  private func meanOfTerms(
    _ outputs: [Double],
    _ row: Int,
    _ term: (Double, Double) -> Double
  ) -> Double {
    zip(outputs, targets(row)).reduce(0) { $0 + term($1.0, $1.1) } / Double(columns)
  }

  private func targets(_ row: Int) -> [Double] {
    switch expected {
    case .classes(let labels, _):
      columns == 1
        ? [Double(labels[row])]
        : (0..<columns).map { $0 == Int(labels[row]) ? 1 : 0 }
    case .values(let values):
      (0..<columns).map { Double(values[row * columns + $0]) }
    case .nothing:
      [Double](repeating: 0, count: columns)
    }
  }
}
