import Charts
import Compression
import Datasets
import Diagnostics
import Inference
import Networks
import Tensors

/// The charts of compression: staircases, sensitivity, soft targets and sizes.
struct CompressionPlot {
  /// What `plot` calls them.
  static let words = ["staircase", "sensitivity", "targets", "sizes"]

  private let call: CommandCall

  init(_ call: CommandCall) { self.call = call }

  func chart(_ word: String, of given: GivenValue) throws(Diagnostic) -> Chart {
    switch word {
    case "staircase": try staircase(given)
    case "sensitivity": try sensitivity(given)
    case "targets": try targets(given)
    default: try sizes(given)
    }
  }

  private func refusal(_ word: String, needs: String, _ given: GivenValue) -> Diagnostic {
    Diagnostic(
      "operand-kind",
      "plot \(word) needs \(needs), but '\(given.text)' is \(given.value.kindPhrase)",
      at: given.range
    )
  }

  /// Real numbers against what their integers stand for: steps of one scale, flat where clipped.
  private func staircase(_ given: GivenValue) throws(Diagnostic) -> Chart {
    guard case .record(let record) = given.value, let scale = record["scale"]?.plainNumber,
      let zero = record["zero"]?.plainNumber, case .tensor(let integers)? = record["integers"],
      let low = integers.values.min(), let high = integers.values.max(), scale > 0, high - low < 300
    else {
      throw refusal(
        "staircase",
        needs: "what 'quantize w to 2bit' gives for a tensor, with one scale",
        given
      )
    }
    let least = (low - zero - 1) * scale
    let most = (high - zero + 1) * scale
    var points = [Point(x: least, y: (low - zero) * scale)]
    for step in stride(from: low + 1, through: high, by: 1) {
      points.append(Point(x: (step - zero - 0.5) * scale, y: (step - zero) * scale))
    }
    points.append(Point(x: most, y: (high - zero) * scale))
    return Chart(
      title: "\(Int(high - low) + 1) steps of \(NumberFormat.text(scale, significant: 4))",
      .plot(
        Plot(
          x: Axis("real number"),
          y: Axis("what its integer stands for"),
          series: [
            Series("exact", .line, [Point(x: least, y: least), Point(x: most, y: most)]),
            Series("quantized", .steps, points),
          ]
        )
      )
    )
  }

  /// Accuracy by sparsity, a curve for each layer.
  private func sensitivity(_ given: GivenValue) throws(Diagnostic) -> Chart {
    guard case .table(let table) = given.value else {
      throw refusal("sensitivity", needs: "the table of 'sensitivity'", given)
    }
    let suffix = "% zeros"
    let levels = table.columns.enumerated().compactMap { index, name -> (column: Int, x: Double)? in
      guard name.hasSuffix(suffix), let percent = Double(name.dropLast(suffix.count)) else {
        return nil
      }
      return (index, percent / 100)
    }
    guard !levels.isEmpty else {
      throw refusal("sensitivity", needs: "a table with columns of zeros", given)
    }
    return Chart(
      title: "what layers bear alone",
      .plot(
        Plot(
          x: Axis("zeros in the layer", style: .percent),
          y: Axis("accuracy"),
          series: table.rows.map { row in
            Series(
              row.first?.wordOrString ?? "",
              .line,
              levels.compactMap { level in
                row[level.column].plainNumber.map { Point(x: level.x, y: $0) }
              }
            )
          }
        )
      )
    )
  }

  /// What a teacher thinks of the first sample, at temperature 1 and softened.
  private func targets(_ given: GivenValue) throws(Diagnostic) -> Chart {
    guard case .network(let network) = given.value else {
      throw refusal("targets", needs: "a network", given)
    }
    guard let on = call.after(.on) else { throw TrainingCommands.missing(call, "on", "a dataset") }
    let dataset = try on.dataset("plot targets")
    let temperature = try call.number("temperature", default: 4)
    let samples = try DataCommands.pinned(call, on.range) { () throws(DatasetError) in
      try dataset.samplesToMeasure()
    }
    let logits: Tensor
    do throws(NetworkError) {
      logits = try network.logits(for: samples.inputs.firstRows(1))
    } catch {
      throw Diagnostic("network", error.description, at: given.range)
    }
    let values = logits.values.map { Double($0) }
    let names =
      dataset.answers.classNames.count == values.count
      ? dataset.answers.classNames : values.indices.map { "\($0)" }
    return Chart(
      title: "what \(given.text) answers for the first sample of \(on.text)",
      .bars(
        BarChart(
          categories: names,
          series: [1, temperature].map { temperature in
            BarChart.Values(
              "T = \(NumberFormat.text(temperature))",
              Self.softmax(values.map { $0 / temperature })
            )
          },
          axis: Axis("probability")
        )
      )
    )
  }

  private static func softmax(_ values: [Double]) -> [Double] {
    let largest = values.max() ?? 0
    let powers = values.map { ExactMath.exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// Bytes in each form of storage, a group for each network or model.
  private func sizes(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let items: [Value] = if case .list(let list) = given.value { list } else { [given.value] }
    let names = ModelComparison.names(of: given, count: items.count)
    var forms: [(String, [Double])] = []
    for item in items {
      let one = GivenValue(value: item, range: given.range, text: given.text)
      let sizes: WeightSizes =
        switch try Predictor(one, "plot sizes") {
        case .network(let network): WeightSizes(network)
        case .model(let model): WeightSizes(model.graph)
        }
      for (index, row) in SizesTable.rows(of: sizes).enumerated() {
        if forms.count <= index { forms.append((row.0, [])) }
        forms[index].1.append(Double(row.1))
      }
    }
    return Chart(
      title: "bytes of weights",
      .bars(
        BarChart(
          categories: items.count == 1 ? [given.text] : names,
          series: forms.map { BarChart.Values($0.0, $0.1) },
          axis: Axis("bytes", style: .bytes)
        )
      )
    )
  }
}
