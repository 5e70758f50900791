import Networks
import Tensors

extension Network {
  /// The same function with batch normalisation inside the layers before it.
  ///
  /// `weights * factor` and `(bias * factor) + addend`, with the moving statistics. What stands behind
  /// a layer with an activation function, or behind one that others read too, stays as it is.
  /// Networks are folded before training for integers, so that what is rounded while training is
  /// what the integer graph holds.
  func foldingNormalization() throws(QuantizationError) -> Network {
    let old = architecture
    var counts = [Int](repeating: 0, count: old.nodes.count)
    for input in old.nodes.flatMap(\.inputs) { counts[input] += 1 }
    var folded: [Int: Int] = [:]
    for (index, node) in old.nodes.enumerated() {
      guard case .batchNormalization = node.layer, let source = node.inputs.first,
        counts[source] == 1, old.nodes[source].layer.withBias != nil
      else { continue }
      folded[index] = source
    }
    guard !folded.isEmpty else { return self }
    let sources = Set(folded.values)

    var smaller: Architecture
    var places = [Int](repeating: 0, count: old.nodes.count)
    var parameters: [[Parameter]] = [self.parameters[0]]
    do throws(ArchitectureError) {
      smaller = try Architecture(input: old.inputShape)
      for (index, node) in old.nodes.enumerated().dropFirst() {
        if let source = folded[index] {
          places[index] = places[source]
          continue
        }
        let isSource = sources.contains(index)
        places[index] = try smaller.append(
          isSource ? node.layer.withBias ?? node.layer : node.layer,
          name: node.name,
          inputs: node.inputs.map { places[$0] },
          isFrozen: node.isFrozen
        )
        parameters.append(self.parameters[index])
      }
    } catch {
      throw .unsupportedLayer(layer: "batch normalization", reason: error.description)
    }
    for (index, source) in folded.sorted(by: { $0.key < $1.key }) {
      guard case .batchNormalization(let normalization) = old.nodes[index].layer else { continue }
      let (factors, addends) = try normalization.affine(self, index, old.nodes[index].name)
      let place = places[source]
      var bias = parameter(.bias, of: source)?.values ?? factors.map { _ in 0 }
      for channel in bias.indices {
        bias[channel] = Float(Double(bias[channel]) * factors[channel] + addends[channel])
      }
      guard var weights = parameter(.weights, of: source) else { continue }
      weights.withMutableElements { elements in
        for element in elements.indices {
          elements[element] = Float(Double(elements[element]) * factors[element % factors.count])
        }
      }
      parameters[place] = smaller.parameterShapes(of: place).map { role, shape in
        Parameter(role: role, tensor: role == .bias ? Tensor(shape, bias) : weights)
      }
    }
    var result = Network(architecture: smaller, parameters: parameters, lineage: lineage)
    result.loss = loss
    result.training = training
    return result
  }
}

extension Layer {
  /// The layer with a bias, if it is one whose outputs run fastest and which has no activation; nil
  /// for all others.
  fileprivate var withBias: Layer? {
    switch self {
    case .dense(var layer):
      guard layer.activation == .linear else { return nil }
      layer.hasBias = true
      return .dense(layer)
    case .convolution(var layer):
      guard layer.activation == .linear else { return nil }
      layer.hasBias = true
      return .convolution(layer)
    case .depthwiseConvolution(var layer):
      guard layer.activation == .linear else { return nil }
      layer.hasBias = true
      return .depthwiseConvolution(layer)
    case .temporalConvolution(var layer):
      guard layer.activation == .linear else { return nil }
      layer.hasBias = true
      return .temporalConvolution(layer)
    case .input, .transposedConvolution, .pooling, .upsampling, .activation, .flatten, .reshape,
      .padding, .cropping, .dropout, .noise, .batchNormalization, .layerNormalization, .recurrent,
      .embedding, .positionalEncoding, .attention, .addition, .concatenation:
      return nil
    }
  }
}
