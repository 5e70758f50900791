import CKernels
import Tensors

/// How a step follows from a gradient.
public enum Optimizer: Hashable, Sendable, Codable {
  /// Stochastic gradient descent, with momentum if `momentum` is not 0.
  case sgd(momentum: Float)
  /// Momentum that looks one step ahead (Nesterov, 1983, as Sutskever et al., 2013, write it).
  case nesterov(momentum: Float)
  /// Kingma and Ba, 2015.
  case adam(beta1: Float, beta2: Float, epsilon: Float)
  /// Adam as Loshchilov and Hutter, 2019, use it: with `TrainingOptions.weightDecay`.
  case adamW(beta1: Float, beta2: Float, epsilon: Float)
  /// Tieleman and Hinton, 2012.
  case rmsprop(rho: Float, momentum: Float, epsilon: Float)
  /// Duchi et al., 2011.
  case adagrad(epsilon: Float)

  /// The word for it in scripts.
  public var name: String {
    switch self {
    case .sgd(let momentum): momentum == 0 ? "sgd" : "momentum"
    case .nesterov: "nesterov"
    case .adam: "adam"
    case .adamW: "adamw"
    case .rmsprop: "rmsprop"
    case .adagrad: "adagrad"
    }
  }

  /// Which moments it keeps between steps.
  var keepsMoments: (first: Bool, second: Bool) {
    switch self {
    case .sgd(let momentum): (momentum != 0, false)
    case .nesterov: (true, false)
    case .adam, .adamW: (true, true)
    case .rmsprop(_, let momentum, _): (momentum != 0, true)
    case .adagrad: (false, true)
    }
  }

  /// Whether this optimiser can go on with what the other remembers.
  func continues(_ other: Optimizer) -> Bool {
    switch (self, other) {
    case (.sgd, .sgd), (.nesterov, .nesterov), (.sgd, .nesterov), (.nesterov, .sgd),
      (.adam, .adam), (.adam, .adamW), (.adamW, .adam), (.adamW, .adamW), (.rmsprop, .rmsprop),
      (.adagrad, .adagrad):
      keepsMoments == other.keepsMoments
    case (.sgd, _), (.nesterov, _), (.adam, _), (.adamW, _), (.rmsprop, _), (.adagrad, _):
      false
    }
  }
}

/// What an optimiser remembers between steps.
public struct OptimizerState: Hashable, Sendable, Codable {
  /// The optimiser it belongs to.
  public var optimizer: Optimizer
  /// Steps taken.
  public var step: Int
  /// Whole epochs trained.
  public var epochs: Int
  /// Seed of the shuffle and dropout stream, kept so that 3 then 2 epochs equal 5.
  public var streamSeed: UInt64
  /// How far the schedule of the learning rate has come; nil if it begins anew.
  public var schedule: ScheduleProgress?
  /// Moving means per node and parameter; empty if the optimiser keeps none.
  public var firstMoments: [[Tensor]]
  /// Moving squares per node and parameter; empty if the optimiser keeps none.
  public var secondMoments: [[Tensor]]

  /// A state.
  public init(
    optimizer: Optimizer,
    step: Int,
    epochs: Int,
    streamSeed: UInt64,
    schedule: ScheduleProgress? = nil,
    firstMoments: [[Tensor]],
    secondMoments: [[Tensor]]
  ) {
    self.optimizer = optimizer
    self.step = step
    self.epochs = epochs
    self.streamSeed = streamSeed
    self.schedule = schedule
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
  }
}

/// One step of an optimiser over a run of parameters.
struct PlannedUpdate {
  let optimizer: Optimizer
  let rate: Float
  /// Pull of the weights towards 0 in this step: the learning rate times the decay.
  let pull: Float
  let adam: ck_adam_step

  /// `step` counts from 1.
  init(_ optimizer: Optimizer, learningRate: Float, weightDecay: Float, step: Int) {
    self.optimizer = optimizer
    rate = learningRate
    pull = learningRate * weightDecay
    switch optimizer {
    case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
      let first = 1 - PlannedUpdate.power(Double(beta1), step)
      let second = 1 - PlannedUpdate.power(Double(beta2), step)
      adam = ck_adam_step(
        rate: Float(Double(learningRate) / first),
        secondScale: Float(1 / second),
        beta1: beta1,
        beta2: beta2,
        epsilon: epsilon,
        decay: 0,
        decoupledDecay: pull
      )
    case .sgd, .nesterov, .rmsprop, .adagrad:
      adam = ck_adam_step()
    }
  }

  /// `base` to a whole power, by squaring, so that the bits are the same everywhere.
  static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }

  /// Changes `count` parameters; `decays` says whether they are pulled towards 0.
  func run(
    count: Int,
    decays: Bool,
    gradient: UnsafePointer<Float>,
    first: UnsafeMutablePointer<Float>,
    second: UnsafeMutablePointer<Float>,
    parameters: UnsafeMutablePointer<Float>
  ) {
    let pull = decays ? pull : 0
    switch optimizer {
    case .adam, .adamW:
      var adam = adam
      adam.decoupledDecay = pull
      ck_adam(&adam, count, gradient, first, second, parameters)
      return
    case .sgd, .nesterov, .rmsprop, .adagrad:
      if pull != 0 { ck_scale(count, 1 - pull, 0, parameters, parameters) }
    }
    switch optimizer {
    case .sgd(let momentum) where momentum == 0:
      ck_sgd(count, rate, 0, gradient, parameters)
    case .sgd(let momentum):
      ck_momentum(count, rate, momentum, 0, 0, gradient, first, parameters)
    case .nesterov(let momentum):
      ck_momentum(count, rate, momentum, 0, 1, gradient, first, parameters)
    case .rmsprop(let rho, let momentum, let epsilon):
      ck_rmsprop(
        count,
        rate,
        rho,
        momentum,
        epsilon,
        0,
        gradient,
        second,
        momentum == 0 ? nil : first,
        parameters
      )
    case .adagrad(let epsilon):
      ck_adagrad(count, rate, epsilon, 0, gradient, second, parameters)
    case .adam, .adamW:
      break
    }
  }
}
