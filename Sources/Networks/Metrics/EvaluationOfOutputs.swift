import Tensors

extension Evaluation {
  /// The smallest probability whose logarithm is taken, so that a certain but wrong answer costs
  /// much and not infinitely much.
  static let smallestProbability = 1e-7

  /// Measures outputs that something else than a network gave, such as a frozen model.
  ///
  /// `outputs` is samples x outputs, after the softmax or sigmoid that `activation` names (nil if
  /// there is none). `loss` nil takes the one that suits the answers.
  public init(
    outputs: Tensor,
    on samples: Samples,
    loss: LossFunction?,
    after activation: ActivationFunction?
  ) throws(NetworkError) {
    let loss = loss ?? Trainer.standardLoss(samples.expected)
    try self.init(
      outputs: outputs,
      on: samples,
      loss: loss,
      form: OutputForm(after: activation, for: loss)
    )
  }

  /// As above, with the form in which `loss` takes the outputs: one output means class 1 from 0 on
  /// where it is a logit, else from a half on.
  public init(
    outputs: Tensor,
    on samples: Samples,
    loss: LossFunction,
    form: OutputForm
  ) throws(NetworkError) {
    guard samples.count > 0 else { throw .noSamples }
    let columns = outputs.count / samples.count
    guard columns > 0, columns * samples.count == outputs.count else {
      throw .wrongAnswers(outputs: Shape([columns]), found: "\(samples.count) samples")
    }
    let measures: Measures
    switch samples.expected {
    case .nothing: throw .nothingExpected
    case .classes(let labels, let count):
      guard columns == count || (columns == 1 && count <= 2) else {
        throw .wrongAnswers(outputs: Shape([columns]), found: "\(count) classes")
      }
      for (sample, label) in labels.enumerated() where label < 0 || label >= max(2, count) {
        throw .labelOutOfRange(label: Int(label), sample: sample, classes: count)
      }
      measures = .classes(
        ClassMeasures(
          scores: outputs.values,
          columns: columns,
          labels: labels,
          classCount: max(2, count),
          threshold: form == .logits ? 0 : 0.5
        )
      )
    case .values(let expected):
      guard expected.count == outputs.count else {
        throw .wrongAnswers(
          outputs: Shape([columns]),
          found: "\(expected.count / samples.count) target values"
        )
      }
      measures = .values(ValueMeasures(predicted: outputs.values, expected: expected.values))
    }
    let reference = ReferenceLoss(
      loss: loss,
      form: form,
      columns: columns,
      expected: samples.expected,
      smoothing: 0
    )
    self.init(
      count: samples.count,
      loss: reference.mean(Self.kept(outputs, loss: loss, form: form)),
      lossFunction: loss,
      measures: measures
    )
  }

  /// The outputs in double precision; probabilities, where logarithms are taken of them, are kept
  /// away from 0 and 1.
  private static func kept(_ outputs: Tensor, loss: LossFunction, form: OutputForm) -> [Double] {
    let isProbability =
      switch loss {
      case .squared, .absolute, .huber: false
      case .binary: form != .logits
      case .crossEntropy, .divergence: form == .softmax || form == .sigmoid
      }
    return outputs.withElements { elements in
      elements.map { element in
        let value = Double(element)
        return isProbability
          ? max(smallestProbability, min(value, 1 - smallestProbability)) : value
      }
    }
  }
}
