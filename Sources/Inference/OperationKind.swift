/// What an operation computes, with TFLite's options.
///
/// The set is closed; a file that holds another operation is refused by name.
public enum OperationKind: Hashable, Sendable {
  case convolution(GraphWindow, FusedActivation)
  case depthwiseConvolution(GraphWindow, multiplier: Int, FusedActivation)
  /// Inputs: output shape, weights, activations, bias.
  case transposeConvolution(GraphWindow, FusedActivation)
  /// Float inputs of integer weights are quantized while running: around 0 if `isSymmetric`, else over
  /// their own range.
  case fullyConnected(FusedActivation, keepsDimensions: Bool, isSymmetric: Bool = false)
  case maxPool(GraphWindow, height: Int, width: Int, FusedActivation)
  case averagePool(GraphWindow, height: Int, width: Int, FusedActivation)
  case add(FusedActivation)
  case subtract(FusedActivation)
  case multiply(FusedActivation)
  case maximum
  case minimum
  case squaredDifference
  case concatenation(axis: Int, FusedActivation)
  /// Inputs: axis, values; pieces of one size.
  case split(count: Int)
  /// Inputs: values, sizes, axis.
  case splitVariable(count: Int)
  case unpack(axis: Int, count: Int)
  /// Inputs: values, begin, size (-1 is the rest).
  case slice
  case stridedSlice(StridedSliceMasks)
  /// Inputs: values, amounts before and after each axis.
  case pad
  case mean(keepsDimensions: Bool)
  case sum(keepsDimensions: Bool)
  case reduceMaximum(keepsDimensions: Bool)
  case reshape
  case squeeze(axes: [Int])
  case expandDimensions
  case transpose
  case resizeNearestNeighbor(alignsCorners: Bool, usesHalfPixelCenters: Bool)
  case softmax(beta: Float)
  case logSoftmax
  case logistic
  case tanh
  case relu
  case relu6
  case leakyRelu(slope: Float)
  case prelu
  case hardSwish
  case gelu(isApproximate: Bool)
  case absolute
  case negate
  case exponential
  case squareRoot
  case reciprocalSquareRoot
  case batchMatMul(transposesLeft: Bool, transposesRight: Bool)
  case argMax
  case gather(axis: Int, batchDimensions: Int)
  case sequenceLSTM(SequenceLSTM)
  case svdf(rank: Int, FusedActivation)
  case quantize
  case dequantize
  case cast
}

/// Options of STRIDED_SLICE: bit i of a mask speaks of axis i.
public struct StridedSliceMasks: Hashable, Sendable {
  /// Axes that begin at their first element.
  public var begin: Int
  /// Axes that go to their last element.
  public var end: Int
  /// Axes of which one element is taken and which then disappear.
  public var shrink: Int

  /// Masks.
  public init(begin: Int = 0, end: Int = 0, shrink: Int = 0) {
    self.begin = begin
    self.end = end
    self.shrink = shrink
  }
}

/// Options of UNIDIRECTIONAL_SEQUENCE_LSTM.
public struct SequenceLSTM: Hashable, Sendable {
  /// Applied to the cell input and the new cell state.
  public var activation: FusedActivation
  /// Bound of the cell state; 0 is none.
  public var cellClip: Float
  /// Bound of the projection; 0 is none.
  public var projectionClip: Float
  /// Whether steps are the outermost axis.
  public var isTimeMajor: Bool
  /// Whether hybrid kernels may use a zero point for the inputs.
  public var quantizesInputsAsymmetrically: Bool

  /// Options.
  public init(
    activation: FusedActivation,
    cellClip: Float,
    projectionClip: Float,
    isTimeMajor: Bool,
    quantizesInputsAsymmetrically: Bool = false
  ) {
    self.activation = activation
    self.cellClip = cellClip
    self.projectionClip = projectionClip
    self.isTimeMajor = isTimeMajor
    self.quantizesInputsAsymmetrically = quantizesInputsAsymmetrically
  }
}
