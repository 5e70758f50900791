import Inference
import Networks

/// Why a network cannot be frozen or quantized.
public enum QuantizationError: Error, Hashable, Sendable {
  /// A layer whose function no operation of TFLite computes.
  case unsupportedLayer(layer: String, reason: String)
  /// An operation of a model that no layer computes.
  case notALayer(operation: String, index: Int, reason: String)
  /// A model that cannot lend its layers.
  case notANetwork(reason: String)
  case noCalibration
  /// Calibration samples of another shape than the network's input.
  case wrongSampleShape(expected: [Int], found: [Int])
  /// A weight or bias that is NaN or infinite.
  case notANumber(layer: String)
  /// A value that became NaN or infinite while the calibration samples ran through.
  case notANumberInActivations(tensor: String)
  /// A kind that needs no samples got some wrong option, or the graph refused to run.
  case graph(GraphError)
  /// A name among `layers` that no layer with weights has.
  case unknownLayer(String, names: [String])
  /// Even with 4-bit weights everywhere, more bytes are needed.
  case budget(bytes: Int, least: Int)
  /// A kind that training cannot simulate.
  case noAwareTraining(kind: String)
  case training(TrainingError)
  /// By hand: a number of bits outside 1...16.
  case bits(Int)
  /// By hand: a scale that is not above 0 and finite.
  case scale(Double)
  /// By hand: a zero point outside the type's range.
  case zeroPoint(Int, range: ClosedRange<Int>)
  /// By hand: a value that is NaN or infinite.
  case notANumberByHand(index: Int)
  /// By hand: nothing to quantize.
  case noValues
}

extension QuantizationError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .unsupportedLayer(let layer, let reason):
      "'\(layer)' cannot be frozen: \(reason)"
    case .notALayer(let operation, let index, let reason):
      "\(operation) (operation \(index)) cannot become a layer: \(reason)"
    case .notANetwork(let reason): "the model cannot lend its layers: \(reason)"
    case .noCalibration:
      "quantization needs samples to learn the ranges of values from, but got none"
    case .wrongSampleShape(let expected, let found):
      "calibration samples must have the shape \(words(expected)), but have \(words(found))"
    case .notANumber(let layer):
      "'\(layer)' has a weight that is not a finite number; train it again with a smaller rate"
    case .notANumberInActivations(let tensor):
      "the values of '\(tensor)' are not finite for some calibration sample"
    case .graph(let error): error.description
    case .unknownLayer(let name, let names):
      "no layer with weights is called '\(name)'; there are \(names.joined(separator: ", ")), and "
        + "first, last and rest"
    case .budget(let bytes, let least):
      "the weights cannot take \(bytes) bytes or less: with 4 bits in every layer they take \(least)"
    case .noAwareTraining(let kind):
      "training cannot simulate \(kind); it can int8, int4, ternary and binary"
    case .training(let error): error.description
    case .bits(let bits): "a number of bits must be in 1...16, but is \(bits)"
    case .scale(let scale): "a scale must be above 0 and finite, but is \(scale)"
    case .zeroPoint(let zero, let range):
      "the zero point must be in \(range.lowerBound)...\(range.upperBound), but is \(zero)"
    case .notANumberByHand(let index): "value \(index) is not a finite number"
    case .noValues: "there are no values to quantize"
    }
  }
}

private func words(_ shape: [Int]) -> String {
  shape.map(String.init).joined(separator: "x")
}
