import Tensors

extension Window {
  /// Outputs along one axis, and the padding before the first sample.
  ///
  /// valid: `(size - reach) / stride + 1` rounded down; same: `ceil(size / stride)`, with the smaller
  /// half of the padding before, as TensorFlow does. `reach` is `(taps - 1) * dilation + 1`.
  static func extent(
    size: Int,
    taps: Int,
    stride: Int,
    dilation: Int,
    padding: Padding
  ) -> (outputs: Int, before: Int) {
    let reach = (taps - 1) * dilation + 1
    switch padding {
    case .valid:
      return (size < reach ? 0 : (size - reach) / stride + 1, 0)
    case .same:
      let outputs = (size + stride - 1) / stride
      return (outputs, max(0, (outputs - 1) * stride + reach - size) / 2)
    }
  }

  /// Rows and columns that the window gives for an image, with the padding above and to the left.
  public func placement(
    height inputHeight: Int,
    width inputWidth: Int
  ) -> (height: Int, width: Int, top: Int, left: Int) {
    let rows = Window.extent(
      size: inputHeight,
      taps: height,
      stride: strideHeight,
      dilation: dilation,
      padding: padding
    )
    let columns = Window.extent(
      size: inputWidth,
      taps: width,
      stride: strideWidth,
      dilation: dilation,
      padding: padding
    )
    return (rows.outputs, columns.outputs, rows.before, columns.before)
  }
}

extension Layer {
  /// The word for this kind in scripts, which also begins automatic names.
  public var kindName: String {
    switch self {
    case .input: "input"
    case .dense: "dense"
    case .convolution: "conv"
    case .depthwiseConvolution: "depthwise"
    case .pooling(let pooling): pooling.kind == .maximum ? "maxpool" : "avgpool"
    case .activation(let function): function.name
    case .flatten: "flatten"
    case .dropout: "dropout"
    case .batchNormalization: "batchnorm"
    }
  }

  /// The activation function that this layer ends with, if it has one of its own.
  public var activation: ActivationFunction? {
    switch self {
    case .dense(let dense): dense.activation
    case .convolution(let convolution): convolution.activation
    case .depthwiseConvolution(let convolution): convolution.activation
    case .activation(let function): function
    case .input, .pooling, .flatten, .dropout, .batchNormalization: nil
    }
  }

  /// What the layer gives for one sample.
  func outputShape(for inputs: [Shape]) throws(ArchitectureError) -> Shape {
    let input = inputs[0]
    switch self {
    case .input, .activation:
      return input
    case .dropout(let rate):
      guard rate >= 0, rate < 1 else { throw .rateOutOfRange(Double(rate)) }
      return input
    case .batchNormalization:
      return input
    case .flatten:
      return Shape([input.count])
    case .dense(let dense):
      try requireRank(1, input)
      try requirePositive(dense.units, "units")
      return try checked([dense.units], weights: [input.count, dense.units])
    case .convolution(let convolution):
      try requireRank(3, input)
      try requirePositive(convolution.filters, "filters")
      try requirePositive(convolution.groups, "groups")
      let channels = input.extents[2]
      guard
        channels.isMultiple(of: convolution.groups),
        convolution.filters.isMultiple(of: convolution.groups)
      else {
        throw .indivisibleGroups(
          groups: convolution.groups,
          inputs: channels,
          filters: convolution.filters
        )
      }
      let (height, width) = try extents(convolution.window, over: input)
      return try checked(
        [height, width, convolution.filters],
        weights: [
          convolution.window.height, convolution.window.width, channels / convolution.groups,
          convolution.filters,
        ]
      )
    case .depthwiseConvolution(let convolution):
      try requireRank(3, input)
      try requirePositive(convolution.multiplier, "multiplier")
      let (height, width) = try extents(convolution.window, over: input)
      let (filters, overflow) = input.extents[2]
        .multipliedReportingOverflow(by: convolution.multiplier)
      guard !overflow else { throw .tooLarge(layer: kindName) }
      return try checked(
        [height, width, filters],
        weights: [convolution.window.height, convolution.window.width, filters]
      )
    case .pooling(let pooling):
      try requireRank(3, input)
      guard let window = pooling.window else { return Shape([input.extents[2]]) }
      let (height, width) = try extents(window, over: input)
      return try checked([height, width, input.extents[2]], weights: [])
    }
  }

  /// The roles and shapes of the parameters that the layer has behind `inputs`.
  public func parameterShapes(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    switch self {
    case .input, .pooling, .activation, .flatten, .dropout:
      return []
    case .dense(let dense):
      let weights = Shape([inputs[0].count, dense.units])
      return [(.weights, weights)] + (dense.hasBias ? [(.bias, Shape([dense.units]))] : [])
    case .convolution(let convolution):
      let weights = Shape([
        convolution.window.height, convolution.window.width,
        inputs[0].extents[2] / convolution.groups, convolution.filters,
      ])
      return [(.weights, weights)]
        + (convolution.hasBias ? [(.bias, Shape([convolution.filters]))] : [])
    case .depthwiseConvolution(let convolution):
      let channels = inputs[0].extents[2]
      let weights = Shape([
        convolution.window.height, convolution.window.width, channels, convolution.multiplier,
      ])
      return [(.weights, weights)]
        + (convolution.hasBias ? [(.bias, Shape([channels * convolution.multiplier]))] : [])
    case .batchNormalization:
      let channels = Shape([inputs[0].extents.last ?? 1])
      return [
        (.scale, channels), (.offset, channels), (.movingMean, channels),
        (.movingVariance, channels),
      ]
    }
  }

  /// Multiply-accumulates for one sample: weights times the outputs each is used for. Bias, batch
  /// normalisation, pooling and activations are not counted.
  public func macCount(inputs: [Shape], output: Shape) -> Int {
    let weights = parameterShapes(for: inputs).first { $0.role == .weights }?.shape.count ?? 0
    guard output.rank == 3 else { return weights }
    return weights * output.extents[0] * output.extents[1]
  }

  private func requireRank(_ rank: Int, _ shape: Shape) throws(ArchitectureError) {
    guard shape.rank == rank else {
      throw .wrongRank(layer: kindName, expected: rank, found: shape)
    }
  }

  private func requirePositive(_ value: Int, _ what: String) throws(ArchitectureError) {
    guard value >= 1 else { throw .notPositive(layer: kindName, what: what, value: value) }
  }

  private func extents(
    _ window: Window,
    over input: Shape
  ) throws(ArchitectureError) -> (Int, Int) {
    try requirePositive(window.height, "window height")
    try requirePositive(window.width, "window width")
    try requirePositive(window.strideHeight, "stride")
    try requirePositive(window.strideWidth, "stride")
    try requirePositive(window.dilation, "dilation")
    let largest = 1 << 20
    guard max(window.height, window.width, window.dilation) <= largest else {
      throw .tooLarge(layer: kindName)
    }
    let place = window.placement(height: input.extents[0], width: input.extents[1])
    guard place.height > 0, place.width > 0 else {
      throw .windowTooLarge(
        layer: kindName,
        window: "\(window.height)x\(window.width)",
        input: input
      )
    }
    return (place.height, place.width)
  }

  private func checked(_ output: [Int], weights: [Int]) throws(ArchitectureError) -> Shape {
    guard let shape = Shape(checking: output), Shape(checking: weights) != nil else {
      throw .tooLarge(layer: kindName)
    }
    return shape
  }
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

extension Architecture {
  /// The shapes that feed a node.
  public func inputShapes(of node: Int) -> [Shape] {
    nodes[node].inputs.map { nodes[$0].outputShape }
  }

  /// Roles and shapes of a node's parameters.
  public func parameterShapes(of node: Int) -> [(role: ParameterRole, shape: Shape)] {
    nodes[node].layer.parameterShapes(for: inputShapes(of: node))
  }

  /// How many numbers training changes; with `includingStatistics` also the moving statistics.
  public func parameterCount(includingStatistics: Bool = false) -> Int {
    nodes.indices.reduce(0) { sum, node in
      sum
        + parameterShapes(of: node).reduce(0) {
          $0 + ($1.role.isTrainable || includingStatistics ? $1.shape.count : 0)
        }
    }
  }

  /// Multiply-accumulates of one sample in layers with weights.
  public var macCount: Int {
    nodes.indices.reduce(0) { sum, node in sum + macCount(of: node) }
  }

  /// Multiply-accumulates of one node for one sample.
  public func macCount(of node: Int) -> Int {
    nodes[node].layer.macCount(inputs: inputShapes(of: node), output: nodes[node].outputShape)
  }
}

extension ArchitectureError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .emptyInput(let shape): "input shape \(shape) holds no values"
    case .duplicateName(let name): "two layers are called '\(name)'"
    case .wrongRank(let layer, let expected, let found):
      "'\(layer)' needs \(expected == 1 ? "a flat input" : "an image (height x width x channels)"),"
        + " but gets \(found)"
    case .windowTooLarge(let layer, let window, let input):
      "the \(window) window of '\(layer)' does not fit into \(input)"
    case .notPositive(let layer, let what, let value):
      "\(what) of '\(layer)' must be at least 1, but is \(value)"
    case .indivisibleGroups(let groups, let inputs, let filters):
      "\(inputs) input channels and \(filters) filters do not divide into \(groups) groups"
    case .rateOutOfRange(let rate): "a dropout rate must be in 0..<1, but is \(rate)"
    case .tooLarge(let layer): "'\(layer)' would be larger than any memory"
    }
  }
}
