import Tensors

/// Runs a network forward on any number of samples, without anything that only training needs.
///
/// Samples are shared out among `slots` stripes, each with its own memory; every sample's result is
/// the same however they are shared out.
final class ForwardRunner {
  /// Bytes taken; nil if that is more than an integer holds.
  let bytes: Int?
  /// Values that it gives for a sample.
  var outputCount: Int { plan.outputCount }

  /// Pointers of a run, copied into each task.
  private struct Context {
    let operations: UnsafePointer<PlannedOperation>
    let operationCount: Int
    let parameters: UnsafeMutablePointer<Float>
    let prepared: UnsafeMutablePointer<Float>
    let memory: UnsafeMutablePointer<Float>
    let stride: Int
    let inputs: UnsafePointer<Float>
    let inputCount: Int
    let output: Int?
    let outputs: UnsafeMutablePointer<Float>
    let outputCount: Int
    let count: Int
    let stripe: Int
    let chunkSamples: Int
    let sampleIndices: UnsafePointer<Int32>
    let counts: UnsafeMutablePointer<Int>
  }

  /// Stripes of a run at most.
  private static let largestSlots = 8

  private let plan: Plan
  private let slots: Int
  private let budget: MemoryBudget
  private let memory: Int
  private let prepared: Int
  private let zeros: Int
  private let pool: ThreadPool
  private var arena: Arena?
  private let operations: UnsafeMutablePointer<PlannedOperation>

  init(
    _ architecture: Architecture,
    _ layout: ParameterLayout,
    node: Int,
    endsInLogits: Bool,
    samples: Int,
    threads: Int
  ) {
    plan = Plan(architecture, layout, for: .inference(node: node, endsInLogits: endsInLogits))
    let chunks = (samples + plan.chunkSamples - 1) / plan.chunkSamples
    slots = max(1, min(ForwardRunner.largestSlots, chunks))
    var budget = MemoryBudget()
    memory = budget.reserve(plan.chunkFloats, times: slots)
    prepared = budget.reserve(plan.preparedFloats)
    zeros = budget.reserve(ParameterLayout.alignment)
    self.budget = budget
    bytes = budget.bytes
    pool = ThreadPool(threads: threads)
    operations = .allocate(capacity: max(1, plan.operations.count))
    operations.initialize(from: plan.operations, count: plan.operations.count)
  }

  deinit { operations.deallocate() }

  /// Takes its memory; `false` if the machine does not give that much.
  func allocate() -> Bool {
    guard let bytes else { return false }
    arena = Arena(bytes: bytes)
    return arena != nil
  }

  /// Fills `outputs` (count x `outputCount`) from `inputs` (count x the network's input).
  func run(
    _ inputs: UnsafePointer<Float>,
    count: Int,
    parameters: UnsafeMutablePointer<Float>,
    outputs: UnsafeMutablePointer<Float>
  ) {
    guard count > 0, let arena else { return }
    let prepared = arena.floats(prepared)
    for operation in plan.operations where operation.work.preparesForInference {
      operation.work.prepare(
        UnsafePointer(parameters + operation.parameters),
        prepared + operation.prepared
      )
    }
    let chunkSamples = plan.chunkSamples
    let chunks = (count + chunkSamples - 1) / chunkSamples
    let stripe = (chunks + slots - 1) / slots * chunkSamples
    let context = Context(
      operations: UnsafePointer(operations),
      operationCount: plan.operations.count,
      parameters: parameters,
      prepared: prepared,
      memory: arena.floats(memory),
      stride: ParameterLayout.aligned(plan.chunkFloats),
      inputs: inputs,
      inputCount: plan.inputCount,
      output: plan.output,
      outputs: outputs,
      outputCount: plan.outputCount,
      count: count,
      stripe: stripe,
      chunkSamples: chunkSamples,
      sampleIndices: UnsafePointer(arena.integers(zeros)),
      counts: arena.counts(zeros)
    )
    pool.run((count + stripe - 1) / stripe) { slot in ForwardRunner.run(context, slot) }
  }

  private static func run(_ context: Context, _ slot: Int) {
    let memory = context.memory + slot * context.stride
    let end = min(context.count, (slot + 1) * context.stripe)
    for start in Swift.stride(from: slot * context.stripe, to: end, by: context.chunkSamples) {
      let samples = min(context.chunkSamples, end - start)
      let inputs = context.inputs + start * context.inputCount
      for index in 0..<context.operationCount {
        let operation = context.operations + index
        let nodeParameters = context.parameters + operation.pointee.parameters
        let frame = Frame(
          samples: samples,
          chunk: slot,
          inputs: operation.pointee.input.map { UnsafePointer(memory + $0) } ?? inputs,
          outputs: memory + operation.pointee.output,
          dOutputs: memory,
          dInputs: nil,
          accumulates: 0,
          parameters: UnsafePointer(nodeParameters),
          gradients: nil,
          prepared: UnsafePointer(context.prepared + operation.pointee.prepared),
          state: memory + operation.pointee.state,
          workspace: memory + operation.pointee.workspace,
          sharedFrame: SharedFrame(
            chunks: 0,
            sampleCounts: UnsafePointer(context.counts),
            rowCounts: context.counts,
            shared: memory,
            parameters: nodeParameters,
            gradients: nil,
            updatesStatistics: false
          ),
          sampleIndices: context.sampleIndices,
          streamSeed: 0,
          step: 0,
          isTraining: false
        )
        operation.pointee.work.forward(frame)
      }
      let results = context.output.map { UnsafePointer(memory + $0) } ?? inputs
      (context.outputs + start * context.outputCount)
        .update(from: results, count: samples * context.outputCount)
    }
  }
}
