/// What a recurrent layer computes at each step.
public enum RecurrentKind: String, Hashable, Sendable, CaseIterable {
  /// `h' = tanh(x W + h R + b)` (Elman, 1990).
  case simple = "rnn"
  /// Two gates and a candidate (Cho et al., 2014), with the recurrent bias inside the reset.
  case gated = "gru"
  /// Three gates and a cell (Hochreiter and Schmidhuber, 1997; Gers et al., 2000).
  case longShortTerm = "lstm"

  /// Columns of the weights per unit: lstm input, forget, candidate, output; gru update, reset,
  /// candidate (the order of Keras).
  public var gates: Int {
    switch self {
    case .simple: 1
    case .gated: 3
    case .longShortTerm: 4
    }
  }
}

/// A layer that goes through a sequence step by step, remembering.
///
/// Input is steps x features. Weights are features x (gates · units), recurrent weights units x
/// (gates · units), the bias has gates · units values (gru: twice that, the second row inside the
/// reset).
public struct Recurrent: Hashable, Sendable {
  /// What a step computes.
  public var kind: RecurrentKind
  /// Values remembered.
  public var units: Int
  /// Whether every step is given, or the last alone.
  public var returnsSequence: Bool
  /// Whether a second such layer goes from the end to the beginning, its results beside the first's.
  public var isBidirectional: Bool

  /// A recurrent layer.
  public init(
    kind: RecurrentKind,
    units: Int,
    returnsSequence: Bool = false,
    isBidirectional: Bool = false
  ) {
    self.kind = kind
    self.units = units
    self.returnsSequence = returnsSequence
    self.isBidirectional = isBidirectional
  }
}
