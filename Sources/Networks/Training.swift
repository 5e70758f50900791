import Tensors

/// What training minimises.
public enum LossFunction: String, Hashable, Sendable, CaseIterable {
  /// Softmax (or sigmoid, for one output) cross-entropy against class labels; natural logarithm.
  case crossEntropy = "crossentropy"
  /// `mean((y - ŷ)²)` over batch and outputs; class labels count as one-hot rows.
  case squared
}

/// How a step follows from a gradient.
public enum Optimizer: Hashable, Sendable {
  /// Stochastic gradient descent, with momentum if `momentum` is not 0.
  case sgd(momentum: Float)
  /// Kingma and Ba, 2015.
  case adam(beta1: Float, beta2: Float, epsilon: Float)
}

/// What an optimiser remembers between steps.
public struct OptimizerState: Hashable, Sendable {
  /// The optimiser it belongs to.
  public var optimizer: Optimizer
  /// Steps taken.
  public var step: Int
  /// Whole epochs trained.
  public var epochs: Int
  /// Seed of the shuffle and dropout stream, kept so that 3 then 2 epochs equal 5.
  public var streamSeed: UInt64
  /// Moments per node and parameter; SGD uses the first only.
  public var firstMoments: [[Tensor]]
  public var secondMoments: [[Tensor]]

  /// A state.
  public init(
    optimizer: Optimizer,
    step: Int,
    epochs: Int,
    streamSeed: UInt64,
    firstMoments: [[Tensor]],
    secondMoments: [[Tensor]]
  ) {
    self.optimizer = optimizer
    self.step = step
    self.epochs = epochs
    self.streamSeed = streamSeed
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
  }
}

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

/// How to train.
public struct TrainingOptions: Sendable {
  /// Passes over the data.
  public var epochs = 1
  /// Samples per step.
  public var batchSize = 32
  /// How steps follow from gradients.
  public var optimizer = Optimizer.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7)
  /// Size of a step.
  public var learningRate: Float = 1e-3
  /// Pull towards 0, times the learning rate (decoupled).
  public var weightDecay: Float = 0
  /// nil chooses cross-entropy for classes and squared error for numbers.
  public var loss: LossFunction?
  /// Epochs without a better validation loss before training stops; nil never stops.
  public var patience: Int?
  /// Whether the weights of the best epoch come back when `patience` ends training.
  public var restoresBest = true
  /// Whether each epoch visits the samples in a new order.
  public var shuffles = true
  /// Weights that are exactly 0 stay 0.
  public var keepsZeros = false
  /// Weights that share a value within a tensor go on sharing one.
  public var keepsClusters = false
  /// Soft targets, when a teacher is there.
  public var distillation: DistillationTargets?
  /// Seed of the shuffle and dropout stream; a network trained before goes on with its own.
  public var seed: UInt64 = 42
  /// The number of threads; the result does not depend on it.
  public var threads = 2

  /// The defaults.
  public init() {}
}

/// What a training run showed, by epoch.
public struct TrainingReport: Hashable, Sendable {
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

  /// An empty report.
  public init() {}
}
