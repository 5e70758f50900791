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
  /// A deviation of noise that is negative or not a number.
  case deviationOutOfRange(Double)
  /// A sequence or a flat input was needed.
  case wrongRanks(layer: String, expected: String, found: Shape)
  /// Inputs that cannot be joined.
  case mismatch(layer: String, first: Shape, other: Shape)
  /// A join without inputs, or several inputs to a layer that takes one.
  case wrongInputCount(layer: String, count: Int)
  /// A shape that holds another number of values.
  case wrongReshape(from: Shape, to: Shape)
  /// A border that leaves nothing of the image, or is negative.
  case wrongBorder(layer: String, input: Shape)
  /// A shape or number of weights beyond what any machine holds.
  case tooLarge(layer: String)
}

extension ArchitectureError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .emptyInput(let shape): "input shape \(shape) holds no values"
    case .duplicateName(let name): "two layers are called '\(name)'"
    case .wrongRank(let layer, let expected, let found):
      "'\(layer)' needs \(expected == 1 ? "a flat input" : "an image (height x width x channels)"),"
        + " but gets \(found)"
    case .windowTooLarge(let layer, let window, let input):
      "the \(window) window of '\(layer)' does not fit into \(input)"
    case .notPositive(let layer, let what, let value):
      "\(what) of '\(layer)' must be at least 1, but is \(value)"
    case .indivisibleGroups(let groups, let inputs, let filters):
      "\(inputs) input channels and \(filters) filters do not divide into \(groups) groups"
    case .deviationOutOfRange(let deviation):
      "the deviation of noise must be a number from 0 on, but is \(deviation)"
    case .wrongRanks(let layer, let expected, let found):
      "'\(layer)' needs \(expected), but gets \(found)"
    case .mismatch(let layer, let first, let other):
      "'\(layer)' cannot join \(first) and \(other)"
    case .wrongInputCount(let layer, let count):
      "'\(layer)' cannot have \(count) inputs"
    case .wrongReshape(let from, let to):
      "\(from) holds \(from.count) values and cannot become \(to), which holds \(to.count)"
    case .wrongBorder(let layer, let input):
      "the border of '\(layer)' must be at least 0 and leave some of \(input)"
    case .rateOutOfRange(let rate): "a dropout rate must be in 0..<1, but is \(rate)"
    case .tooLarge(let layer): "'\(layer)' would be larger than any memory"
    }
  }
}
