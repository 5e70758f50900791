import Tensors

extension Trainer {
  /// The ranges of rounded activations as they stand, by name.
  public var activationRanges: [String: ClosedRange<Float>] {
    var ranges: [String: ClosedRange<Float>] = [:]
    for operation in plan.operations {
      guard case .activationRounding(let work) = operation.work else { continue }
      let low = context.shared[work.range]
      let high = context.shared[work.range + 1]
      if low <= high { ranges[work.name] = low...high }
    }
    return ranges
  }

  /// Writes the ranges that rounding of activations starts from.
  func beginRanges() {
    for operation in plan.operations {
      if case .activationRounding(let work) = operation.work { work.begin(context.shared) }
    }
  }

  /// Moves the ranges towards what this step has seen.
  func followRanges() {
    guard let awareness = options.awareness else { return }
    for operation in plan.operations {
      guard case .activationRounding(let work) = operation.work else { continue }
      work.follow(context.shared, chunks: context.chunks, momentum: awareness.momentum)
    }
  }

  /// Puts rounded weights in the place of the exact ones, which are kept aside.
  func roundWeights() {
    guard let awareness = options.awareness else { return }
    for slot in layout.slots where slot.role.isPrunable {
      guard let rounding = awareness.weights[slot.node] else { continue }
      let weights = memory.parameters + slot.offset
      (memory.exactWeights + slot.offset).update(from: weights, count: slot.count)
      rounding.round(
        UnsafeMutableBufferPointer(start: weights, count: slot.count),
        outputs: network.architecture.nodes[slot.node].outputShape.extents.last ?? 1
      )
    }
    needsPreparation = true
  }

  /// Brings the exact weights back, for the update.
  func restoreWeights() {
    guard let awareness = options.awareness else { return }
    for slot in layout.slots where slot.role.isPrunable && awareness.weights[slot.node] != nil {
      (memory.parameters + slot.offset)
        .update(from: memory.exactWeights + slot.offset, count: slot.count)
    }
    needsPreparation = true
  }
}
