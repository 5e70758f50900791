import Inference
import Networks

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
  /// Weights of -1, 0 and 1 times a scale, int8 activations; the first and last layer keep int8.
  case ternary
  /// Weights of -1 and 1 times a scale, int8 activations; the first and last layer keep int8.
  case binary

  /// Whether ranges of activations must be learnt from samples.
  public var needsCalibration: Bool {
    switch self {
    case .int8, .int16x8, .int4, .ternary, .binary: true
    case .float16, .dynamic: false
    }
  }

  /// Whether training can simulate it.
  public var hasAwareTraining: Bool {
    switch self {
    case .int8, .int4, .ternary, .binary: true
    case .int16x8, .float16, .dynamic: false
    }
  }
}

/// What the weights of one layer become in a model with integer activations.
public enum WeightKind: String, Hashable, Sendable, CaseIterable, Codable {
  case int8
  case int4
  case ternary
  case binary

  /// The integers that weights may become.
  public var levels: WeightLevels {
    switch self {
    case .int8: .steps(limit: 127)
    case .int4: .steps(limit: 7)
    case .ternary: .ternary
    case .binary: .binary
    }
  }

  /// The element type in a file; three and two levels are stored in four bits, TFLite's fewest.
  var type: ElementType { self == .int8 ? .int8 : .int4 }
}

/// How to quantize.
public struct QuantizationOptions: Hashable, Sendable {
  /// What the network becomes.
  public var kind: QuantizationKind
  /// How ranges of activations are chosen.
  public var observer = Observer.minmax
  /// What shares a scale of weights.
  public var granularity = Granularity.channel
  /// Kinds of weights by layer; besides names of layers `first`, `last` and `rest` are keys.
  public var layers: [String: WeightKind] = [:]
  /// Whether neighbouring layers share their ranges first (Nagel et al., 2019, section 4.1).
  public var equalizes = false
  /// Whether biases take up the mean error of rounded weights (Nagel et al., 2019, section 4.2).
  public var correctsBias = false
  /// How ranges change in training for integers.
  public var ranges = RangeChange.moving
  /// Bytes that the weights may take; layers go to 4 bits, the least sensitive first, until they do.
  public var largestBytes: Int?

  /// Everything by default.
  public init(_ kind: QuantizationKind) { self.kind = kind }
}

/// What becomes of the ranges that training for integers starts from.
public enum RangeChange: String, Hashable, Sendable, CaseIterable {
  /// Those of activations follow what training sees; those of weights always reach the largest.
  case moving
  /// The scales of activations and of 4-bit weights are learnt with the weights (Esser et al., 2020).
  case learnt
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
public struct QuantizationReport: Hashable, Sendable, Codable {
  /// One computed tensor.
  public struct Activation: Hashable, Sendable, Codable {
    /// Its name in the graph.
    public var name: String
    /// The range that its integers cover.
    public var range: ClosedRange<Float>
    /// Real numbers per step.
    public var scale: Float
    /// The integer that stands for 0.
    public var zeroPoint: Int
    /// Decibels of the float graph's values over the integers' error, on calibration samples; nil
    /// where there is no error or nothing was measured.
    public var signalToNoise: Double?
  }

  /// One tensor of weights.
  public struct Weights: Hashable, Sendable, Codable {
    /// Its name in the graph.
    public var name: String
    /// The largest distance of a weight from its integer's value.
    public var largestError: Float
    /// The number of scales.
    public var scaleCount: Int
    /// The layer that they belong to.
    public var layer = ""
    /// What they became.
    public var kind = WeightKind.int8
    /// The largest scale.
    public var scale: Float = 0
    /// Decibels of the weights over their rounding error; nil where there is none.
    public var signalToNoise: Double?
  }

  /// In order of execution; empty for kinds that leave activations in floats.
  public var activations: [Activation] = []
  /// In order of execution.
  public var weights: [Weights] = []
}
