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
    case .fullyConnected(let activation, _):
      try WeightedSum.fullyConnected(preparation, activation: activation)
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
    default: throw preparation.fault(.option(name: "kind", value: 0))
    }
  }
}
