import Inference

/// One built-in operation of TFLite's schema that graphs may hold.
struct OperationSchema: Sendable {
  /// The name and number of `BuiltinOperator`.
  let name: String
  let code: Int
  /// The number of `BuiltinOptions`; 0 if it has none.
  let optionsType: Int
  /// The newest version whose meaning is known here.
  let newestVersion: Int

  /// Every operation, by name.
  ///
  /// Source: TensorFlow Lite, `schema.fbs` (Apache-2.0).
  static let all: [OperationSchema] = [
    .init("ABS", 101, options: 0, newest: 4),
    .init("ADD", 0, options: 11, newest: 4),
    .init("ARG_MAX", 56, options: 40, newest: 2),
    .init("AVERAGE_POOL_2D", 1, options: 5, newest: 3),
    .init("BATCH_MATMUL", 126, options: 101, newest: 3),
    .init("CAST", 53, options: 37, newest: 5),
    .init("CONCATENATION", 2, options: 10, newest: 3),
    .init("CONV_2D", 3, options: 1, newest: 7),
    .init("DEPTHWISE_CONV_2D", 4, options: 2, newest: 7),
    .init("DEQUANTIZE", 6, options: 0, newest: 5),
    .init("EXP", 47, options: 33, newest: 2),
    .init("EXPAND_DIMS", 70, options: 52, newest: 1),
    .init("FULLY_CONNECTED", 9, options: 8, newest: 12),
    .init("GATHER", 36, options: 23, newest: 5),
    .init("GELU", 150, options: 116, newest: 2),
    .init("HARD_SWISH", 117, options: 0, newest: 1),
    .init("LEAKY_RELU", 98, options: 75, newest: 2),
    .init("LOGISTIC", 14, options: 0, newest: 3),
    .init("LOG_SOFTMAX", 50, options: 36, newest: 2),
    .init("MAXIMUM", 55, options: 0, newest: 4),
    .init("MAX_POOL_2D", 17, options: 5, newest: 3),
    .init("MEAN", 40, options: 27, newest: 3),
    .init("MINIMUM", 57, options: 0, newest: 4),
    .init("MUL", 18, options: 21, newest: 5),
    .init("NEG", 59, options: 42, newest: 1),
    .init("PAD", 34, options: 22, newest: 4),
    .init("PRELU", 54, options: 0, newest: 1),
    .init("QUANTIZE", 114, options: 0, newest: 3),
    .init("REDUCE_MAX", 82, options: 27, newest: 3),
    .init("RELU", 19, options: 0, newest: 3),
    .init("RELU6", 21, options: 0, newest: 3),
    .init("RESHAPE", 22, options: 17, newest: 1),
    .init("RESIZE_NEAREST_NEIGHBOR", 97, options: 74, newest: 4),
    .init("RSQRT", 76, options: 0, newest: 3),
    .init("SLICE", 65, options: 48, newest: 5),
    .init("SOFTMAX", 25, options: 9, newest: 3),
    .init("SPLIT", 49, options: 35, newest: 4),
    .init("SPLIT_V", 102, options: 79, newest: 2),
    .init("SQRT", 75, options: 0, newest: 1),
    .init("SQUARED_DIFFERENCE", 99, options: 0, newest: 2),
    .init("SQUEEZE", 43, options: 30, newest: 2),
    .init("STRIDED_SLICE", 45, options: 32, newest: 8),
    .init("SUB", 41, options: 28, newest: 5),
    .init("SUM", 74, options: 27, newest: 2),
    .init("SVDF", 27, options: 6, newest: 4),
    .init("TANH", 28, options: 0, newest: 3),
    .init("TRANSPOSE", 39, options: 26, newest: 6),
    .init("TRANSPOSE_CONV", 67, options: 49, newest: 4),
    .init("UNIDIRECTIONAL_SEQUENCE_LSTM", 44, options: 71, newest: 4),
    .init("UNPACK", 88, options: 64, newest: 4),
  ]

  private init(_ name: String, _ code: Int, options: Int, newest: Int) {
    self.name = name
    self.code = code
    optionsType = options
    newestVersion = newest
  }

  /// The row for an operation of a graph; every kind has one, which a test checks.
  static func row(for kind: OperationKind) -> OperationSchema? {
    all.first { $0.name == kind.name }
  }
}
