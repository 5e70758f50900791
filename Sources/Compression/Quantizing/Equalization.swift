import Networks
import Tensors

extension Network {
  /// The same function with the ranges of weights shared between neighbouring layers, so that no
  /// channel needs a much coarser scale than the others.
  ///
  /// Where a layer's channel c feeds only the next layer through functions f with f(s x) = s f(x),
  /// its weights and bias are divided by `s = sqrt(r1 / r2)` and what reads it is multiplied by s,
  /// with r1 and r2 the largest magnitudes on either side; afterwards both are sqrt(r1 r2). Repeated
  /// over all pairs until they settle. Source: Nagel et al., "Data-free quantization through weight
  /// equalization and bias correction", 2019, section 4.1.
  func equalizingRanges() -> Network {
    var result = self
    let pairs = equalizablePairs()
    for _ in 0..<20 {
      var largest = 1.0
      for pair in pairs { largest = max(largest, result.equalize(pair)) }
      if largest < 1.01 { break }
    }
    return result
  }

  /// Layers that follow each other through functions that scale.
  private func equalizablePairs() -> [(first: Int, second: Int)] {
    let nodes = architecture.nodes
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { readers[input].append(index) }
    }
    var pairs: [(first: Int, second: Int)] = []
    for (index, node) in nodes.enumerated() where node.layer.isEqualizable {
      guard let activation = node.layer.activation, activation.scales else { continue }
      var place = index
      while readers[place].count == 1, let next = readers[place].first {
        place = next
        if nodes[place].layer.isEqualizable {
          pairs.append((index, place))
          break
        }
        guard nodes[place].layer.passesScales else { break }
      }
    }
    return pairs
  }

  /// Shares the ranges of one pair; gives the largest change of a channel as a factor of at least 1.
  private mutating func equalize(_ pair: (first: Int, second: Int)) -> Double {
    let channels = architecture.nodes[pair.first].outputShape.extents.last ?? 1
    guard let first = parameter(.weights, of: pair.first),
      let second = parameter(.weights, of: pair.second)
    else { return 1 }
    let reader = inputChannels(of: pair.second, second, channels)
    var ranges1 = [Double](repeating: 0, count: channels)
    var ranges2 = [Double](repeating: 0, count: channels)
    for (index, weight) in first.values.enumerated() {
      ranges1[index % channels] = max(ranges1[index % channels], Double(weight.magnitude))
    }
    for (index, weight) in second.values.enumerated() {
      ranges2[reader(index)] = max(ranges2[reader(index)], Double(weight.magnitude))
    }
    var largest = 1.0
    let factors = zip(ranges1, ranges2).map { first, second -> Double in
      guard first > 0, second > 0 else { return 1 }
      let factor = (first / second).squareRoot()
      largest = max(largest, factor, 1 / factor)
      return factor
    }
    scale(pair.first, .weights) { 1 / factors[$0 % channels] }
    scale(pair.first, .bias) { 1 / factors[$0 % channels] }
    scale(pair.second, .weights) { factors[reader($0)] }
    return largest
  }

  private mutating func scale(_ node: Int, _ role: ParameterRole, by factor: (Int) -> Double) {
    guard let place = parameters[node].firstIndex(where: { $0.role == role }) else { return }
    parameters[node][place].tensor.withMutableElements { elements in
      for index in elements.indices {
        elements[index] = Float(Double(elements[index]) * factor(index))
      }
    }
  }

  /// Which channel of the layer before each weight of `node` is multiplied with.
  private func inputChannels(of node: Int, _ weights: Tensor, _ channels: Int) -> (Int) -> Int {
    let extents = weights.shape.extents
    let outputs = extents.last ?? 1
    if case .depthwiseConvolution = architecture.nodes[node].layer {
      return { $0 / outputs % channels }
    }
    return { $0 / outputs % extents[extents.count - 2] % channels }
  }
}

extension ActivationFunction {
  /// Whether f(s x) = s f(x) for positive s.
  fileprivate var scales: Bool {
    switch self {
    case .linear, .relu, .leaky: true
    case .relu6, .sigmoid, .tanh, .softmax, .softplus, .gelu, .hardSwish, .hardSigmoid, .step: false
    }
  }
}

extension Layer {
  /// Whether it multiplies by weights whose channels can be scaled on both sides.
  fileprivate var isEqualizable: Bool {
    switch self {
    case .dense, .depthwiseConvolution, .temporalConvolution: true
    case .convolution(let convolution): convolution.groups == 1
    case .input, .transposedConvolution, .pooling, .upsampling, .activation, .flatten, .reshape,
      .padding, .cropping, .dropout, .noise, .batchNormalization, .layerNormalization, .recurrent,
      .embedding, .positionalEncoding, .attention, .addition, .concatenation:
      false
    }
  }

  /// Whether scaled channels come out as they went in.
  fileprivate var passesScales: Bool {
    switch self {
    case .pooling, .flatten, .padding, .cropping, .dropout, .upsampling: true
    case .activation(let function): function.scales
    case .input, .dense, .convolution, .temporalConvolution, .depthwiseConvolution,
      .transposedConvolution, .reshape, .noise, .batchNormalization, .layerNormalization,
      .recurrent, .embedding, .positionalEncoding, .attention, .addition, .concatenation:
      false
    }
  }
}
