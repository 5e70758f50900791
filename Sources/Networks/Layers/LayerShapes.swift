import Tensors

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

  /// Multiply-accumulates for one sample: weights times the outputs each is used for.
  ///
  /// Bias, batch normalisation, pooling and activations are not counted.
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
