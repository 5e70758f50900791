import Tensors

/// One command in the history of a network.
public struct LineageEntry: Hashable, Sendable {
  /// The command's name, such as `prune`.
  public var command: String
  /// The command as written.
  public var text: String
  /// Named figures that held after it, in the order shown.
  public var figures: [Figure]

  /// One named number, such as `sparsity` 0.8.
  public struct Figure: Hashable, Sendable {
    /// What was measured.
    public var name: String
    /// What came out.
    public var value: Double

    /// A named number.
    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// An entry.
  public init(command: String, text: String, figures: [Figure] = []) {
    self.command = command
    self.text = text
    self.figures = figures
  }
}

/// An architecture with weights: the trainable thing.
///
/// A value, as everything in a script is.
public struct Network: Sendable {
  /// The layers and how they are joined.
  public let architecture: Architecture
  /// Per node of the architecture its parameters, in the order `Architecture.parameterShapes` gives.
  public var parameters: [[Parameter]]
  /// What the optimiser remembers, so that training can go on; nil before the first `train`.
  public var optimizerState: OptimizerState?
  /// The loss of the last training, which `loss(m, d)` reports.
  public var loss: LossFunction?
  /// The last training's report.
  public var training: TrainingReport?
  /// Every command that made this network.
  public var lineage: [LineageEntry]

  /// A network whose parameters are given.
  public init(architecture: Architecture, parameters: [[Parameter]], lineage: [LineageEntry] = []) {
    self.architecture = architecture
    self.parameters = parameters
    self.lineage = lineage
    optimizerState = nil
    loss = nil
    training = nil
  }

  /// The parameter of a node, if it has one in that role.
  public func parameter(_ role: ParameterRole, of node: Int) -> Tensor? {
    parameters[node].first { $0.role == role }?.tensor
  }
}
