import Inference
import Tensors

extension Graph {
  /// Every buffer that a run needs in RAM, with its size and lifetime, in the order of tensors.
  ///
  /// Constants stay in flash. A reshaped tensor holds the same bytes in the same order as the tensor
  /// it comes from, and nothing writes in place, so both share one buffer that lives as long as
  /// either. State that no operation writes (of an LSTM or SVDF) lives through the whole run.
  public func bufferRequests() throws(DeploymentError) -> [BufferRequest] {
    var owners = Array(tensors.indices)
    var firsts = [Int?](repeating: nil, count: tensors.count)
    var lasts = [Int](repeating: 0, count: tensors.count)
    var hasProducer = [Bool](repeating: false, count: tensors.count)
    let end = max(0, operations.count - 1)
    try checkTensors()
    for tensor in inputs {
      firsts[tensor] = 0
      hasProducer[tensor] = true
    }
    for (step, operation) in operations.enumerated() {
      for tensor in operation.inputs.compactMap({ $0 }) {
        lasts[tensor] = step
        if firsts[tensor] == nil { firsts[tensor] = step }
      }
      for tensor in operation.outputs {
        if firsts[tensor] == nil { firsts[tensor] = step }
        lasts[tensor] = max(lasts[tensor], step)
        hasProducer[tensor] = true
      }
      if operation.kind.keepsBytes, let input = operation.inputs.first ?? nil,
        let output = operation.outputs.first, tensors[input].constant == nil,
        tensors[input].type == tensors[output].type
      {
        owners[output] = owners[input]
      }
    }
    for tensor in outputs { lasts[tensor] = end }

    var members: [[Int]] = Array(repeating: [], count: tensors.count)
    for tensor in tensors.indices where tensors[tensor].constant == nil && firsts[tensor] != nil {
      members[owners[tensor]].append(tensor)
    }
    var requests: [BufferRequest] = []
    for group in members where !group.isEmpty {
      var bytes = 0
      var first = end
      var last = 0
      for tensor in group {
        bytes = max(bytes, try tensors[tensor].byteCount())
        first = min(first, hasProducer[tensor] ? firsts[tensor] ?? 0 : 0)
        last = max(last, hasProducer[tensor] ? lasts[tensor] : end)
      }
      requests.append(
        BufferRequest(
          name: tensors[group[0]].name,
          tensors: group,
          bytes: bytes,
          lifetime: Lifetime(first: first, last: last)
        )
      )
    }
    return requests
  }

  /// Refuses a graph that names tensors that it does not have.
  func checkTensors() throws(DeploymentError) {
    let named =
      inputs + outputs
      + operations.flatMap { operation in
        operation.inputs.compactMap { $0 } + operation.outputs
      }
    for tensor in named where !tensors.indices.contains(tensor) {
      throw .missingTensor(index: tensor, count: tensors.count)
    }
  }
}

extension GraphTensor {
  /// Elements, refusing what no machine holds.
  func elementCount() throws(DeploymentError) -> Int {
    guard let shape = Shape(checking: shape) else {
      throw .impossibleTensor(name: name, shape: shape)
    }
    return shape.count
  }

  /// Bytes of all elements; int4 packs two a byte.
  func byteCount() throws(DeploymentError) -> Int { (try elementCount() * type.bits + 7) / 8 }
}

extension OperationKind {
  /// Whether the output is the first input's bytes in the same order, only seen in another shape.
  var keepsBytes: Bool {
    switch self {
    case .reshape, .squeeze, .expandDimensions: true
    case .convolution, .depthwiseConvolution, .transposeConvolution, .fullyConnected, .maxPool,
      .averagePool, .add, .subtract, .multiply, .maximum, .minimum, .squaredDifference,
      .concatenation, .split, .splitVariable, .unpack, .slice, .stridedSlice, .pad, .mean, .sum,
      .reduceMaximum, .transpose, .resizeNearestNeighbor, .softmax, .logSoftmax, .logistic, .tanh,
      .relu, .relu6, .leakyRelu, .prelu, .hardSwish, .gelu, .absolute, .negate, .exponential,
      .squareRoot, .reciprocalSquareRoot, .batchMatMul, .argMax, .gather, .sequenceLSTM, .svdf,
      .quantize, .dequantize, .cast:
      false
    }
  }
}
