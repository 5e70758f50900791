extension Preparation {
  /// QUANTIZE: from floats by division, between integer types by a fixed-point factor.
  func quantize() throws(GraphError) -> any Kernel {
    let (input, output) = try unaryOperands([.float32, .int8, .int16, .uint8, .int32])
    let (outputScale, outputZero) = try scaleAndZeroPoint(of: output)
    guard input.type != .float32 else {
      switch output.type {
      case .int8:
        return ElementMap<Float, Int8>(input: input, output: output) {
          Int8(clamping: quantized($0, scale: outputScale, zeroPoint: outputZero))
        }
      case .int16:
        return ElementMap<Float, Int16>(input: input, output: output) {
          Int16(clamping: quantized($0, scale: outputScale, zeroPoint: outputZero))
        }
      case .uint8:
        return ElementMap<Float, UInt8>(input: input, output: output) {
          UInt8(clamping: quantized($0, scale: outputScale, zeroPoint: outputZero))
        }
      default: throw fault(.type(operand: output.role, output.type))
      }
    }
    let (inputScale, inputZero) = try scaleAndZeroPoint(of: input)
    let factor = try factor(Double(inputScale) / Double(outputScale))
    let rescale: @Sendable (Int32) -> Int32 = { value in
      let moved = factor.applied(to: value &- inputZero).addingReportingOverflow(outputZero)
      return moved.overflow ? (outputZero > 0 ? Int32.max : Int32.min) : moved.partialValue
    }
    switch (input.type, output.type) {
    case (.int8, .int8): return ByteMap(input: input, output: output, function: rescale)
    case (.int8, .uint8):
      return ElementMap<Int8, UInt8>(input: input, output: output) {
        UInt8(clamping: rescale(Int32($0)))
      }
    case (.int8, .int16):
      return ElementMap<Int8, Int16>(input: input, output: output) {
        Int16(clamping: rescale(Int32($0)))
      }
    case (.int8, .int32):
      return ElementMap<Int8, Int32>(input: input, output: output) { rescale(Int32($0)) }
    case (.uint8, .int8):
      return ElementMap<UInt8, Int8>(input: input, output: output) {
        Int8(clamping: rescale(Int32($0)))
      }
    case (.int16, .int8):
      return ElementMap<Int16, Int8>(input: input, output: output) {
        Int8(clamping: rescale(Int32($0)))
      }
    case (.int16, .int16):
      return ElementMap<Int16, Int16>(input: input, output: output) {
        Int16(clamping: rescale(Int32($0)))
      }
    case (.int16, .int32):
      return ElementMap<Int16, Int32>(input: input, output: output) { rescale(Int32($0)) }
    case (.int32, .int8):
      return ElementMap<Int32, Int8>(input: input, output: output) { Int8(clamping: rescale($0)) }
    case (.int32, .int16):
      return ElementMap<Int32, Int16>(input: input, output: output) { Int16(clamping: rescale($0)) }
    default: throw fault(.type(operand: output.role, output.type))
    }
  }

  /// DEQUANTIZE: `(integer - zero point) * scale`, or half precision widened.
  func dequantize() throws(GraphError) -> any Kernel {
    let (input, output) = try unaryOperands([.int8, .int16, .uint8, .float16])
    try require(output, is: .float32)
    if input.type == .float16 {
      return ElementMap<UInt16, Float>(input: input, output: output) { widened(half: $0) }
    }
    if case .perChannel(let scales, let zeroPoints, let axis) = input.tensor.quantization,
      scales.count > 1
    {
      try require(input, is: .int8)
      return ChannelDequantization(
        input: input,
        output: output,
        scales: scales,
        zeroPoints: zeroPoints.map { Int32(clamping: $0) },
        innerCount: input.shape[(axis + 1)...].reduce(1, *)
      )
    }
    let (scale, zeroPoint) = try scaleAndZeroPoint(of: input)
    let real: @Sendable (Int32) -> Float = { Float(Double($0 - zeroPoint) * Double(scale)) }
    switch input.type {
    case .int8: return ElementMap<Int8, Float>(input: input, output: output) { real(Int32($0)) }
    case .int16: return ElementMap<Int16, Float>(input: input, output: output) { real(Int32($0)) }
    default: return ElementMap<UInt8, Float>(input: input, output: output) { real(Int32($0)) }
    }
  }

  /// CAST between float32, int32, int64, int8, int16, uint8 and bool; floats lose their fraction and
  /// are cut to the range of the type.
  func cast() throws(GraphError) -> any Kernel {
    let (input, output) = try unaryOperands([
      .float32, .int32, .int64, .int8, .int16, .uint8, .bool,
    ])
    switch input.type {
    case .float32: return try cast(input, output) { (value: Float) in Double(value) }
    case .int32: return try cast(input, output) { (value: Int32) in Double(value) }
    case .int64: return try cast(input, output) { (value: Int64) in Double(value) }
    case .int8: return try cast(input, output) { (value: Int8) in Double(value) }
    case .int16: return try cast(input, output) { (value: Int16) in Double(value) }
    default: return try cast(input, output) { (value: UInt8) in Double(value) }
    }
  }

  private func cast<Source: Sendable>(
    _ input: Operand,
    _ output: Operand,
    _ real: @escaping @Sendable (Source) -> Double
  ) throws(GraphError) -> any Kernel {
    func integer<Result: FixedWidthInteger & Sendable>(_ type: Result.Type) -> any Kernel {
      ElementMap<Source, Result>(input: input, output: output) { source in
        let value = real(source)
        return value.isNaN ? 0 : Result(clamping: Int64(max(-0x1p62, min(value, 0x1p62))))
      }
    }
    switch output.type {
    case .float32:
      return ElementMap<Source, Float>(input: input, output: output) { Float(real($0)) }
    case .int32: return integer(Int32.self)
    case .int64: return integer(Int64.self)
    case .int8: return integer(Int8.self)
    case .int16: return integer(Int16.self)
    case .uint8: return integer(UInt8.self)
    case .bool:
      return ElementMap<Source, UInt8>(input: input, output: output) { real($0) == 0 ? 0 : 1 }
    case .float16, .int4: throw fault(.type(operand: output.role, output.type))
    }
  }
}

/// DEQUANTIZE of int8 with a scale per channel.
private struct ChannelDequantization: Kernel {
  let input: Operand
  let output: Operand
  let scales: [Float]
  let zeroPoints: [Int32]
  /// Elements of one channel that lie together.
  let innerCount: Int

  func run(_ memory: Memory) {
    let from: UnsafeMutableBufferPointer<Int8> = input.elements(memory)
    let into: UnsafeMutableBufferPointer<Float> = output.elements(memory)
    for index in from.indices {
      let channel = index / innerCount % scales.count
      into[index] = Float(Int32(from[index]) - zeroPoints[channel]) * scales[channel]
    }
  }
}

/// `round(value / scale) + zero point`, half away from zero; NaN counts as 0.
///
/// Source: TensorFlow Lite, `AffineQuantize`.
func quantized(_ value: Float, scale: Float, zeroPoint: Int32) -> Int32 {
  let moved = clampedRound(value / scale).addingReportingOverflow(zeroPoint)
  return moved.overflow ? (zeroPoint > 0 ? Int32.max : Int32.min) : moved.partialValue
}

/// The float32 of IEEE half-precision bits.
func widened(half bits: UInt16) -> Float {
  let sign: Float = bits & 0x8000 == 0 ? 1 : -1
  let exponent = Int(bits >> 10) & 0x1F
  let fraction = Float(bits & 0x3FF)
  switch exponent {
  case 0: return sign * fraction * 0x1p-24
  case 31: return fraction == 0 ? sign * .infinity : .nan
  default:
    return sign * (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
  }
}

/// The IEEE half-precision bits nearest to a float32, ties to even; beyond the range, infinity.
public func halfPrecisionBits(_ value: Float) -> UInt16 {
  let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
  let magnitude = value.magnitude
  guard !value.isNaN else { return 0x7E00 }
  guard magnitude < 65520 else { return sign | 0x7C00 }
  guard magnitude >= 0x1p-14 else {
    return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
  }
  let steps = UInt16((magnitude.significand * 1024).rounded(.toNearestOrEven))
  // A carry out of the fraction moves into the exponent by itself.
  return sign | (UInt16(magnitude.exponent + 14) << 10) &+ steps
}
