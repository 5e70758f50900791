import CKernels
import Tensors

/// Measures loss and accuracy on held-out samples between epochs, in memory planned ahead.
final class ValidationRun {
  /// Bytes taken besides the results; nil if that is more than an integer holds.
  let bytes: Int?

  private let samples: Samples
  private let loss: PlannedLoss
  private let runner: ForwardRunner
  private var outputs: Tensor
  private var isReady = false

  init(
    _ architecture: Architecture,
    _ layout: ParameterLayout,
    _ samples: Samples,
    loss: LossFunction,
    threads: Int
  ) throws(TrainingError) {
    self.samples = samples
    do throws(NetworkError) {
      self.loss = try PlannedLoss(loss, architecture, samples)
    } catch { throw .unsuitable(error) }
    runner = ForwardRunner(
      architecture,
      layout,
      node: architecture.nodes.count - 1,
      endsInLogits: architecture.outputForm(for: loss) != .values,
      samples: samples.count,
      threads: threads
    )
    guard let shape = Shape(checking: [samples.count, runner.outputCount]) else { throw .tooLarge }
    outputs = Tensor(shape)
    bytes = runner.bytes.flatMap { bytes in
      let (sum, overflow) = bytes.addingReportingOverflow(
        shape.count * MemoryLayout<Float>.stride
      )
      return overflow ? nil : sum
    }
  }

  /// Mean loss and, with classes, the share classified rightly.
  func measure(parameters: UnsafeMutablePointer<Float>) -> (loss: Double, accuracy: Double?) {
    if !isReady { isReady = runner.allocate() }
    outputs.withMutableElements { outputs in
      samples.inputs.withElements { inputs in
        guard let outputs = outputs.baseAddress, let inputs = inputs.baseAddress else { return }
        runner.run(inputs, count: samples.count, parameters: parameters, outputs: outputs)
      }
    }
    let rowLosses = loss.rowLosses(outputs: outputs, samples: samples)
    let total = rowLosses.reduce(0.0) { $0 + Double($1) }
    guard loss.hasClasses, case .classes(let labels, _) = samples.expected else {
      return (total / Double(rowLosses.count), nil)
    }
    let hits = outputs.withElements { outputs in
      guard let base = outputs.baseAddress else { return 0 }
      return labels.indices.count { row in
        loss.predictedClass(base + row * loss.columns) == Int(labels[row])
      }
    }
    return (total / Double(rowLosses.count), Double(hits) / Double(labels.count))
  }
}

extension PlannedLoss {
  /// The loss of every row of outputs already computed, in the form that the loss takes.
  func rowLosses(outputs: Tensor, samples: Samples) -> [Float] {
    let rowCount = samples.count * rows
    var losses = [Float](repeating: 0, count: rowCount)
    var weights = [Float](repeating: 1, count: 1)
    var labels: [Int32] = [0]
    var expected = [Float](repeating: 0, count: hasClasses ? samples.count * count : 0)
    switch samples.expected {
    case .classes(let classes, _): labels = classes
    case .values(let values): expected = values.values
    case .nothing: return []
    }
    outputs.withElements { outputs in
      labels.withUnsafeBufferPointer { labels in
        expected.withUnsafeMutableBufferPointer { expected in
          weights.withUnsafeMutableBufferPointer { weights in
            losses.withUnsafeMutableBufferPointer { losses in
              guard let outputs = outputs.baseAddress, let labels = labels.baseAddress,
                let expected = expected.baseAddress, let weights = weights.baseAddress,
                let losses = losses.baseAddress
              else { return }
              run(
                Frame(
                  samples: samples.count,
                  outputs: outputs,
                  labels: labels,
                  expected: expected,
                  classWeights: nil,
                  rowWeights: weights,
                  losses: losses,
                  dOutputs: nil,
                  gradientScale: 0
                )
              )
            }
          }
        }
      }
    }
    return losses
  }
}
