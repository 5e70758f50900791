import CKernels
import Tensors

/// What a positional encoding adds.
public enum PositionalEncoding {
  /// The numbers of `steps` x `features`.
  public static func table(steps: Int, features: Int) -> [Float] {
    (0..<steps * features).map { place in
      Float(
        PlannedPositionalEncoding.value(
          step: place / features,
          feature: place % features,
          features: features
        )
      )
    }
  }
}

/// Sines and cosines of each step's place in a plan (Vaswani et al., 2017, section 3.5).
///
/// Feature `2i` of step `p` gets `sin(p / 10000^(2i / features))`, feature `2i + 1` the cosine.
struct PlannedPositionalEncoding {
  let steps: Int
  let features: Int

  /// The table, and one number that says that it is filled.
  var preparedCount: Int { steps * features + 1 }

  /// Fills the table the first time.
  func prepare(_ prepared: UnsafeMutablePointer<Float>) {
    guard prepared[steps * features] == 0 else { return }
    for step in 0..<steps {
      for feature in 0..<features {
        prepared[step * features + feature] = Float(
          PlannedPositionalEncoding.value(step: step, feature: feature, features: features)
        )
      }
    }
    prepared[steps * features] = 1
  }

  func forward(_ frame: Frame) {
    let count = steps * features
    for sample in 0..<frame.samples {
      ck_add(
        count,
        frame.inputs + sample * count,
        frame.prepared,
        frame.outputs + sample * count
      )
    }
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    ck_copy(frame.samples * steps * features, frame.dOutputs, dInputs)
  }

  static func value(step: Int, feature: Int, features: Int) -> Double {
    let exponent = Double(feature / 2 * 2) / Double(features)
    let angle = Double(step) / ExactMath.pow(10_000, exponent)
    return feature.isMultiple(of: 2) ? ExactMath.sin(angle) : ExactMath.cos(angle)
  }
}
