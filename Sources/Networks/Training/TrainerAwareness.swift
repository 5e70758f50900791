import Tensors

/// The weights of one layer that are rounded, and their scales where these are learnt.
struct RoundedWeights {
  let slot: ParameterLayout.Slot
  let rounding: WeightRounding
  /// Columns of the weights, which run fastest.
  let columns: Int
  /// nil where scales follow the weights.
  var learnt: LearntScales?
}

/// What training for integers changes besides parameters.
struct RoundingState {
  /// Least and greatest value of every range, in the order of `Trainer.roundings`.
  var ranges: [ClosedRange<Float>] = []
  /// One scale of every range; those that are not learnt stay.
  var scales: [LearntScales] = []
  var weights: [RoundedWeights] = []
}

extension Trainer {
  /// The ranges of rounded activations as they stand, by name.
  public var activationRanges: [String: ClosedRange<Float>] {
    var ranges: [String: ClosedRange<Float>] = [:]
    for work in roundings {
      let low = context.shared[work.range]
      let high = context.shared[work.range + 1]
      if low <= high { ranges[work.name] = low...high }
    }
    return ranges
  }

  /// The scales of weights that are learnt, by node.
  public var weightScales: [Int: [Float]] {
    var scales: [Int: [Float]] = [:]
    for weights in rounded.weights {
      if let learnt = weights.learnt { scales[weights.slot.node] = learnt.scales }
    }
    return scales
  }

  /// Writes the ranges and scales that rounding starts from.
  func beginRounding() {
    guard let awareness = options.awareness else { return }
    for work in roundings {
      let scale = ByteScale(
        covering: Double(work.start.range.lowerBound)...Double(work.start.range.upperBound)
      )
      rounded.scales.append(LearntScales([scale.scale]))
      rounded.ranges.append(
        work.start.change == .learnt ? scale.range(scale: scale.scale) : work.start.range
      )
    }
    writeRanges()
    for slot in layout.slots where slot.role.isPrunable {
      guard let rounding = awareness.weights[slot.node] else { continue }
      let columns = network.columns(of: slot)
      let weights = UnsafeBufferPointer(start: memory.parameters + slot.offset, count: slot.count)
      let learnt =
        rounding.learnsScales
        ? LearntScales(rounding.scales(of: weights, columns: columns)) : nil
      rounded.weights.append(
        RoundedWeights(slot: slot, rounding: rounding, columns: columns, learnt: learnt)
      )
    }
  }

  /// Puts every range where the steps of training find it.
  func writeRanges() {
    for (work, range) in zip(roundings, rounded.ranges) {
      context.shared[work.range] = range.lowerBound
      context.shared[work.range + 1] = range.upperBound
    }
  }

  /// Moves ranges towards what this step has seen, or against the derivative of its loss.
  func followRanges(rate: Float) {
    guard let awareness = options.awareness else { return }
    let shared = context.shared
    for (index, work) in roundings.enumerated() {
      switch work.start.change {
      case .fixed: continue
      case .moving:
        work.follow(shared, chunks: context.chunks, momentum: awareness.momentum)
      case .learnt:
        let scale = work.scale(shared)
        rounded.scales[index].move(
          against: [work.gradient(shared, chunks: context.chunks)],
          count: work.count,
          steps: max(scale.mostSteps, -scale.leastSteps),
          rate: rate
        )
        let range = scale.range(scale: rounded.scales[index].scales[0])
        shared[work.range] = range.lowerBound
        shared[work.range + 1] = range.upperBound
      }
      rounded.ranges[index] = shared[work.range]...max(shared[work.range], shared[work.range + 1])
    }
  }

  /// Puts rounded weights in the place of the exact ones, which are kept aside.
  func roundWeights() {
    guard options.awareness != nil else { return }
    for own in rounded.weights {
      let weights = UnsafeMutableBufferPointer(
        start: memory.parameters + own.slot.offset,
        count: own.slot.count
      )
      (memory.exactWeights + own.slot.offset)
        .update(from: memory.parameters + own.slot.offset, count: own.slot.count)
      let scales =
        own.learnt?.scales
        ?? own.rounding.scales(of: UnsafeBufferPointer(weights), columns: own.columns)
      own.rounding.round(weights, columns: own.columns, scales: scales)
    }
    needsPreparation = true
  }

  /// Brings the exact weights back, for the update.
  func restoreWeights() {
    guard options.awareness != nil else { return }
    for own in rounded.weights {
      (memory.parameters + own.slot.offset)
        .update(from: memory.exactWeights + own.slot.offset, count: own.slot.count)
    }
    needsPreparation = true
  }

  /// Whether any scale of weights is learnt.
  var learnsWeightScales: Bool { rounded.weights.contains { $0.learnt != nil } }

  /// Moves the scales of weights against the derivative of the loss by them, and clears the gradient
  /// of weights that they clip.
  func learnWeightScales(rate: Float) {
    for (index, own) in rounded.weights.enumerated() {
      guard let learnt = own.learnt, own.slot.isTrained else { continue }
      let slopes = own.rounding.learn(
        from: memory.parameters + own.slot.offset,
        UnsafeMutableBufferPointer(
          start: memory.pointers.gradients + own.slot.offset,
          count: own.slot.count
        ),
        columns: own.columns,
        scales: learnt.scales
      )
      rounded.weights[index].learnt?.move(
        against: slopes,
        count: own.slot.count / max(1, learnt.scales.count),
        steps: own.rounding.levels.limit,
        rate: rate
      )
    }
  }
}

extension ByteScale {
  /// The range that these integers cover with another scale.
  fileprivate func range(scale: Float) -> ClosedRange<Float> {
    leastSteps * scale...mostSteps * scale
  }
}

extension Network {
  /// How many weights stand side by side for one input: the output channels, which run fastest.
  fileprivate func columns(of slot: ParameterLayout.Slot) -> Int {
    let node = architecture.nodes[slot.node]
    // Height x width x (channels x multiplier), whose last two axes are the outputs.
    if case .depthwiseConvolution = node.layer { return node.outputShape.extents.last ?? 1 }
    return architecture.parameterShapes(of: slot.node)[slot.index].shape.extents.last ?? 1
  }
}
