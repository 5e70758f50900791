import Tensors

extension Layer {
  /// What the layer gives for one sample.
  func outputShape(for inputs: [Shape]) throws(ArchitectureError) -> Shape {
    guard let input = inputs.first else { throw .wrongInputCount(layer: kindName, count: 0) }
    guard inputs.count == 1 || joinsInputs else {
      throw .wrongInputCount(layer: kindName, count: inputs.count)
    }
    switch self {
    case .input, .activation, .batchNormalization, .layerNormalization:
      return input
    case .dropout(let rate):
      guard rate >= 0, rate < 1 else { throw .rateOutOfRange(Double(rate)) }
      return input
    case .noise(let deviation):
      guard deviation >= 0, deviation.isFinite else {
        throw .deviationOutOfRange(Double(deviation))
      }
      return input
    case .flatten:
      return Shape([input.count])
    case .reshape(let shape):
      guard shape.count == input.count, shape.rank > 0 else {
        throw .wrongReshape(from: input, to: shape)
      }
      return shape
    case .dense(let dense):
      guard input.rank == 1 || input.rank == 2 else {
        throw .wrongRank(layer: kindName, expected: 1, found: input)
      }
      try requirePositive(dense.units, "units")
      return try checked(
        input.extents.dropLast() + [dense.units],
        weights: [input.extents.last ?? 1, dense.units]
      )
    case .convolution, .temporalConvolution, .depthwiseConvolution, .transposedConvolution,
      .pooling:
      return try windowedShape(input)
    case .upsampling(let upsampling):
      try requireRank(3, input)
      try requirePositive(upsampling.height, "height")
      try requirePositive(upsampling.width, "width")
      return try scaled(input, height: upsampling.height, width: upsampling.width)
    case .padding(let border), .cropping(let border):
      return try borderedShape(input, border)
    case .recurrent(let recurrent):
      try requireSequence(input)
      try requirePositive(recurrent.units, "units")
      guard recurrent.units <= 1 << 20 else { throw .tooLarge(layer: kindName) }
      let width = recurrent.units * (recurrent.isBidirectional ? 2 : 1)
      let columns = recurrent.units * recurrent.kind.gates
      guard Shape(checking: [recurrent.units, columns]) != nil else {
        throw .tooLarge(layer: kindName)
      }
      return try checked(
        recurrent.returnsSequence ? [input.extents[0], width] : [width],
        weights: [input.extents[1], columns]
      )
    case .embedding(let embedding):
      guard input.rank == 1 else {
        throw .wrongRanks(layer: kindName, expected: "a list of symbols", found: input)
      }
      try requirePositive(embedding.vocabulary, "vocabulary")
      try requirePositive(embedding.units, "units")
      guard embedding.vocabulary <= 1 << 24 else { throw .tooLarge(layer: kindName) }
      return try checked(
        [input.count, embedding.units],
        weights: [embedding.vocabulary, embedding.units]
      )
    case .positionalEncoding:
      try requireSequence(input)
      return input
    case .attention(let attention):
      try requireSequence(input)
      try requirePositive(attention.heads, "heads")
      try requirePositive(attention.size, "size")
      let inner = try checked([attention.heads, attention.size], weights: []).count
      guard
        Shape(checking: [inner, 3, input.extents[1]]) != nil,
        Shape(checking: [attention.heads, input.extents[0], input.extents[0]]) != nil
      else { throw .tooLarge(layer: kindName) }
      return input
    case .addition:
      for other in inputs where other != input {
        throw .mismatch(layer: kindName, first: input, other: other)
      }
      return input
    case .concatenation:
      var columns = 0
      for other in inputs {
        guard other.extents.dropLast() == input.extents.dropLast(), let last = other.extents.last
        else { throw .mismatch(layer: kindName, first: input, other: other) }
        columns += last
      }
      return try checked(input.extents.dropLast() + [columns], weights: [])
    }
  }

  /// Whether the layer takes several inputs.
  public var joinsInputs: Bool { self == .addition || self == .concatenation }

  private func windowedShape(_ input: Shape) throws(ArchitectureError) -> Shape {
    switch self {
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
    case .temporalConvolution(let convolution):
      try requireSequence(input)
      try requirePositive(convolution.filters, "filters")
      let image = Shape([1, input.extents[0], input.extents[1]])
      let (_, steps) = try extents(convolution.window, over: image)
      return try checked(
        [steps, convolution.filters],
        weights: [convolution.size, input.extents[1], convolution.filters]
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
    case .transposedConvolution(let convolution):
      try requireRank(3, input)
      try requirePositive(convolution.filters, "filters")
      try requireWindow(convolution.window)
      // Each axis may grow by the stride and the window at most.
      let largest = 1 << 20
      guard max(convolution.window.strideHeight, convolution.window.strideWidth) <= largest,
        max(input.extents[0], input.extents[1]) <= 1 << 30
      else { throw .tooLarge(layer: kindName) }
      let output = convolution.extents(over: input)
      return try checked(
        [output.height, output.width, convolution.filters],
        weights: [
          convolution.window.height, convolution.window.width, convolution.filters,
          input.extents[2],
        ]
      )
    case .pooling(let pooling):
      guard let window = pooling.window else {
        guard input.rank == 2 || input.rank == 3 else {
          throw .wrongRank(layer: kindName, expected: 3, found: input)
        }
        return Shape([input.extents[input.rank - 1]])
      }
      try requireRank(3, input)
      let (height, width) = try extents(window, over: input)
      return try checked([height, width, input.extents[2]], weights: [])
    case .input, .dense, .upsampling, .activation, .flatten, .reshape, .padding, .cropping,
      .dropout, .noise, .batchNormalization, .layerNormalization, .recurrent, .embedding,
      .positionalEncoding, .attention, .addition, .concatenation:
      return input
    }
  }

  private func borderedShape(
    _ input: Shape,
    _ border: Border
  ) throws(ArchitectureError) -> Shape {
    try requireRank(3, input)
    let sides = [border.top, border.bottom, border.left, border.right]
    guard sides.allSatisfy({ $0 >= 0 && $0 <= 1 << 30 }) else {
      throw .wrongBorder(layer: kindName, input: input)
    }
    let sign = if case .cropping = self { -1 } else { 1 }
    let height = input.extents[0] + sign * (border.top + border.bottom)
    let width = input.extents[1] + sign * (border.left + border.right)
    guard height > 0, width > 0 else { throw .wrongBorder(layer: kindName, input: input) }
    return try checked([height, width, input.extents[2]], weights: [])
  }

  private func scaled(
    _ input: Shape,
    height: Int,
    width: Int
  ) throws(ArchitectureError) -> Shape {
    let (rows, first) = input.extents[0].multipliedReportingOverflow(by: height)
    let (columns, second) = input.extents[1].multipliedReportingOverflow(by: width)
    guard !first, !second else { throw .tooLarge(layer: kindName) }
    return try checked([rows, columns, input.extents[2]], weights: [])
  }

  private func requireRank(_ rank: Int, _ shape: Shape) throws(ArchitectureError) {
    guard shape.rank == rank else {
      throw .wrongRank(layer: kindName, expected: rank, found: shape)
    }
  }

  private func requireSequence(_ shape: Shape) throws(ArchitectureError) {
    guard shape.rank == 2 else {
      throw .wrongRanks(
        layer: kindName,
        expected: "a sequence (steps x features)",
        found: shape
      )
    }
  }

  private func requireWindow(_ window: Window) throws(ArchitectureError) {
    try requirePositive(window.height, "window height")
    try requirePositive(window.width, "window width")
    try requirePositive(window.strideHeight, "stride")
    try requirePositive(window.strideWidth, "stride")
    try requirePositive(window.dilation, "dilation")
    let largest = 1 << 20
    guard max(window.height, window.width, window.dilation) <= largest else {
      throw .tooLarge(layer: kindName)
    }
  }

  private func requirePositive(_ value: Int, _ what: String) throws(ArchitectureError) {
    guard value >= 1 else { throw .notPositive(layer: kindName, what: what, value: value) }
  }

  private func extents(
    _ window: Window,
    over input: Shape
  ) throws(ArchitectureError) -> (Int, Int) {
    try requireWindow(window)
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
