import Compression
import Diagnostics
import Inference
import Networks

/// What earlier commands gained, checked after every command that changes weights.
enum Promises {
  /// Warns where a network has lost zeros or shared values that a command of its history made.
  static func check(_ before: Network, _ after: Network, _ call: CommandCall) {
    warn(CompressionGains(before).losses(in: after), before.lineage, call)
  }

  /// As above, for the integers of a model.
  static func check(_ before: Network, _ after: Graph, _ call: CommandCall) {
    warn(CompressionGains(before).losses(in: after), before.lineage, call)
  }

  /// Sparsity, and the most different values in a layer, for the lineage.
  static func figures(_ network: Network) -> [LineageEntry.Figure] {
    let gains = CompressionGains(network)
    var figures: [LineageEntry.Figure] = []
    if gains.sparsity > 0 { figures.append(.init(name: "sparsity", value: gains.sparsity)) }
    if gains.layers.contains(where: \.isClustered) {
      let all = CompressionGains(network, countsAll: true)
      let most = all.layers.map(\.distinct).max() ?? 0
      figures.append(.init(name: "distinct", value: Double(most)))
    }
    return figures
  }

  private static func warn(
    _ losses: [CompressionLoss],
    _ lineage: [LineageEntry],
    _ call: CommandCall
  ) {
    let zeros = losses.first { if case .zeros = $0 { true } else { false } }
    let values = losses.first { if case .values = $0 { true } else { false } }
    let counts = losses.reduce(into: (zeros: 0, values: 0)) { counts, loss in
      switch loss {
      case .zeros: counts.zeros += 1
      case .values: counts.values += 1
      }
    }
    report(zeros, counts.zeros, of: "prune", word: "sparsity", lineage, call)
    report(values, counts.values, of: "cluster", word: "clusters", lineage, call)
  }

  /// One warning for all layers, about the last command that promised what is lost.
  private static func report(
    _ loss: CompressionLoss?,
    _ count: Int,
    of command: String,
    word: String,
    _ lineage: [LineageEntry],
    _ call: CommandCall
  ) {
    guard let loss, let step = lineage.last(where: { $0.command == command }) else { return }
    let line = step.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? command
    let others = count > 1 ? ", and \(count - 1) more" : ""
    let keeps = call.row.options.contains { $0.name == "keep" }
    let isKept = call.option("keep")?.text.contains(word) ?? false
    call.warn(
      Diagnostic(
        "promise-broken",
        "this \(call.row.name) undoes what '\(line)' gained: \(loss.description)\(others)",
        at: call.verbRange,
        remedy: isKept
          ? "batch normalization, folded in, gives each channel a factor of its own"
          : keeps ? "add keep=[\(word)] to hold it" : "do this step before '\(command)'",
        severity: .warning
      )
    )
  }
}
