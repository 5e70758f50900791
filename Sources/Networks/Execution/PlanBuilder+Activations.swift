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
    // What one direction remembers is rounded already, step by step.
    guard awareness.activations["\(name)/state"] == nil else { return }
    let isFirst = !drafts.dropLast().contains { $0.node == node }
    let sums = isFirst ? awareness.activations["\(name)/sums"] : nil
    guard let start = sums ?? awareness.activations[name] else { return }
    let work = rounding(start, sums == nil ? name : "\(name)/sums", count: count, chunks: chunks)
    let output = newBuffer(count)
    drafts.append(
      Draft(work: .activationRounding(work), node: node, input: input, output: output)
    )
    buffers[node] = output
  }

  /// A range that training rounds to, with its place in what all chunks share.
  private mutating func rounding(
    _ start: QuantizationAwareness.Activation,
    _ name: String,
    count: Int,
    chunks: Int
  ) -> PlannedActivationRounding {
    let place = sharedFloats
    sharedFloats += ParameterLayout.aligned(PlannedActivationRounding.sharedCount(chunks: chunks))
    return PlannedActivationRounding(count: count, range: place, start: start, name: name)
  }

  /// How a direction of a recurrent layer rounds what it remembers, if training is for integers.
  mutating func stateRounding(
    _ node: Int,
    _ direction: String,
    _ recurrent: Recurrent
  ) -> PlannedActivationRounding? {
    let name = "\(architecture.nodes[node].name)/\(direction)state"
    guard case .training(let chunks, _) = purpose, let start = awareness?.activations[name] else {
      return nil
    }
    return rounding(start, name, count: recurrent.units, chunks: chunks)
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
