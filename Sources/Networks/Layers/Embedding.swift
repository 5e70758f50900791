import CKernels

/// A row of weights for each step's symbol; weights are vocabulary x units.
///
/// Inputs are symbols as numbers; those outside `0..<vocabulary` count as the nearest one.
public struct Embedding: Hashable, Sendable {
  /// Number of symbols.
  public var vocabulary: Int
  /// Values of a row.
  public var units: Int

  /// An embedding layer.
  public init(vocabulary: Int, units: Int) {
    self.vocabulary = vocabulary
    self.units = units
  }
}

/// An embedding in a plan.
struct PlannedEmbedding {
  let steps: Int
  let vocabulary: Int
  let units: Int

  func forward(_ frame: Frame) {
    for place in 0..<frame.samples * steps {
      let symbol = PlannedEmbedding.symbol(frame.inputs[place], vocabulary)
      ck_copy(units, frame.parameters + symbol * units, frame.outputs + place * units)
    }
  }

  func backward(_ frame: Frame) {
    guard let gradients = frame.gradients else { return }
    ck_fill(vocabulary * units, 0, gradients)
    for place in 0..<frame.samples * steps {
      let row = gradients + PlannedEmbedding.symbol(frame.inputs[place], vocabulary) * units
      ck_add(units, row, frame.dOutputs + place * units, row)
    }
  }

  /// The row that a value means.
  static func symbol(_ value: Float, _ vocabulary: Int) -> Int {
    guard value > 0 else { return 0 }
    return value < Float(vocabulary - 1) ? Int(value.rounded()) : vocabulary - 1
  }
}
