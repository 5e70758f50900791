import Compression
import Datasets
import Diagnostics
import Language
import Networks
import Tensors

/// `prune`, for networks and for tensors by hand.
enum PruningCommand {
  static let row = CommandRow(
    "prune",
    stage: "pruning",
    gives: .byFirst([.network: .network, .tensor: .record]),
    summary: "Zero the smallest weights, and train on with the zeros held.",
    operands: [
      Slot("network", [.network, .tensor], isRequired: true, "a network, or a tensor by hand")
    ],
    prepositions: [
      Slot("to", [.ratio], isRequired: true, range: 0...1, "the share of zeros, such as 80%"),
      Slot("on", [.dataset], "data to train on with the zeros held"),
      Slot("from", [.ratio], range: 0...1, "the share that a gradual schedule begins with"),
    ],
    options: [
      Slot(
        "method",
        [.word],
        catalogue: .pruningMethods,
        defaultText: "magnitude",
        "what ranks weights"
      ),
      Slot(
        "unit",
        [.word],
        catalogue: .pruningUnits,
        defaultText: "weights",
        "what is removed together"
      ),
      Slot(
        "scope",
        [.word],
        catalogue: .scopes,
        defaultText: "layer",
        "whether layers share one threshold"
      ),
      Slot(
        "rank",
        [.word],
        catalogue: .ranks,
        defaultText: "l1",
        "how a group of weights is measured"
      ),
      Slot(
        "schedule",
        [.word],
        catalogue: .schedules,
        "constant, or polynomial where 'from' is given"
      ),
      Slot(
        "every",
        [.count],
        defaultText: "1",
        range: 1...1e6,
        "epochs from one pruning to the next"
      ),
      Slot("skip", [.string, .list, .layer], "layers to leave alone, such as [\"last\"]"),
    ] + TrainingRequest.slots.filter { $0.name != "schedule" },
    remakes: [.operand(0)],
    draws: true,
    example: "sparse = prune base to 80% on digits epochs=2"
  ) { call throws(Diagnostic) in
    if case .tensor(let tensor) = call.operand(0).value { return try byHand(tensor, call) }
    return try network(call)
  }

  // MARK: By hand

  private static func byHand(
    _ tensor: PreciseTensor,
    _ call: CommandCall
  ) throws(Diagnostic) -> CommandResult {
    for (name, _) in call.options {
      throw Diagnostic(
        "unused-option",
        "\(name.text) is for networks; a tensor is pruned by magnitude",
        at: name.range
      )
    }
    let sparsity = try sparsity(call)
    let result: HandPruning
    do throws(PruningError) {
      result = try HandPruning(tensor.values, to: sparsity)
    } catch {
      throw diagnostic(error, call)
    }
    let fields = Record([
      ("values", .tensor(PreciseTensor(tensor.shape, result.values))),
      ("mask", .tensor(PreciseTensor(tensor.shape, result.mask))),
      ("zeros", .number(Double(result.zeros))), ("threshold", .number(result.threshold)),
      ("sparsity", .number(result.sparsity)),
    ])
    return CommandResult(
      .record(fields),
      remade: [.tensor(PreciseTensor(tensor.shape, result.values))]
    )
  }

  private static func sparsity(_ call: CommandCall) throws(Diagnostic) -> Double {
    guard let to = call.after(.to) else { throw TrainingCommands.missing(call, "to", "a share") }
    return try to.number("sparsity")
  }

  // MARK: Networks

  private static func network(_ call: CommandCall) throws(Diagnostic) -> CommandResult {
    let network = try call.operand(0).network("prune")
    let options = try options(call)
    var generator = SeededGenerator(seed: call.seed)
    let pruned: Network
    let report: PruningReport
    if call.after(.on) != nil {
      let request = try TrainingRequest(call, network)
      (pruned, report) = try request.pruned(network, options, using: &generator)
    } else {
      for (name, _) in call.options
      where TrainingRequest.slots.contains(where: { $0.name == name.text }) {
        guard !["schedule"].contains(name.text) else { continue }
        throw Diagnostic(
          "unused-option",
          "\(name.text) is for training, and there is no 'on' with data",
          at: name.range,
          remedy: "add 'on' and a dataset"
        )
      }
      do throws(PruningError) {
        (pruned, report) = try prune(network, options, using: &generator)
      } catch {
        throw diagnostic(error, call)
      }
    }
    let result = pruned.appending(lineage: entry(call, report, pruned))
    emit(report, network, pruned, call)
    Promises.check(network, pruned, call)
    return CommandResult(.network(result), remade: [.network(result)], printsItself: false)
  }

  private static func options(_ call: CommandCall) throws(Diagnostic) -> PruningOptions {
    var options = PruningOptions(sparsity: try sparsity(call))
    if let method = PruningOptions.Method(rawValue: try call.word("method", default: "magnitude")) {
      options.method = method
    }
    if let unit = PruningOptions.Unit(rawValue: try call.word("unit", default: "weights")) {
      options.unit = unit
    }
    if let scope = PruningOptions.Scope(rawValue: try call.word("scope", default: "layer")) {
      options.scope = scope
    }
    if let rank = PruningOptions.Rank(rawValue: try call.word("rank", default: "l1")) {
      options.rank = rank
    }
    options.skip = try skipped(call)
    return options
  }

  /// The layer names behind `skip=`.
  static func skipped(_ call: CommandCall) throws(Diagnostic) -> [String] {
    guard let given = call.option("skip") else { return [] }
    let items: [Value] = if case .list(let list) = given.value { list } else { [given.value] }
    var names: [String] = []
    for item in items {
      switch item {
      case .string(let name): names.append(name)
      case .layer(let layer): names.append(layer.name)
      default:
        throw Diagnostic(
          "option-kind",
          "skip names layers, but here is \(item.kindPhrase)",
          at: given.range,
          remedy: "write skip=[\"last\", \"dense1\"]"
        )
      }
    }
    return names
  }

  static func diagnostic(_ error: PruningError, _ call: CommandCall) -> Diagnostic {
    let range: SourceRange
    var remedy: String?
    switch error {
    case .sparsityOutOfRange:
      range = call.after(.to)?.range ?? call.range
      remedy = "write a share such as 80%"
    case .startAboveTarget: range = call.after(.from)?.range ?? call.range
    case .everyNotPositive: range = call.option("every")?.range ?? call.range
    case .unknownLayer: range = call.option("skip")?.range ?? call.range
    case .needsData: range = call.option("method")?.range ?? call.range
    case .unsupportedCombination, .unitsCannotGo:
      range = call.option("unit")?.range ?? call.range
    case .noPrunableLayers, .notANumber, .nothingLeft, .brokenArchitecture, .training:
      range = call.operand(0).range
    }
    return Diagnostic("pruning", error.description, at: range, remedy: remedy)
  }

  private static func entry(
    _ call: CommandCall,
    _ report: PruningReport,
    _ network: Network
  ) -> LineageEntry {
    var figures = [LineageEntry.Figure(name: "sparsity", value: network.sparsity)]
    if let accuracy = network.training?.validationAccuracy.last, call.after(.on) != nil {
      figures.append(.init(name: "accuracy", value: accuracy))
    }
    return LineageEntry(command: "prune", text: call.text, figures: figures)
  }

  private static func emit(
    _ report: PruningReport,
    _ before: Network,
    _ after: Network,
    _ call: CommandCall
  ) {
    let removed = report.layers.filter { $0.removedUnits > 0 }
    guard removed.isEmpty else {
      let units =
        before.architecture.nodes.contains {
          if case .dense = $0.layer { removed.map(\.name).contains($0.name) } else { false }
        } ? "neurons" : "channels"
      let words = removed.map { layer -> String in
        let all =
          before.architecture.index(of: layer.name)
          .flatMap { before.architecture.nodes[$0].outputShape.extents.last } ?? 0
        return "\(layer.removedUnits) of \(all) in \(layer.name)"
      }
      call.emit(OutputLine("removed \(units): " + words.joined(separator: ", ")))
      call.emit(
        OutputLine(
          .text,
          change(
            "parameters",
            before.architecture.parameterCount(),
            after.architecture.parameterCount()
          )
            + [.text(", ")]
            + change("MACs", before.architecture.macCount, after.architecture.macCount)
            + [.text(": file and time shrink without any coding")]
        )
      )
      return
    }
    call.emit(
      OutputLine(
        .text,
        [
          .text("zeros "),
          .number(Double(report.zeros), written: NumberFormat.grouped(report.zeros)),
          .text(" of "), .number(Double(report.count), written: NumberFormat.grouped(report.count)),
          .text(" weights ("),
        ] + NumberFormat.percent(report.overallSparsity)
          + [.text("); bytes and time fall only where zeros are coded or skipped")]
      )
    )
  }

  private static func change(_ name: String, _ before: Int, _ after: Int) -> [Segment] {
    [
      .text("\(name) "), .number(Double(before), written: NumberFormat.grouped(before)),
      .text(" to "), .number(Double(after), written: NumberFormat.grouped(after)),
    ]
  }
}
