import Inference

/// What each operation of a model costs on a board: an estimate from counts, not a measurement.
public struct CostReport: Hashable, Sendable {
  /// One operation.
  public struct Row: Hashable, Sendable {
    /// The name of its output.
    public let name: String
    /// TFLite's name for its kind.
    public let kind: String
    /// Multiply-accumulates.
    public let macCount: Int
    /// Bytes of its constants.
    public let weightBytes: Int
    /// Estimated cycles.
    public let estimatedCycles: Double
    /// Its part of all cycles, 0...1.
    public let share: Double
  }

  /// Operations in order.
  public let rows: [Row]
  /// All multiply-accumulates.
  public let macCount: Int
  /// Estimated cycles of one inference.
  public let estimatedCycles: Double
  /// Estimated time of one inference.
  public let estimatedMilliseconds: Double
  /// Estimated energy of one inference, `power * time`; nil where the board's power is not known.
  ///
  /// Measured power is constant over different nets within 8 % on most boards.
  public let estimatedMicrojoules: Double?
  /// How far the time may be trusted.
  public let provenance: Provenance

  /// Estimates a model on a board; nil if nothing is known about how long its core takes.
  ///
  /// A function and not a failable initialiser that throws, which Swift 6.3's optimiser cannot compile.
  public static func estimate(
    _ graph: Graph,
    on board: Board
  ) throws(DeploymentError) -> CostReport? {
    try graph.checkTensors()
    var rows: [(row: Row, cycles: Double)] = []
    var total = 0.0
    var macs = 0
    for operation in graph.operations {
      let (family, work) = try graph.work(of: operation)
      let isFloat = operation.outputs.contains { graph.tensors[$0].type == .float32 }
      guard let costs = KernelCosts.costs(on: board.core, isFloat: isFloat) else { return nil }
      let kernel = family == .free ? 0 : costs.cycles(family, work) + KernelCosts.perOperation
      let cycles = kernel * board.slowdown.factor
      var weightBytes = 0
      for tensor in operation.inputs.compactMap({ $0 }) {
        weightBytes += graph.tensors[tensor].constant?.count ?? 0
      }
      rows.append(
        (
          Row(
            name: operation.outputs.first.map { graph.tensors[$0].name } ?? "",
            kind: operation.kind.name,
            macCount: work.macCount,
            weightBytes: weightBytes,
            estimatedCycles: cycles,
            share: 0
          ), cycles
        )
      )
      total += cycles
      let (sum, overflow) = macs.addingReportingOverflow(work.macCount)
      guard !overflow else { throw .impossibleTensor(name: graph.name, shape: [work.macCount]) }
      macs = sum
    }
    let milliseconds = total / Double(board.clockHz) * 1000
    return CostReport(
      rows: rows.map { row, cycles in
        Row(
          name: row.name,
          kind: row.kind,
          macCount: row.macCount,
          weightBytes: row.weightBytes,
          estimatedCycles: cycles,
          share: total > 0 ? cycles / total : 0
        )
      },
      macCount: macs,
      estimatedCycles: total,
      estimatedMilliseconds: milliseconds,
      estimatedMicrojoules: board.activeMilliwatts.map { milliseconds * $0 },
      provenance: board.slowdown.provenance
    )
  }
}
