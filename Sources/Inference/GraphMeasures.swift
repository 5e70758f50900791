import Tensors

/// What a constant of a graph is for.
public enum ConstantRole: Hashable, Sendable {
  /// Factors of a layer: what pruning and clustering touch.
  case weights
  /// Added to a layer's sums.
  case bias
}

extension GraphTensor {
  /// The integers of a constant, or nil if it has none: floats and computed tensors.
  public var integerConstant: [Int]? {
    guard let constant, type.integerRange != nil else { return nil }
    return Array(integers(constant, type: type).prefix(elementCount))
  }

  /// The numbers that a constant stands for.
  public var realConstant: Tensor? {
    guard let constant, let shape = Shape(checking: shape),
      let values = try? realValues(constant, of: self), values.count == shape.count
    else { return nil }
    return Tensor(shape, values)
  }

  /// Bytes of its scales (4 each) and zero points (4 each); 0 for a bias, whose scale is the product
  /// of two others.
  fileprivate var quantizationBytes: Int {
    guard type != .int32, type != .int64 else { return 0 }
    switch quantization {
    case nil: return 0
    case .perTensor: return 8
    case .perChannel(let scales, let zeroPoints, _): return 4 * (scales.count + zeroPoints.count)
    }
  }
}

extension Graph {
  /// The constants that are weights or biases, by tensor in ascending order; shapes, axes and other
  /// arguments of operations are none.
  public var parameters: [(tensor: Int, role: ConstantRole)] {
    var roles: [Int: ConstantRole] = [:]
    for operation in operations {
      for (position, role) in operation.kind.parameterPositions {
        guard position < operation.inputs.count, let tensor = operation.inputs[position] else {
          continue
        }
        let source = storedSource(of: tensor)
        guard tensors[source].constant != nil else { continue }
        // A constant with both roles counts as weights.
        if roles[source] != .weights { roles[source] = role }
      }
    }
    return roles.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The constant that is unpacked into `tensor`, or `tensor` itself.
  private func storedSource(of tensor: Int) -> Int {
    guard tensors[tensor].constant == nil else { return tensor }
    for operation in operations where operation.outputs == [tensor] {
      if case .dequantize = operation.kind, let input = operation.inputs.first ?? nil,
        tensors[input].constant != nil
      {
        return input
      }
    }
    return tensor
  }

  /// The number of weights and biases.
  public var parameterCount: Int {
    parameters.reduce(0) { $0 + tensors[$1.tensor].elementCount }
  }

  /// Bytes of weights and biases as stored, with their scales and zero points.
  public var parameterBytes: Int {
    parameters.reduce(0) { sum, parameter in
      let tensor = tensors[parameter.tensor]
      return sum + (tensor.constant?.count ?? 0) + tensor.quantizationBytes
    }
  }

  /// The share of weights that are 0 (an integer model's integers); 0 if there are none.
  ///
  /// Biases do not count.
  public var sparsity: Double {
    var zeros = 0
    var count = 0
    for parameter in parameters where parameter.role == .weights {
      let tensor = tensors[parameter.tensor]
      count += tensor.elementCount
      zeros += zeroCount(tensor)
    }
    return count == 0 ? 0 : Double(zeros) / Double(count)
  }

  /// The share of a constant's elements that are 0.
  public func zeroShare(of tensor: Int) -> Double {
    let count = tensors[tensor].elementCount
    return count == 0 ? 0 : Double(zeroCount(tensors[tensor])) / Double(count)
  }

  private func zeroCount(_ tensor: GraphTensor) -> Int {
    if let integers = tensor.integerConstant { return integers.count { $0 == 0 } }
    return tensor.realConstant?.values.count { $0 == 0 } ?? 0
  }

  /// How many different values a constant has; 0 for what is computed.
  public func distinctCount(of tensor: Int) -> Int {
    if let integers = tensors[tensor].integerConstant { return Set(integers).count }
    // + 0 makes one zero of the two.
    return Set((tensors[tensor].realConstant?.values ?? []).map { ($0 + 0).bitPattern }).count
  }

  /// Multiply-accumulates of one run in operations with weights; bias, pooling and activations are
  /// not counted.
  public var macCount: Int { operations.indices.reduce(0) { $0 + macCount(of: $1) } }

  /// Multiply-accumulates of one operation.
  public func macCount(of index: Int) -> Int {
    let operation = operations[index]
    func input(_ position: Int) -> GraphTensor? {
      guard position < operation.inputs.count, let tensor = operation.inputs[position] else {
        return nil
      }
      return tensors[tensor]
    }
    func product(_ shape: some Collection<Int>) -> Int {
      shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    }
    guard let output = operation.outputs.first.map({ tensors[$0] }), let weights = input(1) else {
      return 0
    }
    switch operation.kind {
    case .convolution:
      // Each output sums over the taps and input channels of its filter.
      return product(output.shape + weights.shape.dropFirst())
    case .depthwiseConvolution:
      return product(output.shape + weights.shape.dropFirst().dropLast())
    case .transposeConvolution:
      guard let image = input(2) else { return 0 }
      return product(image.shape + weights.shape.dropLast())
    case .fullyConnected:
      return product(output.shape + weights.shape.suffix(1))
    case .batchMatMul(let transposesLeft, _):
      guard let left = input(0), left.shape.count >= 2 else { return 0 }
      let depth = left.shape[left.shape.count - (transposesLeft ? 2 : 1)]
      return product(output.shape + [depth])
    case .sequenceLSTM(let options):
      guard let image = input(0), image.shape.count == 3 else { return 0 }
      let steps = image.shape[options.isTimeMajor ? 0 : 1]
      let gates = (1...8).compactMap { input($0)?.elementCount }.reduce(0, +)
      return product([steps, image.shape[options.isTimeMajor ? 1 : 0], gates])
    case .svdf:
      return weights.elementCount + (input(2)?.elementCount ?? 0)
    case .maxPool, .averagePool, .add, .subtract, .multiply, .maximum, .minimum,
      .squaredDifference, .concatenation, .split, .splitVariable, .unpack, .slice, .stridedSlice,
      .pad, .mean, .sum, .reduceMaximum, .reshape, .squeeze, .expandDimensions, .transpose,
      .resizeNearestNeighbor, .softmax, .logSoftmax, .logistic, .tanh, .relu, .relu6, .leakyRelu,
      .prelu, .hardSwish, .gelu, .absolute, .negate, .exponential, .squareRoot,
      .reciprocalSquareRoot, .argMax, .gather, .quantize, .dequantize, .cast:
      return 0
    }
  }
}

extension OperationKind {
  /// Which inputs are weights or biases when they are constants.
  fileprivate var parameterPositions: [(position: Int, role: ConstantRole)] {
    switch self {
    case .convolution, .depthwiseConvolution, .fullyConnected: [(1, .weights), (2, .bias)]
    case .transposeConvolution: [(1, .weights), (3, .bias)]
    case .sequenceLSTM: (1...11).map { ($0, .weights) } + (12...17).map { ($0, .bias) }
    case .svdf: [(1, .weights), (2, .weights), (3, .bias)]
    case .prelu, .gather: [(self == .prelu ? 1 : 0, .weights)]
    case .batchMatMul: [(0, .weights), (1, .weights)]
    case .add, .subtract, .multiply, .maximum, .minimum, .squaredDifference:
      [(0, .bias), (1, .bias)]
    case .maxPool, .averagePool, .concatenation, .split, .splitVariable, .unpack, .slice,
      .stridedSlice, .pad, .mean, .sum, .reduceMaximum, .reshape, .squeeze, .expandDimensions,
      .transpose, .resizeNearestNeighbor, .softmax, .logSoftmax, .logistic, .tanh, .relu, .relu6,
      .leakyRelu, .hardSwish, .gelu, .absolute, .negate, .exponential, .squareRoot,
      .reciprocalSquareRoot, .argMax, .quantize, .dequantize, .cast:
      []
    }
  }
}
