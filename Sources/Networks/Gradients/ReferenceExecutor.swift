import Tensors

/// A plain forward pass in double precision, loop by loop from the layers' definitions: what the
/// planned engine is checked against.
///
/// It runs as training does: batch normalisation by the statistics of the batch unless frozen, dropout
/// with the masks of the given stream and step.
struct ReferenceExecutor {
  let architecture: Architecture
  let samples: Int
  let isTraining: Bool
  /// Seed of the dropout stream.
  let streamSeed: UInt64
  let step: Int

  /// Values of every sample, one after another.
  typealias Values = [Double]

  /// What every node gives, from inputs and per node its parameters.
  func run(_ inputs: Values, parameters: [[ParameterRole: Values]]) -> [Values] {
    var values: [Values] = []
    for (index, node) in architecture.nodes.enumerated() {
      let sources = node.inputs.map { values[$0] }
      let shapes = architecture.inputShapes(of: index)
      values.append(
        node.inputs.isEmpty
          ? inputs : output(of: index, node, sources, shapes, parameters[index])
      )
    }
    return values
  }

  private func output(
    of index: Int,
    _ node: Node,
    _ inputs: [Values],
    _ shapes: [Shape],
    _ parameters: [ParameterRole: Values]
  ) -> Values {
    let x = inputs[0]
    let shape = shapes[0]
    switch node.layer {
    case .input, .flatten, .reshape:
      return x
    case .activation(let function):
      return activated(x, function, columns: shape.extents.last ?? 1)
    case .dense(let dense):
      let columns = shape.extents.last ?? 1
      let sums = product(x, columns, dense.units, parameters[.weights], parameters[.bias])
      return activated(sums, dense.activation, columns: dense.units)
    case .convolution(let convolution):
      let sums = convolved(
        x,
        shape,
        node.outputShape,
        convolution.window,
        groups: convolution.groups,
        parameters[.weights] ?? [],
        parameters[.bias]
      )
      return activated(sums, convolution.activation, columns: convolution.filters)
    case .depthwiseConvolution(let convolution):
      let channels = shape.extents[2]
      let sums = convolved(
        x,
        shape,
        node.outputShape,
        convolution.window,
        groups: channels,
        // taps x channels x multiplier is the order of taps x 1 x filters.
        parameters[.weights] ?? [],
        parameters[.bias]
      )
      return activated(sums, convolution.activation, columns: channels * convolution.multiplier)
    case .temporalConvolution(let convolution):
      let sums = convolved(
        x,
        Shape([1] + shape.extents),
        Shape([1] + node.outputShape.extents),
        convolution.window,
        groups: 1,
        parameters[.weights] ?? [],
        parameters[.bias]
      )
      return activated(sums, convolution.activation, columns: convolution.filters)
    case .transposedConvolution(let convolution):
      let sums = spread(x, shape, convolution, parameters)
      return activated(sums, convolution.activation, columns: convolution.filters)
    case .upsampling(let upsampling):
      return moved(x, shape, node.outputShape) { row, column in
        (row / upsampling.height, column / upsampling.width)
      }
    case .padding(let border):
      return moved(x, shape, node.outputShape) { row, column in
        (row - border.top, column - border.left)
      }
    case .cropping(let border):
      return moved(x, shape, node.outputShape) { row, column in
        (row + border.top, column + border.left)
      }
    case .noise(let deviation):
      return isTraining && deviation > 0 ? noisy(x, shape.count, deviation, node: index) : x
    case .layerNormalization(let normalization):
      return normalizedRows(x, shape.extents.last ?? 1, normalization, parameters)
    case .recurrent(let recurrent):
      return remembered(x, shape, recurrent, parameters)
    case .embedding(let embedding):
      return x.flatMap { value in
        let row = PlannedEmbedding.symbol(Float(value), embedding.vocabulary) * embedding.units
        return parameters[.weights]?[row..<row + embedding.units] ?? []
      }
    case .positionalEncoding:
      let features = shape.extents[1]
      return x.enumerated().map { place, value in
        value
          + PlannedPositionalEncoding.value(
            step: place / features % shape.extents[0],
            feature: place % features,
            features: features
          )
      }
    case .attention(let attention):
      return attended(x, shape, attention, parameters).outputs
    case .addition:
      return inputs.dropFirst().reduce(x) { sum, other in zip(sum, other).map { $0 + $1 } }
    case .concatenation:
      let columns = shapes.map { $0.extents.last ?? 1 }
      var joined: Values = []
      for row in 0..<x.count / columns[0] {
        for (input, width) in zip(inputs, columns) {
          joined += input[row * width..<(row + 1) * width]
        }
      }
      return joined
    case .pooling(let pooling):
      return pooled(x, shape, node.outputShape, pooling)
    case .dropout(let rate):
      return isTraining && rate > 0 ? dropped(x, shape.count, rate, node: index) : x
    case .batchNormalization(let normalization):
      return normalized(
        x,
        shape.extents.last ?? 1,
        normalization,
        parameters,
        usesBatch: isTraining && !node.isFrozen
      )
    }
  }

  // MARK: Pieces

  func activated(_ x: Values, _ function: ActivationFunction, columns: Int) -> Values {
    guard function == .softmax else { return x.map { ReferenceMath.apply(function, $0) } }
    var result = x
    for start in stride(from: 0, to: x.count, by: columns) {
      let row = x[start..<start + columns]
      let largest = row.max() ?? 0
      let powers = row.map { ExactMath.exp($0 - largest) }
      let sum = powers.reduce(0, +)
      for column in 0..<columns { result[start + column] = powers[column] / sum }
    }
    return result
  }

  func product(
    _ x: Values,
    _ inputs: Int,
    _ units: Int,
    _ weights: Values?,
    _ bias: Values?
  ) -> Values {
    let weights = weights ?? []
    var result: Values = []
    result.reserveCapacity(x.count / inputs * units)
    for start in stride(from: 0, to: x.count, by: inputs) {
      for unit in 0..<units {
        var sum = bias?[unit] ?? 0
        for input in 0..<inputs { sum += x[start + input] * weights[input * units + unit] }
        result.append(sum)
      }
    }
    return result
  }

  private func convolved(
    _ x: Values,
    _ input: Shape,
    _ output: Shape,
    _ window: Window,
    groups: Int,
    _ weights: Values,
    _ bias: Values?
  ) -> Values {
    let (height, width, channels) = (input.extents[0], input.extents[1], input.extents[2])
    let filters = output.extents[2]
    let groupChannels = channels / groups
    let groupFilters = filters / groups
    let place = window.placement(height: height, width: width)
    var result: Values = []
    for sample in 0..<samples {
      for row in 0..<output.extents[0] {
        for column in 0..<output.extents[1] {
          for filter in 0..<filters {
            var sum = bias?[filter] ?? 0
            let firstChannel = filter / groupFilters * groupChannels
            for tapRow in 0..<window.height {
              let y = row * window.strideHeight - place.top + tapRow * window.dilation
              guard y >= 0, y < height else { continue }
              for tapColumn in 0..<window.width {
                let z = column * window.strideWidth - place.left + tapColumn * window.dilation
                guard z >= 0, z < width else { continue }
                let cell = ((sample * height + y) * width + z) * channels + firstChannel
                let tap = (tapRow * window.width + tapColumn) * groupChannels
                for channel in 0..<groupChannels {
                  sum += x[cell + channel] * weights[(tap + channel) * filters + filter]
                }
              }
            }
            result.append(sum)
          }
        }
      }
    }
    return result
  }

  private func pooled(
    _ x: Values,
    _ input: Shape,
    _ output: Shape,
    _ pooling: Pooling
  ) -> Values {
    let channels = input.extents.last ?? 1
    let isFlat = input.rank < 3
    let height = isFlat ? 1 : input.extents[0]
    let width = isFlat ? input.count / channels : input.extents[1]
    let window =
      pooling.window ?? Window(height: height, width: width, strideHeight: 1, strideWidth: 1)
    let place = window.placement(height: height, width: width)
    var result: Values = []
    for sample in 0..<samples {
      for row in 0..<place.height {
        for column in 0..<place.width {
          for channel in 0..<channels {
            var cells: Values = []
            for tapRow in 0..<window.height {
              let y = row * window.strideHeight - place.top + tapRow * window.dilation
              guard y >= 0, y < height else { continue }
              for tapColumn in 0..<window.width {
                let z = column * window.strideWidth - place.left + tapColumn * window.dilation
                guard z >= 0, z < width else { continue }
                cells.append(x[((sample * height + y) * width + z) * channels + channel])
              }
            }
            switch pooling.kind {
            case .maximum: result.append(cells.max() ?? 0)
            case .average: result.append(cells.reduce(0, +) / Double(max(1, cells.count)))
            }
          }
        }
      }
    }
    return result
  }

  private func dropped(_ x: Values, _ count: Int, _ rate: Float, node: Int) -> Values {
    var result = x
    for sample in 0..<samples {
      var generator = SeededGenerator(
        seed: PlannedDropout.seed(stream: streamSeed, step: step, node: node, sample: sample)
      )
      var keep = [UInt8](repeating: 0, count: count)
      keep.withUnsafeMutableBufferPointer { keep in
        guard let base = keep.baseAddress else { return }
        PlannedDropout.fill(base, count: count, rate: rate, using: &generator)
      }
      for index in 0..<count {
        result[sample * count + index] *= keep[index] == 1 ? 1 / (1 - Double(rate)) : 0
      }
    }
    return result
  }

  private func normalized(
    _ x: Values,
    _ channels: Int,
    _ normalization: BatchNormalization,
    _ parameters: [ParameterRole: Values],
    usesBatch: Bool
  ) -> Values {
    var result = x
    let rows = x.count / channels
    for channel in 0..<channels {
      var mean = parameters[.movingMean]?[channel] ?? 0
      var variance = parameters[.movingVariance]?[channel] ?? 1
      if usesBatch {
        let column = (0..<rows).map { x[$0 * channels + channel] }
        mean = column.reduce(0, +) / Double(rows)
        variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
      }
      let deviation = (variance + Double(normalization.epsilon)).squareRoot()
      for row in 0..<rows {
        let index = row * channels + channel
        result[index] =
          (x[index] - mean) / deviation * (parameters[.scale]?[channel] ?? 1)
          + (parameters[.offset]?[channel] ?? 0)
      }
    }
    return result
  }
}
