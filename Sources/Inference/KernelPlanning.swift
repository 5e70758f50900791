extension OperationKind {
  /// The planned form of an operation of this kind.
  func kernel(_ preparation: Preparation) throws(GraphError) -> any Kernel {
    switch self {
    case .convolution(let window, let activation):
      try WeightedSum.convolution(preparation, window: window, activation: activation)
    case .depthwiseConvolution(let window, let multiplier, let activation):
      try WeightedSum.depthwise(
        preparation,
        window: window,
        multiplier: multiplier,
        activation: activation
      )
    case .fullyConnected(let activation, _, let isSymmetric):
      try WeightedSum.fullyConnected(
        preparation,
        activation: activation,
        isSymmetric: isSymmetric
      )
    case .maxPool(let window, let height, let width, let activation):
      try PoolingKernel.make(
        preparation,
        isMaximum: true,
        window: window,
        height: height,
        width: width,
        activation: activation
      )
    case .averagePool(let window, let height, let width, let activation):
      try PoolingKernel.make(
        preparation,
        isMaximum: false,
        window: window,
        height: height,
        width: width,
        activation: activation
      )
    case .add(let activation): try preparation.sum(activation, subtracts: false)
    case .subtract(let activation): try preparation.sum(activation, subtracts: true)
    case .multiply(let activation): try preparation.product(activation)
    case .maximum: try preparation.extremum(isMaximum: true)
    case .minimum: try preparation.extremum(isMaximum: false)
    case .squaredDifference: try preparation.squaredDifference()
    case .pad: try preparation.pad()
    case .mean(let keeps): try preparation.reduction(.mean, keepsDimensions: keeps)
    case .sum(let keeps): try preparation.reduction(.sum, keepsDimensions: keeps)
    case .reduceMaximum(let keeps): try preparation.reduction(.maximum, keepsDimensions: keeps)
    case .reshape, .squeeze, .expandDimensions: try preparation.reshape()
    case .softmax(let beta): try SoftmaxKernel.make(preparation, beta: beta)
    case .logistic: try preparation.logistic()
    case .tanh: try preparation.tanh()
    case .relu: try preparation.relu()
    case .relu6: try preparation.relu6()
    case .prelu: try preparation.prelu()
    case .quantize: try preparation.quantize()
    case .dequantize: try preparation.dequantize()
    case .cast: try preparation.cast()
    case .concatenation(let axis, let activation):
      try preparation.concatenation(axis: axis, activation)
    case .split(let count): try preparation.split(count: count)
    case .splitVariable: try preparation.splitVariable()
    case .unpack(let axis, let count): try preparation.unpack(axis: axis, count: count)
    case .slice: try preparation.slice()
    case .stridedSlice(let masks): try preparation.stridedSlice(masks)
    case .transpose: try preparation.transpose()
    case .resizeNearestNeighbor(let alignsCorners, let usesHalfPixelCenters):
      try preparation.resizeNearestNeighbor(
        alignsCorners: alignsCorners,
        usesHalfPixelCenters: usesHalfPixelCenters
      )
    case .gather(let axis, let batchDimensions):
      try preparation.gather(axis: axis, batchDimensions: batchDimensions)
    case .argMax: try preparation.argMax()
    case .leakyRelu(let slope): try preparation.leakyRelu(slope: slope)
    case .hardSwish: try preparation.hardSwish()
    case .gelu(let isApproximate): try preparation.gelu(isApproximate: isApproximate)
    case .absolute: try preparation.absolute()
    case .negate: try preparation.negate()
    case .exponential: try preparation.exponential()
    case .squareRoot: try preparation.squareRoot()
    case .reciprocalSquareRoot: try preparation.reciprocalSquareRoot()
    case .batchMatMul(let left, let right):
      try preparation.batchMatMul(transposesLeft: left, transposesRight: right)
    case .transposeConvolution(let window, let activation):
      try TransposeConvolution.make(preparation, window: window, activation: activation)
    case .logSoftmax: try LogSoftmaxKernel.make(preparation)
    case .sequenceLSTM(let options): try preparation.sequenceLSTM(options)
    case .svdf(let rank, let activation): try preparation.svdf(rank: rank, activation)
    }
  }
}
