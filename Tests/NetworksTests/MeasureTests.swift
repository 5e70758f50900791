import Tensors
import Testing

@testable import Networks

@Suite("Measures")
struct MeasureTests {
  // scikit-learn 1.9.1: precision_score, recall_score, f1_score, roc_auc_score on these six samples.
  @Test func `two classes`() throws {
    let measures = ClassMeasures(
      scores: [0.9, 0.4, 0.65, 0.3, 0.6, 0.1],
      columns: 1,
      labels: [1, 1, 0, 0, 1, 0],
      classCount: 2,
      threshold: 0.5
    )
    #expect(measures.confusion == [[2, 1], [1, 2]])
    #expect(abs(measures.accuracy - 4.0 / 6) < 1e-12)
    #expect(abs(measures.precision - 2.0 / 3) < 1e-12)
    #expect(abs(measures.recall - 2.0 / 3) < 1e-12)
    #expect(abs(measures.f1 - 2.0 / 3) < 1e-12)
    #expect(abs((measures.area ?? 0) - 7.0 / 9) < 1e-12)
  }

  @Test func `three classes, by hand`() throws {
    let measures = ClassMeasures(
      scores: [
        0.7, 0.2, 0.1,
        0.1, 0.5, 0.4,
        0.3, 0.3, 0.4,
        0.2, 0.5, 0.3,
      ],
      columns: 3,
      labels: [0, 2, 2, 1],
      classCount: 3,
      threshold: 0.5
    )
    #expect(measures.confusion == [[1, 0, 0], [0, 1, 0], [0, 1, 1]])
    #expect(measures.accuracy == 0.75)
    #expect(measures.topAccuracy(2) == 1)
    #expect(measures.precisions == [1, 0.5, 1])
    #expect(measures.recalls == [1, 1, 0.5])
    #expect(abs(measures.f1 - (1 + 2.0 / 3 + 2.0 / 3) / 3) < 1e-12)
    #expect(measures.areas[0] == 1)
    #expect(measures.support == [1, 1, 2])
  }

  @Test func `equal scores: the first class wins and ranks first`() {
    let measures = ClassMeasures(
      scores: [0.5, 0.5, 0.5, 0.5],
      columns: 2,
      labels: [0, 1],
      classCount: 2,
      threshold: 0.5
    )
    #expect(measures.confusion == [[1, 0], [1, 0]])
    #expect(measures.rankCounts == [1, 1])
    #expect(measures.area == 0.5)
  }

  @Test func `values, by hand`() {
    let measures = ValueMeasures(predicted: [1, 2, 4], expected: [1, 3, 2])
    #expect(abs(measures.meanAbsoluteError - 1) < 1e-12)
    #expect(abs(measures.rootMeanSquareError - (5.0 / 3).squareRoot()) < 1e-12)
    #expect(abs(measures.determination - (1 - 5.0 / 2)) < 1e-12)
  }

  @Test func `evaluation agrees with the training report`() throws {
    let samples = Samples.classes(30, [4])
    var options = TrainingOptions()
    options.epochs = 3
    let trained = try Network.seeded(.small())
      .trained(on: samples, validation: samples, options: options)
    let evaluation = try trained.evaluate(on: samples)
    #expect(evaluation.loss == trained.training?.validationLoss.last)
    #expect(evaluation.accuracy == trained.training?.validationAccuracy.last)
    #expect(evaluation.lossFunction == .crossEntropy)
    #expect(evaluation.count == 30)
  }
}

@Suite("Networks as values")
struct NetworkValueTests {
  @Test func `the digest is SHA-256 of the parameters' bytes`() {
    // sha256sum of the bytes 00 00 80 3f 00 00 00 c0 (1.0 and -2.0 as little-endian floats).
    let architecture = try? Architecture.chain([1], [.dense(Dense(units: 1))])
    guard let architecture else { return }
    let network = Network(
      architecture: architecture,
      parameters: [
        [],
        [
          Parameter(role: .weights, tensor: Tensor(Shape([1, 1]), [1])),
          Parameter(role: .bias, tensor: Tensor(Shape([1]), [-2])),
        ],
      ]
    )
    #expect(network.digest() == "ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b")
  }

  @Test func `initial weights follow the seed and lie within Glorot's and He's limits`() throws {
    let architecture = try Architecture.chain(
      [10],
      [.dense(Dense(units: 20, activation: .relu)), .dense(Dense(units: 4, activation: .softmax))]
    )
    let network = try Network.seeded(architecture, seed: 5)
    #expect(try Network.seeded(architecture, seed: 5).digest() == network.digest())
    #expect(try Network.seeded(architecture, seed: 6).digest() != network.digest())
    let he = Float(6.0 / 10).squareRoot()
    let glorot = Float(6.0 / 24).squareRoot()
    let first = network.parameters[1][0].tensor.values
    let second = network.parameters[2][0].tensor.values
    #expect(first.allSatisfy { abs($0) <= he } && first.contains { abs($0) > he * 0.8 })
    #expect(second.allSatisfy { abs($0) <= glorot } && second.contains { abs($0) > glorot * 0.8 })
    #expect(network.parameters[1][1].tensor.values.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [[6, 4], [4, 6], [5, 5]])
  func `orthogonal weights are orthogonal`(extents: [Int]) throws {
    let architecture = try Architecture.chain([extents[0]], [.dense(Dense(units: extents[1]))])
    var generator = SeededGenerator(seed: 1)
    let network = try Network(architecture, initializers: [1: .orthogonal], using: &generator)
    let weights = network.parameters[1][0].tensor.values
    let (rows, columns) = (extents[0], extents[1])
    let count = min(rows, columns)
    for a in 0..<count {
      for b in 0..<count {
        var product: Float = 0
        if rows >= columns {
          for row in 0..<rows { product += weights[row * columns + a] * weights[row * columns + b] }
        } else {
          for column in 0..<columns {
            product += weights[a * columns + column] * weights[b * columns + column]
          }
        }
        #expect(abs(product - (a == b ? 1 : 0)) < 1e-5)
      }
    }
  }

  @Test func `given weights must fit and leave the others as they were`() throws {
    let architecture = try Architecture.small()
    var generator = SeededGenerator(seed: 1)
    let weights = fill([4, 8], 1)
    let network = try Network(architecture, given: [1: [.weights: weights]], using: &generator)
    #expect(network.parameters[1][0].tensor == weights)
    #expect(network.parameters[2] == (try Network.seeded(architecture, seed: 1)).parameters[2])
    #expect(
      throws: NetworkError.wrongParameterShape(
        node: "dense1",
        role: .bias,
        expected: Shape([8]),
        found: Shape([4, 8])
      )
    ) {
      try Network(architecture, given: [1: [.bias: weights]], using: &generator)
    }
    #expect(throws: NetworkError.noSuchParameter(node: "dense2", role: .scale)) {
      try Network(architecture, given: [2: [.scale: weights]], using: &generator)
    }
  }

  @Test(arguments: UInt64(0)..<30)
  func `arrays alive at the same time never share memory`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let intervals = (0..<20).map { _ in
      let first = generator.nextIndex(below: 10)
      return IntervalPlacement.Interval(
        first: first,
        last: first + generator.nextIndex(below: 5),
        count: 1 + generator.nextIndex(below: 50)
      )
    }
    let placement = IntervalPlacement(intervals)
    for a in intervals.indices {
      #expect(placement.offsets[a] + intervals[a].count <= placement.count)
      for b in intervals.indices where b < a {
        let meets =
          intervals[a].first <= intervals[b].last && intervals[b].first <= intervals[a].last
        let overlaps =
          placement.offsets[a] < placement.offsets[b] + intervals[b].count
          && placement.offsets[b] < placement.offsets[a] + intervals[a].count
        #expect(!(meets && overlaps))
      }
    }
    #expect(placement.count <= intervals.reduce(0) { $0 + $1.count })
  }
}
