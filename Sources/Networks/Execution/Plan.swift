import CKernels
import Tensors

/// A network made ready to run: operations in order with the place of every array.
///
/// Everything is known before the first sample is seen, so memory is planned ahead and running
/// allocates nothing. Training keeps all activations and shares memory between gradients whose
/// lifetimes do not meet; inference shares memory between activations.
struct Plan {
  /// What a plan is for.
  enum Purpose: Hashable {
    /// Forward and backward for batches of at most `chunks` chunks; `endsInLogits` leaves the last
    /// softmax or sigmoid to the loss.
    case training(chunks: Int, endsInLogits: Bool)
    /// Forward up to `node`; `endsInLogits` leaves out its softmax or sigmoid.
    case inference(node: Int, endsInLogits: Bool)
  }

  /// Samples that one chunk has, whatever the number of threads: the order of every sum over a batch
  /// follows from it.
  let chunkSamples: Int
  let operations: [PlannedOperation]
  /// The operations that normalise by the statistics of the batch, in order: chunks wait for each
  /// other before them, in both directions.
  let barriers: [Int]
  /// Floats of one chunk's memory.
  let chunkFloats: Int
  /// Floats that each thread needs for itself (training only; in inference they are the chunk's).
  let workerFloats: Int
  /// Floats of what is made of the parameters beforehand.
  let preparedFloats: Int
  /// Floats that all chunks share.
  let sharedFloats: Int
  /// Where a chunk's input goes (training only).
  let input: Int
  let inputCount: Int
  /// Where the outputs stand; nil if the network has no operation at all, so that they are the inputs.
  let output: Int?
  let outputCount: Int
  let dOutput: Int

  init(
    _ architecture: Architecture,
    _ layout: ParameterLayout,
    for purpose: Purpose,
    awareness: QuantizationAwareness? = nil
  ) {
    var builder = PlanBuilder(architecture: architecture, layout: layout, purpose: purpose)
    builder.awareness = awareness
    builder.addNodes()
    self = builder.plan()
  }

  /// Memberwise.
  init(
    chunkSamples: Int,
    operations: [PlannedOperation],
    barriers: [Int],
    chunkFloats: Int,
    workerFloats: Int,
    preparedFloats: Int,
    sharedFloats: Int,
    input: Int,
    inputCount: Int,
    output: Int?,
    outputCount: Int,
    dOutput: Int
  ) {
    self.chunkSamples = chunkSamples
    self.operations = operations
    self.barriers = barriers
    self.chunkFloats = chunkFloats
    self.workerFloats = workerFloats
    self.preparedFloats = preparedFloats
    self.sharedFloats = sharedFloats
    self.input = input
    self.inputCount = inputCount
    self.output = output
    self.outputCount = outputCount
    self.dOutput = dOutput
  }
}

extension Plan {
  /// Samples of a chunk, by the network's shapes.
  ///
  /// A convolution has a row of its product for each cell, and few samples keep a chunk in the
  /// second-level cache. Where a sample is a single row, as in dense layers and in each step of a
  /// recurrent one, more of them share every weight that is read, and there are fewer partial
  /// gradients to add.
  static func chunkSamples(_ architecture: Architecture) -> Int {
    var inSingleRows = 0.0
    var all = 0.0
    for node in architecture.nodes.indices {
      let count = Double(architecture.macCount(of: node))
      all += count
      switch architecture.nodes[node].layer {
      case .dense where architecture.inputShapes(of: node).first?.extents.count == 1:
        inSingleRows += count
      case .recurrent: inSingleRows += count
      default: break
      }
    }
    return 2 * inSingleRows > all ? 16 : 4
  }
}

extension Architecture {
  /// For each node, how many nodes read it.
  var consumerCounts: [Int] {
    var counts = [Int](repeating: 0, count: nodes.count)
    for node in nodes { for input in node.inputs { counts[input] += 1 } }
    return counts
  }

  /// The nodes that `node` is computed from, itself included.
  func ancestors(of node: Int) -> Set<Int> {
    var found: Set<Int> = [node]
    for index in stride(from: node, through: 0, by: -1) where found.contains(index) {
      found.formUnion(nodes[index].inputs)
    }
    return found
  }
}
