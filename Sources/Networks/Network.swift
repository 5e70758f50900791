import Tensors

/// One command in the history of a network.
public struct LineageEntry: Hashable, Sendable, Codable {
  /// The command's name, such as `prune`.
  public var command: String
  /// The command as written.
  public var text: String
  /// Named figures that held after it, in the order shown.
  public var figures: [Figure]

  /// One named number, such as `sparsity` 0.8.
  public struct Figure: Hashable, Sendable, Codable {
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
  private var storage: ParameterStorage
  /// What the optimiser remembers, so that training can go on; nil before the first `train`.
  public var optimizerState: OptimizerState?
  /// The loss of the last training, which `loss(m, d)` reports.
  public var loss: LossFunction?
  /// Whether it was last trained to give its inputs again.
  public var reconstructsInput = false
  /// The last training's report.
  public var training: TrainingReport?
  /// Every command that made this network.
  public var lineage: [LineageEntry]

  /// A network whose parameters are given.
  public init(architecture: Architecture, parameters: [[Parameter]], lineage: [LineageEntry] = []) {
    self.init(architecture: architecture, storage: .drawn(parameters))
    self.lineage = lineage
  }

  init(architecture: Architecture, storage: ParameterStorage) {
    self.architecture = architecture
    self.storage = storage
    lineage = []
    optimizerState = nil
    loss = nil
    training = nil
  }

  /// Per node of the architecture its parameters, in the order `Architecture.parameterShapes` gives.
  ///
  /// A network whose weights are pending draws them now.
  public var parameters: [[Parameter]] {
    get { storage.values }
    _modify {
      var values = storage.values
      storage = .drawn([])
      defer { storage = .drawn(values) }
      yield &values
    }
  }

  /// Whether the parameters have yet to be drawn, so that the network takes no memory for them.
  public var isPending: Bool {
    switch storage {
    case .drawn: false
    case .pending(let pending): !pending.areDrawn
    }
  }

  /// The parameter of a node, if it has one in that role.
  public func parameter(_ role: ParameterRole, of node: Int) -> Tensor? {
    parameters[node].first { $0.role == role }?.tensor
  }
}
