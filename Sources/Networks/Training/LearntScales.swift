import Tensors

/// Scales of rounding that training learns, each with what Adam remembers of it.
///
/// The derivative by a scale is divided by `sqrt(count * steps)`, with the number of values that share
/// it and the steps on one side of 0, so that it is as large as those of weights (Esser et al.,
/// "Learned step size quantization", 2020, section 2.2). What moves is the scale's logarithm: a step
/// then changes a scale by at most about the learning rate's share of it, whatever its size, and keeps
/// it above 0 (Jain et al., "Trained quantization thresholds", 2020, section 5.2).
struct LearntScales: Hashable, Sendable {
  private static let beta1 = 0.9
  private static let beta2 = 0.999
  /// Keeps a scale that nothing depends on from moving.
  private static let epsilon = 1e-8

  /// The scales as they stand; 0 where there is nothing to round.
  private(set) var scales: [Float]
  private var firstMoments: [Double]
  private var secondMoments: [Double]
  private var step = 0

  init(_ scales: [Float]) {
    self.scales = scales
    firstMoments = scales.map { _ in 0 }
    secondMoments = firstMoments
  }

  /// Moves every scale against the derivative of the loss by it; derivatives that are no numbers
  /// move nothing.
  mutating func move(against gradients: [Double], count: Int, steps: Float, rate: Float) {
    step += 1
    let factor = 1 / (Double(max(1, count)) * Double(steps)).squareRoot()
    let firstShare = 1 - PlannedUpdate.power(Self.beta1, step)
    let secondShare = 1 - PlannedUpdate.power(Self.beta2, step)
    for (index, gradient) in gradients.enumerated() {
      // By the chain rule through the logarithm.
      let slope = gradient * factor * Double(scales[index])
      guard slope.isFinite else { continue }
      firstMoments[index] = Self.beta1 * firstMoments[index] + (1 - Self.beta1) * slope
      secondMoments[index] = Self.beta2 * secondMoments[index] + (1 - Self.beta2) * slope * slope
      let deviation = (secondMoments[index] / secondShare).squareRoot() + Self.epsilon
      let change = -Double(rate) * (firstMoments[index] / firstShare) / deviation
      let moved = Float(Double(scales[index]) * ExactMath.exp(change))
      if moved.isFinite, moved >= .leastNormalMagnitude { scales[index] = moved }
    }
  }
}
