/// Why a board or a plan cannot be made.
///
/// That a model does not fit is no error here but an answer: see `Refusal`.
public enum DeploymentError: Error, Hashable, Sendable {
  case impossibleBoard(board: String, what: String, value: Int)
  case impossiblePower(board: String, milliwatts: Double)
  case unknownBoard(String, nearest: [String])
  /// A tensor whose number of bytes no machine holds, or with a negative extent.
  case impossibleTensor(name: String, shape: [Int])
  /// An operation names a tensor that the graph does not have.
  case missingTensor(index: Int, count: Int)
}

extension DeploymentError: CustomStringConvertible {
  /// One lower-case sentence.
  public var description: String {
    switch self {
    case .impossibleBoard(let board, let what, let value):
      "board '\(board)' cannot have a \(what) of \(value)"
    case .impossiblePower(let board, let milliwatts):
      "board '\(board)' cannot have a power of \(milliwatts)mW"
    case .unknownBoard(let name, let nearest):
      "no board is called '\(name)'; there are \(nearest.joined(separator: ", "))"
    case .impossibleTensor(let name, let shape):
      "tensor '\(name)' cannot have the shape \(shape.map(String.init).joined(separator: "x"))"
    case .missingTensor(let index, let count):
      "the graph names tensor \(index), but has only \(count)"
    }
  }
}
