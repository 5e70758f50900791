import Tensors

/// Soft targets from one teacher (Hinton et al., 2015).
public struct DistillationTargets: Sendable {
  /// The teacher's logits for every training sample: samples x classes.
  public var logits: Tensor
  /// Divides logits before softmax.
  public var temperature: Float
  /// Weight of the hard-label loss; the soft loss has `1 - alpha` and carries T².
  public var alpha: Float

  /// Soft targets.
  public init(logits: Tensor, temperature: Float, alpha: Float) {
    self.logits = logits
    self.temperature = temperature
    self.alpha = alpha
  }
}

/// What an inner layer should give, for distillation of features (Romero et al., "FitNets", 2015).
public struct FeatureTargets: Sendable {
  /// The layer, by its place in the architecture.
  public var node: Int
  /// For every training sample what it should give: samples x the layer's outputs.
  public var values: Tensor
  /// Weight of `mean((output - value)²)` in the loss.
  public var weight: Float

  /// Targets of one layer.
  public init(node: Int, values: Tensor, weight: Float) {
    self.node = node
    self.values = values
    self.weight = weight
  }
}

/// A price on how much a layer gives, so that few of its neurons speak at a time: an auto-encoder with
/// more neurons than inputs learns something in spite of its freedom (Ng, "Sparse autoencoder", 2011,
/// with absolute values in the place of the divergence).
public struct ActivityPenalty: Hashable, Sendable {
  /// The layer, by its place in the architecture.
  public var node: Int
  /// Weight in the loss of the sum of a sample's absolute outputs.
  public var weight: Float

  /// The price of one layer's outputs.
  public init(node: Int, weight: Float) {
    self.node = node
    self.weight = weight
  }
}

/// How to train.
public struct TrainingOptions: Sendable {
  /// Passes over the data.
  public var epochs = 1
  /// Samples per step; a batch larger than the data is the whole data.
  public var batchSize = 32
  /// How steps follow from gradients.
  public var optimizer = Optimizer.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7)
  /// Size of a step.
  public var learningRate: Float = 1e-3
  /// How the size of a step changes while training.
  public var schedule = Schedule.constant
  /// Pull of weights towards 0, times the learning rate (decoupled); biases, scales and offsets feel
  /// none.
  public var weightDecay: Float = 0
  /// nil chooses cross-entropy for classes and squared error for numbers.
  public var loss: LossFunction?
  /// Share of the probability that is spread over all classes (Szegedy et al., 2016).
  public var labelSmoothing: Float = 0
  /// A factor of the loss for each class; nil weighs all alike.
  public var classWeights: [Float]?
  /// Largest length of the gradient of all parameters together; longer ones are shortened.
  public var largestGradient: Float?
  /// Epochs without a better validation loss before training stops; nil never stops.
  public var patience: Int?
  /// Whether the weights of the epoch with the best validation loss come back at the end, when
  /// `patience` is set.
  public var restoresBest = true
  /// Whether each epoch visits the samples in a new order.
  public var shuffles = true
  /// Weights that are exactly 0 stay 0.
  public var keepsZeros = false
  /// Weights that share a value within a tensor go on sharing one.
  public var keepsClusters = false
  /// Soft targets, when a teacher is there.
  public var distillation: DistillationTargets?
  /// Inner outputs to come close to, when a teacher shows its own.
  public var features: [FeatureTargets] = []
  /// Prices on the outputs of inner layers.
  public var activityPenalties: [ActivityPenalty] = []
  /// The integers to train for; nil trains for floats.
  public var awareness: QuantizationAwareness?
  /// Seed of the shuffle and dropout stream; a network trained before goes on with its own.
  public var seed: UInt64 = 42
  /// The number of threads; the result does not depend on it.
  public var threads = 2
  /// Bytes that training may take; nil for no limit.
  public var memoryLimit: Int?

  /// The defaults.
  public init() {}
}

/// What a training run showed, by epoch.
public struct TrainingReport: Hashable, Sendable, Codable {
  /// Mean training loss of each epoch.
  public var loss: [Double] = []
  /// Training accuracy of each epoch, 0...1; empty when the data has no classes.
  public var accuracy: [Double] = []
  /// Validation loss after each epoch; empty without validation data.
  public var validationLoss: [Double] = []
  /// Validation accuracy after each epoch.
  public var validationAccuracy: [Double] = []
  /// Whole epochs run.
  public var epochs = 0
  /// The epoch whose weights were kept, counted from 1.
  public var best = 0
  /// Whether it was stopped before its last epoch by the user.
  public var wasInterrupted = false
  /// How the loss took the network's outputs.
  public var outputForm = OutputForm.values
  /// Samples of a step, which is less than asked for when the data has fewer.
  public var batchSize = 0
  /// Bytes that training took, known before it began.
  public var plannedBytes = 0
  /// Both losses, where a generator and a discriminator were trained against each other.
  public var adversarial: AdversarialLosses?

  /// An empty report.
  public init() {}
}
