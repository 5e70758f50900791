/// What a network should answer for each sample.
public enum Expected: Sendable, Hashable {
  /// One class index per sample, each in `0..<count`.
  case classes([Int32], count: Int)
  /// One row of real numbers per sample: samples x outputs.
  case values(Tensor)
  /// Nothing is known, as for calibration and prediction.
  case nothing
}

/// Samples to train on, to measure, or to predict for.
public struct Samples: Sendable {
  /// samples x sample shape, contiguous.
  public let inputs: Tensor
  /// The right answers, in the same order.
  public let expected: Expected

  /// Samples; the first extent of `inputs` is their number.
  public init(inputs: Tensor, expected: Expected) {
    self.inputs = inputs
    self.expected = expected
  }

  /// How many there are.
  public var count: Int { inputs.shape.extents.first ?? 0 }

  /// The shape of one sample.
  public var sampleShape: Shape { Shape(Array(inputs.shape.extents.dropFirst())) }
}
