import CKernels
import Tensors

/// A loss made ready: what it does with the rows of a chunk.
struct PlannedLoss {
  /// How a row's loss is computed.
  enum Work {
    /// Softmax cross-entropy with a class per row.
    case classes(smoothing: Float)
    /// Softmax cross-entropy with a distribution per row; `subtractsEntropy` makes it a divergence.
    case distribution(subtractsEntropy: Bool)
    /// A term per element, averaged over the row.
    case elements(ck_loss)
  }

  let work: Work
  /// Rows of one sample: the steps of a sequence, or 1.
  let rows: Int
  let columns: Int
  /// Whether the data has a class per row.
  let hasClasses: Bool
  /// What the outputs must exceed to mean class 1, if there is one output.
  let threshold: Float

  /// Distance from which Huber's loss is linear.
  static let huberDelta: Float = 1

  var count: Int { rows * columns }

  /// What the loss reads of the data and leaves behind, for some samples.
  struct Frame {
    var samples: Int
    var outputs: UnsafePointer<Float>
    /// One label a row; read only if the data has classes.
    var labels: UnsafePointer<Int32>
    /// One row of values each; one-hot where the data has classes and the loss compares elements.
    var expected: UnsafeMutablePointer<Float>
    /// A factor per class; nil without class weights.
    var classWeights: UnsafePointer<Float>?
    /// Room for a factor per row.
    var rowWeights: UnsafeMutablePointer<Float>
    /// One loss per row.
    var losses: UnsafeMutablePointer<Float>
    /// nil when only the loss is asked for.
    var dOutputs: UnsafeMutablePointer<Float>?
    /// Factor of the gradients: 1 / rows of the batch.
    var gradientScale: Float
  }

  /// The loss of each row, and the gradients.
  func run(_ frame: Frame) {
    let count = frame.samples * rows
    if let classWeights = frame.classWeights, hasClasses {
      for row in 0..<count { frame.rowWeights[row] = classWeights[Int(frame.labels[row])] }
    }
    let rowWeights =
      hasClasses && frame.classWeights != nil ? UnsafePointer(frame.rowWeights) : nil
    switch work {
    case .classes(let smoothing):
      ck_softmax_cross_entropy(
        count,
        columns,
        frame.outputs,
        frame.labels,
        rowWeights,
        smoothing,
        frame.gradientScale,
        frame.losses,
        frame.dOutputs
      )
    case .distribution(let subtractsEntropy):
      ck_softmax_cross_entropy_soft(
        count,
        columns,
        frame.outputs,
        frame.expected,
        1,
        frame.gradientScale,
        frame.losses,
        frame.dOutputs
      )
      if subtractsEntropy {
        for row in 0..<count {
          frame.losses[row] += PlannedLoss.negativeEntropy(
            frame.expected + row * columns,
            count: columns
          )
        }
      }
    case .elements(let loss):
      if hasClasses { fillOneHot(frame) }
      ck_element_loss(
        loss,
        PlannedLoss.huberDelta,
        count,
        columns,
        frame.outputs,
        frame.expected,
        frame.gradientScale / Float(columns),
        frame.losses,
        frame.dOutputs
      )
      for row in 0..<count { frame.losses[row] /= Float(columns) }
      guard let rowWeights else { return }
      for row in 0..<count {
        frame.losses[row] *= rowWeights[row]
        guard let dOutputs = frame.dOutputs else { continue }
        for column in 0..<columns { dOutputs[row * columns + column] *= rowWeights[row] }
      }
    }
  }

  /// `sum(p * log(p))`, with 0 for p = 0.
  static func negativeEntropy(_ row: UnsafePointer<Float>, count: Int) -> Float {
    var sum: Float = 0
    for index in 0..<count where row[index] > 0 {
      sum += row[index] * ExactMath.log(row[index])
    }
    return sum
  }

  /// Writes labels as rows; a single output has the label itself as its value.
  private func fillOneHot(_ frame: Frame) {
    for row in 0..<frame.samples * rows {
      let label = Int(frame.labels[row])
      if columns == 1 {
        frame.expected[row] = Float(label)
      } else {
        for column in 0..<columns {
          frame.expected[row * columns + column] = column == label ? 1 : 0
        }
      }
    }
  }

  /// The class that a row of outputs means: the largest, the first of equals; or for one output
  /// whether it reaches the threshold.
  func predictedClass(_ row: UnsafePointer<Float>) -> Int {
    guard columns > 1 else { return row[0] >= threshold ? 1 : 0 }
    var best = 0
    for column in 1..<columns where row[column] > row[best] { best = column }
    return best
  }
}

extension PlannedLoss {
  /// The loss for a network and data, after checking that they match.
  init(
    _ loss: LossFunction,
    _ architecture: Architecture,
    _ samples: Samples,
    smoothing: Float = 0
  ) throws(NetworkError) {
    let outputs = architecture.outputShape
    let form = architecture.outputForm(for: loss)
    let columns: Int
    let hasClasses: Bool
    switch samples.expected {
    case .nothing:
      throw .nothingExpected
    case .classes(let labels, let classes):
      columns = outputs.extents.last ?? 1
      hasClasses = true
      let isBinary = columns == 1 && classes <= 2
      guard
        isBinary || columns == classes,
        labels.count == samples.count * (outputs.count / columns)
      else {
        let perSample = samples.count > 0 ? labels.count / samples.count : 0
        throw .wrongAnswers(
          outputs: outputs,
          found: "\(perSample == 1 ? "" : "\(perSample) times ")\(classes) classes"
        )
      }
      for (index, label) in labels.enumerated() where label < 0 || label >= classes {
        throw .labelOutOfRange(label: Int(label), sample: index, classes: classes)
      }
    case .values(let values):
      hasClasses = false
      columns = outputs.extents.last ?? 1
      guard values.count == samples.count * outputs.count else {
        let perSample = samples.count > 0 ? values.count / samples.count : 0
        throw .wrongAnswers(outputs: outputs, found: "\(perSample) target values")
      }
    }
    self.columns = columns
    self.hasClasses = hasClasses
    rows = outputs.count / columns
    threshold = form == .logits ? 0 : form == .sigmoid ? 0 : 0.5
    switch loss {
    case .squared: work = .elements(ck_squared_error)
    case .absolute: work = .elements(ck_absolute_error)
    case .huber: work = .elements(ck_huber)
    case .binary:
      work = .elements(form == .values ? ck_binary_of_probability : ck_binary_cross_entropy)
    case .crossEntropy:
      if columns == 1 || form == .sigmoid {
        work = .elements(ck_binary_cross_entropy)
      } else {
        work = hasClasses ? .classes(smoothing: smoothing) : .distribution(subtractsEntropy: false)
      }
    case .divergence:
      guard !hasClasses else {
        work = .classes(smoothing: smoothing)
        return
      }
      work = .distribution(subtractsEntropy: true)
    }
  }
}
