/// What to prune, and how much.
public struct PruningOptions: Hashable, Sendable {
  /// How weights are ranked; those with the lowest score go first.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// `|w|` (Han et al., 2015).
    case magnitude
    /// By lot: the baseline that any other method must beat.
    case random
    /// `-w * dLoss/dw`: large where training moves the weight away from 0 (Sanh et al., 2020).
    case gradient
    /// `mean((w * dLoss/dw)²)` over batches: the squared change of the loss without the weight
    /// (Molchanov et al., 2019).
    case taylor
  }

  /// What is removed in one piece.
  public enum Unit: String, Hashable, Sendable, CaseIterable {
    case weights
    /// Filters of convolutions; the shapes shrink.
    case channels
    /// Units of dense layers; the shapes shrink.
    case neurons
    /// Two of every four consecutive inputs of an output, whatever the sparsity.
    case twoOfFour = "2of4"
    /// Four consecutive outputs of the same input together.
    case block1x4 = "block1x4"
  }

  /// Among which weights the smallest are looked for.
  public enum Scope: String, Hashable, Sendable, CaseIterable {
    case layer
    case global
  }

  /// How a group of magnitudes gets one score.
  public enum Rank: String, Hashable, Sendable, CaseIterable {
    /// The mean of the magnitudes.
    case l1
    /// The root of the mean of the squares.
    case l2
  }

  /// The share of weights (or units) to remove, 0..<1.
  public var sparsity: Double
  /// How weights are ranked.
  public var method = Method.magnitude
  /// What is removed in one piece.
  public var unit = Unit.weights
  /// Among which weights the smallest are looked for.
  public var scope = Scope.layer
  /// How a group of magnitudes gets one score.
  public var rank = Rank.l1
  /// Names of layers to leave alone; "last" is the last layer with weights.
  public var skip: [String] = []

  /// Magnitude pruning of single weights, layer by layer.
  public init(sparsity: Double) { self.sparsity = sparsity }
}
