import Inference

/// How much an operation has to do.
public struct OperationWork: Hashable, Sendable {
  /// Multiply-accumulates in operations with weights.
  public let macCount: Int
  /// Elements of all outputs.
  public let outputs: Int
  /// Elements that are visited without weights: windows of pools, elements of functions.
  public let visits: Int
  /// Window taps for which a convolution copies a pixel before it multiplies.
  public let taps: Int
  /// Elements that such a tap copies.
  public let channels: Int
}

/// Families of operations that cost alike.
public enum CostFamily: String, Hashable, Sendable, CaseIterable {
  case pointwiseConvolution
  case convolution
  case depthwiseConvolution
  case dense
  case pool
  case arithmetic
  case copy
  case function
  case conversion
  /// Nothing is computed: the bytes stay where they are.
  case free
}

extension Graph {
  /// The family and the work of an operation.
  func work(of operation: Operation) throws(DeploymentError) -> (CostFamily, OperationWork) {
    let outputs = try sum(operation.outputs)
    let inputs = try sum(operation.inputs.compactMap { $0 }.filter { tensors[$0].constant == nil })
    let weights = operation.inputs.count > 1 ? operation.inputs[1].map { tensors[$0] } : nil
    let weightCount = try weights?.elementCount() ?? 0
    let channels = operation.inputs.first.flatMap { $0 }.flatMap { tensors[$0].shape.last } ?? 1
    // Output channels stand first in TFLite's weights of convolutions and dense layers.
    let filters = max(1, weights?.shape.first ?? 1)
    var macs = 0
    var visits = 0
    var taps = 0
    let family: CostFamily
    switch operation.kind {
    case .convolution:
      macs = try product(outputs, weightCount / filters)
      let window = weights.map { $0.shape.dropFirst().dropLast().reduce(1, multiplied) } ?? 1
      family = window == 1 ? .pointwiseConvolution : .convolution
      taps = window == 1 ? 0 : try product(outputs / filters, window)
    case .transposeConvolution:
      macs = try product(inputs, weightCount / max(1, weights?.shape.last ?? 1))
      family = .convolution
    case .depthwiseConvolution:
      macs = try product(outputs, weightCount / max(1, weights?.shape.last ?? 1))
      family = .depthwiseConvolution
    case .fullyConnected:
      macs = try product(outputs, weightCount / filters)
      family = .dense
    case .batchMatMul(let transposesLeft, _):
      let left = operation.inputs.first.flatMap { $0 }.map { tensors[$0].shape } ?? []
      let depth = transposesLeft ? left.dropLast().last : left.last
      macs = try product(outputs, depth ?? 1)
      family = .dense
    case .sequenceLSTM, .svdf:
      // Every step multiplies all constant matrices once.
      let matrices = operation.inputs.compactMap { $0 }
        .filter { tensors[$0].constant != nil && tensors[$0].shape.count == 2 }
      let steps = operation.inputs.first.flatMap { $0 }.map { tensors[$0].shape } ?? []
      macs = try product(sum(matrices), steps.count > 2 ? steps[steps.count - 2] : 1)
      family = .dense
    case .maxPool(_, let height, let width, _), .averagePool(_, let height, let width, _):
      visits = try product(try product(outputs, height), width)
      family = .pool
    case .mean, .sum, .reduceMaximum, .argMax:
      visits = inputs
      family = .pool
    case .add, .subtract, .multiply, .maximum, .minimum, .squaredDifference, .prelu:
      visits = outputs
      family = .arithmetic
    case .concatenation, .split, .splitVariable, .unpack, .slice, .stridedSlice, .pad, .transpose,
      .resizeNearestNeighbor, .gather:
      visits = outputs
      family = .copy
    case .softmax, .logSoftmax, .logistic, .tanh, .gelu, .exponential, .squareRoot,
      .reciprocalSquareRoot:
      visits = outputs
      family = .function
    case .relu, .relu6, .leakyRelu, .hardSwish, .absolute, .negate, .quantize, .dequantize, .cast:
      visits = outputs
      family = .conversion
    case .reshape, .squeeze, .expandDimensions:
      family = .free
    }
    return (
      family,
      OperationWork(
        macCount: macs,
        outputs: outputs,
        visits: visits,
        taps: taps,
        channels: channels
      )
    )
  }

  private func sum(_ indices: [Int]) throws(DeploymentError) -> Int {
    var total = 0
    for index in indices { total += try tensors[index].elementCount() }
    return total
  }

  private func product(_ left: Int, _ right: Int) throws(DeploymentError) -> Int {
    let (product, overflow) = left.multipliedReportingOverflow(by: right)
    guard !overflow, product >= 0 else {
      throw .impossibleTensor(name: name, shape: [left, right])
    }
    return product
  }
}

/// A product of extents of one tensor, whose count was checked.
private func multiplied(_ left: Int, _ right: Int) -> Int { left &* right }
