import Networks

/// What pruning did.
public struct PruningReport: Hashable, Sendable {
  /// One layer's share.
  public struct LayerReport: Hashable, Sendable {
    /// The layer's name.
    public let name: String
    /// Weights that are exactly 0 now.
    public let zeros: Int
    /// All weights of the layer now.
    public let count: Int
    /// The largest score that was pruned: a magnitude when pruning by magnitude.
    public let threshold: Double
    /// Output channels or neurons that were removed.
    public let removedUnits: Int

    /// The share of weights that are 0.
    public var sparsity: Double { count == 0 ? 0 : Double(zeros) / Double(count) }
  }

  /// Layers with weights, in order; those that were skipped as they are.
  public internal(set) var layers: [LayerReport]
  /// The sparsity asked for in each epoch of fine-tuning; one value without fine-tuning.
  public internal(set) var sparsity: [Double]
  /// Fine-tuning's report; nil when there was none.
  public internal(set) var training: TrainingReport?

  /// Weights that are exactly 0.
  public var zeros: Int { layers.reduce(0) { $0 + $1.zeros } }
  /// All prunable weights.
  public var count: Int { layers.reduce(0) { $0 + $1.count } }
  /// The share of all prunable weights that are 0.
  public var overallSparsity: Double { count == 0 ? 0 : Double(zeros) / Double(count) }
}
