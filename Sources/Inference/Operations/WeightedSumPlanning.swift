import CKernels

extension WeightedSum {
  /// CONV_2D: weights output channels x height x width x (input channels / groups).
  static func convolution(
    _ preparation: Preparation,
    window: GraphWindow,
    activation: FusedActivation
  ) throws(GraphError) -> any Kernel {
    try preparation.requireOperands(inputs: 2...3)
    let input = try preparation.input(0)
    let weights = try preparation.input(1, "weights")
    let output = preparation.output()
    try preparation.require(input, rank: 4)
    try preparation.require(weights, rank: 4)
    let outputs = weights.shape[0]
    let groupChannels = weights.shape[3]
    guard input.shape[3].isMultiple(of: groupChannels) else {
      throw preparation.fault(
        .shape(
          operand: weights.role,
          expected: [outputs, weights.shape[1], weights.shape[2], input.shape[3]],
          found: weights.shape
        )
      )
    }
    let groups = input.shape[3] / groupChannels
    guard outputs.isMultiple(of: groups) else {
      throw preparation.fault(.option(name: "number of groups", value: groups))
    }
    return try make(
      preparation,
      window: try preparation.window(
        window,
        height: weights.shape[1],
        width: weights.shape[2],
        over: input,
        giving: output,
        outputChannels: outputs
      ),
      connection: .full(groups: Int32(groups)),
      weights: weights,
      channelAxis: 0,
      activation: activation
    )
  }

  /// DEPTHWISE_CONV_2D: weights 1 x height x width x output channels.
  static func depthwise(
    _ preparation: Preparation,
    window: GraphWindow,
    multiplier: Int,
    activation: FusedActivation
  ) throws(GraphError) -> any Kernel {
    try preparation.requireOperands(inputs: 2...3)
    let input = try preparation.input(0)
    let weights = try preparation.input(1, "weights")
    let output = preparation.output()
    try preparation.require(input, rank: 4)
    try preparation.require(weights, rank: 4)
    let outputs = weights.shape[3]
    guard outputs.isMultiple(of: input.shape[3]), weights.shape[0] == 1 else {
      throw preparation.fault(
        .shape(
          operand: weights.role,
          expected: [1, weights.shape[1], weights.shape[2], input.shape[3]],
          found: weights.shape
        )
      )
    }
    // Files may hold any multiplier; the reference kernels too take it from the shapes.
    return try make(
      preparation,
      window: try preparation.window(
        window,
        height: weights.shape[1],
        width: weights.shape[2],
        over: input,
        giving: output,
        outputChannels: outputs
      ),
      connection: .depthwise(multiplier: Int32(outputs / input.shape[3])),
      weights: weights,
      channelAxis: 3,
      activation: activation
    )
  }

  /// FULLY_CONNECTED: weights outputs x inputs; a 1x1 convolution over the rows of the input.
  static func fullyConnected(
    _ preparation: Preparation,
    activation: FusedActivation,
    isSymmetric: Bool
  ) throws(GraphError) -> any Kernel {
    try preparation.requireOperands(inputs: 2...3)
    let input = try preparation.input(0)
    let weights = try preparation.input(1, "weights")
    let output = preparation.output()
    try preparation.require(weights, rank: 2)
    let outputs = weights.shape[0]
    let inputs = weights.shape[1]
    guard input.count.isMultiple(of: inputs) else {
      throw preparation.fault(
        .shape(operand: input.role, expected: [1, inputs], found: input.shape)
      )
    }
    let rows = input.count / inputs
    guard output.count == rows * outputs else {
      throw preparation.fault(
        .shape(operand: output.role, expected: [rows, outputs], found: output.shape)
      )
    }
    return try make(
      preparation,
      window: ck_window(
        batches: Int32(rows),
        input_height: 1,
        input_width: 1,
        input_channels: Int32(inputs),
        output_height: 1,
        output_width: 1,
        output_channels: Int32(outputs),
        filter_height: 1,
        filter_width: 1,
        stride_height: 1,
        stride_width: 1,
        dilation_height: 1,
        dilation_width: 1,
        pad_top: 0,
        pad_left: 0
      ),
      connection: .full(groups: 1),
      weights: weights,
      channelAxis: 0,
      activation: activation,
      isSymmetric: isSymmetric
    )
  }

  private static func make(
    _ preparation: Preparation,
    window: ck_window,
    connection: Connection,
    weights: Operand,
    channelAxis: Int,
    activation: FusedActivation,
    isSymmetric: Bool? = nil
  ) throws(GraphError) -> any Kernel {
    let input = try preparation.input(0)
    let output = preparation.output()
    let bias = preparation.optionalInput(2, "bias")
    let isFullyConnected = isSymmetric != nil
    // FULLY_CONNECTED says how it quantizes; LiteRT's CONV_2D does so around 0 where its weights have
    // one scale.
    let isSymmetric = isSymmetric ?? (channelAxis == 0 && weights.hasOneScale)
    let channels = Int(window.output_channels)
    if let bias { try preparation.require(bias, count: channels) }
    try preparation.require(output, is: input.type)
    let range = try preparation.activationRange(activation, of: output)

    func arithmetic() throws(GraphError) -> Arithmetic {
      if input.type == .float32, weights.type == .int8 || weights.type == .int4 {
        try preparation.requireSymmetric(weights)
        let stored = try preparation.smallIntegers(weights)
        return .hybrid(
          weights: channelAxis == 0 ? channelsLast(stored, channels: channels) : stored,
          bias: try preparation.biasFloats(bias),
          scales: try preparation.weightScales(weights, channels, axis: channelAxis),
          isSymmetric: isSymmetric,
          range.floats
        )
      }
      if input.type == .float32 {
        try preparation.require(weights, is: .float32)
        if let bias { try preparation.require(bias, is: .float32) }
        let values = littleEndianFloats(try preparation.constant(weights))
        return .floats(
          weights: channelAxis == 0 ? channelsLast(values, channels: channels) : values,
          bias: try preparation.biasFloats(bias),
          range.floats
        )
      }
      try preparation.require(input, is: .int8, .int16)
      try preparation.require(weights, is: .int8, .int4)
      let stored = try preparation.smallIntegers(weights)
      let values = channelAxis == 0 ? channelsLast(stored, channels: channels) : stored
      let inputScale = try preparation.scaleAndZeroPoint(of: input)
      let outputScale = try preparation.scaleAndZeroPoint(of: output)
      try preparation.requireSymmetric(weights)
      let requantization = try ChannelRequantization(
        factors: try preparation.factors(
          input: inputScale.scale,
          weights: weights,
          output: outputScale.scale,
          channels: channels,
          channelAxis: channelAxis,
          isFullyConnected: isFullyConnected
        ),
        multipliesInDouble: isFullyConnected
          && preparation.rounding == .litert,
        outputOffset: outputScale.zeroPoint,
        range: range.integers,
        for: preparation
      )
      if input.type == .int8 {
        return .bytes(
          weights: values,
          bias: try preparation.biasIntegers(bias).map { Int32(truncatingIfNeeded: $0) },
          inputOffset: -inputScale.zeroPoint,
          requantization
        )
      }
      guard inputScale.zeroPoint == 0, outputScale.zeroPoint == 0 else {
        throw preparation.fault(.quantization(operand: input.role, expected: "zero point 0"))
      }
      let narrowSums = bias?.type == .int32
      guard narrowSums || requantization.largestShift <= 14 else {
        throw preparation.fault(.quantization(operand: output.role, expected: "a larger scale"))
      }
      return .words(
        weights: values,
        bias: try preparation.biasIntegers(bias).map { Int64($0) },
        narrowSums: narrowSums,
        requantization
      )
    }

    return WeightedSum(
      window: window,
      connection: connection,
      input: input,
      output: output,
      arithmetic: try arithmetic()
    )
  }

  /// From output channels outermost to output channels innermost.
  private static func channelsLast<Element>(_ values: [Element], channels: Int) -> [Element] {
    let taps = values.count / channels
    return [Element](unsafeUninitializedCapacity: values.count) { result, count in
      values.withUnsafeBufferPointer { values in
        for channel in 0..<channels {
          for tap in 0..<taps { result[tap * channels + channel] = values[channel * taps + tap] }
        }
      }
      count = values.count
    }
  }
}

extension Preparation {
  /// The known elements of an int8 or int4 operand.
  func smallIntegers(_ operand: Operand) throws(GraphError) -> [Int8] {
    let bytes = try constant(operand)
    guard operand.type == .int4 else { return bytes.map { Int8(bitPattern: $0) } }
    return unpackedInt4(bytes, count: operand.count)
  }

  /// Weights must have zero point 0.
  func requireSymmetric(_ weights: Operand) throws(GraphError) {
    let isSymmetric =
      switch weights.tensor.quantization {
      case nil: false
      case .perTensor(_, let zeroPoint): zeroPoint == 0
      case .perChannel(_, let zeroPoints, _): zeroPoints.allSatisfy { $0 == 0 }
      }
    guard isSymmetric else {
      throw fault(.quantization(operand: weights.role, expected: "zero point 0"))
    }
  }

  /// The floats of a bias; empty if there is none.
  func biasFloats(_ bias: Operand?) throws(GraphError) -> [Float] {
    guard let bias else { return [] }
    return littleEndianFloats(try constant(bias))
  }

  /// The integers of a bias; empty if there is none.
  func biasIntegers(_ bias: Operand?) throws(GraphError) -> [Int] {
    guard let bias else { return [] }
    try require(bias, is: .int32, .int64)
    return try integers(bias)
  }

  /// What sums of `input x weights` must be multiplied by: `input scale * weight scale / output
  /// scale` per channel.
  ///
  /// A fully connected layer with one weight scale multiplies the first two in single precision, as
  /// TensorFlow Lite does.
  func factors(
    input: Float,
    weights: Operand,
    output: Float,
    channels: Int,
    channelAxis: Int,
    isFullyConnected: Bool
  ) throws(GraphError) -> [Double] {
    let scales = try weightScales(weights, channels, axis: channelAxis)
    let hasOneScale = weights.tensor.scaleAndZeroPoint != nil
    return scales.map { scale in
      isFullyConnected && hasOneScale
        ? Double(input * scale) / Double(output)
        : Double(input) * Double(scale) / Double(output)
    }
  }

  /// One scale of the weights for each output channel.
  func weightScales(
    _ weights: Operand,
    _ channels: Int,
    axis channelAxis: Int
  ) throws(GraphError) -> [Float] {
    if case .perChannel(let scales, _, let axis) = weights.tensor.quantization, scales.count > 1 {
      guard axis == channelAxis else {
        throw fault(
          .quantization(operand: weights.role, expected: "scales along axis \(channelAxis)")
        )
      }
    }
    guard let scales = weights.tensor.scales(channels: channels) else {
      throw fault(.notQuantized(operand: weights.role))
    }
    return scales
  }
}

/// The elements of packed int4, the first of a byte in its low half.
func unpackedInt4(_ bytes: [UInt8], count: Int) -> [Int8] {
  (0..<count).map { index in
    let byte = Int8(bitPattern: bytes[index / 2])
    return index.isMultiple(of: 2) ? (byte << 4) >> 4 : byte >> 4
  }
}
