import CKernels

/// An operation with what its planning saw.
struct PlannedKernel {
  let preparation: Preparation
  let kernel: any Kernel
}

/// The result of checking a graph: where tensors lie and what runs in which order.
struct GraphPlan {
  let slots: [Slot]
  let workingBytes: Int
  let kernels: [any Kernel]
  let constants: MemoryBlock
  /// The same with layers over bordered images, where there are any that can be so computed.
  let tiles: TilePlan?

  /// The largest number of elements of one tensor; positions then fit 32 bits.
  static let largestCount = 1 << 30

  init(
    _ graph: Graph,
    rounding: Rounding,
    memoryLimit: Int,
    tileSet: ck_tile_set?
  ) throws(GraphError) {
    let bare = Self.withoutElements(graph)
    for (index, tensor) in graph.tensors.enumerated() where !bare.contains(index) {
      try Self.check(tensor)
    }
    try Self.checkOrder(of: graph)
    var known: [[UInt8]?] = graph.tensors.enumerated().map { index, tensor in
      bare.contains(index) ? nil : tensor.constant
    }
    let folded = Self.foldable(graph, known)
    var slots: [Slot] = []
    var constantBytes = 0
    var workingBytes = 0
    for (index, tensor) in graph.tensors.enumerated() {
      let isConstant = known[index] != nil || folded.contains(index)
      let bytes = bare.contains(index) ? 0 : tensor.byteCount
      slots.append(
        Slot(
          isConstant: isConstant,
          offset: isConstant ? constantBytes : workingBytes,
          byteCount: bytes
        )
      )
      if isConstant {
        constantBytes += Slot.aligned(bytes)
      } else {
        workingBytes += Slot.aligned(bytes)
      }
      guard constantBytes + workingBytes <= memoryLimit else {
        throw .memory(neededBytes: constantBytes + workingBytes, allowedBytes: memoryLimit)
      }
    }
    let constants = MemoryBlock(byteCount: constantBytes)
    let memory = Memory(constants: constants, working: MemoryBlock(byteCount: 0))
    for (slot, bytes) in zip(slots, known) {
      guard let bytes else { continue }
      let into: UnsafeMutableBufferPointer<UInt8> = memory.elements(slot)
      _ = into.update(fromContentsOf: bytes)
    }
    var planned: [PlannedKernel] = []
    for (index, operation) in graph.operations.enumerated() {
      let preparation = Preparation(
        operation: operation,
        index: index,
        tensors: graph.tensors,
        slots: slots,
        constants: known,
        rounding: rounding
      )
      // Elements of half a byte are weights only: kernels write whole bytes.
      for output in operation.outputs where graph.tensors[output].type == .int4 {
        throw preparation.fault(.type(operand: "output", .int4))
      }
      let kernel = try operation.kind.kernel(preparation)
      guard let output = operation.outputs.first, folded.contains(output) else {
        planned.append(PlannedKernel(preparation: preparation, kernel: kernel))
        continue
      }
      kernel.run(memory)
      let result: UnsafeMutableBufferPointer<UInt8> = memory.elements(slots[output])
      known[output] = Array(result)
    }
    self.slots = slots
    self.workingBytes = workingBytes
    kernels = planned.map(\.kernel)
    tiles = tileSet.flatMap { set in
      TilePlan(
        graph,
        planned,
        set: set,
        workingBytes: workingBytes,
        byteLimit: memoryLimit - constantBytes - workingBytes
      )
    }
    self.constants = constants
  }

  /// Outputs of DEQUANTIZE, QUANTIZE and RESHAPE that depend on constants only: weights stored in a
  /// smaller type, which are then unpacked once.
  private static func foldable(_ graph: Graph, _ known: [[UInt8]?]) -> Set<Int> {
    var folded: Set<Int> = []
    for operation in graph.operations {
      switch operation.kind {
      case .dequantize, .quantize, .reshape:
        guard
          operation.outputs.count == 1, !operation.inputs.isEmpty,
          operation.inputs.allSatisfy({ input in
            input.map { known[$0] != nil || folded.contains($0) } ?? true
          })
        else { continue }
        folded.insert(operation.outputs[0])
      default: continue
      }
    }
    return folded
  }

  /// Tensors that only describe inner results of operations, or nothing: no kernel reads them.
  private static func withoutElements(_ graph: Graph) -> Set<Int> {
    var used = Set(graph.inputs).union(graph.outputs)
    for operation in graph.operations {
      used.formUnion(operation.inputs.compactMap { $0 })
      used.formUnion(operation.outputs)
      used.formUnion(operation.intermediates.filter { isTrace($0, of: operation, graph) })
    }
    return Set(graph.tensors.indices).subtracting(used)
  }

  /// Whether an LSTM of floats leaves in an intermediate what its cells were at every step, which
  /// calibration asks for.
  private static func isTrace(_ tensor: Int, of operation: Operation, _ graph: Graph) -> Bool {
    guard graph.tensors.indices.contains(tensor), let output = operation.outputs.first,
      graph.tensors.indices.contains(output)
    else { return false }
    let (trace, given) = (graph.tensors[tensor], graph.tensors[output])
    return operation.intermediates.count == 1 && trace.type == .float32
      && given.type == .float32 && trace.shape == given.shape && trace.constant == nil
  }

  private static func check(_ tensor: GraphTensor) throws(GraphError) {
    func fault(_ fault: GraphError.TensorFault) -> GraphError { .tensor(name: tensor.name, fault) }
    var count = 1
    for extent in tensor.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 1, !overflow, product <= largestCount else {
        throw fault(.shape(tensor.shape))
      }
      count = product
    }
    if let constant = tensor.constant, constant.count != tensor.byteCount {
      throw fault(.constantBytes(expected: tensor.byteCount, found: constant.count))
    }
    try check(tensor.quantization, of: tensor)
  }

  private static func check(
    _ quantization: Quantization?,
    of tensor: GraphTensor
  ) throws(GraphError) {
    func fault(_ fault: GraphError.TensorFault) -> GraphError { .tensor(name: tensor.name, fault) }
    func check(scale: Float, zeroPoint: Int) throws(GraphError) {
      guard scale > 0, scale.isFinite else { throw fault(.scale(scale)) }
      guard tensor.type.integerRange?.contains(zeroPoint) ?? true else {
        throw fault(.zeroPoint(zeroPoint))
      }
    }
    switch quantization {
    case nil: return
    case .perTensor(let scale, let zeroPoint): try check(scale: scale, zeroPoint: zeroPoint)
    case .perChannel(let scales, let zeroPoints, let axis):
      guard tensor.shape.indices.contains(axis) else {
        throw fault(.channelAxis(axis, rank: tensor.shape.count))
      }
      guard scales.count == tensor.shape[axis], zeroPoints.count == scales.count else {
        throw fault(
          .channelCount(
            expected: tensor.shape[axis],
            found: scales.count == tensor.shape[axis] ? zeroPoints.count : scales.count
          )
        )
      }
      for (scale, zeroPoint) in zip(scales, zeroPoints) {
        try check(scale: scale, zeroPoint: zeroPoint)
      }
    }
  }

  /// Checks that indices exist, and that every tensor is filled once and before it is read, which
  /// also rules out cycles.
  private static func checkOrder(of graph: Graph) throws(GraphError) {
    func tensor(_ index: Int) throws(GraphError) -> GraphTensor {
      guard graph.tensors.indices.contains(index) else {
        throw .noSuchTensor(index: index, count: graph.tensors.count)
      }
      return graph.tensors[index]
    }
    var isFilled = graph.tensors.map { $0.constant != nil || $0.isVariable }
    for input in graph.inputs {
      let name = try tensor(input).name
      guard !isFilled[input] else { throw .writtenTwice(tensor: name) }
      isFilled[input] = true
    }
    for operation in graph.operations {
      for case let input? in operation.inputs {
        let name = try tensor(input).name
        guard isFilled[input] else { throw .readBeforeWritten(tensor: name) }
      }
      for output in operation.outputs {
        let name = try tensor(output).name
        guard !isFilled[output] else { throw .writtenTwice(tensor: name) }
        isFilled[output] = true
      }
    }
    for output in graph.outputs {
      let name = try tensor(output).name
      guard isFilled[output] else { throw .readBeforeWritten(tensor: name) }
    }
  }
}
