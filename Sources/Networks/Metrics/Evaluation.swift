import Tensors

/// How well a network does on some samples.
public struct Evaluation: Hashable, Sendable {
  /// Samples measured.
  public let count: Int
  /// Mean loss, by `lossFunction`.
  public let loss: Double
  /// The loss that was measured.
  public let lossFunction: LossFunction
  /// What else can be said of the data's kind.
  public let measures: Measures

  /// What was measured elsewhere, as for a frozen model.
  public init(count: Int, loss: Double, lossFunction: LossFunction, measures: Measures) {
    self.count = count
    self.loss = loss
    self.lossFunction = lossFunction
    self.measures = measures
  }

  /// Measures of classes or of values.
  public enum Measures: Hashable, Sendable {
    case classes(ClassMeasures)
    case values(ValueMeasures)
  }

  /// The measures of classes, if the data has classes.
  public var classes: ClassMeasures? {
    if case .classes(let measures) = measures { measures } else { nil }
  }

  /// The measures of values, if the data has values.
  public var values: ValueMeasures? {
    if case .values(let measures) = measures { measures } else { nil }
  }

  /// The share of samples classified rightly, if the data has classes.
  public var accuracy: Double? { classes?.accuracy }
}

extension Network {
  /// Measures this network on samples whose answers are known.
  ///
  /// `loss` nil takes the loss of the last training, or the one that suits the data.
  public func evaluate(
    on samples: Samples,
    loss: LossFunction? = nil,
    threads: Int = 2
  ) throws(NetworkError) -> Evaluation {
    try architecture.checkInput(samples)
    let loss = loss ?? self.loss ?? Trainer.standardLoss(samples.expected)
    let planned = try PlannedLoss(loss, architecture, samples)
    let takesLogits = architecture.outputForm(for: loss) != .values
    let scores =
      takesLogits
      ? try logits(for: samples.inputs, threads: threads)
      : try outputs(for: samples.inputs, threads: threads)
    let rowLosses = planned.rowLosses(outputs: scores, samples: samples)
    let mean = rowLosses.reduce(0.0) { $0 + Double($1) } / Double(rowLosses.count)
    let measures: Evaluation.Measures
    switch samples.expected {
    case .classes(let labels, let classCount):
      measures = .classes(
        ClassMeasures(
          scores: scores.values,
          columns: planned.columns,
          labels: labels,
          classCount: max(2, classCount),
          threshold: planned.threshold
        )
      )
    case .values(let expected):
      let predicted = takesLogits ? try outputs(for: samples.inputs, threads: threads) : scores
      measures = .values(ValueMeasures(predicted: predicted.values, expected: expected.values))
    case .nothing:
      throw .nothingExpected
    }
    return Evaluation(count: samples.count, loss: mean, lossFunction: loss, measures: measures)
  }
}
