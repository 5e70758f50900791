import Tensors

/// What training simulates of the integers that a network is going to be made of.
///
/// Weights are rounded before every step and get the gradient of what they were rounded to; outputs
/// of layers are rounded to 256 steps of a range, and pass the gradient on where they lie within it
/// (Bengio, Léonard and Courville, 2013, "straight-through"; Jacob et al., 2018, section 3). Scales can
/// be learnt with the weights (Esser et al., 2020).
public struct QuantizationAwareness: Hashable, Sendable {
  /// A range of values that 256 integers cover.
  public struct Activation: Hashable, Sendable {
    /// How a range changes while training goes on.
    public enum Change: Hashable, Sendable {
      case fixed
      /// It follows what training sees, by a moving average.
      case moving
      /// Its scale is learnt with the weights; the integer that stands for 0 stays.
      case learnt
    }

    /// What the integers cover; 0 lies within.
    public var range: ClosedRange<Float>
    /// How that changes.
    public var change: Change

    /// A range.
    public init(_ range: ClosedRange<Float>, _ change: Change) {
      self.range = range
      self.change = change
    }
  }

  /// How the weights of nodes are rounded; those of other nodes stay floats.
  public var weights: [Int: WeightRounding] = [:]
  /// Ranges by the name of what is rounded: a node's own name for its outputs, `NAME/sums` for the
  /// sums before an activation function that stands alone, and `NAME/state` for what a recurrent
  /// layer remembers from step to step (`NAME/forward/state` and `NAME/backward/state` where it goes
  /// both ways).
  public var activations: [String: Activation] = [:]
  /// What is kept of a moving range in a step.
  public var momentum: Float = 0.99

  /// Nothing is rounded yet.
  public init() {}
}

/// The scale and zero point of 256 integers over a range.
public struct ByteScale: Hashable, Sendable {
  /// Real numbers per step.
  public let scale: Float
  /// The integer in -128...127 that stands for 0.
  public let zeroPoint: Int

  /// Steps from 0 down to the least integer.
  var leastSteps: Float { Float(-128 - zeroPoint) }
  /// Steps from 0 up to the greatest.
  var mostSteps: Float { Float(127 - zeroPoint) }

  /// Covers `range`, which includes 0.
  ///
  /// `scale = (max - min) / 255`, the zero point rounded from whichever end is nearer to it. Source:
  /// TensorFlow Lite's quantization specification and its converter.
  public init(covering range: ClosedRange<Double>) {
    let (low, high) = (range.lowerBound, range.upperBound)
    let step = (high - low) / 255
    // A range without extent holds 0 alone, which any scale represents; scales too small for single
    // precision are lifted.
    scale = step > 0 ? max(Float(step), .leastNormalMagnitude) : 1
    guard step > 0 else {
      zeroPoint = 0
      return
    }
    let isLowNearer = 128 + (low / step).magnitude < 127 + (high / step).magnitude
    let exact = isLowNearer ? -128 - low / step : 127 - high / step
    zeroPoint = Int(max(-128, min(exact.rounded(.toNearestOrAwayFromZero), 127)))
  }
}
