import Tensors

extension Layer {
  /// The roles and shapes of the parameters that the layer has behind `inputs`.
  public func parameterShapes(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] {
    let last = inputs.first?.extents.last ?? 1
    switch self {
    case .input, .pooling, .upsampling, .activation, .flatten, .reshape, .padding, .cropping,
      .dropout, .noise, .positionalEncoding, .addition, .concatenation:
      return []
    case .dense(let dense):
      return [(.weights, Shape([last, dense.units]))]
        + bias(dense.units, if: dense.hasBias)
    case .convolution(let convolution):
      let weights = Shape([
        convolution.window.height, convolution.window.width, last / convolution.groups,
        convolution.filters,
      ])
      return [(.weights, weights)] + bias(convolution.filters, if: convolution.hasBias)
    case .temporalConvolution(let convolution):
      return [(.weights, Shape([convolution.size, last, convolution.filters]))]
        + bias(convolution.filters, if: convolution.hasBias)
    case .depthwiseConvolution(let convolution):
      let weights = Shape([
        convolution.window.height, convolution.window.width, last, convolution.multiplier,
      ])
      return [(.weights, weights)]
        + bias(last * convolution.multiplier, if: convolution.hasBias)
    case .transposedConvolution(let convolution):
      let weights = Shape([
        convolution.window.height, convolution.window.width, convolution.filters, last,
      ])
      return [(.weights, weights)] + bias(convolution.filters, if: convolution.hasBias)
    case .batchNormalization:
      let channels = Shape([last])
      return [
        (.scale, channels), (.offset, channels), (.movingMean, channels),
        (.movingVariance, channels),
      ]
    case .layerNormalization:
      return [(.scale, Shape([last])), (.offset, Shape([last]))]
    case .recurrent(let recurrent):
      let columns = recurrent.kind.gates * recurrent.units
      let weights = Shape([last, columns])
      let inner = Shape([recurrent.units, columns])
      let bias = Shape(recurrent.kind == .gated ? [2, columns] : [columns])
      let forward: [(role: ParameterRole, shape: Shape)] = [
        (.weights, weights), (.recurrentWeights, inner), (.bias, bias),
      ]
      guard recurrent.isBidirectional else { return forward }
      return forward + [
        (.reversedWeights, weights), (.reversedRecurrentWeights, inner), (.reversedBias, bias),
      ]
    case .embedding(let embedding):
      return [(.weights, Shape([embedding.vocabulary, embedding.units]))]
    case .attention(let attention):
      let inner = attention.heads * attention.size
      return [
        (.weights, Shape([last, 3 * inner])), (.bias, Shape([3 * inner])),
        (.outputWeights, Shape([inner, last])), (.outputBias, Shape([last])),
      ]
    }
  }

  private func bias(
    _ count: Int,
    if hasBias: Bool
  ) -> [(role: ParameterRole, shape: Shape)] { hasBias ? [(.bias, Shape([count]))] : [] }

  /// Multiply-accumulates for one sample: weights times the outputs each is used for.
  ///
  /// Attention's products of queries, keys and values count too. Bias, normalisation, pooling,
  /// activations and the look-up of an embedding are not counted.
  public func macCount(inputs: [Shape], output: Shape) -> Int {
    guard let input = inputs.first else { return 0 }
    let weights = parameterShapes(for: inputs).reduce(0) {
      $0 + ($1.role.isPrunable ? $1.shape.count : 0)
    }
    switch self {
    case .dense: return saturating(weights, input.count / (input.extents.last ?? 1))
    case .convolution, .depthwiseConvolution:
      return saturating(weights, output.extents[0], output.extents[1])
    case .temporalConvolution: return saturating(weights, output.extents[0])
    case .transposedConvolution: return saturating(weights, input.extents[0], input.extents[1])
    case .recurrent: return saturating(weights, input.extents[0])
    case .attention(let attention):
      let steps = input.extents[0]
      let products = saturating(2, steps, steps, attention.heads, attention.size)
      let (sum, overflow) = saturating(weights, steps).addingReportingOverflow(products)
      return overflow ? .max : sum
    case .input, .pooling, .upsampling, .activation, .flatten, .reshape, .padding, .cropping,
      .dropout, .noise, .batchNormalization, .layerNormalization, .embedding, .positionalEncoding,
      .addition, .concatenation:
      return 0
    }
  }

  /// A product that stops at the largest integer.
  private func saturating(_ factors: Int...) -> Int {
    factors.reduce(1) { product, factor in
      let (result, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? .max : result
    }
  }
}
