import CKernels
import Tensors

extension Trainer {
  func noteConstraints(sharesMoments: Bool) {
    if options.keepsZeros {
      for slot in layout.slots where slot.role.isPrunable && slot.isTrained {
        for index in slot.offset..<slot.offset + slot.count {
          memory.mask[index] = memory.parameters[index] == 0 ? 0 : 1
        }
      }
    }
    guard options.keepsClusters else { return }
    clusters = layout.slots.filter { $0.role.isPrunable && $0.isTrained }.map { slot in
      ClusterRun(slot, memory.parameters)
    }
    let keeps = options.optimizer.keepsMoments
    for cluster in clusters {
      if keeps.first { cluster.shareValues(memory.firstMoments) }
      if keeps.second { cluster.shareValues(memory.secondMoments) }
    }
  }

  func holdConstraints() {
    for cluster in clusters { cluster.shareValues(memory.parameters) }
    guard options.keepsZeros else { return }
    for slot in layout.slots where slot.role.isPrunable && slot.isTrained {
      let weights = memory.parameters + slot.offset
      ck_masked_scale(slot.count, weights, memory.mask + slot.offset, 1, weights)
    }
  }

  // MARK: Divergence

  /// The first node, in order of execution, whose parameters or results are not finite.
  func nodeWhereItBegan() -> String {
    let nodes = network.architecture.nodes
    for chunk in 0..<context.chunks {
      let memory = context.chunkMemory + chunk * context.chunkStride
      let count = context.samples(of: chunk) * context.inputCount
      if ck_has_non_finite(count, memory + context.input) != 0 { return nodes[0].name }
    }
    for (index, operation) in plan.operations.enumerated() {
      let count = nodes[operation.node].outputShape.count
      for slot in layout.slots where slot.node == operation.node {
        if ck_has_non_finite(slot.count, memory.parameters + slot.offset) != 0 {
          return nodes[operation.node].name
        }
      }
      for chunk in 0..<context.chunks {
        let outputs = context.outputs(of: index, chunk: chunk)
        if ck_has_non_finite(context.samples(of: chunk) * count, outputs) != 0 {
          return nodes[operation.node].name
        }
      }
    }
    return "loss"
  }

  func firstNodeWithBadParameters() -> String? {
    layout.slots
      .first { ck_has_non_finite($0.count, memory.parameters + $0.offset) != 0 }
      .map { network.architecture.nodes[$0.node].name }
  }
}
