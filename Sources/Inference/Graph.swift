import Tensors

/// The type of a tensor's elements; the raw value is TFLite's number for it.
public enum ElementType: Int, Hashable, Sendable {
  case float32 = 0
  case float16 = 1
  case int32 = 2
  case uint8 = 3
  case int64 = 4
  case bool = 6
  case int16 = 7
  case int8 = 9
  case int4 = 17

  /// Bits of one element.
  public var bits: Int {
    switch self {
    case .int4: 4
    case .int8, .uint8, .bool: 8
    case .int16, .float16: 16
    case .float32, .int32: 32
    case .int64: 64
    }
  }
}

/// How the integers of a tensor stand for real numbers: real = (integer - zero point) x scale.
public enum Quantization: Hashable, Sendable {
  /// One scale and zero point for the whole tensor.
  case perTensor(scale: Float, zeroPoint: Int)
  /// One scale per slice along `axis`.
  case perChannel(scales: [Float], zeroPoints: [Int], axis: Int)
}

/// A tensor of a graph: a constant, the input, or something an operation makes.
public struct GraphTensor: Hashable, Sendable {
  /// Its name in files.
  public var name: String
  /// With the batch extent, which is 1.
  public var shape: [Int]
  /// What its elements are.
  public var type: ElementType
  /// What its integers mean; nil for floats and plain integers.
  public var quantization: Quantization?
  /// Little-endian elements of a constant; nil for what is computed.
  ///
  /// int4 packs two an octet, the first in the low half.
  public var constant: [UInt8]?
  /// Whether it is a state that operations carry from step to step; 0 at the start of every run.
  public var isVariable: Bool

  /// A tensor.
  public init(
    name: String,
    shape: [Int],
    type: ElementType,
    quantization: Quantization? = nil,
    constant: [UInt8]? = nil,
    isVariable: Bool = false
  ) {
    self.name = name
    self.shape = shape
    self.type = type
    self.quantization = quantization
    self.constant = constant
    self.isVariable = isVariable
  }
}

/// A function that TFLite fuses into the operation before it.
public enum FusedActivation: Int, Hashable, Sendable {
  case none = 0
  case relu = 1
  case reluN1To1 = 2
  case relu6 = 3
  case tanh = 4
}

/// TFLite's two paddings.
public enum GraphPadding: Int, Hashable, Sendable {
  case same = 0
  case valid = 1
}

/// A moving window of a graph's operation.
public struct GraphWindow: Hashable, Sendable {
  /// Border rule.
  public var padding: GraphPadding
  /// Rows from one window to the next.
  public var strideHeight: Int
  /// Columns from one window to the next.
  public var strideWidth: Int
  /// Distance between taps in rows.
  public var dilationHeight: Int
  /// Distance between taps in columns.
  public var dilationWidth: Int

  /// A window.
  public init(
    padding: GraphPadding,
    strideHeight: Int,
    strideWidth: Int,
    dilationHeight: Int = 1,
    dilationWidth: Int = 1
  ) {
    self.padding = padding
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.dilationHeight = dilationHeight
    self.dilationWidth = dilationWidth
  }
}

/// One step of a graph.
public struct Operation: Hashable, Sendable {
  /// What it computes.
  public var kind: OperationKind
  /// Tensor indices; nil for an optional input left out.
  public var inputs: [Int?]
  /// Tensor indices.
  public var outputs: [Int]
  /// Tensor indices whose quantization describes inner results, as UNIDIRECTIONAL_SEQUENCE_LSTM
  /// has them; they hold no data.
  public var intermediates: [Int]

  /// An operation.
  public init(
    kind: OperationKind,
    inputs: [Int?],
    outputs: [Int],
    intermediates: [Int] = []
  ) {
    self.kind = kind
    self.inputs = inputs
    self.outputs = outputs
    self.intermediates = intermediates
  }
}

/// A frozen network: operations in float or integers, with TFLite's semantics.
///
/// The deployable thing, which scripts call a model.
public struct Graph: Hashable, Sendable {
  /// What it is called in files.
  public var name: String
  /// All tensors.
  public var tensors: [GraphTensor]
  /// In order of execution.
  public var operations: [Operation]
  /// Tensors to fill before a run.
  public var inputs: [Int]
  /// Tensors to read after it.
  public var outputs: [Int]

  /// A graph.
  public init(
    name: String,
    tensors: [GraphTensor],
    operations: [Operation],
    inputs: [Int],
    outputs: [Int]
  ) {
    self.name = name
    self.tensors = tensors
    self.operations = operations
    self.inputs = inputs
    self.outputs = outputs
  }
}
