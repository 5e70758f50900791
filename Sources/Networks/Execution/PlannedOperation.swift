/// What an operation computes: one case per kind of work, each a struct in the file of its layer.
///
/// Plain values without references, so that a plan runs without touching reference counts.
enum PlannedWork {
  case dense(PlannedDense)
  case convolution(PlannedConvolution)
  case depthwise(PlannedDepthwise)
  case pooling(PlannedPooling)
  case globalPooling(PlannedGlobalPooling)
  case activation(PlannedActivation)
  case softmax(PlannedSoftmax)
  case dropout(PlannedDropout)
  case batchNormalization(PlannedBatchNormalization)
  case scaleShift(PlannedScaleShift)
  case transposed(PlannedTransposed)
  case upsampling(PlannedUpsampling)
  case border(PlannedBorder)
  case noise(PlannedNoise)
  case layerNormalization(PlannedLayerNormalization)
  case recurrent(PlannedRecurrent)
  case embedding(PlannedEmbedding)
  case positionalEncoding(PlannedPositionalEncoding)
  case attention(PlannedAttention)
  case join(PlannedJoin)
  case activationRounding(PlannedActivationRounding)

  func forward(_ frame: Frame) {
    switch self {
    case .dense(let work): work.forward(frame)
    case .convolution(let work): work.forward(frame)
    case .depthwise(let work): work.forward(frame)
    case .pooling(let work): work.forward(frame)
    case .globalPooling(let work): work.forward(frame)
    case .activation(let work): work.forward(frame)
    case .softmax(let work): work.forward(frame)
    case .dropout(let work): work.forward(frame)
    case .batchNormalization(let work): work.forward(frame)
    case .scaleShift(let work): work.forward(frame)
    case .transposed(let work): work.forward(frame)
    case .upsampling(let work): work.forward(frame)
    case .border(let work): work.forward(frame)
    case .noise(let work): work.forward(frame)
    case .layerNormalization(let work): work.forward(frame)
    case .recurrent(let work): work.forward(frame)
    case .embedding(let work): work.forward(frame)
    case .positionalEncoding(let work): work.forward(frame)
    case .attention(let work): work.forward(frame)
    case .join(let work): work.forward(frame)
    case .activationRounding(let work): work.forward(frame)
    }
  }

  func backward(_ frame: Frame) {
    switch self {
    case .dense(let work): work.backward(frame)
    case .convolution(let work): work.backward(frame)
    case .depthwise(let work): work.backward(frame)
    case .pooling(let work): work.backward(frame)
    case .globalPooling(let work): work.backward(frame)
    case .activation(let work): work.backward(frame)
    case .softmax(let work): work.backward(frame)
    case .dropout(let work): work.backward(frame)
    case .batchNormalization(let work): work.backward(frame)
    case .scaleShift(let work): work.backward(frame)
    case .transposed(let work): work.backward(frame)
    case .upsampling(let work): work.backward(frame)
    case .border(let work): work.backward(frame)
    case .noise(let work): work.backward(frame)
    case .layerNormalization(let work): work.backward(frame)
    case .recurrent(let work): work.backward(frame)
    case .embedding(let work): work.backward(frame)
    case .positionalEncoding(let work): work.backward(frame)
    case .attention(let work): work.backward(frame)
    case .join(let work): work.backward(frame)
    case .activationRounding(let work): work.backward(frame)
    }
  }

  /// Ranges that it rounds to.
  var roundings: [PlannedActivationRounding] {
    switch self {
    case .activationRounding(let work): [work]
    case .recurrent(let work):
      [work.forwardDirection.rounding, work.backwardDirection?.rounding].compactMap { $0 }
    case .dense, .convolution, .depthwise, .pooling, .globalPooling, .activation, .softmax,
      .dropout, .batchNormalization, .scaleShift, .transposed, .upsampling, .border, .noise,
      .layerNormalization, .embedding, .positionalEncoding, .attention, .join:
      []
    }
  }

  /// What each kind needs besides its inputs and outputs.
  func needs(samples: Int) -> Needs {
    switch self {
    case .dense(let work):
      Needs(
        workspace: work.workspace(samples: samples),
        prepared: work.preparedCount,
        addsToInputs: true,
        preparesForBackwardOnly: true
      )
    case .convolution(let work):
      Needs(
        workspace: work.workspace(),
        prepared: work.preparedCount(),
        addsToInputs: true,
        preparesForBackwardOnly: true
      )
    case .depthwise: Needs(addsToInputs: true)
    case .pooling(let work):
      Needs(state: work.kind == .maximum ? work.shape.outputCount : 0, addsToInputs: true)
    case .globalPooling(let work):
      Needs(state: work.kind == .maximum ? work.channels : 0, addsToInputs: true)
    case .activation, .softmax, .batchNormalization: Needs()
    case .dropout(let work): Needs(state: work.stateCount)
    case .scaleShift(let work): Needs(prepared: work.preparedCount)
    case .transposed(let work):
      Needs(workspace: work.workspace(), prepared: work.preparedCount())
    case .upsampling, .border, .join: Needs(addsToInputs: true)
    case .noise, .activationRounding: Needs()
    case .layerNormalization(let work):
      Needs(workspace: 2 * max(work.columns, work.rows * samples), state: 2 * work.rows)
    case .recurrent(let work):
      Needs(
        workspace: work.workspace(samples: samples),
        state: work.stateCount,
        prepared: work.preparedCount,
        addsToInputs: true,
        preparesForBackwardOnly: true
      )
    case .embedding: Needs()
    case .positionalEncoding(let work): Needs(prepared: work.preparedCount)
    case .attention(let work):
      Needs(
        workspace: work.workspace(samples: samples),
        state: work.stateCount,
        addsToInputs: true
      )
    }
  }

  /// Makes of the parameters what the passes read; once after each change of them.
  func prepare(_ parameters: UnsafePointer<Float>, _ prepared: UnsafeMutablePointer<Float>) {
    switch self {
    case .dense(let work): work.prepare(parameters, prepared)
    case .convolution(let work): work.prepare(parameters, prepared)
    case .scaleShift(let work): work.prepare(parameters, prepared)
    case .transposed(let work): work.prepare(parameters, prepared)
    case .positionalEncoding(let work): work.prepare(prepared)
    case .recurrent(let work): work.prepare(parameters, prepared)
    case .depthwise, .pooling, .globalPooling, .activation, .softmax, .dropout,
      .batchNormalization, .upsampling, .border, .noise, .layerNormalization, .embedding,
      .attention, .join, .activationRounding:
      break
    }
  }
}

extension PlannedWork {
  /// Whether its backward pass reads its inputs.
  var readsInputsBackward: Bool {
    switch self {
    case .dense, .convolution, .depthwise, .transposed, .layerNormalization, .recurrent,
      .embedding, .attention, .batchNormalization, .activationRounding:
      true
    case .activation(let work): !work.isFusible
    case .pooling, .globalPooling, .softmax, .dropout, .scaleShift, .upsampling, .border, .noise,
      .positionalEncoding, .join:
      false
    }
  }

  /// Whether the gradient by its inputs can stand where that by its outputs stood, when nobody else
  /// reads these inputs.
  var passesGradientOn: Bool {
    switch self {
    case .batchNormalization: true
    case .join(let work): work.isLastOfSum
    default: false
    }
  }

  /// Whether it waits until all chunks have come to it.
  var isBarrier: Bool {
    if case .batchNormalization = self { true } else { false }
  }

  /// Whether its forward pass reads what `prepare` makes.
  var preparesForInference: Bool {
    let needs = needs(samples: 1)
    return needs.prepared > 0 && !needs.preparesForBackwardOnly
  }
}

/// Memory and habits of a kind of work.
struct Needs {
  /// Floats of scratch memory.
  var workspace = 0
  /// Floats per sample kept from the forward to the backward pass.
  var state = 0
  /// Floats made of the parameters beforehand.
  var prepared = 0
  /// Whether its backward pass can add to `dInputs`; otherwise the plan adds.
  var addsToInputs = false
  /// Whether the forward pass does without `prepared`.
  var preparesForBackwardOnly = false
}

/// One operation of a plan: what it computes, and where its arrays stand.
///
/// Offsets are in floats from the beginning of a chunk's memory; those of scratch memory are, in
/// training, from the beginning of the thread's.
struct PlannedOperation {
  var work: PlannedWork
  var node: Int
  /// Whether its inputs stand at the beginning of the thread's memory, where the operation `recomputed`
  /// leaves them, and leaves them again for the backward pass.
  var readsScratch = false
  /// Whether its outputs go there: they are not kept, but computed again when they are needed.
  var writesScratch = false
  /// The operation to run again before the backward pass reads the inputs.
  var recomputed: Int?
  /// nil reads the network's input where it stands.
  var input: Int?
  var output: Int
  var dOutput: Int
  /// nil if nobody needs the gradient by the inputs.
  var dInput: Int?
  var inputCount: Int
  var accumulates: Bool
  /// Where to put `dInputs` first if they have to be added by the plan.
  var addition: Int?
  var state: Int
  var workspace: Int
  /// From the beginning of the prepared block.
  var prepared: Int
  /// From the beginning of the parameter block.
  var parameters: Int
  var trains: Bool
  /// Whether anything behind it learns, so that its backward pass runs at all.
  var runsBackward: Bool
}
