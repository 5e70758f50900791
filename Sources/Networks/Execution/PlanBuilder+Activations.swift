import Tensors

/// What becomes of activation functions in a plan: fused into the operation before them, left to the
/// loss, or operations of their own; and the rounding of outputs in training for integers.
extension PlanBuilder {
  /// Rounds what has just been computed, if training is for integers and that has a range.
  ///
  /// A node's first operation gives its sums where its activation function stands alone.
  mutating func appendRounding(_ node: Int, count: Int) {
    guard let awareness, case .training(let chunks, _) = purpose, let input = buffers[node] else {
      return
    }
    let name = architecture.nodes[node].name
    let isFirst = !drafts.dropLast().contains { $0.node == node }
    let sums = isFirst ? awareness.activations["\(name)/sums"] : nil
    guard let start = sums ?? awareness.activations[name] else { return }
    let work = PlannedActivationRounding(
      count: count,
      range: sharedFloats,
      start: start,
      name: sums == nil ? name : "\(name)/sums"
    )
    sharedFloats += ParameterLayout.aligned(PlannedActivationRounding.sharedCount(chunks: chunks))
    let output = newBuffer(count)
    drafts.append(
      Draft(work: .activationRounding(work), node: node, input: input, output: output)
    )
    buffers[node] = output
  }

  /// What of a layer's own activation its operation computes, and what is left for one of its own.
  ///
  /// A layer without one takes over that of an activation layer that alone reads it.
  mutating func fusedActivation(
    _ function: ActivationFunction,
    _ node: Int
  ) -> (fused: PlannedActivation, left: ActivationFunction) {
    var function = function
    if function == .linear {
      let follower = architecture.nodes.firstIndex { $0.inputs == [node] }
      if let follower, case .activation(let next) = architecture.nodes[follower].layer,
        fusesFollower(of: node, where: { PlannedActivation($0, count: 0)?.isFusible == true })
      {
        return (
          isLogits(follower, next)
            ? .linear : PlannedActivation(next, count: 0) ?? .linear,
          .linear
        )
      }
    }
    if isLogits(node, function) { function = .linear }
    guard let planned = PlannedActivation(function, count: 0), planned.isFusible else {
      return (.linear, function)
    }
    return (planned, .linear)
  }

  /// Whether the only reader of `node` is an activation layer that fits, which is then skipped.
  mutating func fusesFollower(
    of node: Int,
    where fits: (ActivationFunction) -> Bool
  ) -> Bool {
    guard node != outputNode, architecture.consumerCounts[node] == 1,
      let follower = architecture.nodes.firstIndex(where: { $0.inputs.contains(node) }),
      case .activation(let function) = architecture.nodes[follower].layer, fits(function)
    else { return false }
    fused.insert(follower)
    return true
  }

  /// Whether the loss or the caller takes this function's inputs instead of its outputs.
  func isLogits(_ node: Int, _ function: ActivationFunction) -> Bool {
    node == outputNode && endsInLogits && (function == .softmax || function == .sigmoid)
  }

  /// Adds an activation as an operation of its own behind the node's buffer so far.
  mutating func appendActivation(
    _ function: ActivationFunction,
    _ node: Int,
    _ shape: Shape
  ) {
    guard function != .linear, !isLogits(node, function), let input = buffers[node] else { return }
    if let planned = PlannedActivation(function, count: shape.count) {
      append(.activation(planned), node, from: input, count: shape.count)
    } else {
      let columns = shape.extents.last ?? 1
      let work = PlannedSoftmax(rows: shape.count / columns, columns: columns)
      append(.softmax(work), node, from: input, count: shape.count)
    }
  }
}
