/// Pruning of a few values on paper: what `prune w to 50%` gives for a tensor.
public struct HandPruning: Hashable, Sendable {
  /// The values with the pruned ones at 0.
  public let values: [Double]
  /// 1 where a value was kept, 0 where it was pruned.
  public let mask: [Double]
  /// How many were pruned: `round(sparsity * count)`, half to even.
  public let zeros: Int
  /// The largest magnitude that was pruned; 0 if none was.
  ///
  /// All that is larger was kept.
  public let threshold: Double
  /// The share of the result's values that are 0; more than was asked where others were 0 before.
  public let sparsity: Double

  /// Prunes exactly `round(sparsity * count)` values, smallest magnitude first, ties by lowest
  /// position.
  public init(_ values: [Double], to sparsity: Double) throws(PruningError) {
    guard sparsity >= 0, sparsity < 1 else { throw .sparsityOutOfRange(sparsity) }
    guard values.allSatisfy(\.isFinite) else { throw .notANumber(layer: "the tensor") }
    let zeros = prunedCount(sparsity: sparsity, of: values.count)
    let choice = SmallestFirst(zeros, of: values.map(\.magnitude))
    let pruned = zip(values, choice.isChosen).map { $1 ? 0 : $0 }
    self.values = pruned
    mask = choice.isChosen.map { $0 ? 0 : 1 }
    self.zeros = zeros
    threshold = choice.threshold
    self.sparsity =
      values.isEmpty ? 0 : Double(pruned.count { $0 == 0 }) / Double(values.count)
  }
}
