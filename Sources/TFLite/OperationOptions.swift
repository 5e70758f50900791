import Inference

/// Where the fields of one operation's options are read, and by what name errors call it.
struct OptionsReader {
  /// nil if the file left the options out: all have their defaults.
  let table: FlatTable?
  let operation: String

  func int(_ field: Int, default standard: Int = 0) throws(TFLiteError) -> Int {
    guard let table else { return standard }
    return try table.int(field, default: standard)
  }

  func byte(_ field: Int) throws(TFLiteError) -> Int { try table?.byte(field) ?? 0 }

  func bool(_ field: Int) throws(TFLiteError) -> Bool { try table?.bool(field) ?? false }

  func float(_ field: Int) throws(TFLiteError) -> Float { try table?.float(field) ?? 0 }

  func integers(_ field: Int, budget: inout Int) throws(TFLiteError) -> [Int] {
    try table?.integers(field, Int32.self, budget: &budget) ?? []
  }

  func activation(_ field: Int) throws(TFLiteError) -> FusedActivation {
    let code = try byte(field)
    guard let activation = FusedActivation(rawValue: code) else {
      throw .option(operation: operation, option: "fused activation", value: code)
    }
    return activation
  }

  /// Padding, strides and, if `dilations` names their fields, dilations.
  func window(dilations: (width: Int, height: Int)? = nil) throws(TFLiteError) -> GraphWindow {
    let code = try byte(0)
    guard let padding = GraphPadding(rawValue: code) else {
      throw .option(operation: operation, option: "padding", value: code)
    }
    var window = GraphWindow(padding: padding, strideHeight: try int(2), strideWidth: try int(1))
    if let dilations {
      window.dilationWidth = try int(dilations.width, default: 1)
      window.dilationHeight = try int(dilations.height, default: 1)
    }
    return window
  }

  /// Refuses a field that is set and would change the meaning.
  func refuse(_ option: String, _ value: Int) throws(TFLiteError) {
    guard value == 0 else { throw .option(operation: operation, option: option, value: value) }
  }
}

extension OperationKind {
  /// The operation called `name` with the options of a file.
  init(
    name: String,
    options: OptionsReader,
    outputCount: Int,
    budget: inout Int
  ) throws(TFLiteError) {
    switch name {
    case "CONV_2D":
      self = .convolution(
        try options.window(dilations: (width: 4, height: 5)),
        try options.activation(3)
      )
    case "DEPTHWISE_CONV_2D":
      self = .depthwiseConvolution(
        try options.window(dilations: (width: 5, height: 6)),
        multiplier: try options.int(3),
        try options.activation(4)
      )
    case "TRANSPOSE_CONV":
      self = .transposeConvolution(try options.window(), try options.activation(3))
    case "FULLY_CONNECTED":
      try options.refuse("weights format", try options.byte(1))
      self = .fullyConnected(
        try options.activation(0),
        keepsDimensions: try options.bool(2),
        isSymmetric: try !options.bool(3)
      )
    case "MAX_POOL_2D":
      self = .maxPool(
        try options.window(),
        height: try options.int(4),
        width: try options.int(3),
        try options.activation(5)
      )
    case "AVERAGE_POOL_2D":
      self = .averagePool(
        try options.window(),
        height: try options.int(4),
        width: try options.int(3),
        try options.activation(5)
      )
    case "ADD": self = .add(try options.activation(0))
    case "SUB": self = .subtract(try options.activation(0))
    case "MUL": self = .multiply(try options.activation(0))
    case "MAXIMUM": self = .maximum
    case "MINIMUM": self = .minimum
    case "SQUARED_DIFFERENCE": self = .squaredDifference
    case "CONCATENATION":
      self = .concatenation(axis: try options.int(0), try options.activation(1))
    case "SPLIT": self = .split(count: outputCount)
    case "SPLIT_V": self = .splitVariable(count: outputCount)
    case "UNPACK": self = .unpack(axis: try options.int(1), count: try options.int(0))
    case "SLICE": self = .slice
    case "STRIDED_SLICE":
      try options.refuse("ellipsis mask", try options.int(2))
      try options.refuse("new-axis mask", try options.int(3))
      try options.refuse("offset flag", try options.bool(5) ? 1 : 0)
      self = .stridedSlice(
        StridedSliceMasks(
          begin: try options.int(0),
          end: try options.int(1),
          shrink: try options.int(4)
        )
      )
    case "PAD": self = .pad
    case "MEAN": self = .mean(keepsDimensions: try options.bool(0))
    case "SUM": self = .sum(keepsDimensions: try options.bool(0))
    case "REDUCE_MAX": self = .reduceMaximum(keepsDimensions: try options.bool(0))
    case "RESHAPE": self = .reshape
    case "SQUEEZE": self = .squeeze(axes: try options.integers(0, budget: &budget))
    case "EXPAND_DIMS": self = .expandDimensions
    case "TRANSPOSE": self = .transpose
    case "RESIZE_NEAREST_NEIGHBOR":
      self = .resizeNearestNeighbor(
        alignsCorners: try options.bool(0),
        usesHalfPixelCenters: try options.bool(1)
      )
    case "SOFTMAX": self = .softmax(beta: try options.float(0))
    case "LOG_SOFTMAX": self = .logSoftmax
    case "LOGISTIC": self = .logistic
    case "TANH": self = .tanh
    case "RELU": self = .relu
    case "RELU6": self = .relu6
    case "LEAKY_RELU": self = .leakyRelu(slope: try options.float(0))
    case "PRELU": self = .prelu
    case "HARD_SWISH": self = .hardSwish
    case "GELU": self = .gelu(isApproximate: try options.bool(0))
    case "ABS": self = .absolute
    case "NEG": self = .negate
    case "EXP": self = .exponential
    case "SQRT": self = .squareRoot
    case "RSQRT": self = .reciprocalSquareRoot
    case "BATCH_MATMUL":
      self = .batchMatMul(
        transposesLeft: try options.bool(0),
        transposesRight: try options.bool(1)
      )
    case "ARG_MAX": self = .argMax
    case "GATHER":
      self = .gather(axis: try options.int(0), batchDimensions: try options.int(1))
    case "UNIDIRECTIONAL_SEQUENCE_LSTM":
      try options.refuse("diagonal recurrent tensors", try options.bool(5) ? 1 : 0)
      self = .sequenceLSTM(
        SequenceLSTM(
          activation: try options.activation(0),
          cellClip: try options.float(1),
          projectionClip: try options.float(2),
          isTimeMajor: try options.bool(3),
          quantizesInputsAsymmetrically: try options.bool(4)
        )
      )
    case "SVDF": self = .svdf(rank: try options.int(0), try options.activation(1))
    case "QUANTIZE": self = .quantize
    case "DEQUANTIZE": self = .dequantize
    case "CAST": self = .cast
    default:
      throw .unknownOperation(name: name, known: OperationSchema.all.map(\.name))
    }
  }

  /// The fields of its options in a file, defaults left out.
  ///
  /// `operation` is the one that this is the kind of, `tensors` are all of its graph.
  func optionFields(
    of operation: Operation,
    tensors: [GraphTensor]
  ) -> [(number: Int, value: FlatBuilder.Field)] {
    var fields: [(number: Int, value: FlatBuilder.Field)] = []
    func int(_ number: Int, _ value: Int, default standard: Int = 0) {
      if value != standard { fields.append((number, .int(Int32(clamping: value)))) }
    }
    func byte(_ number: Int, _ value: Int) {
      if value != 0 { fields.append((number, .byte(Int8(clamping: value)))) }
    }
    func bool(_ number: Int, _ value: Bool) {
      if value { fields.append((number, .bool(true))) }
    }
    func float(_ number: Int, _ value: Float) {
      if value.bitPattern != 0 { fields.append((number, .float(value))) }
    }
    func window(_ window: GraphWindow) {
      byte(0, window.padding.rawValue)
      int(1, window.strideWidth)
      int(2, window.strideHeight)
    }
    switch self {
    case .convolution(let geometry, let activation):
      window(geometry)
      byte(3, activation.rawValue)
      int(4, geometry.dilationWidth, default: 1)
      int(5, geometry.dilationHeight, default: 1)
    case .depthwiseConvolution(let geometry, let multiplier, let activation):
      window(geometry)
      int(3, multiplier)
      byte(4, activation.rawValue)
      int(5, geometry.dilationWidth, default: 1)
      int(6, geometry.dilationHeight, default: 1)
    case .transposeConvolution(let geometry, let activation):
      window(geometry)
      byte(3, activation.rawValue)
    case .fullyConnected(let activation, let keepsDimensions, let isSymmetric):
      byte(0, activation.rawValue)
      bool(2, keepsDimensions)
      bool(3, operation.isHybrid(tensors) && !isSymmetric)
    case .maxPool(let geometry, let height, let width, let activation),
      .averagePool(let geometry, let height, let width, let activation):
      window(geometry)
      int(3, width)
      int(4, height)
      byte(5, activation.rawValue)
    case .add(let activation), .subtract(let activation), .multiply(let activation):
      byte(0, activation.rawValue)
    case .concatenation(let axis, let activation):
      int(0, axis)
      byte(1, activation.rawValue)
    case .split(let count), .splitVariable(let count): int(0, count)
    case .unpack(let axis, let count):
      int(0, count)
      int(1, axis)
    case .stridedSlice(let masks):
      int(0, masks.begin)
      int(1, masks.end)
      int(4, masks.shrink)
    case .mean(let keeps), .sum(let keeps), .reduceMaximum(let keeps): bool(0, keeps)
    case .resizeNearestNeighbor(let alignsCorners, let usesHalfPixelCenters):
      bool(0, alignsCorners)
      bool(1, usesHalfPixelCenters)
    case .softmax(let beta): float(0, beta)
    case .leakyRelu(let slope): float(0, slope)
    case .gelu(let isApproximate): bool(0, isApproximate)
    case .batchMatMul(let left, let right):
      bool(0, left)
      bool(1, right)
    case .argMax: byte(0, tensors[operation.outputs[0]].type.rawValue)
    case .gather(let axis, let batchDimensions):
      int(0, axis)
      int(1, batchDimensions)
    case .sequenceLSTM(let lstm):
      byte(0, lstm.activation.rawValue)
      float(1, lstm.cellClip)
      float(2, lstm.projectionClip)
      bool(3, lstm.isTimeMajor)
      bool(4, lstm.quantizesInputsAsymmetrically)
    case .svdf(let rank, let activation):
      int(0, rank)
      byte(1, activation.rawValue)
    case .cast:
      if let input = operation.inputs.first ?? nil { byte(0, tensors[input].type.rawValue) }
      byte(1, tensors[operation.outputs[0]].type.rawValue)
    case .maximum, .minimum, .squaredDifference, .slice, .pad, .reshape, .squeeze,
      .expandDimensions, .transpose, .logSoftmax, .logistic, .tanh, .relu, .relu6, .prelu,
      .hardSwish, .absolute, .negate, .exponential, .squareRoot, .reciprocalSquareRoot, .quantize,
      .dequantize:
      break
    }
    return fields
  }
}

extension Operation {
  /// Whether it has float activations and integer weights (dynamic-range quantization).
  func isHybrid(_ tensors: [GraphTensor]) -> Bool {
    guard inputs.count >= 2, let input = inputs[0], let weights = inputs[1] else { return false }
    return tensors[input].type == .float32
      && (tensors[weights].type == .int8 || tensors[weights].type == .int4)
  }
}
