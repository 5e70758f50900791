/// SVDF: filters over the inputs whose last values are kept in a memory, and weighted over time; each
/// unit sums `rank` of them.
///
/// Source: TensorFlow Lite, `svdf.cc`, and TensorFlow Lite Micro, `svdf_common.cc`.
struct SVDF: Kernel {
  let input: Operand
  /// batches x filters x memory.
  let state: Operand
  let output: Operand
  let batchCount: Int
  let inputCount: Int
  let filterCount: Int
  let memoryCount: Int
  let rank: Int
  let arithmetic: Arithmetic

  enum Arithmetic: Sendable {
    case floats(features: [Float], times: [Float], bias: [Float], ClosedRange<Float>)
    case bytes(SVDFIntegers)
  }

  func run(_ memory: Memory) {
    switch arithmetic {
    case .floats(let features, let times, let bias, let range):
      run(memory, Float.self) { sum, _ in
        sum
      } feature: { filter, batch in
        let input: UnsafeMutableBufferPointer<Float> = input.elements(memory)
        var sum: Float = 0
        for index in 0..<inputCount {
          sum += features[filter * inputCount + index] * input[batch * inputCount + index]
        }
        return sum
      }
      let state: UnsafeMutableBufferPointer<Float> = state.elements(memory)
      let output: UnsafeMutableBufferPointer<Float> = output.elements(memory)
      let units = filterCount / rank
      for place in output.indices {
        var sum = bias.isEmpty ? 0 : bias[place % units]
        for filter in place * rank..<(place + 1) * rank {
          var product: Float = 0
          for step in 0..<memoryCount {
            product +=
              times[filter % filterCount * memoryCount + step]
              * state[filter * memoryCount + step]
          }
          sum += product
        }
        output[place] = min(max(sum, range.lowerBound), range.upperBound)
      }
    case .bytes(let integers):
      if integers.isWide {
        runIntegers(integers, Int16.self, memory)
      } else {
        runIntegers(integers, Int8.self, memory)
      }
    }
  }

  private func runIntegers<State: FixedWidthInteger & SignedInteger>(
    _ integers: SVDFIntegers,
    _ type: State.Type,
    _ memory: Memory
  ) {
    let input: UnsafeMutableBufferPointer<Int8> = input.elements(memory)
    run(memory, State.self) { (sum: Int32, _: Int) in
      // The zero point comes after the cut, and may carry around.
      State(clamping: integers.featureFactor.applied(to: sum)) &+ State(integers.stateZero)
    } feature: { filter, batch in
      var sum: Int32 = 0
      for index in 0..<inputCount {
        sum &+=
          Int32(integers.features[filter * inputCount + index])
          * (Int32(input[batch * inputCount + index]) - integers.inputZero)
      }
      return sum
    }
    let state: UnsafeMutableBufferPointer<State> = state.elements(memory)
    let output: UnsafeMutableBufferPointer<Int8> = output.elements(memory)
    let units = filterCount / rank
    for place in output.indices {
      var sum = integers.bias.isEmpty ? 0 : integers.bias[place % units]
      for filter in place * rank..<(place + 1) * rank {
        for step in 0..<memoryCount {
          sum &+=
            Int32(integers.times[filter % filterCount * memoryCount + step])
            &* (Int32(state[filter * memoryCount + step]) - integers.stateZero)
        }
      }
      let moved = Int64(integers.outputFactor.applied(to: sum)) + Int64(integers.outputZero)
      output[place] = Int8(
        clamping: max(
          Int64(integers.range.lowerBound),
          min(moved, Int64(integers.range.upperBound))
        )
      )
    }
  }

  /// Moves every filter's memory by one step and puts the newest value last.
  private func run<State, Sum>(
    _ memory: Memory,
    _ type: State.Type,
    _ stored: (Sum, Int) -> State,
    feature: (_ filter: Int, _ batch: Int) -> Sum
  ) {
    let state: UnsafeMutableBufferPointer<State> = state.elements(memory)
    for batch in 0..<batchCount {
      for filter in 0..<filterCount {
        let start = (batch * filterCount + filter) * memoryCount
        for step in 1..<max(1, memoryCount) { state[start + step - 1] = state[start + step] }
        state[start + memoryCount - 1] = stored(feature(filter, batch), filter)
      }
    }
  }
}

/// The constants of an SVDF of int8, whose memory is int16 or int8.
struct SVDFIntegers: Sendable {
  let features: [Int8]
  let times: [Int16]
  let bias: [Int32]
  let inputZero: Int32
  let stateZero: Int32
  let outputZero: Int32
  let featureFactor: FixedPointFactor
  let outputFactor: FixedPointFactor
  let range: ClosedRange<Int32>
  /// Whether the memory is int16.
  let isWide: Bool
}

extension Preparation {
  /// SVDF of floats, or of int8 with a memory of int16 or int8.
  func svdf(rank: Int, _ activation: FusedActivation) throws(GraphError) -> any Kernel {
    try requireOperands(inputs: 5...5)
    let input = try input(0)
    let features = try self.input(1, "feature weights")
    let times = try self.input(2, "time weights")
    let bias = optionalInput(3, "bias")
    let state = try self.input(4, "state")
    let output = output()
    try require(input, is: .float32, .int8)
    try require(output, is: input.type)
    for operand in [input, features, times] { try require(operand, rank: 2) }
    let filters = features.shape[0]
    guard rank >= 1, filters.isMultiple(of: rank) else {
      throw fault(.option(name: "rank", value: rank))
    }
    try require(features, shape: [filters, input.shape[1]])
    try require(times, shape: [filters, times.shape[1]])
    if let bias { try require(bias, count: filters / rank) }
    try require(state, count: input.shape[0] * filters * times.shape[1])
    try require(output, shape: [input.shape[0], filters / rank])
    guard state.tensor.isVariable, state.constant == nil else {
      throw fault(.notVariable(operand: state.role))
    }
    return SVDF(
      input: input,
      state: state,
      output: output,
      batchCount: input.shape[0],
      inputCount: input.shape[1],
      filterCount: filters,
      memoryCount: times.shape[1],
      rank: rank,
      arithmetic: input.type == .float32
        ? try floatSVDF(features, times, bias, state, output, activation)
        : .bytes(try integerSVDF(input, features, times, bias, state, output, activation))
    )
  }

  private func floatSVDF(
    _ features: Operand,
    _ times: Operand,
    _ bias: Operand?,
    _ state: Operand,
    _ output: Operand,
    _ activation: FusedActivation
  ) throws(GraphError) -> SVDF.Arithmetic {
    for operand in [features, times, state] { try require(operand, is: .float32) }
    if let bias { try require(bias, is: .float32) }
    return .floats(
      features: littleEndianFloats(try constant(features)),
      times: littleEndianFloats(try constant(times)),
      bias: try biasFloats(bias),
      try activationRange(activation, of: output).floats
    )
  }

  private func integerSVDF(
    _ input: Operand,
    _ features: Operand,
    _ times: Operand,
    _ bias: Operand?,
    _ state: Operand,
    _ output: Operand,
    _ activation: FusedActivation
  ) throws(GraphError) -> SVDFIntegers {
    // The integer kernels clamp to the type alone, which is RELU only where -128 stands for 0.
    guard activation == .relu || activation == .none else { throw fault(.activation(activation)) }
    try require(features, is: .int8)
    try require(state, is: .int16, .int8)
    try require(times, is: state.type)
    if let bias { try require(bias, is: .int32) }
    for operand in [features, times] { try requireSymmetric(operand) }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (stateScale, stateZero) = try scaleAndZeroPoint(of: state)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let featureScale = try scaleAndZeroPoint(of: features).scale
    let timeScale = try scaleAndZeroPoint(of: times).scale
    if state.type == .int16 { try requireZeroPoints(state, are: 0) }
    let stored = try constant(times)
    return SVDFIntegers(
      features: try smallIntegers(features),
      times: state.type == .int16
        ? littleEndian(stored, as: Int16.self) : stored.map { Int16(Int8(bitPattern: $0)) },
      bias: try biasIntegers(bias).map { Int32(truncatingIfNeeded: $0) },
      inputZero: inputZero,
      stateZero: stateZero,
      outputZero: outputZero,
      // Both ratios in single precision, as the reference kernels form them.
      featureFactor: try factor(Double(inputScale * featureScale / stateScale)),
      outputFactor: try factor(Double(stateScale * timeScale / outputScale)),
      range: -128...127,
      isWide: state.type == .int16
    )
  }
}
