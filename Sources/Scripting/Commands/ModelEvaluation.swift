import Networks
import Tensors

/// Why a model's outputs cannot be measured.
enum ModelEvaluationError: Error, CustomStringConvertible {
  case nothingExpected
  case outputsDiffer(outputs: Int, expected: Int)

  var description: String {
    switch self {
    case .nothingExpected: "these samples have no answers to compare with"
    case .outputsDiffer(let outputs, let expected):
      "the model gives \(outputs) outputs, but the data has \(expected)"
    }
  }
}

/// Measures the outputs of a frozen model, which are probabilities or values, never logits.
enum ModelEvaluation {
  /// The smallest probability whose logarithm is taken, so that a certain but wrong answer costs
  /// much and not infinitely much.
  private static let smallestProbability = 1e-7

  static func evaluation(
    of outputs: Tensor,
    on samples: Samples,
    loss: LossFunction?
  ) throws(ModelEvaluationError) -> Evaluation {
    let columns = samples.count == 0 ? 0 : outputs.count / samples.count
    switch samples.expected {
    case .nothing: throw .nothingExpected
    case .classes(let labels, let count):
      guard columns == count || (columns == 1 && count <= 2) else {
        throw .outputsDiffer(outputs: columns, expected: count)
      }
      let measures = ClassMeasures(
        scores: outputs.values,
        columns: columns,
        labels: labels,
        classCount: max(2, count),
        threshold: 0.5
      )
      let function = loss ?? .crossEntropy
      return Evaluation(
        count: samples.count,
        loss: classLoss(outputs.values, columns, labels, function),
        lossFunction: function,
        measures: .classes(measures)
      )
    case .values(let expected):
      guard expected.count == outputs.count else {
        throw .outputsDiffer(
          outputs: columns,
          expected: samples.count == 0 ? 0 : expected.count / samples.count
        )
      }
      let measures = ValueMeasures(predicted: outputs.values, expected: expected.values)
      let error = measures.rootMeanSquareError
      return Evaluation(
        count: samples.count,
        loss: loss == .absolute ? measures.meanAbsoluteError : error * error,
        lossFunction: loss ?? .squared,
        measures: .values(measures)
      )
    }
  }

  private static func classLoss(
    _ outputs: [Float],
    _ columns: Int,
    _ labels: [Int32],
    _ loss: LossFunction
  ) -> Double {
    var sum = 0.0
    for (row, label) in labels.enumerated() {
      for column in 0..<columns {
        let output = Double(outputs[row * columns + column])
        let isRight = columns == 1 ? label == 1 : column == Int(label)
        switch loss {
        case .squared, .absolute, .huber:
          let distance = output - (isRight ? 1 : 0)
          sum += distance * distance / Double(columns)
        case .crossEntropy, .binary, .divergence:
          if columns == 1 {
            sum -= ExactMath.log(max(smallestProbability, isRight ? output : 1 - output))
          } else if isRight {
            sum -= ExactMath.log(max(smallestProbability, output))
          }
        }
      }
    }
    return labels.isEmpty ? 0 : sum / Double(labels.count)
  }
}
