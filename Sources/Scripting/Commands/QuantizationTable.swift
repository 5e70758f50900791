import Compression
import Datasets
import Diagnostics
import Inference
import Networks
import Tensors

/// `show quantization`: per layer range, scale, zero point, signal to noise, and what it costs.
enum QuantizationTable {
  static func table(of model: Model, _ call: CommandCall) throws(Diagnostic) -> Table {
    guard let report = model.quantization, let origin = model.origin, !report.weights.isEmpty else {
      if call.after(.on) != nil {
        throw Diagnostic(
          "operand-kind",
          "'\(call.operand(1).text)' does not know the network that it was made of, so nothing can be "
            + "measured layer by layer",
          at: call.operand(1).range,
          remedy: "quantize the network in this session"
        )
      }
      return ShowText.quantization(model)
    }
    var samples: Samples?
    if let on = call.after(.on) {
      samples = try SensitivityCommand.samples(on, call).samples
    }
    var costs: [(layer: String, cost: Double)] = []
    var whole = 0.0
    if let samples {
      whole = try measure(try floatGraph(origin, call), samples, call)
      for weights in report.weights {
        let graph = try rounded(origin, weights, call)
        costs.append((weights.layer, whole - (try measure(graph, samples, call))))
      }
    }
    var rows: [[Value]] = []
    for (index, weights) in report.weights.enumerated() {
      let activation =
        report.activations.first { $0.name == weights.layer }
        ?? report.activations.first { $0.name == "\(weights.layer)/sums" }
      var row: [Value] = [
        .string(weights.layer), .string(weights.kind.rawValue), .number(Double(weights.scale)),
        decibels(weights.signalToNoise),
      ]
      if let activation {
        row += [
          .list([
            .number(Double(activation.range.lowerBound)),
            .number(Double(activation.range.upperBound)),
          ]), .number(Double(activation.scale)), .number(Double(activation.zeroPoint)),
          decibels(activation.signalToNoise),
        ]
      } else {
        row += [.none, .none, .none, .none]
      }
      if samples != nil { row.append(.number(costs[index].cost)) }
      rows.append(row)
    }
    var columns = [
      "layer", "weights", "scale", "dB", "output range", "output scale", "zero", "output dB",
    ]
    if samples != nil { columns.append("costs") }
    return Table(columns: columns, rows: rows, notes: notes(report, costs, whole, samples != nil))
  }

  private static func notes(
    _ report: QuantizationReport,
    _ costs: [(layer: String, cost: Double)],
    _ whole: Double,
    _ isMeasured: Bool
  ) -> [String] {
    var notes = [
      "real = (integer - zero) x scale, of channels the largest scale",
      "dB: signal over rounding error",
    ]
    guard isMeasured else {
      if let worst = report.weights.filter({ $0.signalToNoise != nil })
        .min(by: { ($0.signalToNoise ?? 0) < ($1.signalToNoise ?? 0) })
      {
        notes.append(
          "\(worst.layer) has the noisiest weights; 'on' and data measure what each costs"
        )
      }
      return notes
    }
    notes.append("costs: accuracy lost when only that layer's weights are rounded")
    if let worst = costs.max(by: { $0.cost < $1.cost }), worst.cost > 0 {
      notes.append("\(worst.layer) costs most accuracy")
    } else {
      notes.append("no layer alone costs accuracy on these samples")
    }
    return notes
  }

  private static func decibels(_ number: Double?) -> Value { number.map { .number($0) } ?? .none }

  private static func floatGraph(
    _ network: Network,
    _ call: CommandCall
  ) throws(Diagnostic) -> Graph {
    do throws(QuantizationError) {
      return try lower(network)
    } catch {
      throw Diagnostic("lowering", error.description, at: call.operand(1).range)
    }
  }

  private static func rounded(
    _ network: Network,
    _ weights: QuantizationReport.Weights,
    _ call: CommandCall
  ) throws(Diagnostic) -> Graph {
    do throws(QuantizationError) {
      return try graph(
        of: network,
        rounding: weights.layer,
        to: weights.kind,
        granularity: weights.scaleCount > 1 ? .channel : .tensor
      )
    } catch {
      throw Diagnostic("lowering", error.description, at: call.operand(1).range)
    }
  }

  /// The accuracy of a graph; for numbers, how much of the spread it explains.
  static func measure(
    _ graph: Graph,
    _ samples: Samples,
    _ call: CommandCall
  ) throws(Diagnostic) -> Double {
    let model = Model(graph: graph, kind: "float32", lineage: [], loss: nil)
    return try Predictor.model(model).score(on: samples, call)
  }
}

extension Predictor {
  /// The accuracy for classes, R² for numbers: larger is better.
  func score(on samples: Samples, _ call: CommandCall) throws(Diagnostic) -> Double {
    let evaluation = try evaluation(on: samples, session: call.session, at: call.range)
    return evaluation.accuracy ?? evaluation.values?.determination ?? 0
  }
}
