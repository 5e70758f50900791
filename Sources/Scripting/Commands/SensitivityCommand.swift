import Compression
import Datasets
import Diagnostics
import Inference
import Language
import Networks
import Tensors

/// `sensitivity`: what each layer alone can bear.
enum SensitivityCommand {
  static let row = CommandRow(
    "sensitivity",
    stage: "exploring",
    summary: "Rank layers by what pruning or quantizing each alone costs.",
    operands: [Slot("network", [.network], isRequired: true, "what to look into")],
    prepositions: [
      Slot(
        "on",
        [.dataset],
        isRequired: true,
        "data to measure on; its validation part, not its test"
      )
    ],
    options: [
      Slot("levels", [.list], "sparsities to try, such as [50%, 80%, 90%]"),
      Slot(
        "kinds",
        [.word, .list],
        catalogue: .weightKinds,
        defaultText: "[int8, int4]",
        "kinds of weights to try"
      ),
    ],
    draws: true,
    example: "sensitivity base on digits"
  ) { call throws(Diagnostic) in
    CommandResult(.table(try table(call)))
  }

  /// Samples to choose by: the validation part where there is one, else the training part; a set
  /// that is a test part alone is measured with a warning.
  static func samples(
    _ given: GivenValue,
    _ call: CommandCall
  ) throws(Diagnostic) -> (samples: Samples, part: Part) {
    let dataset = try given.dataset(call.row.name)
    let parts = dataset.filledParts
    let part =
      parts.contains(.validation)
      ? .validation : parts.first { $0 != .test } ?? parts.first ?? .train
    if part == .test {
      call.warn(
        Diagnostic(
          "chosen-on-test",
          "choices made on test samples make the test part say nothing about new data",
          at: given.range,
          remedy: "use validation samples",
          severity: .warning
        )
      )
    }
    let samples = try DataCommands.pinned(call, given.range) { () throws(DatasetError) in
      try dataset.samples(of: part)
    }
    return (samples, part)
  }

  private static func table(_ call: CommandCall) throws(Diagnostic) -> Table {
    let network = try call.operand(0).network("sensitivity")
    guard let on = call.after(.on) else { throw TrainingCommands.missing(call, "on", "a dataset") }
    let (samples, part) = try samples(on, call)
    let levels = try levels(call)
    let kinds = try kinds(call)
    let names = CompressionGains(network).layers
    guard !names.isEmpty else {
      throw Diagnostic(
        "pruning",
        PruningError.noPrunableLayers.description,
        at: call.operand(0).range
      )
    }
    let whole = try Predictor.network(network).score(on: samples, call)
    var generator = SeededGenerator(seed: call.seed)
    var rows: [(cost: Double, values: [Value])] = []
    for layer in names {
      var scores: [Double] = []
      for level in levels {
        var options = PruningOptions(sparsity: level)
        options.skip = names.map(\.name).filter { $0 != layer.name }
        do throws(PruningError) {
          let (pruned, _) = try prune(network, options, using: &generator)
          scores.append(try scored(.network(pruned), samples, call))
        } catch {
          throw PruningCommand.diagnostic(error, call)
        }
      }
      for kind in kinds {
        scores.append(try quantized(network, layer.name, kind, samples, call))
      }
      let cost = scores.reduce(0) { $0 + (whole - $1) } / Double(max(1, scores.count))
      rows.append(
        (
          cost,
          [.string(layer.name), .number(Double(layer.count))] + scores.map { .number($0) }
            + [.number(cost)]
        )
      )
      try call.session.checkLimits(at: call.verbRange)
    }
    let order = rows.indices.sorted { (-rows[$0].cost, $0) < (-rows[$1].cost, $1) }
    let measure = samples.hasClasses ? "accuracy" : "R²"
    return Table(
      columns: ["layer", "weights"]
        + levels.map { "\(NumberFormat.text($0 * 100, significant: 3))% zeros" }
        + kinds.map(\.rawValue) + ["mean cost"],
      rows: order.map { rows[$0].values },
      title: "\(measure) when one layer alone is compressed, the most sensitive first",
      notes: [
        "whole network: \(NumberFormat.text(whole, significant: 4)) on the \(part.rawValue) part of "
          + "'\(on.text)'"
      ]
    )
  }

  /// A score inside an engine's `do`: its own errors become those of pruning.
  private static func scored(
    _ predictor: Predictor,
    _ samples: Samples,
    _ call: CommandCall
  ) throws(PruningError) -> Double {
    do throws(Diagnostic) {
      return try predictor.score(on: samples, call)
    } catch {
      throw .unsupportedCombination(error.message, "this data")
    }
  }

  private static func quantized(
    _ network: Network,
    _ layer: String,
    _ kind: WeightKind,
    _ samples: Samples,
    _ call: CommandCall
  ) throws(Diagnostic) -> Double {
    let one: Graph
    do throws(QuantizationError) {
      one = try graph(of: network, rounding: layer, to: kind)
    } catch {
      throw Diagnostic("lowering", error.description, at: call.operand(0).range)
    }
    return try QuantizationTable.measure(one, samples, call)
  }

  private static func levels(_ call: CommandCall) throws(Diagnostic) -> [Double] {
    guard let given = call.option("levels") else { return [0.5, 0.8, 0.9] }
    guard case .list(let items) = given.value else { return [] }
    var levels: [Double] = []
    for item in items {
      let level = try GivenValue(value: item, range: given.range, text: given.text)
        .number("a sparsity")
      guard level >= 0, level < 1 else {
        throw Diagnostic(
          "pruning",
          PruningError.sparsityOutOfRange(level).description,
          at: given.range
        )
      }
      levels.append(level)
    }
    return levels
  }

  private static func kinds(_ call: CommandCall) throws(Diagnostic) -> [WeightKind] {
    guard let given = call.option("kinds") else { return [.int8, .int4] }
    let items: [Value] = if case .list(let list) = given.value { list } else { [given.value] }
    var kinds: [WeightKind] = []
    for item in items {
      let word = try GivenValue(value: item, range: given.range, text: given.text)
        .word("kinds", from: .weightKinds)
      if let kind = WeightKind(rawValue: word) { kinds.append(kind) }
    }
    return kinds
  }
}

extension Samples {
  /// Whether the answers are classes.
  var hasClasses: Bool { if case .classes = expected { true } else { false } }
}
