import CKernels
import Testing

@testable import Tensors

/// Kernels against their definitions in double precision.
@Suite("Kernel values")
struct KernelValueTests {
  private func expectNear(
    _ computed: [Float],
    _ expected: [Double],
    _ tolerance: Double,
    _ what: String
  ) {
    #expect(computed.count == expected.count)
    let distance = zip(computed, expected).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? 0
    #expect(distance <= tolerance, "\(what) is off by \(distance)")
  }

  @Test(arguments: UInt64(0)..<40)
  func `matrix products match their definition`(seed: UInt64) {
    var inputs = KernelInputs(seed: seed)
    let product = MatrixProduct(
      transposesLeft: inputs.isChosen(),
      transposesRight: inputs.isChosen(),
      rows: inputs.size(1...40),
      columns: inputs.size(1...80),
      depth: inputs.size(0...(seed % 5 == 0 ? 600 : 40)),
      accumulates: inputs.isChosen(),
      inputs: &inputs
    )
    expectNear(product.computed(), product.expected(), 1e-4, "product")
  }

  @Test(arguments: UInt64(0)..<60)
  func `convolutions match their definition`(seed: UInt64) {
    var inputs = KernelInputs(seed: seed)
    let layer = ConvolutionCase(isDepthwise: seed % 2 == 1, inputs: &inputs)
    for (computed, expected) in zip(layer.computed(), layer.expected()) {
      expectNear(computed, expected, 1e-4, "convolution")
    }
  }

  @Test(arguments: UInt64(0)..<40)
  func `pooling matches its definition`(seed: UInt64) {
    var inputs = KernelInputs(seed: seed)
    let layer = PoolingCase(inputs: &inputs)
    for (computed, expected) in zip(layer.computed(), layer.expected()) {
      expectNear(computed, expected, 1e-5, "pooling")
    }
  }

  @Test(arguments: ActivationCase.all)
  func `activation functions and their gradients`(activation: ActivationCase) {
    var inputs = KernelInputs(seed: 1)
    let values = inputs.floats(500, in: -8...8)
    var outputs = values
    ck_activation_forward(activation.kind, 0.1, 500, values, &outputs)
    expectNear(outputs, values.map { activation.function(Double($0)) }, 1e-6, "value")
    var gradient = Array(repeating: Float(2), count: 500)
    ck_activation_backward(
      activation.kind,
      0.1,
      500,
      gradient,
      ck_activation_needs_inputs(activation.kind) == 1 ? values : outputs,
      &gradient
    )
    // Central differences, except next to a kink or a jump.
    let step = 1e-5
    for (value, slope) in zip(values.map(Double.init), gradient) {
      if [-3, 0, 3, 6].contains(where: { abs(value - $0) < 2 * step }) { continue }
      let rise = activation.function(value + step) - activation.function(value - step)
      #expect(abs(Double(slope) - rise / step) < 1e-4, "at \(value)")
    }
  }

  /// Short rows, long ones, and too few to be run together must not differ from single elements.
  @Test(arguments: [(1, 10), (3, 3), (40, 1), (40, 10), (40, 16), (40, 64), (40, 100)])
  func `a bias and a scale are added to every row`(rows: Int, columns: Int) {
    var inputs = KernelInputs(seed: 12)
    let values = inputs.floats(rows * columns)
    let bias = inputs.floats(columns)
    let scales = inputs.floats(columns)
    var sums = values
    ck_bias_activation(ck_relu, 0, rows, columns, values, bias, &sums)
    var scaled = values
    ck_scale_shift(ck_linear, 0, rows, columns, values, scales, bias, &scaled)
    for index in values.indices {
      let column = index % columns
      #expect(sums[index] == max(values[index] + bias[column], 0))
      #expect(scaled[index] == bias[column].addingProduct(values[index], scales[column]))
    }
  }

  @Test(arguments: [(1, 1), (8, 4), (9, 5), (17, 40), (40, 3)])
  func `a transposed matrix has its axes exchanged`(rows: Int, columns: Int) {
    let values = (0..<rows * columns).map(Float.init)
    var transposed = values
    ck_transpose(rows, columns, values, &transposed)
    for row in 0..<rows {
      for column in 0..<columns {
        #expect(transposed[column * rows + row] == values[row * columns + column])
      }
    }
  }

  @Test(arguments: LossCase.all)
  func `losses and their gradients`(loss: LossCase) {
    var inputs = KernelInputs(seed: 2)
    let range = loss.takesProbabilities ? 0.01...0.99 : -4...4
    let predicted = inputs.floats(6 * 21, in: range)
    let expected = inputs.floats(6 * 21, in: loss.takesProbabilities ? 0.01...0.99 : -4...4)
    var losses = Array(repeating: Float(0), count: 6)
    var gradient = predicted
    ck_element_loss(loss.kind, 1.5, 6, 21, predicted, expected, 3, &losses, &gradient)
    let terms = zip(predicted, expected).map { loss.term(Double($0), Double($1)) }
    expectNear(losses, (0..<6).map { terms[$0 * 21..<$0 * 21 + 21].reduce(0, +) }, 1e-5, "loss")
    let step = 1e-6
    for index in predicted.indices {
      let (p, e) = (Double(predicted[index]), Double(expected[index]))
      let slope = 3 * (loss.term(p + step, e) - loss.term(p - step, e)) / (2 * step)
      #expect(abs(Double(gradient[index]) - slope) < 1e-3 * max(1, abs(slope)))
    }
  }

  private func crossEntropy(_ logits: [Double], _ targets: [Double], temperature: Double) -> Double
  {
    let cooled = logits.map { $0 / temperature }
    let largest = cooled.max() ?? 0
    let sum = cooled.reduce(0) { $0 + ExactMath.exp($1 - largest) }
    return zip(cooled, targets).reduce(0) { total, pair in
      total - pair.1 * (pair.0 - largest - ExactMath.log(sum))
    }
  }

  @Test(arguments: [1, 2, 10, 33])
  func `cross-entropy of labels and of soft targets`(classes: Int) {
    var inputs = KernelInputs(seed: UInt64(classes))
    let logits = inputs.floats(classes, in: -5...5)
    let label = inputs.size(1...classes) - 1
    var hard = Array(repeating: 0.2 / Double(classes), count: classes)
    hard[label] += 0.8
    var soft = inputs.floats(classes, in: 0...1).map(Double.init)
    let mass = soft.reduce(0, +)
    soft = soft.map { $0 / mass }
    for (targets, temperature) in [(hard, 1.0), (soft, 3.0)] {
      var loss: Float = 0
      var gradient = logits
      if temperature == 1 {
        ck_softmax_cross_entropy(
          1,
          classes,
          logits,
          [Int32(label)],
          [1.5],
          0.2,
          1,
          &loss,
          &gradient
        )
        loss /= 1.5
        gradient = gradient.map { $0 / 1.5 }
        var alone: Float = 0
        ck_softmax_cross_entropy(1, classes, logits, [Int32(label)], nil, 0.2, 1, &alone, nil)
        #expect(abs(alone - loss) < 1e-5)
      } else {
        let single = soft.map { Float($0) }
        ck_softmax_cross_entropy_soft(1, classes, logits, single, 3, 1, &loss, &gradient)
      }
      let precise = logits.map(Double.init)
      #expect(
        abs(Double(loss) - crossEntropy(precise, targets, temperature: temperature)) < 1e-5
      )
      for index in 0..<classes {
        var up = precise
        var down = precise
        up[index] += 1e-5
        down[index] -= 1e-5
        let rise =
          crossEntropy(up, targets, temperature: temperature)
          - crossEntropy(down, targets, temperature: temperature)
        #expect(abs(Double(gradient[index]) - rise / 2e-5) < 1e-5)
      }
    }
  }

  @Test(arguments: [1, 5, 40])
  func `softmax and its gradient`(columns: Int) {
    var inputs = KernelInputs(seed: 4)
    let values = inputs.floats(columns, in: -5...5)
    let upstream = inputs.floats(columns)
    func softmax(_ x: [Double]) -> [Double] {
      let powers = x.map { ExactMath.exp(0.5 * $0) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
    var outputs = values
    ck_softmax(1, columns, 0.5, values, &outputs)
    let precise = values.map(Double.init)
    expectNear(outputs, softmax(precise), 1e-6, "softmax")
    var gradient = upstream
    ck_softmax_backward(1, columns, 0.5, upstream, outputs, &gradient)
    let expected = precise.indices.map { index in
      var up = precise
      var down = precise
      up[index] += 1e-5
      down[index] -= 1e-5
      let rise = zip(softmax(up), softmax(down)).map { $0 - $1 }
      return zip(rise, upstream).reduce(0) { $0 + $1.0 * Double($1.1) } / 2e-5
    }
    expectNear(gradient, expected, 1e-5, "gradient")
  }

  @Test
  func `layer normalization and its gradients`() {
    let (rows, columns) = (3, 21)
    var inputs = KernelInputs(seed: 6)
    let values = inputs.floats(rows * columns)
    let gamma = inputs.floats(columns)
    let beta = inputs.floats(columns)
    let upstream = inputs.floats(rows * columns)
    func normalized(_ x: [Double], _ gamma: [Double], _ beta: [Double]) -> [Double] {
      (0..<rows).flatMap { row in
        let part = x[row * columns..<(row + 1) * columns]
        let mean = part.reduce(0, +) / Double(columns)
        let variance = part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
        let inverse = 1 / (variance + 0.01).squareRoot()
        return zip(part, zip(gamma, beta)).map { ($0 - mean) * inverse * $1.0 + $1.1 }
      }
    }
    func loss(_ x: [Double], _ gamma: [Double], _ beta: [Double]) -> Double {
      zip(normalized(x, gamma, beta), upstream).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let precise = (values.map(Double.init), gamma.map(Double.init), beta.map(Double.init))
    var outputs = values
    var means = Array(repeating: Float(0), count: rows)
    var inverses = means
    ck_layer_norm_forward(rows, columns, values, gamma, beta, 0.01, &outputs, &means, &inverses)
    expectNear(outputs, normalized(precise.0, precise.1, precise.2), 1e-5, "value")
    var dInputs = upstream
    var dGamma = Array(repeating: Float(0), count: columns)
    var dBeta = dGamma
    ck_layer_norm_backward(
      rows,
      columns,
      upstream,
      values,
      gamma,
      means,
      inverses,
      &dInputs,
      &dGamma,
      &dBeta
    )
    func slopes(_ x: [Double], _ f: ([Double]) -> Double) -> [Double] {
      x.indices.map { index in
        var up = x
        var down = x
        up[index] += 1e-5
        down[index] -= 1e-5
        return (f(up) - f(down)) / 2e-5
      }
    }
    expectNear(dInputs, slopes(precise.0) { loss($0, precise.1, precise.2) }, 1e-4, "inputs")
    expectNear(dGamma, slopes(precise.1) { loss(precise.0, $0, precise.2) }, 1e-4, "gamma")
    expectNear(dBeta, slopes(precise.2) { loss(precise.0, precise.1, $0) }, 1e-4, "beta")
  }

  /// A batch in two chunks, normalized, scaled and put through a relu.
  @Test
  func `batch normalization and its gradient`() {
    let (rows, columns, part) = (13, 5, 8)
    var inputs = KernelInputs(seed: 8)
    let values = inputs.floats(rows * columns)
    let gamma = inputs.floats(columns)
    let beta = inputs.floats(columns)
    let upstream = inputs.floats(rows * columns)
    func outputs(_ x: [Double]) -> [Double] {
      var result = x
      for column in 0..<columns {
        let part = (0..<rows).map { x[$0 * columns + column] }
        let mean = part.reduce(0, +) / Double(rows)
        let variance = part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
        for row in 0..<rows {
          let normal = (part[row] - mean) / (variance + 0.01).squareRoot()
          result[row * columns + column] =
            max(0, normal * Double(gamma[column]) + Double(beta[column]))
        }
      }
      return result
    }
    var means = Array(repeating: Float(0), count: 2 * columns)
    var squares = means
    var mean = beta
    var variance = beta
    for (chunk, first) in [0, part].enumerated() {
      let count = chunk == 0 ? part : rows - part
      var chunkMeans = beta
      var chunkSquares = beta
      let chunkValues = Array(values[(first * columns)..<((first + count) * columns)])
      ck_column_moments(count, columns, chunkValues, &chunkMeans, &chunkSquares)
      means.replaceSubrange(chunk * columns..<(chunk + 1) * columns, with: chunkMeans)
      squares.replaceSubrange(chunk * columns..<(chunk + 1) * columns, with: chunkSquares)
    }
    ck_combine_moments(2, [part, rows - part], columns, means, squares, &mean, &variance)
    let deviation = variance.map { ($0 + 0.01).squareRoot() }
    let scales = zip(gamma, deviation).map { $0 / $1 }
    let shifts = zip(beta, zip(mean, scales)).map { $0 - $1.0 * $1.1 }
    var results = values
    ck_scale_shift(ck_relu, 0, rows, columns, values, scales, shifts, &results)
    expectNear(results, outputs(values.map(Double.init)), 1e-5, "value")
    var gradient = upstream
    var sums = beta
    var dots = beta
    ck_batch_norm_backward_sums(
      rows,
      columns,
      gradient,
      values,
      mean,
      scales,
      shifts,
      &sums,
      &dots
    )
    let offsets = sums.map { $0 / Float(rows) }
    let slopes = zip(dots, deviation).map { $0 / (Float(rows) * $1 * $1) }
    ck_batch_norm_backward(
      rows,
      columns,
      gradient,
      values,
      mean,
      scales,
      shifts,
      offsets,
      slopes,
      &gradient
    )
    let expected = values.indices.map { index in
      var up = values.map(Double.init)
      var down = up
      up[index] += 1e-5
      down[index] -= 1e-5
      let rise = zip(outputs(up), outputs(down)).map { $0 - $1 }
      return zip(rise, upstream).reduce(0) { $0 + $1.0 * Double($1.1) } / 2e-5
    }
    expectNear(gradient, expected, 1e-4, "gradient")
  }

  @Test(arguments: [1, 15, 16, 17, 100])
  func `sums of arrays`(count: Int) {
    var inputs = KernelInputs(seed: 9)
    let a = inputs.floats(count)
    let b = inputs.floats(count)
    let sum = a.reduce(0.0) { $0 + Double($1) }
    let squares = a.reduce(0.0) { $0 + Double($1) * Double($1) }
    let dot = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    #expect(abs(Double(ck_sum(count, a)) - sum) < 1e-4)
    #expect(abs(Double(ck_sum_of_squares(count, a)) - squares) < 1e-4)
    #expect(abs(Double(ck_dot(count, a, b)) - dot) < 1e-4)
    #expect(ck_has_non_finite(count, a) == 0)
    var spoiled = a
    spoiled[count - 1] = .infinity
    #expect(ck_has_non_finite(count, spoiled) == 1)
    spoiled[count - 1] = .nan
    #expect(ck_has_non_finite(count, spoiled) == 1)
  }

  /// Equation 3 of Esser et al., 2020, in double; in the clipped part it is also what finite
  /// differences of the rounded values give, since rounding has a slope of 0 alone there.
  @Test(arguments: [1, 15, 16, 17, 100], [(-128, 127), (0, 255), (-7, 7)])
  func `the slope of a learnt scale`(count: Int, limits: (Int, Int)) {
    var inputs = KernelInputs(seed: UInt64(count))
    let scale = 0.0125
    let (low, high) = (Float(limits.0), Float(limits.1))
    let x = inputs.floats(count, in: -4...4)
    let upstream = inputs.floats(count)
    var expected = 0.0
    for (value, slope) in zip(x, upstream) {
      let steps = Double(value * Float(1 / scale))
      let part =
        steps < Double(low)
        ? Double(low)
        : steps > Double(high) ? Double(high) : steps.rounded(.toNearestOrEven) - steps
      expected += Double(slope) * part
    }
    let found = ck_step_gradient(count, Float(1 / scale), low, high, x, upstream)
    #expect(abs(Double(found) - expected) <= 1e-3 * max(1, expected.magnitude))
    let clipped = x.map { $0 < 0 ? $0 - 100 : $0 + 100 }
    func loss(_ scale: Double) -> Double {
      var rounded = clipped
      ck_round_to_scale(count, Float(1 / scale), Float(scale), low, high, clipped, &rounded)
      return zip(rounded, upstream).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let difference = (loss(scale * 1.01) - loss(scale * 0.99)) / (0.02 * scale)
    let slope = ck_step_gradient(count, Float(1 / scale), low, high, clipped, upstream)
    #expect(abs(Double(slope) - difference) <= 1e-3 * max(1, difference.magnitude))
  }

  /// Two steps of each from the formulas in the header, in double.
  @Test
  func `optimizers follow their formulas`() {
    let count = 19
    var inputs = KernelInputs(seed: 10)
    let start = inputs.floats(count)
    let gradients = [inputs.floats(count), inputs.floats(count)]
    let zero = Array(repeating: Float(0), count: count)
    var adam = (weights: start, m: zero, v: zero)
    var nesterov = (weights: start, velocity: zero)
    var step = ck_adam_step()
    step.beta1 = 0.9
    step.beta2 = 0.999
    step.epsilon = 1e-7
    step.decoupledDecay = 0.001
    var expectedAdam = start.map(Double.init)
    var expectedNesterov = expectedAdam
    var m = zero.map(Double.init)
    var v = m
    var velocity = m
    for (index, gradient) in gradients.enumerated() {
      let t = Double(index + 1)
      let rate = 0.01 / (1 - ExactMath.pow(0.9, t))
      let secondScale = 1 / (1 - ExactMath.pow(0.999, t))
      step.rate = Float(rate)
      step.secondScale = Float(secondScale)
      ck_adam(&step, count, gradient, &adam.m, &adam.v, &adam.weights)
      ck_momentum(count, 0.1, 0.9, 0.01, 1, gradient, &nesterov.velocity, &nesterov.weights)
      for i in 0..<count {
        let g = Double(gradient[i])
        m[i] += 0.1 * (g - m[i])
        v[i] += 0.001 * (g * g - v[i])
        expectedAdam[i] -= 0.001 * expectedAdam[i]
        expectedAdam[i] -= rate * m[i] / ((v[i] * secondScale).squareRoot() + 1e-7)
        let decayed = g + 0.01 * expectedNesterov[i]
        velocity[i] = 0.9 * velocity[i] + decayed
        expectedNesterov[i] -= 0.1 * (decayed + 0.9 * velocity[i])
      }
    }
    expectNear(adam.weights, expectedAdam, 1e-5, "Adam")
    expectNear(nesterov.weights, expectedNesterov, 1e-5, "Nesterov")
  }
}
