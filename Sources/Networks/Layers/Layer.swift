/// A layer of a network: the set is closed, so every pass handles every kind.
public enum Layer: Hashable, Sendable {
  /// Gives the samples; first in every network.
  case input
  case dense(Dense)
  case convolution(Convolution)
  case depthwiseConvolution(DepthwiseConvolution)
  case pooling(Pooling)
  case activation(ActivationFunction)
  case flatten
  /// Zeroes this share of the values while training and scales the rest by `1 / (1 - rate)`.
  case dropout(rate: Float)
  case batchNormalization(BatchNormalization)
}
