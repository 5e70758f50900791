import Tensors

extension GraphRunner {
  /// The outputs for many samples as real numbers: inputs are quantized, outputs dequantized.
  ///
  /// `samples` is samples x the shape of the graph's only input (without its batch); the result is
  /// samples x the shape of its first output, and does not depend on the number of threads.
  public func outputs(for samples: Tensor, threads: Int = 2) throws(GraphError) -> Tensor {
    let index = try firstOutput()
    let output = graph.tensors[index]
    let width = output.elementCount
    let count = try sampleCount(samples)
    // What could fail in a chunk fails here, on one sample's worth of zeros.
    _ = try realValues([UInt8](repeating: 0, count: output.byteCount), of: output)
    if graph.tensors[graph.inputs[0]].type != .float32 { try requireQuantizedInput() }
    var result = Tensor(Shape([count] + Array(output.shape.dropFirst())))
    let chunk = 64
    result.withMutableElements { result in
      // Unchecked: chunks write disjoint parts.
      nonisolated(unsafe) let result = result
      ThreadPool(threads: threads).run((count + chunk - 1) / chunk) { number in
        let part = number * chunk..<min(count, (number + 1) * chunk)
        // Everything that this can throw has been ruled out above.
        try? forEachSample(samples, in: part) { (sample, session) throws(GraphError) in
          let values = try realValues(session.bytes(of: index), of: output)
          for (place, value) in values.enumerated() { result[sample * width + place] = value }
        }
      }
    }
    return result
  }

  /// The integers of the first output for many samples, one row a sample; a float output gives none.
  public func integerOutputs(for samples: Tensor) throws(GraphError) -> [[Int]] {
    let index = try firstOutput()
    let type = graph.tensors[index].type
    var rows: [[Int]] = []
    try forEachSample(samples) { _, session in
      rows.append(integers(session.bytes(of: index), type: type))
    }
    return rows
  }

  /// The real values of any tensor for one sample; integers are dequantized.
  public func values(of tensor: Int, for sample: Tensor) throws(GraphError) -> Tensor {
    guard graph.tensors.indices.contains(tensor) else {
      throw .noSuchTensor(index: tensor, count: graph.tensors.count)
    }
    let described = graph.tensors[tensor]
    guard slots[tensor].byteCount > 0 else { throw .notNumeric(tensor: described.name) }
    guard let inputs = graph.inputs.first, sample.count == graph.tensors[inputs].elementCount else {
      throw .sampleSize(
        expected: graph.inputs.first.map { graph.tensors[$0].shape } ?? [],
        found: sample.shape.extents
      )
    }
    let session = session(reading: [tensor])
    try sample.withElements { (elements) throws(GraphError) in try write(elements, into: session) }
    session.run()
    return Tensor(
      Shape(described.shape),
      try realValues(session.bytes(of: tensor), of: described)
    )
  }

  /// Runs every sample and shows `body` the values of each computed float tensor, in the order of
  /// the graph's tensors: what calibration looks at.
  public func observe(
    _ samples: Tensor,
    _ body: (_ tensor: Int, _ values: UnsafeBufferPointer<Float>) -> Void
  ) throws(GraphError) {
    let observed = graph.tensors.indices.filter { index in
      graph.tensors[index].type == .float32 && !slots[index].isConstant
    }
    try forEachSample(samples, reading: observed) { (_, session) throws(GraphError) in
      for index in observed {
        let values: UnsafeMutableBufferPointer<Float> = session.elements(of: index)
        body(index, UnsafeBufferPointer(values))
      }
    }
  }

  private func firstOutput() throws(GraphError) -> Int {
    guard let output = graph.outputs.first else {
      throw .noSuchTensor(index: 0, count: 0)
    }
    return output
  }

  private func sampleCount(_ samples: Tensor) throws(GraphError) -> Int {
    guard graph.inputs.count == 1 else {
      throw .inputCount(expected: graph.inputs.count, found: 1)
    }
    let expected = graph.tensors[graph.inputs[0]].elementCount
    let count = samples.shape.extents.first ?? 0
    guard count * expected == samples.count else {
      throw .sampleSize(
        expected: Array(graph.tensors[graph.inputs[0]].shape.dropFirst()),
        found: Array(samples.shape.extents.dropFirst())
      )
    }
    return count
  }

  private func forEachSample(
    _ samples: Tensor,
    in part: Range<Int>? = nil,
    reading tensors: [Int]? = nil,
    _ body: (Int, GraphSession) throws(GraphError) -> Void
  ) throws(GraphError) {
    let count = try sampleCount(samples)
    let session = session(reading: tensors)
    let width = count == 0 ? 0 : samples.count / count
    try samples.withElements { (elements) throws(GraphError) in
      for sample in part ?? 0..<count {
        let values = UnsafeBufferPointer(rebasing: elements[sample * width..<(sample + 1) * width])
        try write(values, into: session)
        session.run()
        try body(sample, session)
      }
    }
  }

  /// Checks that reals can be turned into the input's integers.
  private func requireQuantizedInput() throws(GraphError) {
    let tensor = graph.tensors[graph.inputs[0]]
    guard tensor.scaleAndZeroPoint != nil, [.int8, .uint8, .int16].contains(tensor.type) else {
      throw .notNumeric(tensor: tensor.name)
    }
  }

  private func write(
    _ values: UnsafeBufferPointer<Float>,
    into session: GraphSession
  ) throws(GraphError) {
    let index = graph.inputs[0]
    let tensor = graph.tensors[index]
    if tensor.type == .float32 {
      let into: UnsafeMutableBufferPointer<Float> = session.elements(of: index)
      for (place, value) in values.enumerated() { into[place] = value }
      return
    }
    guard let (scale, zeroPoint) = tensor.scaleAndZeroPoint else {
      throw .notNumeric(tensor: tensor.name)
    }
    let zero = Int32(clamping: zeroPoint)
    switch tensor.type {
    case .int8:
      let into: UnsafeMutableBufferPointer<Int8> = session.elements(of: index)
      for (place, value) in values.enumerated() {
        into[place] = Int8(clamping: quantized(value, scale: scale, zeroPoint: zero))
      }
    case .uint8:
      let into: UnsafeMutableBufferPointer<UInt8> = session.elements(of: index)
      for (place, value) in values.enumerated() {
        into[place] = UInt8(clamping: quantized(value, scale: scale, zeroPoint: zero))
      }
    case .int16:
      let into: UnsafeMutableBufferPointer<Int16> = session.elements(of: index)
      for (place, value) in values.enumerated() {
        into[place] = Int16(clamping: quantized(value, scale: scale, zeroPoint: zero))
      }
    default: throw .notNumeric(tensor: tensor.name)
    }
  }
}

/// The integers in `bytes`; floats give none.
func integers(_ bytes: [UInt8], type: ElementType) -> [Int] {
  switch type {
  case .int8: bytes.map { Int(Int8(bitPattern: $0)) }
  case .uint8, .bool: bytes.map { Int($0) }
  case .int16: littleEndian(bytes, as: Int16.self).map { Int($0) }
  case .int32: littleEndian(bytes, as: Int32.self).map { Int($0) }
  case .int64: littleEndian(bytes, as: Int64.self).map { Int($0) }
  case .int4: unpackedInt4(bytes, count: bytes.count * 2).map { Int($0) }
  case .float32, .float16: []
  }
}

/// The numbers that a tensor's bytes stand for; plain integers stand for themselves.
func realValues(_ bytes: [UInt8], of tensor: GraphTensor) throws(GraphError) -> [Float] {
  switch tensor.type {
  case .float32: return littleEndianFloats(bytes)
  case .float16: return littleEndian(bytes, as: UInt16.self).map { widened(half: $0) }
  case .int8, .uint8, .bool, .int16, .int32, .int64, .int4:
    let values = integers(bytes, type: tensor.type).prefix(tensor.elementCount)
    switch tensor.quantization {
    case nil: return values.map { Float($0) }
    case .perTensor(let scale, let zeroPoint):
      return values.map { Float(Double($0 - zeroPoint) * Double(scale)) }
    case .perChannel(let scales, let zeroPoints, let axis):
      guard axis < tensor.shape.count else { throw .notNumeric(tensor: tensor.name) }
      let inner = tensor.shape[(axis + 1)...].reduce(1, *)
      return values.enumerated().map { index, value in
        let channel = index / inner % scales.count
        return Float(Double(value - zeroPoints[channel]) * Double(scales[channel]))
      }
    }
  }
}
