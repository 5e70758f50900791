import Networks

/// How a training report shows itself and what its fields are.
enum TrainingReportText {
  static func report(_ training: TrainingReport) -> Report {
    var fields = Record([
      ("loss", list(training.loss)), ("accuracy", list(training.accuracy)),
      ("validation_loss", list(training.validationLoss)),
      ("validation_accuracy", list(training.validationAccuracy)),
      ("epochs", .number(Double(training.epochs))), ("best", .number(Double(training.best))),
    ])
    if let losses = training.adversarial {
      fields["generator_loss"] = list(losses.generator)
      fields["discriminator_loss"] = list(losses.discriminator)
    }
    return Report(title: "training", fields: fields, lines: lines(training))
  }

  private static func list(_ numbers: [Double]) -> Value { .list(numbers.map { .number($0) }) }

  private static func lines(_ training: TrainingReport) -> [OutputLine] {
    if let losses = training.adversarial {
      let rows = losses.generator.indices.map { epoch -> [Value] in
        [
          .number(Double(epoch + 1)), .number(losses.generator[epoch]),
          .number(losses.discriminator[epoch]),
        ]
      }
      let columns = ["epoch", "generator loss", "discriminator loss"]
      return TableText.lines(of: Table(columns: columns, rows: rows), width: 1000)
    }
    var columns = ["epoch", "loss"]
    if !training.accuracy.isEmpty { columns.append("accuracy") }
    if !training.validationLoss.isEmpty { columns.append("validation loss") }
    if !training.validationAccuracy.isEmpty { columns.append("validation accuracy") }
    let rows = training.loss.indices.map { epoch -> [Value] in
      var row: [Value] = [.number(Double(epoch + 1)), .number(training.loss[epoch])]
      for series in [training.accuracy, training.validationLoss, training.validationAccuracy]
      where !series.isEmpty {
        row.append(epoch < series.count ? .number(series[epoch]) : .none)
      }
      return row
    }
    return TableText.lines(of: Table(columns: columns, rows: rows), width: 1000)
  }
}
