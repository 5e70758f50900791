import Compression
import Datasets
import Diagnostics
import Networks
import Tensors

/// Sets networks and models side by side.
struct ModelComparison {
  private let call: CommandCall

  init(_ call: CommandCall) { self.call = call }

  func table() throws(Diagnostic) -> Table {
    let given = call.operand(0)
    guard case .list(let items) = given.value, !items.isEmpty else {
      throw Diagnostic(
        "operand-kind",
        "compare needs a list of networks and models, but here is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "for example '\(call.row.example)'"
      )
    }
    let names = Self.names(of: given, count: items.count)
    var samples: Samples?
    if let on = call.after(.on) {
      let dataset = try on.dataset("compare")
      samples = try DataCommands.pinned(call, on.range) { () throws(DatasetError) in
        try dataset.samplesToMeasure()
      }
    }
    var rows: [[Value]] = []
    var hasClasses = true
    for (name, item) in zip(names, items) {
      let one = GivenValue(value: item, range: given.range, text: name)
      let predictor = try Predictor(one, "compare")
      var row: [Value] = [.string(name)]
      if let samples {
        let evaluation = try predictor.evaluation(
          on: samples,
          session: call.session,
          at: given.range
        )
        hasClasses = evaluation.classes != nil
        row.append(.number(evaluation.accuracy ?? evaluation.values?.rootMeanSquareError ?? 0))
      }
      rows.append(row + figures(predictor))
    }
    let measured = samples == nil ? [] : [hasClasses ? "accuracy" : "rmse"]
    return Table(
      columns: ["name"] + measured + ["size", "zipped", "zeros", "parameters", "MACs"],
      rows: rows,
      notes: [
        "size: weights as stored; zeros shrink them only when they are coded (zipped)"
      ]
    )
  }

  private func figures(_ predictor: Predictor) -> [Value] {
    switch predictor {
    case .network(let network):
      return [
        .storage(network.parameterBytes), .storage(network.deflatedBytes),
        .number(network.sparsity),
        .number(Double(network.architecture.parameterCount())),
        .number(Double(network.architecture.macCount)),
      ]
    case .model(let model):
      return [
        .storage(model.graph.parameterBytes), .storage(model.graph.deflatedBytes),
        .number(model.graph.sparsity), .number(Double(model.graph.parameterCount)),
        .number(Double(model.graph.macCount)),
      ]
    }
  }

  /// The words between the list's commas where it is written out; else numbers.
  static func names(of given: GivenValue, count: Int) -> [String] {
    var text = given.text[...]
    if text.hasPrefix("[") { text = text.dropFirst() }
    if text.hasSuffix("]") { text = text.dropLast() }
    let words = text.split(separator: ",").map { word in
      word.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    return words.count == count && !text.contains("(")
      ? words : (1...count).map { "model \($0)" }
  }
}
