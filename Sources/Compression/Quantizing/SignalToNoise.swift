import Inference
import Tensors

/// For each computed tensor of an integer graph the decibels of the float graph's values over their
/// difference, on the same samples; nil where nothing differs.
///
/// `source` is the float graph that the integer graph was made of, tensor by tensor.
func signalToNoise(
  _ graph: Graph,
  source: Graph,
  on samples: Tensor
) throws(QuantizationError) -> [Double?] {
  var signals = [Double](repeating: 0, count: graph.tensors.count)
  var noises = signals
  let tensors = graph.tensors.indices.filter { index in
    graph.tensors[index].constant == nil && graph.tensors[index].quantization != nil
      && !graph.tensors[index].isVariable
      && source.tensors.indices.contains(index) && source.tensors[index].type == .float32
  }
  let count = min(samples.shape.extents.first ?? 0, largestSampleCount)
  let size = count == 0 ? 0 : samples.count / (samples.shape.extents.first ?? 1)
  do throws(GraphError) {
    let exact = try GraphRunner(source)
    let rounded = try GraphRunner(graph)
    for sample in 0..<count {
      let values = samples.withElements { elements in
        Array(elements[sample * size..<(sample + 1) * size])
      }
      let input = graph.tensors[graph.inputs[0]]
      let before = try exact.run(inputs: [bytes(values)], reading: tensors)
      let after = try rounded.run(inputs: [input.integers(of: values)], reading: tensors)
      for (place, tensor) in tensors.enumerated() {
        let real = graph.tensors[tensor].reals(of: after[place])
        for (index, value) in source.tensors[tensor].reals(of: before[place]).enumerated() {
          let difference = real[index] - value
          signals[tensor] += value * value
          noises[tensor] += difference * difference
        }
      }
    }
  } catch {
    throw .graph(error)
  }
  return zip(signals, noises).map { decibels(signal: $0, noise: $1) }
}

/// Samples that are enough to compare graphs on.
private let largestSampleCount = 32

extension GraphTensor {
  private var affine: (scale: Double, zeroPoint: Double) {
    if case .perTensor(let scale, let zeroPoint)? = quantization {
      (Double(scale), Double(zeroPoint))
    } else {
      (1, 0)
    }
  }

  /// The elements that stand for real numbers.
  fileprivate func integers(of values: [Float]) -> [UInt8] {
    let (scale, zeroPoint) = affine
    guard let limits = type.integerRange else { return bytes(values) }
    return values.flatMap { value -> [UInt8] in
      let steps = (Double(value) / scale).rounded(.toNearestOrAwayFromZero) + zeroPoint
      let clamped = max(Double(limits.lowerBound), min(steps, Double(limits.upperBound)))
      let integer = Int16(clamped)
      return type == .int8
        ? [UInt8(truncatingIfNeeded: integer)]
        : withUnsafeBytes(of: integer.littleEndian) { Array($0) }
    }
  }

  /// The real numbers that elements of this tensor stand for.
  fileprivate func reals(of bytes: [UInt8]) -> [Double] {
    let (scale, zeroPoint) = affine
    switch type {
    case .float32:
      return stride(from: 0, to: bytes.count - 3, by: 4).map { index in
        var bits: UInt32 = 0
        for place in (0..<4).reversed() { bits = bits << 8 | UInt32(bytes[index + place]) }
        return Double(Float(bitPattern: bits))
      }
    case .int8: return bytes.map { (Double(Int8(bitPattern: $0)) - zeroPoint) * scale }
    case .int16:
      return stride(from: 0, to: bytes.count - 1, by: 2).map { index in
        let integer = Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)
        return (Double(integer) - zeroPoint) * scale
      }
    case .float16, .int32, .uint8, .int64, .bool, .int4: return []
    }
  }
}
