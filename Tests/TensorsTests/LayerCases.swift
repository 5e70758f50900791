import CKernels

@testable import Tensors

/// A matrix product with random sizes of its stored rows, and the same by definition.
struct MatrixProduct {
  private let transposesLeft: Bool
  private let transposesRight: Bool
  private let rows: Int
  private let columns: Int
  private let depth: Int
  private let accumulates: Bool
  private let left: [Float]
  private let right: [Float]
  private let start: [Float]
  private let strides: (left: Int, right: Int, result: Int)

  init(
    transposesLeft: Bool,
    transposesRight: Bool,
    rows: Int,
    columns: Int,
    depth: Int,
    accumulates: Bool,
    inputs: inout KernelInputs
  ) {
    self.transposesLeft = transposesLeft
    self.transposesRight = transposesRight
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.accumulates = accumulates
    strides = (
      (transposesLeft ? rows : depth) + inputs.size(0...3),
      (transposesRight ? depth : columns) + inputs.size(0...3), columns + inputs.size(0...3)
    )
    left = inputs.floats((transposesLeft ? depth : rows) * strides.left)
    right = inputs.floats((transposesRight ? columns : depth) * strides.right)
    start = inputs.floats(rows * strides.result)
  }

  func computed() -> [Float] {
    var result = start
    var workspace = Array(
      repeating: Float(0),
      count: ck_matmul_workspace(rows, columns, depth)
    )
    ck_matmul(
      transposesLeft ? 1 : 0,
      transposesRight ? 1 : 0,
      rows,
      columns,
      depth,
      left,
      strides.left,
      right,
      strides.right,
      &result,
      strides.result,
      accumulates ? 1 : 0,
      &workspace
    )
    return result
  }

  /// Sums in double; what lies between the rows stays.
  func expected() -> [Double] {
    var result = start.map(Double.init)
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = accumulates ? Double(start[row * strides.result + column]) : 0
        for k in 0..<depth {
          let a = left[transposesLeft ? k * strides.left + row : row * strides.left + k]
          let b = right[transposesRight ? column * strides.right + k : k * strides.right + column]
          sum += Double(a) * Double(b)
        }
        result[row * strides.result + column] = sum
      }
    }
    return result
  }
}

/// A convolution of random shape: forward pass and both gradients, and the same by definition.
struct ConvolutionCase {
  private let isDepthwise: Bool
  private var shape = ck_convolution()
  private let images = 2
  private let accumulates: Bool
  private let values: [Float]
  private let weights: [Float]
  private let gradient: [Float]
  private let startInputs: [Float]
  private let startWeights: [Float]

  init(isDepthwise: Bool, inputs: inout KernelInputs) {
    self.isDepthwise = isDepthwise
    let groups = isDepthwise || inputs.isChosen() ? 1 : inputs.size(2...3)
    shape.groups = groups
    shape.channels = groups * inputs.size(1...(isDepthwise ? 40 : 9))
    shape.filters =
      isDepthwise
      ? shape.channels * (inputs.isChosen() ? 1 : inputs.size(1...9)) : groups * inputs.size(1...35)
    let isPlain = inputs.isChosen()
    shape.windowHeight = isPlain ? 3 : inputs.size(1...4)
    shape.windowWidth = isPlain ? 3 : inputs.size(1...4)
    shape.strideHeight = inputs.size(1...(isPlain ? 2 : 3))
    shape.strideWidth = isPlain ? shape.strideHeight : inputs.size(1...3)
    // Enough channels and outputs for transformed patches.
    let isWide = !isDepthwise && groups == 1 && isPlain && inputs.isChosen()
    if isWide {
      shape.channels = inputs.size(16...37)
      shape.filters = inputs.size(16...37)
      shape.strideHeight = 1
      shape.strideWidth = 1
    }
    shape.dilationHeight = isPlain ? 1 : inputs.size(1...2)
    shape.dilationWidth = isPlain ? 1 : inputs.size(1...3)
    let reachHeight = (shape.windowHeight - 1) * shape.dilationHeight + 1
    let reachWidth = (shape.windowWidth - 1) * shape.dilationWidth + 1
    let isPadded = inputs.isChosen()
    shape.height = (isPadded ? 1 : reachHeight) + inputs.size((isWide ? 3 : 0)...9)
    shape.width = (isPadded ? 1 : reachWidth) + inputs.size((isWide ? 3 : 0)...14)
    if isPadded {
      shape.outputHeight = (shape.height - 1) / shape.strideHeight + 1
      shape.outputWidth = (shape.width - 1) / shape.strideWidth + 1
      let rows = (shape.outputHeight - 1) * shape.strideHeight + reachHeight - shape.height
      let columns = (shape.outputWidth - 1) * shape.strideWidth + reachWidth - shape.width
      shape.padTop = max(0, rows) / 2
      shape.padLeft = max(0, columns) / 2
    } else {
      shape.outputHeight = (shape.height - reachHeight) / shape.strideHeight + 1
      shape.outputWidth = (shape.width - reachWidth) / shape.strideWidth + 1
    }
    accumulates = inputs.isChosen()
    let depth = isDepthwise ? 1 : shape.channels / groups
    let weightCount = shape.windowHeight * shape.windowWidth * depth * shape.filters
    values = inputs.floats(images * shape.height * shape.width * shape.channels)
    weights = inputs.floats(weightCount)
    gradient = inputs.floats(images * shape.outputHeight * shape.outputWidth * shape.filters)
    startInputs = inputs.floats(values.count)
    startWeights = inputs.floats(weightCount)
  }

  /// Outputs, gradient by the inputs and gradient by the weights.
  func computed() -> [[Float]] {
    var shape = shape
    var outputs = gradient
    var dInputs = startInputs
    var dWeights = startWeights
    let adds: Int32 = accumulates ? 1 : 0
    if isDepthwise {
      ck_depthwise_forward(&shape, images, values, weights, &outputs)
      ck_depthwise_backward_inputs(&shape, images, gradient, weights, &dInputs, adds)
      ck_depthwise_backward_weights(&shape, images, values, gradient, &dWeights, adds)
      return [outputs, dInputs, dWeights]
    }
    var workspace = Array(repeating: Float.nan, count: ck_convolution_workspace(&shape))
    var prepared = Array(repeating: Float.nan, count: ck_convolution_prepared_count(&shape))
    ck_convolution_prepare(&shape, weights, &prepared)
    ck_convolution_forward(&shape, images, values, weights, &outputs, &workspace)
    ck_convolution_backward_inputs(
      &shape,
      images,
      gradient,
      prepared,
      &dInputs,
      adds,
      &workspace
    )
    ck_convolution_backward_weights(
      &shape,
      images,
      values,
      gradient,
      &dWeights,
      adds,
      &workspace
    )
    return [outputs, dInputs, dWeights]
  }

  /// The same three from the definition, in double.
  func expected() -> [[Double]] {
    var outputs = Array(repeating: 0.0, count: gradient.count)
    var dInputs = accumulates ? startInputs.map(Double.init) : values.map { _ in 0 }
    var dWeights = accumulates ? startWeights.map(Double.init) : weights.map { _ in 0 }
    let depth = isDepthwise ? 1 : shape.channels / shape.groups
    let groupFilters = isDepthwise ? shape.filters / shape.channels : shape.filters / shape.groups
    for output in 0..<gradient.count {
      let filter = output % shape.filters
      let cell = output / shape.filters
      let column = cell % shape.outputWidth
      let row = cell / shape.outputWidth % shape.outputHeight
      let image = cell / shape.outputWidth / shape.outputHeight
      for r in 0..<shape.windowHeight {
        for s in 0..<shape.windowWidth {
          let y = row * shape.strideHeight - shape.padTop + r * shape.dilationHeight
          let x = column * shape.strideWidth - shape.padLeft + s * shape.dilationWidth
          guard y >= 0, y < shape.height, x >= 0, x < shape.width else { continue }
          for c in 0..<depth {
            let channel = filter / groupFilters * depth + c
            let input = ((image * shape.height + y) * shape.width + x) * shape.channels + channel
            let weight = ((r * shape.windowWidth + s) * depth + c) * shape.filters + filter
            outputs[output] += Double(values[input]) * Double(weights[weight])
            dInputs[input] += Double(gradient[output]) * Double(weights[weight])
            dWeights[weight] += Double(gradient[output]) * Double(values[input])
          }
        }
      }
    }
    return [outputs, dInputs, dWeights]
  }
}

/// Pooling of random shape, of windows and of whole images, and the same by definition.
struct PoolingCase {
  private var shape = ck_pooling()
  private let images = 2
  private let values: [Float]
  private let gradient: [Float]
  private let globalGradient: [Float]

  init(inputs: inout KernelInputs) {
    shape.channels = inputs.size(1...40)
    // Half of the cases have the window that most networks have.
    let isPlain = inputs.isChosen()
    shape.windowHeight = isPlain ? 2 : inputs.size(1...3)
    shape.windowWidth = isPlain ? 2 : inputs.size(1...3)
    shape.strideHeight = isPlain ? 2 : inputs.size(1...3)
    shape.strideWidth = isPlain ? 2 : inputs.size(1...3)
    shape.dilationHeight = 1
    shape.dilationWidth = isPlain ? 1 : inputs.size(1...2)
    shape.height = shape.windowHeight + inputs.size(0...6)
    shape.width = (shape.windowWidth - 1) * shape.dilationWidth + 1 + inputs.size(0...6)
    shape.outputHeight = (shape.height - 1) / shape.strideHeight + 1
    shape.outputWidth = (shape.width - 1) / shape.strideWidth + 1
    let rows =
      (shape.outputHeight - 1) * shape.strideHeight + shape.windowHeight - shape.height
    let columns =
      (shape.outputWidth - 1) * shape.strideWidth + (shape.windowWidth - 1) * shape.dilationWidth
      + 1 - shape.width
    shape.padTop = max(0, rows) / 2
    shape.padLeft = max(0, columns) / 2
    values = inputs.floats(images * shape.height * shape.width * shape.channels)
    gradient = inputs.floats(images * shape.outputHeight * shape.outputWidth * shape.channels)
    globalGradient = inputs.floats(images * shape.channels)
  }

  private var cells: Int { shape.height * shape.width }

  /// Maximum, its gradient, mean, its gradient; then the same four of whole images.
  func computed() -> [[Float]] {
    var shape = shape
    var maxima = gradient
    var means = gradient
    var taps = Array(repeating: Int32(-1), count: gradient.count)
    var dMaxima = values
    var dMeans = values
    ck_max_pool_forward(&shape, images, values, &maxima, &taps)
    ck_max_pool_backward(&shape, images, gradient, taps, &dMaxima, 0)
    ck_average_pool_forward(&shape, images, values, &means)
    ck_average_pool_backward(&shape, images, gradient, &dMeans, 1)
    var globalMaxima = globalGradient
    var globalMeans = globalGradient
    var winners = Array(repeating: Int32(-1), count: globalGradient.count)
    var dGlobalMaxima = values
    var dGlobalMeans = values
    ck_global_max_forward(images, cells, shape.channels, values, &globalMaxima, &winners)
    ck_global_max_backward(
      images,
      cells,
      shape.channels,
      globalGradient,
      winners,
      &dGlobalMaxima,
      1
    )
    ck_global_average_forward(images, cells, shape.channels, values, &globalMeans)
    ck_global_average_backward(images, cells, shape.channels, globalGradient, &dGlobalMeans, 0)
    return [
      maxima, dMaxima, means, dMeans, globalMaxima, dGlobalMaxima, globalMeans, dGlobalMeans,
    ]
  }

  /// The same eight from the definition.
  func expected() -> [[Double]] {
    var results: [[Double]] = [
      [], values.map { _ in 0 }, [], values.map(Double.init), [], values.map(Double.init), [],
      values.map { _ in 0 },
    ]
    for output in 0..<gradient.count {
      let cell = output / shape.channels
      let window = inputs(
        image: cell / shape.outputWidth / shape.outputHeight,
        row: cell / shape.outputWidth % shape.outputHeight,
        column: cell % shape.outputWidth,
        channel: output % shape.channels
      )
      pool(window, Double(gradient[output]), into: &results, at: 0)
    }
    for output in 0..<globalGradient.count {
      let image = output / shape.channels
      let channel = output % shape.channels
      let all = (0..<cells).map { (image * cells + $0) * shape.channels + channel }
      pool(all, Double(globalGradient[output]), into: &results, at: 4)
    }
    return results
  }

  private func inputs(image: Int, row: Int, column: Int, channel: Int) -> [Int] {
    var found: [Int] = []
    for r in 0..<shape.windowHeight {
      for s in 0..<shape.windowWidth {
        let y = row * shape.strideHeight - shape.padTop + r * shape.dilationHeight
        let x = column * shape.strideWidth - shape.padLeft + s * shape.dilationWidth
        guard y >= 0, y < shape.height, x >= 0, x < shape.width else { continue }
        found.append(((image * shape.height + y) * shape.width + x) * shape.channels + channel)
      }
    }
    return found
  }

  private func pool(
    _ window: [Int],
    _ gradient: Double,
    into results: inout [[Double]],
    at first: Int
  ) {
    var winner = window[0]
    var sum = 0.0
    for input in window {
      if values[input] > values[winner] { winner = input }
      sum += Double(values[input])
      results[first + 3][input] += gradient / Double(window.count)
    }
    results[first].append(Double(values[winner]))
    results[first + 1][winner] += gradient
    results[first + 2].append(sum / Double(window.count))
  }
}
