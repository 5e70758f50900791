import Tensors
import Testing

@testable import Networks

/// Measuring outputs that something else gave: expected values are closed forms.
@Suite("Evaluation of outputs")
struct EvaluationTests {
  private func samples(classes labels: [Int32], count: Int) -> Samples {
    Samples(
      inputs: Tensor(Shape([labels.count, 1])),
      expected: .classes(labels, count: count)
    )
  }

  private func samples(values: [Float], width: Int) -> Samples {
    let count = values.count / width
    return Samples(
      inputs: Tensor(Shape([count, 1])),
      expected: .values(Tensor(Shape([count, width]), values))
    )
  }

  @Test
  func `cross-entropy of a softmax is the mean of -log p, and p is never 0`() throws {
    let outputs = Tensor(Shape([3, 3]), [0.5, 0.25, 0.25, 0.125, 0.75, 0.125, 0, 1, 0])
    let found = try Evaluation(
      outputs: outputs,
      on: samples(classes: [0, 2, 0], count: 3),
      loss: .crossEntropy,
      after: .softmax
    )
    let expected = (ExactMath.log(2) + ExactMath.log(8) - ExactMath.log(1e-7)) / 3
    #expect(abs(found.loss - expected) < 1e-12)
    #expect(abs((found.accuracy ?? 0) - 1.0 / 3) < 1e-12)
  }

  @Test
  func `logits have their softmax taken, and one logit is class 1 from 0 on`() throws {
    let logits = Tensor(Shape([2, 2]), [1, 3, 2, -2])
    let two = try Evaluation(
      outputs: logits,
      on: samples(classes: [1, 0], count: 2),
      loss: nil,
      after: nil
    )
    // log(1 + e^-d) for the distance d of the right logit from the other.
    let distances: [Double] = [2, 4]
    let parts = distances.map { ExactMath.log(1 + ExactMath.exp(-$0)) }
    let expected = (parts[0] + parts[1]) / 2
    #expect(abs(two.loss - expected) < 1e-12)
    #expect(two.accuracy == 1)

    let one = try Evaluation(
      outputs: Tensor(Shape([4, 1]), [0.25, -0.25, 3, -3]),
      on: samples(classes: [1, 0, 1, 0], count: 2),
      loss: .binary,
      after: nil
    )
    let margins: [Double] = [0.25, 0.25, 3, 3]
    let terms = margins.map { ExactMath.log(1 + ExactMath.exp(-$0)) }
    #expect(abs(one.loss - terms.reduce(0, +) / 4) < 1e-12)
    #expect(one.accuracy == 1)
  }

  @Test
  func `a sigmoid is class 1 from a half on`() throws {
    let found = try Evaluation(
      outputs: Tensor(Shape([4, 1]), [0.75, 0.25, 0.5, 1]),
      on: samples(classes: [1, 0, 0, 0], count: 2),
      loss: .binary,
      after: .sigmoid
    )
    let last = -ExactMath.log(1e-7)
    let expected = (2 * -ExactMath.log(0.75) + ExactMath.log(2) + last) / 4
    #expect(abs(found.loss - expected) < 1e-9)
    #expect(found.accuracy == 0.5)
  }

  private static let distanceCases: [(LossFunction, Double)] = [
    (.squared, 10.25 / 4), (.absolute, 4.5 / 4), (.huber, 3.125 / 4),
  ]

  @Test(arguments: distanceCases)
  func `distances by hand`(loss: LossFunction, expected: Double) throws {
    let found = try Evaluation(
      outputs: Tensor(Shape([2, 2]), [0.5, 3, -1, 2]),
      on: samples(values: [0, 0, -1, 1], width: 2),
      loss: loss,
      after: nil
    )
    #expect(abs(found.loss - expected) < 1e-12)
    #expect(found.lossFunction == loss)
    #expect(abs((found.values?.meanAbsoluteError ?? 0) - 4.5 / 4) < 1e-12)
  }

  @Test(arguments: [LossFunction.squared, .absolute, .huber])
  func `distances of classes are those of one-hot rows`(loss: LossFunction) throws {
    let found = try Evaluation(
      outputs: Tensor(Shape([1, 2]), [0.25, 0.5]),
      on: samples(classes: [1], count: 2),
      loss: loss,
      after: .softmax
    )
    let expected: [LossFunction: Double] = [
      .squared: 0.3125 / 2, .absolute: 0.75 / 2, .huber: 0.15625 / 2,
    ]
    #expect(found.loss == expected[loss])
  }

  @Test(arguments: UInt64(0)..<8)
  func `equals what a network says of itself`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var architecture = try Architecture(input: Shape([5]))
    let isBinary = seed.isMultiple(of: 2)
    let activations: [ActivationFunction] = isBinary ? [.sigmoid, .linear] : [.softmax, .linear]
    let activation = activations[Int(seed / 2 % 2)]
    try architecture.append(.dense(Dense(units: isBinary ? 1 : 3, activation: activation)))
    let network = try Network(pending: architecture, seed: seed)
    let inputs = Tensor(Shape([40, 5]), (0..<200).map { _ in Float(random.nextUnit() * 4 - 2) })
    let labels = (0..<40).map { _ in Int32(random.nextUnit() * (isBinary ? 2 : 3)) }
    let samples = Samples(inputs: inputs, expected: .classes(labels, count: isBinary ? 2 : 3))
    let loss: LossFunction = isBinary ? .binary : .crossEntropy
    let own = try network.evaluate(on: samples, loss: loss)
    let found = try Evaluation(
      outputs: network.outputs(for: inputs),
      on: samples,
      loss: loss,
      after: activation
    )
    #expect(abs(own.loss - found.loss) < 1e-5)
    #expect(own.accuracy == found.accuracy)
  }

  @Test
  func `answers that do not fit are refused`() throws {
    let outputs = Tensor(Shape([2, 3]))
    #expect(throws: NetworkError.nothingExpected) {
      try Evaluation(
        outputs: outputs,
        on: Samples(inputs: Tensor(Shape([2, 1])), expected: .nothing),
        loss: nil,
        after: nil
      )
    }
    #expect(throws: NetworkError.self) {
      try Evaluation(
        outputs: outputs,
        on: samples(classes: [0, 1], count: 2),
        loss: nil,
        after: nil
      )
    }
    #expect(throws: NetworkError.self) {
      try Evaluation(
        outputs: outputs,
        on: samples(values: [0, 1], width: 1),
        loss: nil,
        after: nil
      )
    }
  }
}
