import Tensors

extension ReferenceExecutor {
  // MARK: Recurrent layers

  /// Step by step from the equations of each kind.
  func remembered(
    _ x: Values,
    _ shape: Shape,
    _ recurrent: Recurrent,
    _ parameters: [ParameterRole: Values]
  ) -> Values {
    let forward = direction(
      x,
      shape,
      recurrent,
      parameters[.weights] ?? [],
      parameters[.recurrentWeights] ?? [],
      parameters[.bias] ?? [],
      isReversed: false
    )
    guard recurrent.isBidirectional else { return forward }
    let reversed = direction(
      x,
      shape,
      recurrent,
      parameters[.reversedWeights] ?? [],
      parameters[.reversedRecurrentWeights] ?? [],
      parameters[.reversedBias] ?? [],
      isReversed: true
    )
    let units = recurrent.units
    var joined: Values = []
    for start in stride(from: 0, to: forward.count, by: units) {
      joined += forward[start..<start + units]
      joined += reversed[start..<start + units]
    }
    return joined
  }

  private func direction(
    _ x: Values,
    _ shape: Shape,
    _ recurrent: Recurrent,
    _ weights: Values,
    _ recurrentWeights: Values,
    _ bias: Values,
    isReversed: Bool
  ) -> Values {
    let (steps, features) = (shape.extents[0], shape.extents[1])
    let units = recurrent.units
    let columns = units * recurrent.kind.gates
    var results: Values = []
    for sample in 0..<samples {
      var hidden = Values(repeating: 0, count: units)
      var cell = hidden
      var sequence = [Values](repeating: [], count: steps)
      for position in 0..<steps {
        let step = isReversed ? steps - 1 - position : position
        let start = (sample * steps + step) * features
        let own = product(
          Values(x[start..<start + features]),
          features,
          columns,
          weights,
          Values(bias.prefix(columns))
        )
        let recurrentBias = recurrent.kind == .gated ? Values(bias.suffix(columns)) : nil
        let inner = product(hidden, units, columns, recurrentWeights, recurrentBias)
        advance(recurrent.kind, own, inner, &hidden, &cell)
        sequence[step] = hidden
      }
      if recurrent.returnsSequence {
        for hidden in sequence { results += hidden }
      } else {
        results += hidden
      }
    }
    return results
  }

  private func advance(
    _ kind: RecurrentKind,
    _ own: Values,
    _ inner: Values,
    _ hidden: inout Values,
    _ cell: inout Values
  ) {
    let units = hidden.count
    for unit in 0..<units {
      func gate(_ index: Int) -> Double { own[index * units + unit] + inner[index * units + unit] }
      switch kind {
      case .simple:
        hidden[unit] = ExactMath.tanh(gate(0))
      case .gated:
        let update = ExactMath.sigmoid(gate(0))
        let reset = ExactMath.sigmoid(gate(1))
        let new = ExactMath.tanh(own[2 * units + unit] + reset * inner[2 * units + unit])
        hidden[unit] = update * hidden[unit] + (1 - update) * new
      case .longShortTerm:
        cell[unit] =
          ExactMath.sigmoid(gate(1)) * cell[unit]
          + ExactMath.sigmoid(gate(0)) * ExactMath.tanh(gate(2))
        hidden[unit] = ExactMath.sigmoid(gate(3)) * ExactMath.tanh(cell[unit])
      }
    }
  }

  // MARK: Attention

  /// The layer's outputs, and the probabilities (samples x heads x steps x steps) that mixed them.
  func attended(
    _ x: Values,
    _ shape: Shape,
    _ attention: Attention,
    _ parameters: [ParameterRole: Values]
  ) -> (outputs: Values, probabilities: Values) {
    let (steps, features) = (shape.extents[0], shape.extents[1])
    let (heads, size) = (attention.heads, attention.size)
    let inner = heads * size
    let projected = product(
      x,
      features,
      3 * inner,
      parameters[.weights],
      parameters[.bias]
    )
    var mixed = Values(repeating: 0, count: samples * steps * inner)
    var probabilities: Values = []
    for sample in 0..<samples {
      for head in 0..<heads {
        for step in 0..<steps {
          let query = (sample * steps + step) * 3 * inner + head * size
          let seen = attention.isCausal ? step + 1 : steps
          let scores = (0..<seen).map { other in
            let key = (sample * steps + other) * 3 * inner + inner + head * size
            return (0..<size).reduce(0.0) { $0 + projected[query + $1] * projected[key + $1] }
              / Double(size).squareRoot()
          }
          let row = activated(scores, .softmax, columns: seen)
          probabilities += row + Values(repeating: 0, count: steps - seen)
          for (other, probability) in row.enumerated() {
            let value = (sample * steps + other) * 3 * inner + 2 * inner + head * size
            for index in 0..<size {
              mixed[(sample * steps + step) * inner + head * size + index] +=
                probability * projected[value + index]
            }
          }
        }
      }
    }
    let outputs = product(
      mixed,
      inner,
      features,
      parameters[.outputWeights],
      parameters[.outputBias]
    )
    return (outputs, probabilities)
  }

  // MARK: Images

  /// Each cell of the output from the cell that `source` names, or 0 if that is outside.
  func moved(
    _ x: Values,
    _ input: Shape,
    _ output: Shape,
    _ source: (_ row: Int, _ column: Int) -> (row: Int, column: Int)
  ) -> Values {
    let channels = input.extents[2]
    var result: Values = []
    for sample in 0..<samples {
      for row in 0..<output.extents[0] {
        for column in 0..<output.extents[1] {
          let cell = source(row, column)
          let isInside =
            cell.row >= 0 && cell.row < input.extents[0] && cell.column >= 0
            && cell.column < input.extents[1]
          let start =
            ((sample * input.extents[0] + cell.row) * input.extents[1] + cell.column) * channels
          result +=
            isInside
            ? Values(x[start..<start + channels]) : Values(repeating: 0, count: channels)
        }
      }
    }
    return result
  }

  /// A transposed convolution: each input cell adds its window to the output.
  func spread(
    _ x: Values,
    _ input: Shape,
    _ convolution: TransposedConvolution,
    _ parameters: [ParameterRole: Values]
  ) -> Values {
    let weights = parameters[.weights] ?? []
    let shape = convolution.transposed(over: input)
    let filters = convolution.filters
    let channels = input.extents[2]
    let window = convolution.window
    let cells = shape.height * shape.width
    var result: Values = []
    for _ in 0..<samples * cells {
      result += parameters[.bias] ?? Values(repeating: 0, count: filters)
    }
    for sample in 0..<samples {
      for row in 0..<input.extents[0] {
        for column in 0..<input.extents[1] {
          let source = ((sample * input.extents[0] + row) * input.extents[1] + column) * channels
          for tapRow in 0..<window.height {
            let y = row * window.strideHeight - shape.padTop + tapRow
            guard y >= 0, y < shape.height else { continue }
            for tapColumn in 0..<window.width {
              let z = column * window.strideWidth - shape.padLeft + tapColumn
              guard z >= 0, z < shape.width else { continue }
              let target = ((sample * shape.height + y) * shape.width + z) * filters
              let tap = (tapRow * window.width + tapColumn) * filters
              for filter in 0..<filters {
                for channel in 0..<channels {
                  result[target + filter] +=
                    x[source + channel] * weights[(tap + filter) * channels + channel]
                }
              }
            }
          }
        }
      }
    }
    return result
  }

  // MARK: Rows

  func normalizedRows(
    _ x: Values,
    _ columns: Int,
    _ normalization: LayerNormalization,
    _ parameters: [ParameterRole: Values]
  ) -> Values {
    var result = x
    for start in stride(from: 0, to: x.count, by: columns) {
      let row = x[start..<start + columns]
      let mean = row.reduce(0, +) / Double(columns)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
      let deviation = (variance + Double(normalization.epsilon)).squareRoot()
      for column in 0..<columns {
        result[start + column] =
          (x[start + column] - mean) / deviation * (parameters[.scale]?[column] ?? 1)
          + (parameters[.offset]?[column] ?? 0)
      }
    }
    return result
  }

  func noisy(_ x: Values, _ count: Int, _ deviation: Float, node: Int) -> Values {
    var result = x
    for sample in 0..<samples {
      var generator = SeededGenerator(
        seed: PlannedDropout.seed(stream: streamSeed, step: step, node: node, sample: sample)
      )
      for index in 0..<count {
        result[sample * count + index] += Double(deviation) * generator.nextNormal()
      }
    }
    return result
  }
}
