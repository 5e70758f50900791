/// The memory that one operation sees while it works on one chunk of a batch.
///
/// Pointers only, so that making and passing a frame touches no reference count. Arrays hold
/// `samples` samples, one after another.
struct Frame {
  /// Samples of this chunk: at least 1, at most those that the plan says.
  var samples: Int
  /// Which chunk of the batch this is.
  var chunk: Int
  var inputs: UnsafePointer<Float>
  var outputs: UnsafeMutablePointer<Float>
  /// The gradient by the outputs, which the backward pass may change.
  var dOutputs: UnsafeMutablePointer<Float>
  /// Where the gradient by the inputs goes; nil if nobody needs it.
  var dInputs: UnsafeMutablePointer<Float>?
  /// 1 if `dInputs` is to be added to, 0 if it is to be overwritten.
  var accumulates: Int32
  /// The node's parameters, at the offsets that the operation knows.
  var parameters: UnsafePointer<Float>
  /// The chunk's gradients of these parameters, at the same offsets; nil if the node is frozen.
  var gradients: UnsafeMutablePointer<Float>?
  /// What `prepare` made of the parameters.
  var prepared: UnsafePointer<Float>
  /// What the forward pass leaves for the backward pass.
  var state: UnsafeMutablePointer<Float>
  var workspace: UnsafeMutablePointer<Float>
  /// What all chunks share.
  var sharedFrame: SharedFrame
  /// Places of the samples in the data.
  var sampleIndices: UnsafePointer<Int32>
  /// Seed of the shuffle and dropout stream.
  var streamSeed: UInt64
  /// Steps taken before this one.
  var step: Int
  var isTraining: Bool

  /// The state as 32-bit integers.
  var indexState: UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(state).assumingMemoryBound(to: Int32.self)
  }

  /// The state as bytes.
  var byteState: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(state).assumingMemoryBound(to: UInt8.self)
  }
}

/// The memory that all chunks share, and what a barrier needs to combine their parts.
struct SharedFrame {
  /// Chunks of this batch.
  var chunks: Int
  /// Samples of each chunk.
  var sampleCounts: UnsafePointer<Int>
  /// Room for one count per chunk.
  var rowCounts: UnsafeMutablePointer<Int>
  var shared: UnsafeMutablePointer<Float>
  /// The node's parameters, which include its moving statistics.
  var parameters: UnsafeMutablePointer<Float>
  /// The first chunk's gradients of the node.
  var gradients: UnsafeMutablePointer<Float>?
  /// Whether moving statistics are to follow the batch.
  var updatesStatistics: Bool
}
