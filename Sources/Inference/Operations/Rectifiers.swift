extension Preparation {
  /// RELU: integers are rescaled to the output's scale, then clamped at its zero point.
  func relu() throws(GraphError) -> any Kernel {
    let (input, output) = try sameTypeOperands([.float32, .int8, .int16])
    if input.type == .float32 {
      return ElementMap<Float, Float>(input: input, output: output) { $0 < 0 ? 0 : $0 }
    }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let factor = try factor(Double(inputScale / outputScale))
    let range = try activationRange(.relu, of: output).integers
    let rectify: @Sendable (Int32) -> Int32 = { value in
      let scaled = outputZero &+ factor.applied(to: value &- inputZero)
      return min(max(scaled, range.lowerBound), range.upperBound)
    }
    if input.type == .int8 { return ByteMap(input: input, output: output, function: rectify) }
    try requireZeroPoints(input, output, are: 0)
    return ElementMap<Int16, Int16>(input: input, output: output) {
      Int16(truncatingIfNeeded: rectify(Int32($0)))
    }
  }

  /// RELU6.
  ///
  /// TensorFlow Lite Micro clamps the input's integers between its 0 and its 6 and does not
  /// rescale, so its answer is wrong where the scales differ; LiteRT rescales first.
  func relu6() throws(GraphError) -> any Kernel {
    let (input, output) = try sameTypeOperands([.float32, .int8, .int16])
    if input.type == .float32 {
      return ElementMap<Float, Float>(input: input, output: output) { min(max($0, 0), 6) }
    }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    let rectify: @Sendable (Int32) -> Int32
    switch rounding {
    case .tflm:
      let range = try activationRange(.relu6, of: input).integers
      rectify = { min(max($0, inputZero), range.upperBound) }
    case .litert:
      let factor = try factor(Double(inputScale / outputScale))
      let range = try activationRange(.relu6, of: output).integers
      rectify = { value in
        let scaled = outputZero &+ factor.applied(to: value &- inputZero)
        return min(max(scaled, range.lowerBound), range.upperBound)
      }
    }
    if input.type == .int8 { return ByteMap(input: input, output: output, function: rectify) }
    return ElementMap<Int16, Int16>(input: input, output: output) {
      Int16(truncatingIfNeeded: rectify(Int32($0)))
    }
  }
}
