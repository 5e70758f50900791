import Tensors

/// Activation functions in double precision, from their definitions.
enum ReferenceMath {
  /// The smooth relu.
  ///
  /// `max(x, 0) + log(1 + exp(-|x|))`
  static func softplus(_ x: Double) -> Double {
    max(x, 0) + ExactMath.logOnePlus(ExactMath.exp(-abs(x)))
  }

  static func apply(_ function: ActivationFunction, _ x: Double) -> Double {
    switch function {
    case .linear, .softmax: x
    case .relu: max(x, 0)
    case .relu6: min(max(x, 0), 6)
    case .leaky(let slope): x < 0 ? Double(slope) * x : x
    case .sigmoid: ExactMath.sigmoid(x)
    case .tanh: ExactMath.tanh(x)
    case .softplus: softplus(x)
    case .gelu: x / 2 * (1 + ExactMath.erf(x / 2.0.squareRoot()))
    case .hardSwish: x * min(max(x + 3, 0), 6) / 6
    case .hardSigmoid: min(max(x + 3, 0), 6) / 6
    case .step: x >= 0 ? 1 : 0
    }
  }
}
