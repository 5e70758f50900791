import Tensors

/// A layer of a network: the set is closed, so every pass handles every kind.
public enum Layer: Hashable, Sendable {
  /// Gives the samples; first in every network.
  case input
  case dense(Dense)
  case convolution(Convolution)
  case temporalConvolution(TemporalConvolution)
  case depthwiseConvolution(DepthwiseConvolution)
  case transposedConvolution(TransposedConvolution)
  case pooling(Pooling)
  case upsampling(Upsampling)
  case activation(ActivationFunction)
  case flatten
  /// The same values under another shape.
  case reshape(Shape)
  /// Zeros around an image.
  case padding(Border)
  /// An image without its border.
  case cropping(Border)
  /// Zeroes this share of the values while training and scales the rest by `1 / (1 - rate)`.
  case dropout(rate: Float)
  /// Adds normally distributed numbers while training.
  case noise(deviation: Float)
  case batchNormalization(BatchNormalization)
  case layerNormalization(LayerNormalization)
  case recurrent(Recurrent)
  case embedding(Embedding)
  /// Adds to each step of a sequence numbers that tell its place.
  case positionalEncoding
  case attention(Attention)
  /// The sum of inputs of one shape.
  case addition
  /// Inputs side by side along the last axis.
  case concatenation
}
