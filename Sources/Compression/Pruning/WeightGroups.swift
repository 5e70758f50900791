import Tensors

/// Weights that go or stay together, with one score for each group.
struct WeightGroups: Hashable, Sendable {
  /// For each weight its group; nil for weights that no choice may touch.
  let groups: [Int?]
  /// For each group its score; groups that are 0 already come before all others, so that pruning
  /// further brings none back.
  let scores: [Double]

  /// Groups the weights of a layer whose `outputs` channels run fastest.
  init(_ weights: Tensor, _ weightScores: [Double], outputs: Int, _ options: PruningOptions) {
    let isZero = weights.withElements { $0.map { $0 == 0 } }
    let groupCount: Int
    switch options.unit {
    case .weights, .channels, .neurons:
      groups = Array(weightScores.indices)
      groupCount = weightScores.count
    case .twoOfFour:
      // Four consecutive inputs of one output; what is left over at the end stays.
      let inputs = weightScores.count / max(1, outputs) / 4 * 4
      var groups = [Int?](repeating: nil, count: weightScores.count)
      for output in 0..<outputs {
        for input in 0..<inputs { groups[input * outputs + output] = output * inputs + input }
      }
      self.groups = groups
      groupCount = inputs * outputs
    case .block1x4:
      // Four consecutive outputs of one input; the last of a row may be smaller.
      let blocksPerRow = (outputs + 3) / 4
      groups = weightScores.indices.map { $0 / outputs * blocksPerRow + $0 % outputs / 4 }
      groupCount = weightScores.count / max(1, outputs) * blocksPerRow
    }
    var members = [[Int]](repeating: [], count: groupCount)
    for (weight, group) in groups.enumerated() {
      if let group { members[group].append(weight) }
    }
    scores = members.map { members in
      if members.allSatisfy({ isZero[$0] }) { return -.infinity }
      return options.groupScore(of: members.map { weightScores[$0] })
    }
  }

  /// Two of every run of four groups, the lowest scores first.
  func twoOfFour() -> [Bool] {
    stride(from: 0, to: scores.count, by: 4).flatMap { start in
      SmallestFirst(2, of: Array(scores[start..<min(start + 4, scores.count)])).isChosen
    }
  }

  /// The weights of the chosen groups.
  func weights(of chosen: ArraySlice<Bool>) -> [Bool] {
    groups.map { group in group.map { chosen[chosen.startIndex + $0] } ?? false }
  }
}

extension PruningOptions {
  /// One score for weights that go together.
  ///
  /// Only magnitudes know a choice of norms; scores made of gradients and lots are averaged.
  func groupScore(of scores: [Double]) -> Double {
    let count = Double(max(1, scores.count))
    if method == .magnitude, rank == .l2 {
      return (scores.reduce(0) { $0 + $1 * $1 } / count).squareRoot()
    }
    return scores.reduce(0, +) / count
  }
}
