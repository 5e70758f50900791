/// Why a graph cannot be run, or a run was refused.
public enum GraphError: Error, Hashable, Sendable {
  /// The graph names a tensor that it does not have.
  case noSuchTensor(index: Int, count: Int)
  /// A tensor that cannot be, such as a negative extent or a scale of 0.
  case tensor(name: String, TensorFault)
  /// An operation that cannot be run as it stands.
  case operation(name: String, index: Int, OperationFault)
  /// A tensor is read before anything has filled it.
  case readBeforeWritten(tensor: String)
  /// Two operations fill one tensor, or one fills a constant or an input.
  case writtenTwice(tensor: String)
  /// Running needs more memory than allowed.
  case memory(neededBytes: Int, allowedBytes: Int)
  /// The number of inputs given is not the number that the graph has.
  case inputCount(expected: Int, found: Int)
  /// An input of another size than its tensor.
  case inputBytes(tensor: String, expected: Int, found: Int)
  /// Samples of another size than the graph's input.
  case sampleSize(expected: [Int], found: [Int])
  /// Real numbers are wanted of a tensor that holds none.
  case notNumeric(tensor: String)

  /// What is wrong with a tensor.
  public enum TensorFault: Hashable, Sendable {
    case shape([Int])
    case constantBytes(expected: Int, found: Int)
    case scale(Float)
    case zeroPoint(Int)
    case channelAxis(Int, rank: Int)
    case channelCount(expected: Int, found: Int)
  }

  /// What is wrong with an operation.
  public enum OperationFault: Hashable, Sendable {
    /// Inputs or outputs missing or too many.
    case operandCount(what: String, expected: String, found: Int)
    case type(operand: String, ElementType)
    case shape(operand: String, expected: [Int], found: [Int])
    case rank(operand: String, expected: String, found: Int)
    case notQuantized(operand: String)
    /// A scale or zero point that the operation's arithmetic cannot serve.
    case quantization(operand: String, expected: String)
    /// A ratio of scales beyond what fixed-point numbers hold.
    case scaleRatio(Double)
    /// The operand must be known before the run.
    case notConstant(operand: String)
    /// An axis, stride, dilation or size out of its range.
    case option(name: String, value: Int)
    case activation(FusedActivation)
    /// The operand must be a state that is carried from step to step.
    case notVariable(operand: String)
    /// A part of the operation that has no kernel here.
    case unsupported(String)
  }
}

extension GraphError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .noSuchTensor(let index, let count):
      "the graph names tensor \(index), but has \(count) tensors"
    case .tensor(let name, let fault): "tensor '\(name)' \(fault)"
    case .operation(let name, let index, let fault): "\(name) (operation \(index)) \(fault)"
    case .readBeforeWritten(let tensor): "tensor '\(tensor)' is read before anything fills it"
    case .writtenTwice(let tensor): "tensor '\(tensor)' is filled twice"
    case .memory(let needed, let allowed):
      "running this graph needs \(needed) B of memory, but \(allowed) B are allowed"
    case .inputCount(let expected, let found):
      "this graph has \(expected) inputs, but \(found) were given"
    case .inputBytes(let tensor, let expected, let found):
      "input '\(tensor)' takes \(expected) B, but \(found) B were given"
    case .sampleSize(let expected, let found):
      "a sample must have the shape \(words(expected)), but has \(words(found))"
    case .notNumeric(let tensor): "tensor '\(tensor)' does not stand for real numbers"
    }
  }
}

extension GraphError.TensorFault: CustomStringConvertible {
  /// What follows the tensor's name.
  public var description: String {
    switch self {
    case .shape(let shape): "has the impossible shape \(words(shape))"
    case .constantBytes(let expected, let found):
      "needs \(expected) B of data, but has \(found) B"
    case .scale(let scale): "has the scale \(scale), but scales are above 0 and finite"
    case .zeroPoint(let zero): "has the zero point \(zero), outside the range of its type"
    case .channelAxis(let axis, let rank):
      "has scales along axis \(axis), but only \(rank) axes"
    case .channelCount(let expected, let found):
      "needs \(expected) scales and zero points, but has \(found)"
    }
  }
}

extension GraphError.OperationFault: CustomStringConvertible {
  /// What follows the operation's name.
  public var description: String {
    switch self {
    case .operandCount(let what, let expected, let found):
      "takes \(expected) \(what), but has \(found)"
    case .type(let operand, let type): "cannot use \(type) as its \(operand)"
    case .shape(let operand, let expected, let found):
      "needs the \(operand) shape \(words(expected)), but has \(words(found))"
    case .rank(let operand, let expected, let found):
      "needs \(expected) axes in its \(operand), but has \(found)"
    case .notQuantized(let operand): "needs a scale and zero point for its \(operand)"
    case .quantization(let operand, let expected):
      "needs \(expected) as the quantization of its \(operand)"
    case .scaleRatio(let ratio):
      "would multiply by \(ratio), which its fixed-point arithmetic cannot"
    case .notConstant(let operand): "needs a constant \(operand)"
    case .option(let name, let value): "has the impossible \(name) \(value)"
    case .activation(let activation): "cannot fuse the activation \(activation)"
    case .notVariable(let operand): "needs a variable of its own as its \(operand)"
    case .unsupported(let part): "can be read and written, but not run with \(part)"
    }
  }
}

private func words(_ shape: [Int]) -> String {
  shape.isEmpty ? "()" : shape.map(String.init).joined(separator: "x")
}
