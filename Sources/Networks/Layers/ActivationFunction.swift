import CKernels

/// The function applied to a layer's sums.
public enum ActivationFunction: Hashable, Sendable {
  case linear
  case relu
  case relu6
  /// `x < 0 ? slope * x : x`
  case leaky(slope: Float)
  case sigmoid
  case tanh
  case softmax
  case softplus
  case gelu
  case hardSwish
  case hardSigmoid
  /// 1 from 0 on, else 0; has no gradient, so it can be run but not trained.
  case step
}

extension ActivationFunction {
  /// The word for it in scripts.
  public var name: String {
    switch self {
    case .linear: "linear"
    case .relu: "relu"
    case .relu6: "relu6"
    case .leaky: "leaky"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .softmax: "softmax"
    case .softplus: "softplus"
    case .gelu: "gelu"
    case .hardSwish: "hardswish"
    case .hardSigmoid: "hardsigmoid"
    case .step: "step"
    }
  }
}

/// An activation function in a plan: what the kernels need of it.
struct PlannedActivation {
  let function: ck_activation
  /// Read by leaky alone.
  let slope: Float
  /// Elements of one sample.
  let count: Int

  static let linear = PlannedActivation(function: ck_linear, slope: 0, count: 0)

  /// nil for softmax, which looks at whole rows.
  init?(_ function: ActivationFunction, count: Int) {
    switch function {
    case .linear: self.init(function: ck_linear, slope: 0, count: count)
    case .relu: self.init(function: ck_relu, slope: 0, count: count)
    case .relu6: self.init(function: ck_relu6, slope: 0, count: count)
    case .leaky(let slope): self.init(function: ck_leaky, slope: slope, count: count)
    case .sigmoid: self.init(function: ck_sigmoid, slope: 0, count: count)
    case .tanh: self.init(function: ck_tanh, slope: 0, count: count)
    case .softplus: self.init(function: ck_softplus, slope: 0, count: count)
    case .gelu: self.init(function: ck_gelu, slope: 0, count: count)
    case .hardSwish: self.init(function: ck_hard_swish, slope: 0, count: count)
    case .hardSigmoid: self.init(function: ck_hard_sigmoid, slope: 0, count: count)
    case .step: self.init(function: ck_step, slope: 0, count: count)
    case .softmax: return nil
    }
  }

  init(function: ck_activation, slope: Float, count: Int) {
    self.function = function
    self.slope = slope
    self.count = count
  }

  /// Whether the gradient follows from the function's outputs alone, so that the layer before can
  /// apply it in place.
  var isFusible: Bool { ck_activation_needs_inputs(function) == 0 }

  func forward(_ frame: Frame) {
    ck_activation_forward(function, slope, frame.samples * count, frame.inputs, frame.outputs)
  }

  // dInputs = dOutputs * f'
  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    let values = isFusible ? UnsafePointer(frame.outputs) : frame.inputs
    ck_activation_backward(
      function,
      slope,
      frame.samples * count,
      frame.dOutputs,
      values,
      dInputs
    )
  }

  /// Turns the gradient by a layer's results into that by its sums, in place.
  func backwardInPlace(_ frame: Frame, count: Int) {
    guard function != ck_linear else { return }
    ck_activation_backward(function, slope, count, frame.dOutputs, frame.outputs, frame.dOutputs)
  }
}

/// Softmax over the last axis in a plan.
struct PlannedSoftmax {
  /// Rows of one sample.
  let rows: Int
  let columns: Int

  func forward(_ frame: Frame) {
    ck_softmax(frame.samples * rows, columns, 1, frame.inputs, frame.outputs)
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    ck_softmax_backward(frame.samples * rows, columns, 1, frame.dOutputs, frame.outputs, dInputs)
  }
}
