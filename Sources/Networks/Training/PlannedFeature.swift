import CKernels
import Tensors

/// What is asked of an inner layer's outputs, ready to be computed: adds
/// `weight * mean((output - target)²)`, or without targets `weight * sum(|output|)`, to the loss and its
/// gradient to the layer's.
struct PlannedFeature {
  /// The last operation of the layer.
  let operation: Int
  /// Values of one sample.
  let count: Int
  let weight: Float
  /// Those of all samples, one after another.
  let targets: UnsafePointer<Float>?

  // dOutputs += 2 * weight / (batch * count) * (outputs - targets), before the layer goes back.
  func add(_ frame: Frame, batch: Int, rows: Int, losses: UnsafeMutablePointer<Float>) {
    guard let targets else {
      addAbsolute(frame, batch: batch, rows: rows, losses: losses)
      return
    }
    let factor = 2 * weight / (Float(batch) * Float(count))
    var squares: Float = 0
    for sample in 0..<frame.samples {
      let target = targets + Int(frame.sampleIndices[sample]) * count
      let outputs = frame.outputs + sample * count
      let gradients = frame.dOutputs + sample * count
      for index in 0..<count {
        let difference = outputs[index] - target[index]
        squares += difference * difference
        gradients[index] += factor * difference
      }
    }
    // A batch's loss is divided by its rows.
    losses.pointee += weight * squares / Float(count) * Float(rows)
  }

  // dOutputs += weight / batch * sign(outputs)
  private func addAbsolute(
    _ frame: Frame,
    batch: Int,
    rows: Int,
    losses: UnsafeMutablePointer<Float>
  ) {
    let factor = weight / Float(batch)
    var sum: Float = 0
    for index in 0..<frame.samples * count {
      let output = frame.outputs[index]
      sum += output.magnitude
      if output != 0 { frame.dOutputs[index] += output > 0 ? factor : -factor }
    }
    losses.pointee += weight * sum * Float(rows)
  }
}

extension Trainer {
  /// Where targets of inner layers meet the plan; refuses what no operation gives.
  static func plannedFeatures(
    _ options: TrainingOptions,
    _ plan: Plan,
    _ architecture: Architecture,
    _ samples: Samples
  ) throws(TrainingError) -> [PlannedFeature] {
    var planned: [PlannedFeature] = []
    for penalty in options.activityPenalties {
      let node = architecture.nodes[penalty.node]
      planned.append(
        PlannedFeature(
          operation: try place(of: node, penalty.node, plan),
          count: node.outputShape.count,
          weight: penalty.weight,
          targets: nil
        )
      )
    }
    for feature in options.features {
      let node = architecture.nodes[feature.node]
      let count = node.outputShape.count
      let place = try place(of: node, feature.node, plan)
      guard feature.values.count == samples.count * count else {
        throw .wrongFeatures(
          layer: node.name,
          expected: Shape([samples.count, count]),
          found: feature.values.shape
        )
      }
      // The options hold the tensor, whose storage stays where it is while nobody changes it.
      let base = feature.values.withElements { $0.baseAddress }
      guard let base else { continue }
      planned.append(
        PlannedFeature(operation: place, count: count, weight: feature.weight, targets: base)
      )
    }
    return planned
  }

  /// The operation whose outputs are the layer's.
  private static func place(
    of node: Node,
    _ index: Int,
    _ plan: Plan
  ) throws(TrainingError) -> Int {
    let place = plan.operations.lastIndex { operation in
      guard operation.node == index, operation.runsBackward else { return false }
      if case .activationRounding = operation.work { return false }
      return true
    }
    guard let place, place < plan.operations.count - 1 else {
      throw .featureWithoutGradient(layer: node.name)
    }
    return place
  }
}
