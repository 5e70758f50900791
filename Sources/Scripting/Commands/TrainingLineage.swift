import Networks

/// What a training leaves in a network's history.
extension TrainingRequest {
  /// The command as it would have to be written to get the same again.
  private func lineageText(_ report: TrainingReport?) -> String {
    guard let report, report.wasInterrupted else { return call.text }
    guard let given = call.option("epochs") else { return "\(call.text) epochs=\(report.epochs)" }
    let bytes = Array(call.text.utf8)
    let start = given.range.start - call.range.start
    let end = given.range.end - call.range.start
    guard start >= 0, start <= end, end <= bytes.count else { return call.text }
    return String(
      decoding: bytes[..<start] + "\(report.epochs)".utf8 + bytes[end...],
      as: UTF8.self
    )
  }

  /// The lineage entry of this training.
  func entry(_ network: Network) -> LineageEntry {
    var figures: [LineageEntry.Figure] = []
    if let report = network.training {
      figures.append(.init(name: "epochs", value: Double(report.epochs)))
      if let loss = report.loss.last { figures.append(.init(name: "loss", value: loss)) }
      if let accuracy = report.validationAccuracy.last ?? report.accuracy.last {
        figures.append(.init(name: "accuracy", value: accuracy))
      }
    }
    figures += Promises.figures(network)
    return LineageEntry(
      command: call.row.name,
      text: lineageText(network.training),
      figures: figures
    )
  }
}
