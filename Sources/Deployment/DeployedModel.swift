import Inference

/// A model placed on a board: what a script calls a deployment.
public struct DeployedModel: Hashable, Sendable {
  /// The model.
  public let graph: Graph
  /// The board.
  public let board: Board
  /// Where the buffers stand.
  public let plan: MemoryPlan
  /// RAM by purpose.
  public let ram: RAMUse
  /// Flash by purpose.
  public let flash: FlashUse
  /// Costs by operation; nil where nothing is known about how long the board's core takes.
  public let cost: CostReport?
  /// Why it cannot run there; empty if it can.
  public let refusals: [Refusal]

  /// Whether the board can run the model.
  public var fits: Bool { refusals.isEmpty }
  /// The refusals as sentences.
  public var reasons: [String] { refusals.map(\.description) }
  /// Estimated time of one inference.
  public var estimatedMilliseconds: Double? { cost?.estimatedMilliseconds }
  /// Estimated energy of one inference.
  public var estimatedMicrojoules: Double? { cost?.estimatedMicrojoules }

  /// Places a model on a board: plans its arena, adds up RAM and flash, estimates time and energy,
  /// and tells why it does not fit if it does not.
  public static func place(_ graph: Graph, on board: Board) throws(DeploymentError) -> DeployedModel
  {
    let plan = try MemoryPlan.plan(graph)
    let ram = RAMUse(arenaBytes: plan.arenaBytes, core: board.core)
    let flash = try FlashUse(graph, core: board.core)
    let cost = try CostReport.estimate(graph, on: board)
    var refusals = graph.unsupported()
    if ram.arenaBytes > board.ramBytes {
      let largest = plan.largestPlacements.prefix(2)
        .map { Refusal.Buffer(name: $0.buffer.name, bytes: $0.buffer.bytes) }
      refusals.append(
        .arena(
          board: board.id,
          ramBytes: board.ramBytes,
          arenaBytes: ram.arenaBytes,
          largest: largest
        )
      )
    } else if ram.totalBytes > board.ramBytes {
      refusals.append(.ram(board: board.id, ramBytes: board.ramBytes, use: ram))
    }
    if flash.totalBytes > board.flashBytes {
      refusals.append(.flash(board: board.id, flashBytes: board.flashBytes, use: flash))
    }
    return DeployedModel(
      graph: graph,
      board: board,
      plan: plan,
      ram: ram,
      flash: flash,
      cost: cost,
      refusals: refusals
    )
  }
}

extension Graph {
  /// What no microcontroller runtime can run: integer weights on float activations, whose scales
  /// would have to be found anew in every run with code that these runtimes leave out, and weights
  /// in half precision, which would have to be unpacked into RAM.
  fileprivate func unsupported() -> [Refusal] {
    var refusals: [Refusal] = []
    for operation in operations {
      let operands = operation.inputs.compactMap { $0 }.map { tensors[$0] }
      let half = operands.first { $0.type == .float16 && $0.constant != nil }
      if let half { refusals.append(.halfPrecision(tensor: half.name)) }
      let isFloat = operands.contains { $0.constant == nil && $0.type == .float32 }
      let hasIntegerWeights = operands.contains { operand in
        operand.constant != nil && [.int8, .int4, .uint8].contains(operand.type)
      }
      if isFloat, hasIntegerWeights {
        let name = operation.outputs.first.map { tensors[$0].name } ?? operation.kind.name
        refusals.append(.hybrid(operation: name))
      }
    }
    return refusals
  }
}
