import Tensors

/// Why a network cannot be made or run.
public enum NetworkError: Error, Hashable, Sendable {
  case wrongParameterShape(node: String, role: ParameterRole, expected: Shape, found: Shape)
  case noSuchParameter(node: String, role: ParameterRole)
  /// One sample has another shape than the network's input.
  case wrongInput(expected: Shape, found: Shape)
  case noSamples
  /// Classes or values that the outputs cannot be compared with.
  case wrongAnswers(outputs: Shape, found: String)
  case labelOutOfRange(label: Int, sample: Int, classes: Int)
  case nothingExpected
  case noSuchNode(String)
  case noAttention(String)
  /// More memory than the machine gives.
  case tooLarge
}

extension NetworkError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .wrongParameterShape(let node, let role, let expected, let found):
      "\(role.name) of '\(node)' must be \(expected), but are \(found)"
    case .noSuchParameter(let node, let role): "'\(node)' has no \(role.name)"
    case .wrongInput(let expected, let found):
      "the network takes samples of \(expected), but these are \(found)"
    case .noSamples: "there are no samples"
    case .wrongAnswers(let outputs, let found):
      "it gives \(outputs) for a sample, but the samples have \(found)"
    case .labelOutOfRange(let label, let sample, let classes):
      "label \(label) of sample \(sample) is outside 0..<\(classes)"
    case .nothingExpected: "the samples have no labels or target values to compare with"
    case .noSuchNode(let name): "the network has no layer called '\(name)'"
    case .noAttention(let name): "'\(name)' is not an attention layer"
    case .tooLarge: "running the network would need more memory than the machine has"
    }
  }
}
