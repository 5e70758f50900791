import Compression
import Datasets
import Diagnostics
import Language
import Networks
import Tensors

/// `cluster`, for networks and for tensors by hand.
enum ClusteringCommand {
  static let row = CommandRow(
    "cluster",
    stage: "clustering",
    gives: .byFirst([.network: .network, .tensor: .record]),
    summary: "Let each layer's weights share a few values.",
    operands: [
      Slot("network", [.network, .tensor], isRequired: true, "a network, or a tensor by hand")
    ],
    prepositions: [
      Slot("into", [.count], isRequired: true, range: 1...1e9, "how many values"),
      Slot("on", [.dataset], "data to train on with the sharing held"),
    ],
    options: [
      Slot(
        "start",
        [.word],
        catalogue: .clusterStarts,
        defaultText: "linear",
        "where centroids begin"
      ),
      Slot(
        "scope",
        [.word],
        catalogue: .clusterScopes,
        defaultText: "layer",
        "what shares a codebook"
      ),
      Slot("skip", [.string, .list, .layer], "layers to leave alone, such as [\"last\"]"),
    ] + TrainingRequest.slots,
    remakes: [.operand(0)],
    draws: true,
    example: "shared = cluster base into 16 on digits epochs=1"
  ) { call throws(Diagnostic) in
    guard let into = call.after(.into) else {
      throw TrainingCommands.missing(call, "into", "a number")
    }
    let clusters = try into.wholeNumber("clusters")
    let start = CentroidStart(rawValue: try call.word("start", default: "linear")) ?? .linear
    let keepsZeros = try TrainingRequest.promises(call).contains("sparsity")
    if case .tensor(let tensor) = call.operand(0).value {
      return try byHand(tensor, clusters, start, keepsZeros, call)
    }
    let network = try call.operand(0).network("cluster")
    var options = ClusteringOptions(clusters: clusters)
    options.start = start
    options.keepsSparsity = keepsZeros
    options.skip = try PruningCommand.skipped(call)
    let scope = try call.word("scope", default: "layer")
    options.scope = ClusteringOptions.Scope(rawValue: scope) ?? .layer
    var generator = SeededGenerator(seed: call.seed)
    let clustered: Network
    let report: ClusteringReport
    if call.after(.on) != nil {
      let request = try TrainingRequest(call, network)
      (clustered, report) = try request.clustered(network, options, using: &generator)
    } else {
      do throws(ClusteringError) {
        (clustered, report) = try cluster(network, options, using: &generator)
      } catch {
        throw diagnostic(error, call)
      }
    }
    let distinct = report.layers.map(\.distinct).max() ?? 0
    let result = clustered.appending(
      lineage: LineageEntry(
        command: "cluster",
        text: call.text,
        figures: [
          .init(name: "distinct", value: Double(distinct)),
          .init(name: "sparsity", value: clustered.sparsity),
        ]
      )
    )
    call.emit(
      OutputLine(
        .text,
        [
          .text("at most \(distinct) values a layer; indices and codebooks take "),
          .number(
            Double((report.bits + 7) / 8),
            written: NumberFormat.grouped((report.bits + 7) / 8)
          ),
          .text(" B"),
        ]
      )
    )
    Promises.check(network, result, call)
    return CommandResult(.network(result), remade: [.network(result)], printsItself: false)
  }

  private static func byHand(
    _ tensor: PreciseTensor,
    _ clusters: Int,
    _ start: CentroidStart,
    _ keepsZeros: Bool,
    _ call: CommandCall
  ) throws(Diagnostic) -> CommandResult {
    var generator = SeededGenerator(seed: call.seed)
    do throws(ClusteringError) {
      let result = try HandClustering(
        tensor.values,
        into: clusters,
        start: start,
        keepsZeros: keepsZeros,
        using: &generator
      )
      let fields = Record([
        ("indices", .tensor(PreciseTensor(tensor.shape, result.indices.map { Double($0) }))),
        ("codebook", .tensor(PreciseTensor(result.codebook))),
        ("values", .tensor(PreciseTensor(tensor.shape, result.values))),
        ("error", .number(result.error)), ("bits", .number(Double(result.bits))),
      ])
      return CommandResult(
        .record(fields),
        remade: [.tensor(PreciseTensor(tensor.shape, result.values))]
      )
    } catch {
      throw diagnostic(error, call)
    }
  }

  static func diagnostic(_ error: ClusteringError, _ call: CommandCall) -> Diagnostic {
    let range: SourceRange =
      switch error {
      case .clustersNotPositive, .moreClustersThanWeights, .noClusterBesideZero:
        call.after(.into)?.range ?? call.range
      case .unknownLayer: call.option("skip")?.range ?? call.range
      case .noWeights, .notANumber, .training: call.operand(0).range
      }
    return Diagnostic("clustering", error.description, at: range)
  }
}
