import Datasets
import Diagnostics
import Inference
import Networks
import Tensors

/// Outputs beside the right answers, as `predict` shows them.
struct Prediction {
  private let call: CommandCall

  init(_ call: CommandCall) { self.call = call }

  func table() throws(Diagnostic) -> Table {
    let predictor = try Predictor(call.operand(0), "predict")
    let rounding = try call.rounding()
    guard let on = call.after(.on) else {
      throw TrainingCommands.missing(call, "on", "samples")
    }
    let (inputs, dataset, expected) = try samples(on, predictor)
    let names = dataset?.answers.classNames ?? []
    let raw = try call.flag("raw", default: false)
    let rows =
      try raw
      ? integers(predictor, inputs, rounding) : reals(predictor, inputs, rounding, at: on)
    let width = rows.first?.count ?? 0
    if width > names.count, names.count > 1, width.isMultiple(of: names.count),
      case .classes(let labels, _) = expected, labels.count == rows.count * (width / names.count)
    {
      return stepwise(rows, labels, names)
    }
    let isClass = !names.isEmpty && width == names.count && width > 1
    var columns = ["sample"]
    if isClass { columns.append("predicted") }
    if expected != .nothing { columns.append("expected") }
    columns += (0..<width).map { isClass ? names[$0] : width == 1 ? "output" : "output \($0)" }
    var table: [[Value]] = []
    for (index, row) in rows.enumerated() {
      var cells: [Value] = [.number(Double(index))]
      if isClass {
        let best = row.indices.max { (row[$0], -$0) < (row[$1], -$1) } ?? 0
        cells.append(.string(names[best]))
      }
      switch expected {
      case .classes(let labels, _):
        let label = Int(labels[index])
        cells.append(.string(label < names.count ? names[label] : "\(label)"))
      case .values(let values):
        let outputs = rows.isEmpty ? 0 : values.count / rows.count
        cells.append(
          outputs == 1
            ? .number(Double(values[index]))
            : .list((0..<outputs).map { .number(Double(values[index * outputs + $0])) })
        )
      case .nothing: break
      }
      table.append(cells + row.map { .number($0) })
    }
    return Table(columns: columns, rows: table)
  }

  /// The likeliest class of every step beside the right one; single characters are joined.
  private func stepwise(_ rows: [[Double]], _ labels: [Int32], _ names: [String]) -> Table {
    let steps = labels.count / max(1, rows.count)
    let separator = names.allSatisfy { $0.count == 1 } ? "" : " "
    let table = rows.enumerated().map { index, row -> [Value] in
      let predicted = (0..<steps).map { step -> String in
        let scores = row[step * names.count..<(step + 1) * names.count]
        let best = scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) } ?? 0
        return names[best - scores.startIndex]
      }
      let expected = labels[index * steps..<(index + 1) * steps].map { names[Int($0)] }
      return [
        .number(Double(index)), .string(predicted.joined(separator: separator)),
        .string(expected.joined(separator: separator)),
      ]
    }
    return Table(columns: ["sample", "predicted", "expected"], rows: table)
  }

  private func samples(
    _ on: GivenValue,
    _ predictor: Predictor
  ) throws(Diagnostic) -> (Tensor, Dataset?, Expected) {
    guard case .dataset(var dataset) = on.value else {
      let (extents, values) = try NestedNumbers.read(on)
      return (
        try SampleInput.tensor(extents, values, for: predictor.inputShape, at: on.range), nil,
        .nothing
      )
    }
    let samples = try DataCommands.pinned(call, on.range) { () throws(DatasetError) in
      let part = dataset.measuredPart
      dataset = try dataset.part(part)
      return try dataset.samples(of: part)
    }
    guard let first = try call.optionalCount("first"), first < samples.count else {
      return (samples.inputs, dataset, samples.expected)
    }
    let size = samples.sampleShape.count
    let inputs = samples.inputs.withElements { Array($0[..<(first * size)]) }
    let cut = Tensor(Shape([first] + samples.sampleShape.extents), inputs)
    switch samples.expected {
    case .classes(let labels, let count):
      let kept = first * (labels.count / samples.count)
      return (cut, dataset, .classes(Array(labels.prefix(kept)), count: count))
    case .values(let values):
      let width = values.count / samples.count
      let kept = values.withElements { Array($0[..<(first * width)]) }
      return (cut, dataset, .values(Tensor(Shape([first, width]), kept)))
    case .nothing: return (cut, dataset, .nothing)
    }
  }

  private func reals(
    _ predictor: Predictor,
    _ inputs: Tensor,
    _ rounding: Rounding,
    at on: GivenValue
  ) throws(Diagnostic) -> [[Double]] {
    let outputs = try predictor.outputs(
      for: inputs,
      session: call.session,
      at: on.range,
      rounding: rounding
    )
    let count = inputs.shape.extents.first ?? 0
    let width = count == 0 ? 0 : outputs.count / count
    let values = outputs.values
    return (0..<count).map { row in (0..<width).map { Double(values[row * width + $0]) } }
  }

  private func integers(
    _ predictor: Predictor,
    _ inputs: Tensor,
    _ rounding: Rounding
  ) throws(Diagnostic) -> [[Double]] {
    guard case .model(let model) = predictor else {
      throw Diagnostic(
        "unused-option",
        "raw gives a model's integers, and a network computes in floats",
        at: call.option("raw")?.range ?? call.range,
        remedy: "quantize it to int8 first"
      )
    }
    do throws(GraphError) {
      let rows = try model.runner(call.session, rounding: rounding).integerOutputs(for: inputs)
      return rows.map { row in row.map { Double($0) } }
    } catch {
      throw Diagnostic("model", error.description, at: call.range)
    }
  }
}

/// One sample or several, given as numbers.
enum SampleInput {
  /// samples x `shape`, out of one sample's numbers or of a list of samples.
  static func tensor(
    _ extents: [Int],
    _ values: [Double],
    for shape: Shape,
    at range: SourceRange
  ) throws(Diagnostic) -> Tensor {
    guard shape.count > 0, values.count.isMultiple(of: shape.count), !values.isEmpty,
      values.count == shape.count || extents.first == values.count / shape.count
    else {
      throw Diagnostic(
        "sample-shape",
        "the network takes samples of \(shape), but here are \(values.count) numbers",
        at: range
      )
    }
    let count = values.count / shape.count
    return Tensor(Shape([count] + shape.extents), values.map { Float($0) })
  }
}
