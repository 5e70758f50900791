import CKernels
import Tensors

/// Runs a graph: everything is checked and laid out once, then runs need no check.
///
/// A value that many threads may share; each run has its own working memory.
public struct GraphRunner: Sendable {
  /// What it runs.
  public let graph: Graph
  /// Whose integers it reproduces.
  public let rounding: Rounding
  /// Bytes that a run needs for the tensors that it fills.
  public let workingBytes: Int

  let slots: [Slot]
  let tiles: TilePlan?
  /// The tensors that states are kept in.
  let states: [Int]
  private let kernels: [any Kernel]
  private let constants: MemoryBlock

  /// The largest memory that a run may need unless the caller says otherwise: 1 GiB.
  public static let defaultMemoryLimit = 1 << 30

  /// Plans `graph`, or says why it cannot be run.
  ///
  /// `memoryLimit` bounds the bytes of constants and of a run's tensors together.
  public init(
    _ graph: Graph,
    rounding: Rounding = .tflm,
    memoryLimit: Int = GraphRunner.defaultMemoryLimit
  ) throws(GraphError) {
    try self.init(
      graph,
      rounding: rounding,
      memoryLimit: memoryLimit,
      tileSet: ck_tiles_best_set()
    )
  }

  /// `tileSet` chooses the instructions of quick layers; nil has every operation computed by the
  /// reference kernels, which give the same integers.
  init(
    _ graph: Graph,
    rounding: Rounding = .tflm,
    memoryLimit: Int = GraphRunner.defaultMemoryLimit,
    tileSet: ck_tile_set?
  ) throws(GraphError) {
    let plan = try GraphPlan(
      graph,
      rounding: rounding,
      memoryLimit: memoryLimit,
      tileSet: tileSet
    )
    self.graph = graph
    self.rounding = rounding
    workingBytes = plan.workingBytes
    slots = plan.slots
    states = graph.tensors.indices.filter {
      graph.tensors[$0].isVariable && !plan.slots[$0].isConstant
    }
    tiles = plan.tiles
    kernels = plan.kernels
    constants = plan.constants
  }

  /// Runs once on the raw bytes of the inputs and gives those of `tensors`, which may be any tensors
  /// of the graph; by default the outputs.
  public func run(
    inputs: [[UInt8]],
    reading tensors: [Int]? = nil
  ) throws(GraphError) -> [[UInt8]] {
    let wanted = tensors ?? graph.outputs
    for tensor in wanted where !graph.tensors.indices.contains(tensor) {
      throw .noSuchTensor(index: tensor, count: graph.tensors.count)
    }
    try check(inputs)
    let session = session(reading: wanted)
    for (bytes, tensor) in zip(inputs, graph.inputs) { session.fill(tensor, with: bytes) }
    session.run()
    return wanted.map { session.bytes(of: $0) }
  }

  /// Runs once on each element of `steps` and gives the outputs; states go on from step to step
  /// instead of beginning anew.
  public func run(steps: [[[UInt8]]]) throws(GraphError) -> [[[UInt8]]] {
    for inputs in steps { try check(inputs) }
    let session = session()
    session.clearStates()
    var outputs: [[[UInt8]]] = []
    for inputs in steps {
      for (bytes, tensor) in zip(inputs, graph.inputs) { session.fill(tensor, with: bytes) }
      session.step()
      outputs.append(graph.outputs.map { session.bytes(of: $0) })
    }
    return outputs
  }

  private func check(_ inputs: [[UInt8]]) throws(GraphError) {
    guard inputs.count == graph.inputs.count else {
      throw .inputCount(expected: graph.inputs.count, found: inputs.count)
    }
    for (bytes, tensor) in zip(inputs, graph.inputs) {
      guard bytes.count == slots[tensor].byteCount else {
        throw .inputBytes(
          tensor: graph.tensors[tensor].name,
          expected: slots[tensor].byteCount,
          found: bytes.count
        )
      }
    }
  }

  /// Working memory for runs one after another on one thread.
  ///
  /// After a run `tensors` (by default the outputs) may be read. Quick layers fill
  /// only tensors that other operations or callers need.
  package func session(reading tensors: [Int]? = nil) -> GraphSession {
    guard let tiles, (tensors ?? graph.outputs).allSatisfy(tiles.isFilled) else {
      return GraphSession(
        runner: self,
        kernels: kernels,
        memory: Memory(constants: constants, working: MemoryBlock(byteCount: workingBytes))
      )
    }
    let working = MemoryBlock(byteCount: tiles.workingBytes)
    tiles.prepare(working)
    return GraphSession(
      runner: self,
      kernels: tiles.kernels,
      memory: Memory(constants: constants, working: working)
    )
  }
}

/// The working memory of a runner, used again and again by one thread.
package struct GraphSession {
  let runner: GraphRunner
  let kernels: [any Kernel]
  let memory: Memory

  /// The elements of a tensor.
  func elements<Element>(of tensor: Int) -> UnsafeMutableBufferPointer<Element> {
    memory.elements(runner.slots[tensor])
  }

  package func fill(_ tensor: Int, with bytes: [UInt8]) {
    let into: UnsafeMutableBufferPointer<UInt8> = elements(of: tensor)
    _ = into.update(fromContentsOf: bytes)
  }

  package func bytes(of tensor: Int) -> [UInt8] {
    let from: UnsafeMutableBufferPointer<UInt8> = elements(of: tensor)
    return Array(from)
  }

  /// Runs every operation; states begin at what stands for 0.
  package func run() {
    clearStates()
    step()
  }

  /// Sets states to what stands for 0.
  func clearStates() {
    for index in runner.states {
      let tensor = runner.graph.tensors[index]
      let state: UnsafeMutableBufferPointer<UInt8> = elements(of: index)
      let zero = tensor.type == .int8 ? tensor.scaleAndZeroPoint?.zeroPoint ?? 0 : 0
      state.update(repeating: UInt8(truncatingIfNeeded: zero))
    }
  }

  /// Runs every operation on the states as they are.
  func step() {
    for kernel in kernels { kernel.run(memory) }
  }
}
