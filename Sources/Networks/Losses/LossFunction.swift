/// What training minimises, as a mean over the batch (and over the steps of a sequence).
public enum LossFunction: String, Hashable, Sendable, CaseIterable, Codable {
  /// Cross-entropy with the natural logarithm: of a softmax for several outputs, of a sigmoid for
  /// one. Class labels and, as rows of probabilities, soft labels are accepted.
  case crossEntropy = "crossentropy"
  /// Cross-entropy of a sigmoid for each output, `mean` over the outputs; labels count as one-hot rows.
  case binary
  /// `mean((y - ŷ)²)` over batch and outputs; class labels count as one-hot rows.
  case squared
  /// `mean(|y - ŷ|)`
  case absolute
  /// Squared up to a distance of 1, then linear (Huber, 1964), halved.
  case huber
  /// Kullback-Leibler divergence of the outputs' softmax from rows of probabilities.
  case divergence = "kl"
}

/// What the network's last values are taken for by the loss.
public enum OutputForm: String, Hashable, Sendable, Codable {
  /// The network ends in softmax, which is computed together with the loss from its logits.
  case softmax
  /// The network ends in a sigmoid, which is computed together with the loss from its logits.
  case sigmoid
  /// The network ends without softmax or sigmoid, and the loss adds the one it needs.
  case logits
  /// The loss compares the outputs as they are.
  case values
}

extension OutputForm {
  /// How `loss` takes outputs that `activation` gave: softmax, sigmoid, or anything else.
  public init(after activation: ActivationFunction?, for loss: LossFunction) {
    switch loss {
    case .squared, .absolute, .huber: self = .values
    case .crossEntropy, .binary, .divergence:
      switch activation {
      case .softmax where loss != .binary: self = .softmax
      case .sigmoid where loss != .divergence: self = .sigmoid
      case .softmax, .sigmoid: self = .values
      default: self = .logits
      }
    }
  }
}

extension Architecture {
  /// How `loss` takes this network's outputs.
  public func outputForm(for loss: LossFunction) -> OutputForm {
    OutputForm(after: nodes[nodes.count - 1].layer.activation, for: loss)
  }
}
