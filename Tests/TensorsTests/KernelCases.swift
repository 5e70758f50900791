import CKernels
import Testing

@testable import Tensors

/// Random numbers for kernels, the same for every instruction set.
struct KernelInputs {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func floats(_ count: Int, in range: ClosedRange<Double> = -2...2) -> [Float] {
    (0..<count).map { _ in Float(random.nextUniform(in: range)) }
  }

  mutating func size(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + random.nextIndex(below: range.count)
  }

  mutating func isChosen() -> Bool { random.nextIndex(below: 2) == 1 }
}

/// One group of kernels: everything that it computes from random inputs.
struct KernelCase: CustomTestStringConvertible, Sendable {
  let name: String
  let results: @Sendable (inout KernelInputs) -> [[Float]]

  var testDescription: String { name }
}

extension KernelCase {
  static let all: [KernelCase] = [
    matrixProduct, convolution, depthwise, pooling, activations, columnSums, losses, normalization,
    elements, functions, optimizers,
  ]

  static let matrixProduct = KernelCase(name: "matrix product") { inputs in
    let rows = inputs.size(1...70)
    let columns = inputs.size(1...100)
    let depth = inputs.size(1...600)
    return (0..<4).map { form in
      let product = MatrixProduct(
        transposesLeft: form & 1 == 1,
        transposesRight: form & 2 == 2,
        rows: rows,
        columns: columns,
        depth: depth,
        accumulates: form == 3,
        inputs: &inputs
      )
      return product.computed()
    }
  }

  static let convolution = KernelCase(name: "convolution") { inputs in
    let layer = ConvolutionCase(isDepthwise: false, inputs: &inputs)
    return layer.computed()
  }

  static let depthwise = KernelCase(name: "depthwise convolution") { inputs in
    let layer = ConvolutionCase(isDepthwise: true, inputs: &inputs)
    return layer.computed()
  }

  static let pooling = KernelCase(name: "pooling") { inputs in
    PoolingCase(inputs: &inputs).computed()
  }

  static let activations = KernelCase(name: "activation functions") { inputs in
    let rows = inputs.size(1...50)
    let columns = inputs.size(1...50)
    let values = inputs.floats(rows * columns, in: -8...8)
    let bias = inputs.floats(columns)
    let gradient = inputs.floats(rows * columns)
    return ActivationCase.all.flatMap { activation in
      var outputs = values
      ck_bias_activation(activation.kind, 0.1, rows, columns, values, bias, &outputs)
      var back = gradient
      ck_activation_backward(
        activation.kind,
        0.1,
        back.count,
        gradient,
        ck_activation_needs_inputs(activation.kind) == 1 ? values : outputs,
        &back
      )
      return [outputs, back]
    }
  }

  static let columnSums = KernelCase(name: "column sums") { inputs in
    let rows = inputs.size(1...40)
    let columns = inputs.size(1...50)
    var sums = inputs.floats(columns)
    ck_column_sums(rows, columns, inputs.floats(rows * columns), &sums, 1)
    return [sums]
  }

  static let losses = KernelCase(name: "softmax and losses") { inputs in
    let rows = inputs.size(1...6)
    let columns = inputs.size(1...70)
    let logits = inputs.floats(rows * columns, in: -9...9)
    let labels = (0..<rows).map { _ in Int32(inputs.size(1...columns) - 1) }
    var results: [[Float]] = []
    var losses = inputs.floats(rows)
    var gradient = logits
    ck_softmax_cross_entropy(rows, columns, logits, labels, losses, 0.1, 0.5, &losses, &gradient)
    results += [losses, gradient]
    var probabilities = logits
    ck_softmax(rows, columns, 0.7, logits, &probabilities)
    ck_softmax_cross_entropy_soft(
      rows,
      columns,
      logits,
      probabilities,
      3,
      0.5,
      &losses,
      &gradient
    )
    results += [probabilities, losses, gradient]
    ck_softmax_backward(rows, columns, 0.7, logits, probabilities, &gradient)
    results.append(gradient)
    for loss in LossCase.all {
      let predicted = loss.takesProbabilities ? probabilities : logits
      let expected = inputs.floats(rows * columns, in: loss.takesProbabilities ? 0...1 : -2...2)
      ck_element_loss(loss.kind, 1.5, rows, columns, predicted, expected, 0.25, &losses, &gradient)
      results += [losses, gradient]
    }
    return results
  }

  static let normalization = KernelCase(name: "normalization") { inputs in
    let rows = inputs.size(1...40)
    let columns = inputs.size(1...70)
    let values = inputs.floats(rows * columns)
    let gamma = inputs.floats(columns)
    let beta = inputs.floats(columns)
    var means = Array(repeating: Float(0), count: 2 * columns)
    var squares = means
    var mean = beta
    var variance = beta
    means.withUnsafeMutableBufferPointer { means in
      squares.withUnsafeMutableBufferPointer { squares in
        guard let first = means.baseAddress, let second = squares.baseAddress else { return }
        ck_column_moments(rows, columns, values, first, second)
        ck_column_moments(1, columns, beta, first + columns, second + columns)
        ck_combine_moments(2, [rows, 1], columns, first, second, &mean, &variance)
      }
    }
    var outputs = values
    ck_scale_shift(ck_relu, 0, rows, columns, values, gamma, beta, &outputs)
    let gradient = inputs.floats(rows * columns)
    var sums = beta
    var dots = beta
    ck_batch_norm_backward_sums(
      rows,
      columns,
      gradient,
      values,
      mean,
      gamma,
      beta,
      &sums,
      &dots
    )
    var back = gradient
    ck_batch_norm_backward(
      rows,
      columns,
      gradient,
      values,
      mean,
      gamma,
      beta,
      sums,
      dots,
      &back
    )
    var results = [means, squares, mean, variance, outputs, sums, dots, back]
    var rowMeans = Array(repeating: Float(0), count: rows)
    var inverses = rowMeans
    ck_layer_norm_forward(
      rows,
      columns,
      values,
      gamma,
      beta,
      0.001,
      &outputs,
      &rowMeans,
      &inverses
    )
    ck_layer_norm_backward(
      rows,
      columns,
      gradient,
      values,
      gamma,
      rowMeans,
      inverses,
      &back,
      &sums,
      &dots
    )
    results += [outputs, rowMeans, inverses, back, sums, dots]
    return results
  }

  static let elements = KernelCase(name: "elements") { inputs in
    let count = inputs.size(1...200)
    let a = inputs.floats(count)
    let b = inputs.floats(count)
    var results: [[Float]] = []
    func add(_ function: (UnsafeMutablePointer<Float>) -> Void) {
      var result = b
      result.withUnsafeMutableBufferPointer { buffer in
        if let first = buffer.baseAddress { function(first) }
      }
      results.append(result)
    }
    add { ck_fill(count, 3, $0) }
    add { ck_copy(count, a, $0) }
    add { ck_add(count, a, b, $0) }
    add { ck_subtract(count, a, b, $0) }
    add { ck_multiply(count, a, b, $0) }
    add { ck_multiply_add(count, a, b, $0) }
    add { ck_axpy(count, 0.3, a, $0) }
    add { ck_scale(count, 0.3, 0.7, a, $0) }
    let keep = (0..<count).map { UInt8($0 % 3 == 0 ? 0 : 1) }
    add { ck_masked_scale(count, a, keep, 1.25, $0) }
    add { ck_sum_parts(count / 3, 3, count / 3, a, $0) }
    add { ck_transpose(7, count / 7, a, $0) }
    add { ck_round_to_scale(count, 8, 0.125, -3, 5, a, $0) }
    add { ck_pass_within(count, -0.3, 0.6, a, b, $0) }
    results.append([ck_step_gradient(count, 8, -3, 5, a, b)])
    results.append([ck_sum(count, a), ck_sum_of_squares(count, a), ck_dot(count, a, b)])
    return results
  }

  static let functions = KernelCase(name: "functions") { inputs in
    let count = inputs.size(1...300)
    let functions = [ck_exp, ck_log, ck_tanh_values, ck_sigmoid_values, ck_sin, ck_cos, ck_erf]
    return functions.flatMap { function in
      [0...1.0, -120...120, -1e30...1e30].map { range in
        let values = inputs.floats(count, in: range)
        var results = values
        function(count, values, &results)
        // The bits of a NaN are not part of the promise.
        return results.map { $0.isNaN ? 0 : $0 }
      }
    }
  }

  static let optimizers = KernelCase(name: "optimizers") { inputs in
    let count = inputs.size(1...100)
    let gradient = inputs.floats(count)
    var weights = inputs.floats(count)
    var first = inputs.floats(count)
    var second = inputs.floats(count, in: 0...1)
    var step = ck_adam_step()
    step.rate = 0.01
    step.secondScale = 10
    step.beta1 = 0.9
    step.beta2 = 0.99
    step.epsilon = 1e-7
    step.decay = 0.01
    step.decoupledDecay = 0.001
    ck_sgd(count, 0.1, 0.01, gradient, &weights)
    ck_momentum(count, 0.1, 0.9, 0.01, 0, gradient, &first, &weights)
    ck_momentum(count, 0.1, 0.9, 0.01, 1, gradient, &first, &weights)
    ck_adam(&step, count, gradient, &first, &second, &weights)
    ck_rmsprop(count, 0.1, 0.9, 0.5, 1e-7, 0.01, gradient, &second, &first, &weights)
    ck_rmsprop(count, 0.1, 0.9, 0, 1e-7, 0.01, gradient, &second, nil, &weights)
    ck_adagrad(count, 0.1, 1e-7, 0.01, gradient, &second, &weights)
    return [weights, first, second]
  }
}

/// The element-wise activation functions.
struct ActivationCase: CustomTestStringConvertible, Sendable {
  let name: String
  let kind: ck_activation
  let function: @Sendable (Double) -> Double

  var testDescription: String { name }

  static let all: [ActivationCase] = [
    .init(name: "linear", kind: ck_linear) { $0 },
    .init(name: "relu", kind: ck_relu) { max($0, 0) },
    .init(name: "relu6", kind: ck_relu6) { min(max($0, 0), 6) },
    .init(name: "leaky", kind: ck_leaky) { $0 < 0 ? 0.1 * $0 : $0 },
    .init(name: "sigmoid", kind: ck_sigmoid) { ExactMath.sigmoid($0) },
    .init(name: "tanh", kind: ck_tanh) { ExactMath.tanh($0) },
    .init(name: "softplus", kind: ck_softplus) { ExactMath.log(1 + ExactMath.exp($0)) },
    .init(name: "gelu", kind: ck_gelu) { $0 / 2 * (1 + ExactMath.erf($0 / 2.0.squareRoot())) },
    .init(name: "hardswish", kind: ck_hard_swish) { $0 * min(max($0 + 3, 0), 6) / 6 },
    .init(name: "hardsigmoid", kind: ck_hard_sigmoid) { min(max($0 + 3, 0), 6) / 6 },
    .init(name: "step", kind: ck_step) { $0 >= 0 ? 1 : 0 },
  ]
}

/// The losses that add a term per element.
struct LossCase: CustomTestStringConvertible, Sendable {
  let name: String
  let kind: ck_loss
  let takesProbabilities: Bool
  /// The term of a prediction and an expected value.
  let term: @Sendable (Double, Double) -> Double

  var testDescription: String { name }

  static let all: [LossCase] = [
    .init(name: "squared error", kind: ck_squared_error, takesProbabilities: false) {
      ($0 - $1) * ($0 - $1)
    },
    .init(name: "absolute error", kind: ck_absolute_error, takesProbabilities: false) {
      abs($0 - $1)
    },
    .init(name: "Huber loss", kind: ck_huber, takesProbabilities: false) { p, e in
      let d = abs(p - e)
      return d <= 1.5 ? d * d / 2 : 1.5 * (d - 0.75)
    },
    .init(
      name: "binary cross-entropy of logits",
      kind: ck_binary_cross_entropy,
      takesProbabilities: false
    ) { p, e in
      let s = ExactMath.sigmoid(p)
      return -e * ExactMath.log(s) - (1 - e) * ExactMath.log(1 - s)
    },
    .init(name: "divergence", kind: ck_kl_divergence, takesProbabilities: true) { p, e in
      e * (ExactMath.log(e) - ExactMath.log(max(p, 1e-7)))
    },
    .init(
      name: "binary cross-entropy of probabilities",
      kind: ck_binary_of_probability,
      takesProbabilities: true
    ) { p, e in
      let p = min(max(p, 1e-7), 1 - 1e-7)
      return -e * ExactMath.log(p) - (1 - e) * ExactMath.log(1 - p)
    },
  ]
}
