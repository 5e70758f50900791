/// TRANSPOSE_CONV: every input element adds its weights to a window of the output.
///
/// Weights are output channels x height x width x input channels.
struct TransposeConvolution: Kernel {
  let input: Operand
  let output: Operand
  let weightShape: [Int]
  let window: GraphWindow
  let padTop: Int
  let padLeft: Int
  let arithmetic: Arithmetic

  enum Arithmetic: Sendable {
    case floats(weights: [Float], bias: [Float], ClosedRange<Float>)
    case bytes(weights: [Int8], bias: [Int32], inputZero: Int32, ChannelRequantization)
  }

  static func make(
    _ preparation: Preparation,
    window: GraphWindow,
    activation: FusedActivation
  ) throws(GraphError) -> any Kernel {
    try preparation.requireOperands(inputs: 3...4)
    let weights = try preparation.input(1, "weights")
    let input = try preparation.input(2)
    let bias = preparation.optionalInput(3, "bias")
    let output = preparation.output()
    try preparation.require(input, is: .float32, .int8)
    try preparation.require(output, is: input.type)
    try preparation.require(input, rank: 4)
    try preparation.require(weights, rank: 4)
    try preparation.require(output, rank: 4)
    guard window.strideHeight >= 1, window.strideWidth >= 1 else {
      throw preparation.fault(
        .option(name: "stride", value: min(window.strideHeight, window.strideWidth))
      )
    }
    let channels = weights.shape[0]
    if let bias { try preparation.require(bias, count: channels) }
    try preparation.require(
      output,
      shape: [input.shape[0], output.shape[1], output.shape[2], channels]
    )
    try preparation.require(
      weights,
      shape: [channels, weights.shape[1], weights.shape[2], input.shape[3]]
    )
    // The padding of the convolution that this is the gradient of.
    func before(_ axis: Int, _ taps: Int, _ stride: Int) throws(GraphError) -> Int {
      let size = output.shape[axis]
      let reach =
        window.padding == .same ? (size + stride - 1) / stride : (size - taps) / stride + 1
      guard size >= 1, reach == input.shape[axis], window.padding == .same || size >= taps else {
        throw preparation.fault(
          .shape(operand: input.role, expected: [reach], found: [input.shape[axis]])
        )
      }
      return max(0, (reach - 1) * stride + taps - size) / 2
    }
    let range = try preparation.activationRange(activation, of: output)
    func arithmetic() throws(GraphError) -> Arithmetic {
      if input.type == .float32 {
        try preparation.require(weights, is: .float32)
        return .floats(
          weights: littleEndianFloats(try preparation.constant(weights)),
          bias: try preparation.biasFloats(bias),
          range.floats
        )
      }
      try preparation.require(weights, is: .int8)
      try preparation.requireSymmetric(weights)
      let (inputScale, inputZero) = try preparation.scaleAndZeroPoint(of: input)
      let (outputScale, outputZero) = try preparation.scaleAndZeroPoint(of: output)
      return .bytes(
        weights: try preparation.smallIntegers(weights),
        bias: try preparation.biasIntegers(bias).map { Int32(truncatingIfNeeded: $0) },
        inputZero: inputZero,
        try ChannelRequantization(
          factors: try preparation.factors(
            input: inputScale,
            weights: weights,
            output: outputScale,
            channels: channels,
            channelAxis: 0,
            isFullyConnected: false
          ),
          multipliesInDouble: false,
          outputOffset: outputZero,
          range: range.integers,
          for: preparation
        )
      )
    }
    return TransposeConvolution(
      input: input,
      output: output,
      weightShape: weights.shape,
      window: window,
      padTop: try before(1, weights.shape[1], window.strideHeight),
      padLeft: try before(2, weights.shape[2], window.strideWidth),
      arithmetic: try arithmetic()
    )
  }

  func run(_ memory: Memory) {
    let channels = weightShape[0]
    switch arithmetic {
    case .floats(let weights, let bias, let range):
      let from: UnsafeMutableBufferPointer<Float> = input.elements(memory)
      let into: UnsafeMutableBufferPointer<Float> = output.elements(memory)
      for index in into.indices { into[index] = 0 }
      forEachProduct { source, weight, target in into[target] += from[source] * weights[weight] }
      for index in into.indices {
        let sum = into[index] + (bias.isEmpty ? 0 : bias[index % channels])
        into[index] = min(max(sum, range.lowerBound), range.upperBound)
      }
    case .bytes(let weights, let bias, let inputZero, let requantization):
      let from: UnsafeMutableBufferPointer<Int8> = input.elements(memory)
      let sums = UnsafeMutableBufferPointer<Int32>.allocate(capacity: output.count)
      defer { sums.deallocate() }
      for index in sums.indices { sums[index] = bias.isEmpty ? 0 : bias[index % channels] }
      forEachProduct { source, weight, target in
        sums[target] =
          sums[target] &+ (Int32(from[source]) - inputZero) &* Int32(weights[weight])
      }
      requantization.apply(sums, into: output.elements(memory))
    }
  }

  /// Calls `body` with the places of input, weight and output of every product.
  private func forEachProduct(_ body: (Int, Int, Int) -> Void) {
    let (height, width, depth) = (input.shape[1], input.shape[2], input.shape[3])
    let (outputHeight, outputWidth) = (output.shape[1], output.shape[2])
    let (channels, rows, columns) = (weightShape[0], weightShape[1], weightShape[2])
    for position in 0..<input.shape[0] * height * width {
      let batch = position / (height * width)
      let top = position / width % height * window.strideHeight - padTop
      let left = position % width * window.strideWidth - padLeft
      for row in 0..<rows where (0..<outputHeight).contains(top + row) {
        for column in 0..<columns where (0..<outputWidth).contains(left + column) {
          let place = (batch * outputHeight + top + row) * outputWidth + left + column
          for channel in 0..<channels {
            let weight = ((channel * rows + row) * columns + column) * depth
            for source in 0..<depth {
              body(position * depth + source, weight + source, place * channels + channel)
            }
          }
        }
      }
    }
  }
}
