/// What a network's numbers become.
public enum QuantizationKind: String, Hashable, Sendable, CaseIterable {
  /// int8 weights and activations, int32 biases.
  case int8
  /// int8 weights and int16 activations, int64 biases.
  case int16x8
  /// Weights of 4 bits in convolutions and dense layers, int8 activations.
  case int4
  /// Weights in half precision, computed in floats.
  case float16
  /// int8 weights, float activations that are quantized while running.
  case dynamic

  /// Whether ranges of activations must be learnt from samples.
  public var needsCalibration: Bool {
    switch self {
    case .int8, .int16x8, .int4: true
    case .float16, .dynamic: false
    }
  }
}

/// How the range of a tensor's values is chosen from what calibration saw.
public enum Observer: String, Hashable, Sendable, CaseIterable {
  /// Everything that was seen.
  case minmax
  /// All but the outermost 0.01 % on either side.
  case percentile
  /// The range with the least mean squared rounding and clipping error.
  case mse
  /// The range whose 128 steps lose the least information (Migacz, 2017).
  case entropy
}

/// What shares a scale.
public enum Granularity: String, Hashable, Sendable, CaseIterable {
  /// Each output channel of a layer's weights.
  case channel
  /// All weights of a layer.
  case tensor
}

/// What quantization chose.
public struct QuantizationReport: Hashable, Sendable {
  /// One computed tensor.
  public struct Activation: Hashable, Sendable {
    /// Its name in the graph.
    public var name: String
    /// The range that its integers cover.
    public var range: ClosedRange<Float>
    /// Real numbers per step.
    public var scale: Float
    /// The integer that stands for 0.
    public var zeroPoint: Int
  }

  /// One tensor of weights.
  public struct Weights: Hashable, Sendable {
    /// Its name in the graph.
    public var name: String
    /// The largest distance of a weight from its integer's value.
    public var largestError: Float
    /// The number of scales.
    public var scaleCount: Int
  }

  /// In order of execution; empty for kinds that leave activations in floats.
  public var activations: [Activation] = []
  /// In order of execution.
  public var weights: [Weights] = []
}
