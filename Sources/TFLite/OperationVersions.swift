import Inference

extension Operation {
  /// The version of its operation that readers must know: the lowest whose meaning covers the types
  /// used, as the official converter writes it.
  ///
  /// Source: files of TensorFlow 2.21's converter, and TensorFlow Lite's `op_version.cc`.
  func version(_ tensors: [GraphTensor]) -> Int {
    func type(_ position: Int) -> ElementType? {
      guard position < inputs.count, let tensor = inputs[position] else { return nil }
      return tensors[tensor].type
    }
    let first = type(0)
    let isInteger = first == .int8 || first == .int16
    func isPerChannel(_ position: Int) -> Bool {
      guard position < inputs.count, let tensor = inputs[position],
        case .perChannel = tensors[tensor].quantization
      else { return false }
      return true
    }
    switch kind {
    case .convolution:
      if type(1) == .int4 { return 7 }
      if isHybrid(tensors) { return isPerChannel(1) ? 5 : 2 }
      if isGrouped(tensors) { return 6 }
      return isInteger ? 3 : 1
    case .depthwiseConvolution(let window, _, _):
      if type(1) == .int4 { return 7 }
      if isHybrid(tensors) { return isPerChannel(1) ? 6 : 4 }
      if isInteger { return 3 }
      return window.dilationWidth > 1 || window.dilationHeight > 1 ? 2 : 1
    case .transposeConvolution: return inputs.count > 3 ? 3 : isInteger ? 2 : 1
    case .fullyConnected(_, let keepsDimensions, _):
      if type(1) == .int4, isInteger { return 10 }
      if isHybrid(tensors) { return isPerChannel(1) ? 12 : 9 }
      if inputs.count == 2 { return 6 }
      if keepsDimensions { return 5 }
      return isInteger ? 4 : 1
    case .dequantize: return first == .float16 ? 3 : 2
    case .quantize:
      return first == .float32 && outputs.first.map { tensors[$0].type } != .int16 ? 1 : 2
    case .leakyRelu: return first == .int16 ? 2 : 1
    case .hardSwish, .negate, .prelu, .reshape, .squareRoot, .cast, .squeeze, .expandDimensions:
      return 1
    case .unpack: return first == .int8 ? 2 : 1
    case .split:
      return type(1) == .int8 || type(1) == .int16 ? 2 : 1
    case .resizeNearestNeighbor(let alignsCorners, let usesHalfPixelCenters):
      return alignsCorners || usesHalfPixelCenters ? 3 : isInteger ? 2 : 1
    case .sequenceLSTM:
      return isHybrid(tensors) ? 3 : 1
    case .svdf: return isInteger ? 3 : isHybrid(tensors) ? 4 : 1
    case .slice: return first == .int16 ? 4 : first == .int8 ? 2 : 1
    case .gather: return isInteger ? 2 : 1
    case .maxPool, .averagePool, .add, .subtract, .multiply, .maximum, .minimum,
      .squaredDifference, .concatenation, .splitVariable, .stridedSlice, .pad, .mean, .sum,
      .reduceMaximum, .transpose, .softmax, .logSoftmax, .logistic, .tanh, .relu, .relu6, .gelu,
      .absolute, .exponential, .reciprocalSquareRoot, .batchMatMul, .argMax:
      return isInteger ? 2 : 1
    }
  }
}

extension Operation {
  /// Whether a convolution's filters see only a part of the input channels.
  fileprivate func isGrouped(_ tensors: [GraphTensor]) -> Bool {
    guard inputs.count >= 2, let input = inputs[0], let weights = inputs[1] else { return false }
    return tensors[input].shape.last != tensors[weights].shape.last
  }
}

/// The first TensorFlow release whose runtime knows an operation in a version.
///
/// Source: the `min_runtime_version` of files that TensorFlow 2.21's converter wrote, and TensorFlow
/// Lite's `runtime_version.cc`; what is not listed was there in 1.5.0.
enum RuntimeVersion {
  private static let table: [String: [Int: String]] = [
    "ABS": [1: "1.13.0", 2: "2.4.0"],
    "ADD": [2: "1.14.0"],
    "ARG_MAX": [1: "1.9.0", 2: "1.14.0"],
    "AVERAGE_POOL_2D": [2: "1.14.0"],
    "BATCH_MATMUL": [1: "2.3.0", 2: "2.3.0"],
    "CONCATENATION": [2: "1.14.0"],
    "CONV_2D": [2: "1.14.0", 3: "1.14.0", 5: "2.4.0", 6: "2.9.0", 7: "2.11.0"],
    "DEPTHWISE_CONV_2D": [2: "1.12.0", 3: "1.14.0", 4: "2.2.0", 6: "2.3.0", 7: "2.11.0"],
    "DEQUANTIZE": [2: "1.14.0", 3: "1.15.0"],
    "EXP": [1: "1.7.0", 2: "2.12.0"],
    "EXPAND_DIMS": [1: "1.10.0"],
    "FULLY_CONNECTED": [
      3: "1.14.0", 4: "1.14.0", 5: "2.0.0", 6: "2.1.0", 9: "2.3.0", 10: "2.11.0", 12: "2.17.0",
    ],
    "GATHER": [1: "1.6.0", 2: "1.14.0"],
    "GELU": [1: "2.9.0", 2: "2.9.0"],
    "HARD_SWISH": [1: "1.15.0"],
    "LEAKY_RELU": [1: "1.13.1", 2: "2.3.0"],
    "LOGISTIC": [1: "1.14.0", 2: "1.14.0"],
    "LOG_SOFTMAX": [1: "1.14.0", 2: "1.14.0"],
    "MAXIMUM": [1: "1.14.0", 2: "1.14.0"],
    "MAX_POOL_2D": [2: "1.14.0"],
    "MEAN": [1: "1.6.0", 2: "1.14.0"],
    "MINIMUM": [1: "1.14.0", 2: "1.14.0"],
    "MUL": [1: "1.5.0", 2: "1.14.0"],
    "NEG": [1: "1.9.0"],
    "PAD": [2: "1.14.0"],
    "PRELU": [1: "1.8.0"],
    "QUANTIZE": [1: "1.14.0", 2: "1.15.0"],
    "REDUCE_MAX": [1: "1.11.0", 2: "1.14.0"],
    "RELU": [2: "2.1.0"],
    "RELU6": [2: "2.1.0"],
    "RESIZE_NEAREST_NEIGHBOR": [1: "1.13.1", 2: "1.14.0", 3: "2.3.0"],
    "RSQRT": [1: "1.10.0", 2: "2.5.0"],
    "SLICE": [1: "1.14.0", 2: "1.14.0", 4: "2.4.0"],
    "SOFTMAX": [2: "1.14.0"],
    "SPLIT": [1: "1.5.0", 2: "1.14.0"],
    "SPLIT_V": [1: "1.13.1", 2: "2.3.0"],
    "SQRT": [1: "1.10.0"],
    "SQUARED_DIFFERENCE": [1: "1.13.1", 2: "2.5.0"],
    "SQUEEZE": [1: "1.6.0"],
    "STRIDED_SLICE": [1: "1.6.0", 2: "1.14.0"],
    "SUB": [1: "1.6.0", 2: "1.14.0"],
    "SUM": [1: "1.10.0", 2: "1.15.0"],
    "SVDF": [3: "2.2.0", 4: "2.3.0"],
    "TANH": [1: "1.14.0", 2: "1.14.0"],
    "TRANSPOSE": [1: "1.6.0", 2: "1.14.0"],
    "TRANSPOSE_CONV": [1: "1.9.0", 2: "2.2.0", 3: "2.3.0"],
    "UNIDIRECTIONAL_SEQUENCE_LSTM": [1: "1.13.1", 3: "2.3.0"],
    "UNPACK": [1: "1.13.1", 2: "1.14.0"],
  ]

  /// The first release that knows all of `operations`.
  static func lowest(for operations: [(name: String, version: Int)]) -> String {
    func numbers(_ version: String) -> [Int] {
      version.split(separator: ".").compactMap { Int($0) }
    }
    return operations.map { table[$0.name]?[$0.version] ?? "1.5.0" }
      .max { numbers($0).lexicographicallyPrecedes(numbers($1)) } ?? "1.5.0"
  }
}
