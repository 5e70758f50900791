import Tensors

/// How far the backward pass is from finite differences of a double-precision forward pass.
public struct GradientCheck: Hashable, Sendable {
  /// One parameter tensor's comparison.
  public struct Row: Hashable, Sendable {
    /// The node.
    public let node: String
    /// Which of its parameters.
    public let role: ParameterRole
    /// How many of its values were compared.
    public let count: Int
    /// Largest difference divided by the largest gradient of the tensor (at least a thousandth of the
    /// largest gradient of the network).
    public let relativeError: Double
  }

  /// In order of nodes.
  public let rows: [Row]

  /// The largest relative error of all parameters.
  public var largestRelativeError: Double { rows.map(\.relativeError).max() ?? 0 }
}

extension Network {
  /// Compares the backward pass with central differences of the loss on at most 16 samples.
  ///
  /// Of each parameter tensor at most `valuesPerParameter` values are moved by ±`distance`.
  public func gradientCheck(
    on samples: Samples,
    options: TrainingOptions = TrainingOptions(),
    distance: Double = 1e-5,
    valuesPerParameter: Int = 24
  ) throws(TrainingError) -> GradientCheck {
    let samples = samples.prefix(16)
    var options = options
    options.batchSize = max(1, samples.count)
    options.shuffles = false
    options.distillation = nil
    let trainer = try Trainer(self, on: samples, options: options)
    for index in 0..<samples.count { trainer.memory.order[index] = Int32(index) }
    _ = trainer.computeGradients(start: 0, count: samples.count, updatesStatistics: false)
    let gradients = trainer.summedGradients()

    let executor = ReferenceExecutor(
      architecture: architecture,
      samples: samples.count,
      isTraining: true,
      streamSeed: trainer.streamSeed,
      step: trainer.step
    )
    let reference = ReferenceLoss(
      loss: trainer.loss,
      form: architecture.outputForm(for: trainer.loss),
      columns: trainer.context.loss.columns,
      expected: samples.expected,
      smoothing: Double(options.labelSmoothing)
    )
    let inputs = samples.inputs.values.map(Double.init)
    var values = parameters.map { node in
      Dictionary(
        uniqueKeysWithValues: node.map { ($0.role, $0.tensor.values.map(Double.init)) }
      )
    }
    var comparisons: [(slot: ParameterLayout.Slot, count: Int, difference: Double, size: Double)] =
      []
    for slot in trainer.layout.slots where slot.isTrained {
      let step = max(1, slot.count / max(1, valuesPerParameter))
      var difference = 0.0
      var size = 0.0
      var count = 0
      for index in stride(from: 0, to: slot.count, by: step) {
        guard let old = values[slot.node][slot.role]?[index] else { continue }
        values[slot.node][slot.role]?[index] = old + distance
        let above = reference.mean(executor.run(inputs, parameters: values).last ?? [])
        values[slot.node][slot.role]?[index] = old - distance
        let below = reference.mean(executor.run(inputs, parameters: values).last ?? [])
        values[slot.node][slot.role]?[index] = old
        let numeric = (above - below) / (2 * distance)
        difference = max(difference, abs(numeric - Double(gradients[slot.offset + index])))
        size = max(size, abs(numeric))
        count += 1
      }
      comparisons.append((slot, count, difference, size))
    }
    let largest = comparisons.map(\.size).max() ?? 0
    return GradientCheck(
      rows: comparisons.map { comparison in
        GradientCheck.Row(
          node: architecture.nodes[comparison.slot.node].name,
          role: comparison.slot.role,
          count: comparison.count,
          relativeError: comparison.difference
            / max(comparison.size, largest / 1000, .leastNormalMagnitude)
        )
      }
    )
  }
}

extension Trainer {
  /// The gradient of every parameter, summed over the chunks of the last batch.
  func summedGradients() -> [Float] {
    var sums = [Float](repeating: 0, count: layout.count)
    for slot in layout.slots where slot.isTrained {
      for index in slot.offset..<slot.offset + slot.count {
        for chunk in 0..<context.chunks {
          sums[index] += memory.pointers.gradients[chunk * layout.count + index]
        }
      }
    }
    return sums
  }
}

extension Samples {
  /// The first `count` samples.
  func prefix(_ count: Int) -> Samples {
    guard self.count > count else { return self }
    let shape = Shape([count] + inputs.shape.extents.dropFirst())
    let inputs = Tensor(shape, Array(inputs.values.prefix(shape.count)))
    switch expected {
    case .nothing:
      return Samples(inputs: inputs, expected: .nothing)
    case .classes(let labels, let classes):
      let rows = labels.count / self.count
      return Samples(
        inputs: inputs,
        expected: .classes(Array(labels.prefix(count * rows)), count: classes)
      )
    case .values(let values):
      let extents = [count] + values.shape.extents.dropFirst()
      let shape = Shape(extents)
      return Samples(
        inputs: inputs,
        expected: .values(Tensor(shape, Array(values.values.prefix(shape.count))))
      )
    }
  }
}
