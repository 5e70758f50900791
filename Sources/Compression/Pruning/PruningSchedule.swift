/// How sparsity grows over the epochs of fine-tuning.
///
/// Why gradually: a network that loses a few weights at a time can shift their work to the others
/// before the next go.
public struct PruningSchedule: Hashable, Sendable {
  /// The curve between the first and the last sparsity.
  public enum Curve: String, Hashable, Sendable, CaseIterable {
    /// The final sparsity from the first epoch on.
    case constant
    /// Quick at first, slow at the end (Zhu and Gupta, 2017).
    case polynomial
  }

  /// The curve.
  public var curve: Curve
  /// Sparsity in the first epoch, 0..<1; the constant curve has none of its own.
  public var initialSparsity: Double
  /// Sparsity in the last epoch, 0..<1.
  public var finalSparsity: Double
  /// Epochs from one pruning to the next.
  public var every: Int

  /// A schedule; refuses sparsities outside 0..<1 and a start above the end.
  public init(
    curve: Curve,
    from initialSparsity: Double = 0,
    to finalSparsity: Double,
    every: Int = 1
  ) throws(PruningError) {
    for sparsity in [initialSparsity, finalSparsity] where !(sparsity >= 0 && sparsity < 1) {
      throw .sparsityOutOfRange(sparsity)
    }
    guard initialSparsity <= finalSparsity else {
      throw .startAboveTarget(start: initialSparsity, target: finalSparsity)
    }
    guard every >= 1 else { throw .everyNotPositive(every) }
    self.curve = curve
    self.initialSparsity = initialSparsity
    self.finalSparsity = finalSparsity
    self.every = every
  }

  /// The sparsity that holds during `epoch`, counted from 1, of `epochs`.
  ///
  /// Polynomial: `final + (initial - final) * (1 - t)³`, where `t` runs from 0 in the first epoch to
  /// 1 at the last pruning (Zhu and Gupta, "To prune, or not to prune", 2017, equation 1). Between
  /// two prunings the sparsity stands.
  public func sparsity(atEpoch epoch: Int, of epochs: Int) -> Double {
    let lastPruning = (max(1, epochs) - 1) / every * every
    let pruning = (min(max(1, epoch), max(1, epochs)) - 1) / every * every
    guard curve == .polynomial, pruning < lastPruning else { return finalSparsity }
    let remaining = 1 - Double(pruning) / Double(lastPruning)
    return finalSparsity
      + (initialSparsity - finalSparsity) * (remaining * remaining * remaining)
  }
}
