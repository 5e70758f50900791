import Tensors

/// Why a network cannot be trained.
public enum TrainingError: Error, Hashable, Sendable {
  /// The data or the network do not fit.
  case unsuitable(NetworkError)
  /// `step` has no gradient.
  case notTrainable(layer: String)
  case nothingToTrain
  /// An option outside its range.
  case optionOutOfRange(option: String, value: String, expected: String)
  case exceedsMemory(neededBytes: Int, limitBytes: Int)
  case tooLarge
  /// The loss is infinite or not a number; it began in the outputs of `layer`.
  case diverged(step: Int, layer: String)
  /// Soft targets that do not match the data or the network.
  case wrongSoftTargets(expected: Shape, found: Shape)
  case distillationNeedsClasses
  /// A layer whose outputs cannot be matched with a teacher's.
  case featureWithoutGradient(layer: String)
  case wrongFeatures(layer: String, expected: Shape, found: Shape)
}

extension TrainingError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .unsuitable(let error): error.description
    case .notTrainable(let layer):
      "'\(layer)' uses the step function, which has no gradient, so the network can be run but not"
        + " trained"
    case .nothingToTrain: "the network has no parameters that are not frozen"
    case .optionOutOfRange(let option, let value, let expected):
      "\(option) must be \(expected), but is \(value)"
    case .exceedsMemory(let needed, let limit):
      "training needs \(needed) bytes, but the limit is \(limit) bytes"
    case .tooLarge: "training would need more memory than any machine has"
    case .diverged(let step, let layer):
      "the loss is not a finite number at step \(step); it began in '\(layer)'"
    case .wrongSoftTargets(let expected, let found):
      "the teacher's logits must be \(expected), but are \(found)"
    case .distillationNeedsClasses:
      "distillation needs a network with at least two outputs that ends in softmax or in logits"
    case .featureWithoutGradient(let layer):
      "'\(layer)' has no gradient of its own to learn by; name a layer between the input and the "
        + "output"
    case .wrongFeatures(let layer, let expected, let found):
      "what '\(layer)' should give must be \(expected), but is \(found)"
    }
  }
}
