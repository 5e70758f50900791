import Datasets
import Networks

/// How an evaluation shows itself and what its fields are.
enum EvaluationReport {
  static func report(_ evaluation: Evaluation, _ dataset: Dataset, _ call: CommandCall) -> Report {
    var fields = Record([
      ("loss", .number(evaluation.loss)), ("count", .number(Double(evaluation.count))),
    ])
    var line: [Segment] = [
      .text(
        "\(dataset.name.hasSuffix(".\(dataset.measuredPart)") ? dataset.name : "\(dataset.name).\(dataset.measuredPart)"): "
      ),
      .text("\(NumberFormat.grouped(evaluation.count)) samples  loss "),
      .number(evaluation.loss, written: NumberFormat.text(evaluation.loss, significant: 4)),
    ]
    var lines: [OutputLine] = []
    switch evaluation.measures {
    case .classes(let measures):
      for (name, value) in [
        ("accuracy", measures.accuracy), ("precision", measures.precision),
        ("recall", measures.recall), ("f1", measures.f1),
      ] { fields[name] = .number(value) }
      if let area = measures.area { fields["auc"] = .number(area) }
      fields["confusion"] = .list(
        measures.confusion.map { .list($0.map { .number(Double($0)) }) }
      )
      line += [.text("  accuracy ")] + NumberFormat.percent(measures.accuracy)
      lines.append(OutputLine(.text, line))
      let names = dataset.answers.classNames
      let table = Table(
        columns: ["class", "samples", "precision", "recall", "f1"],
        rows: measures.support.indices.map { index in
          [
            .string(index < names.count ? names[index] : "\(index)"),
            .number(Double(measures.support[index])), .number(measures.precisions[index]),
            .number(measures.recalls[index]), .number(measures.f1Scores[index]),
          ]
        }
      )
      lines += TableText.lines(of: table, width: call.session.host.width)
    case .values(let measures):
      fields["mae"] = .number(measures.meanAbsoluteError)
      fields["rmse"] = .number(measures.rootMeanSquareError)
      fields["r2"] = .number(measures.determination)
      for (name, value) in [
        ("mae", measures.meanAbsoluteError), ("rmse", measures.rootMeanSquareError),
        ("r2", measures.determination),
      ] {
        line += [
          .text("  \(name) "), .number(value, written: NumberFormat.text(value, significant: 4)),
        ]
      }
      lines.append(OutputLine(.text, line))
    }
    return Report(title: "evaluation", fields: fields, lines: lines)
  }
}
