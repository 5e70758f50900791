/// What an operation computes, with TFLite's options. The set is closed; a file that holds another
/// operation is refused by name.
public enum OperationKind: Hashable, Sendable {
  case convolution(GraphWindow, FusedActivation)
  case depthwiseConvolution(GraphWindow, multiplier: Int, FusedActivation)
  case fullyConnected(FusedActivation, keepsDimensions: Bool)
  case maxPool(GraphWindow, height: Int, width: Int, FusedActivation)
  case averagePool(GraphWindow, height: Int, width: Int, FusedActivation)
  case softmax(beta: Float)
  case reshape
  case mean(keepsDimensions: Bool)
  case relu
  case relu6
  case logistic
  case tanh
  case quantize
  case dequantize
}
