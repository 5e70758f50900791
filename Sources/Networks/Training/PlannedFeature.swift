import CKernels
import Tensors

/// Targets of an inner layer, ready to be compared: adds `weight * mean((output - target)²)` to the
/// loss and its gradient to the layer's.
struct PlannedFeature {
  /// The last operation of the layer.
  let operation: Int
  /// Values of one sample.
  let count: Int
  let weight: Float
  /// Those of all samples, one after another.
  let targets: UnsafePointer<Float>

  // dOutputs += 2 * weight / (batch * count) * (outputs - targets), before the layer goes back.
  func add(_ frame: Frame, batch: Int, rows: Int, losses: UnsafeMutablePointer<Float>) {
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
}

extension Trainer {
  /// Where targets of inner layers meet the plan; refuses what no operation gives.
  static func plannedFeatures(
    _ features: [FeatureTargets],
    _ plan: Plan,
    _ architecture: Architecture,
    _ samples: Samples
  ) throws(TrainingError) -> [PlannedFeature] {
    var planned: [PlannedFeature] = []
    for feature in features {
      let node = architecture.nodes[feature.node]
      let count = node.outputShape.count
      let place = plan.operations.lastIndex { operation in
        guard operation.node == feature.node, operation.runsBackward else { return false }
        if case .activationRounding = operation.work { return false }
        return true
      }
      guard let place, place < plan.operations.count - 1 else {
        throw .featureWithoutGradient(layer: node.name)
      }
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
}
