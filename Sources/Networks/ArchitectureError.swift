import Tensors

/// Why layers cannot be joined.
public enum ArchitectureError: Error, Hashable, Sendable {
  case emptyInput(Shape)
  case duplicateName(String)
  /// `layer` needs an input of rank `expected` (1 is flat, 3 an image), and gets `found`.
  case wrongRank(layer: String, expected: Int, found: Shape)
  /// The window is larger than what it moves over.
  case windowTooLarge(layer: String, window: String, input: Shape)
  /// A count, stride, dilation or multiplier that is not at least 1.
  case notPositive(layer: String, what: String, value: Int)
  /// Channels that do not divide by the groups.
  case indivisibleGroups(groups: Int, inputs: Int, filters: Int)
  case rateOutOfRange(Double)
  /// A shape or number of weights beyond what any machine holds.
  case tooLarge(layer: String)
}
