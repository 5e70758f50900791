/// A tensor as an operation's input or output while the plan is made.
struct Operand: Sendable {
  /// What the operation calls it, for errors.
  let role: String
  let tensor: GraphTensor
  let slot: Slot
  /// The elements, when they are known before the run.
  let constant: [UInt8]?

  var shape: [Int] { tensor.shape }
  var type: ElementType { tensor.type }
  var count: Int { tensor.elementCount }
  /// Whether its integers have one scale, not one for each channel.
  var hasOneScale: Bool {
    switch tensor.quantization {
    case .perTensor: true
    case .perChannel(let scales, _, _): scales.count == 1
    case nil: false
    }
  }

  /// The elements while a graph runs.
  func elements<Element>(_ memory: Memory) -> UnsafeMutableBufferPointer<Element> {
    memory.elements(slot)
  }
}

extension GraphTensor {
  /// The product of the extents, which a planned graph has checked.
  public var elementCount: Int {
    shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
  }

  /// Bytes of the elements; int4 packs two a byte.
  public var byteCount: Int {
    let bits = elementCount.multipliedReportingOverflow(by: type.bits).partialValue
    return (bits &+ 7) / 8
  }

  /// The scale and zero point of the whole tensor, or those of its only channel.
  public var scaleAndZeroPoint: (scale: Float, zeroPoint: Int)? {
    switch quantization {
    case nil: nil
    case .perTensor(let scale, let zeroPoint): (scale, zeroPoint)
    case .perChannel(let scales, let zeroPoints, _):
      scales.count == 1 ? (scales[0], zeroPoints[0]) : nil
    }
  }

  /// One scale for each of `channels`; a single scale serves all.
  func scales(channels: Int) -> [Float]? {
    switch quantization {
    case nil: nil
    case .perTensor(let scale, _): [Float](repeating: scale, count: channels)
    case .perChannel(let scales, _, _):
      scales.count == 1
        ? [Float](repeating: scales[0], count: channels)
        : scales.count == channels ? scales : nil
    }
  }
}

extension ElementType {
  /// The integers it can hold; nil for floats.
  public var integerRange: ClosedRange<Int>? {
    switch self {
    case .float32, .float16: nil
    case .int4: -8...7
    case .int8: -128...127
    case .uint8: 0...255
    case .bool: 0...1
    case .int16: -32768...32767
    case .int32: Int(Int32.min)...Int(Int32.max)
    case .int64: Int.min...Int.max
    }
  }
}
