import CKernels
import Tensors

/// Turns the nodes of an architecture into the operations of a plan, then gives every array its place.
struct PlanBuilder {
  /// An operation whose arrays have no place yet.
  struct Draft {
    let work: PlannedWork
    let node: Int
    let input: Int
    let output: Int
  }

  let architecture: Architecture
  let layout: ParameterLayout
  let purpose: Plan.Purpose
  let chunkSamples: Int

  var drafts: [Draft] = []
  /// Values per sample of each buffer; buffer 0 is the network's input.
  var bufferCounts: [Int] = []
  /// The buffer of each node that has been added.
  var buffers: [Int: Int] = [:]
  /// Activation nodes that an operation before them already computes.
  var fused: Set<Int> = []
  var sharedFloats = 0
  /// What is rounded on the way, in training for integers.
  var awareness: QuantizationAwareness?

  init(architecture: Architecture, layout: ParameterLayout, purpose: Plan.Purpose) {
    self.architecture = architecture
    self.layout = layout
    self.purpose = purpose
    chunkSamples = Plan.chunkSamples(architecture)
  }

  var isTraining: Bool {
    switch purpose {
    case .training: true
    case .inference: false
    }
  }

  var outputNode: Int {
    switch purpose {
    case .training: architecture.nodes.count - 1
    case .inference(let node, _): node
    }
  }

  var endsInLogits: Bool {
    switch purpose {
    case .training(_, let endsInLogits), .inference(_, let endsInLogits): endsInLogits
    }
  }

  // MARK: Operations

  /// Adds the operations of every node that the output depends on.
  mutating func addNodes() {
    let needed = architecture.ancestors(of: outputNode)
    for node in architecture.nodes.indices where needed.contains(node) { add(node) }
  }

  private mutating func add(_ node: Int) {
    let description = architecture.nodes[node]
    guard let first = description.inputs.first, let input = buffers[first] else {
      buffers[node] = newBuffer(description.outputShape.count)
      return
    }
    let inputShape = architecture.nodes[first].outputShape
    let outputShape = description.outputShape
    switch description.layer {
    case .input, .flatten, .reshape:
      buffers[node] = input
    case .dropout(let rate):
      guard isTraining, rate > 0 else {
        buffers[node] = input
        return
      }
      let work = PlannedDropout(rate: rate, count: outputShape.count, node: node)
      append(.dropout(work), node, from: input, count: outputShape.count)
    case .activation(let function):
      guard !fused.contains(node) else {
        buffers[node] = input
        return
      }
      buffers[node] = input
      appendActivation(function, node, outputShape)
    case .dense(let dense):
      let activation = fusedActivation(dense.activation, node)
      let work = PlannedDense(
        rows: inputShape.count / (inputShape.extents.last ?? 1),
        inputs: inputShape.extents.last ?? 1,
        units: dense.units,
        bias: layout.offset(.bias, of: node),
        activation: activation.fused
      )
      append(.dense(work), node, from: input, count: outputShape.count)
      appendActivation(activation.left, node, outputShape)
    case .convolution(let convolution):
      let activation = fusedActivation(convolution.activation, node)
      let work = PlannedConvolution(
        shape: ck_convolution(
          convolution.window,
          over: inputShape,
          filters: convolution.filters,
          groups: convolution.groups
        ),
        bias: layout.offset(.bias, of: node),
        activation: activation.fused
      )
      append(.convolution(work), node, from: input, count: outputShape.count)
      appendActivation(activation.left, node, outputShape)
    case .depthwiseConvolution(let convolution):
      let activation = fusedActivation(convolution.activation, node)
      let work = PlannedDepthwise(
        shape: ck_convolution(
          convolution.window,
          over: inputShape,
          filters: outputShape.extents[2],
          groups: inputShape.extents[2]
        ),
        bias: layout.offset(.bias, of: node),
        activation: activation.fused
      )
      append(.depthwise(work), node, from: input, count: outputShape.count)
      appendActivation(activation.left, node, outputShape)
    case .temporalConvolution(let convolution):
      let activation = fusedActivation(convolution.activation, node)
      let work = PlannedConvolution(
        shape: ck_convolution(
          convolution.window,
          over: Shape([1, inputShape.extents[0], inputShape.extents[1]]),
          filters: convolution.filters,
          groups: 1
        ),
        bias: layout.offset(.bias, of: node),
        activation: activation.fused
      )
      append(.convolution(work), node, from: input, count: outputShape.count)
      appendActivation(activation.left, node, outputShape)
    case .transposedConvolution(let convolution):
      let activation = fusedActivation(convolution.activation, node)
      let work = PlannedTransposed(
        shape: convolution.transposed(over: inputShape),
        bias: layout.offset(.bias, of: node),
        activation: activation.fused
      )
      append(.transposed(work), node, from: input, count: outputShape.count)
      appendActivation(activation.left, node, outputShape)
    case .upsampling(let upsampling):
      let work = PlannedUpsampling(
        height: inputShape.extents[0],
        width: inputShape.extents[1],
        channels: inputShape.extents[2],
        factorHeight: upsampling.height,
        factorWidth: upsampling.width
      )
      append(.upsampling(work), node, from: input, count: outputShape.count)
    case .padding(let border):
      appendBorder(
        border,
        node,
        from: input,
        inner: inputShape,
        outer: outputShape,
        isPadding: true
      )
    case .cropping(let border):
      appendBorder(
        border,
        node,
        from: input,
        inner: outputShape,
        outer: inputShape,
        isPadding: false
      )
    case .noise(let deviation):
      guard isTraining, deviation > 0 else {
        buffers[node] = input
        return
      }
      let work = PlannedNoise(deviation: deviation, count: outputShape.count, node: node)
      append(.noise(work), node, from: input, count: outputShape.count)
    case .layerNormalization(let normalization):
      let columns = inputShape.extents.last ?? 1
      let work = PlannedLayerNormalization(
        rows: inputShape.count / columns,
        columns: columns,
        epsilon: normalization.epsilon,
        offset: layout.offset(.offset, of: node) ?? 0
      )
      append(.layerNormalization(work), node, from: input, count: outputShape.count)
    case .recurrent(let recurrent):
      append(
        .recurrent(planned(recurrent, node, inputShape)),
        node,
        from: input,
        count: outputShape.count
      )
    case .embedding(let embedding):
      let work = PlannedEmbedding(
        steps: inputShape.count,
        vocabulary: embedding.vocabulary,
        units: embedding.units
      )
      append(.embedding(work), node, from: input, count: outputShape.count)
    case .positionalEncoding:
      let work = PlannedPositionalEncoding(
        steps: inputShape.extents[0],
        features: inputShape.extents[1]
      )
      append(.positionalEncoding(work), node, from: input, count: outputShape.count)
    case .attention(let attention):
      let work = PlannedAttention(
        steps: inputShape.extents[0],
        features: inputShape.extents[1],
        heads: attention.heads,
        size: attention.size,
        isCausal: attention.isCausal,
        bias: layout.offset(.bias, of: node) ?? 0,
        outputWeights: layout.offset(.outputWeights, of: node) ?? 0,
        outputBias: layout.offset(.outputBias, of: node) ?? 0
      )
      append(.attention(work), node, from: input, count: outputShape.count)
    case .addition, .concatenation:
      appendJoin(node, description, outputShape)
    case .pooling(let pooling):
      let work: PlannedWork
      if let window = pooling.window {
        work = .pooling(
          PlannedPooling(kind: pooling.kind, shape: ck_pooling(window, over: inputShape))
        )
      } else {
        let channels = inputShape.extents.last ?? 1
        work = .globalPooling(
          PlannedGlobalPooling(
            kind: pooling.kind,
            cells: inputShape.count / channels,
            channels: channels
          )
        )
      }
      append(work, node, from: input, count: outputShape.count)
    case .batchNormalization(let normalization):
      appendNormalization(normalization, node, from: input, outputShape)
    }
  }

  private mutating func appendBorder(
    _ border: Border,
    _ node: Int,
    from input: Int,
    inner: Shape,
    outer: Shape,
    isPadding: Bool
  ) {
    let rowCount = outer.extents[1] * outer.extents[2]
    let work = PlannedBorder(
      innerRows: inner.extents[0],
      innerRowCount: inner.extents[1] * inner.extents[2],
      outerRowCount: rowCount,
      outerCount: outer.count,
      start: border.top * rowCount + border.left * outer.extents[2],
      isPadding: isPadding
    )
    append(.border(work), node, from: input, count: isPadding ? outer.count : inner.count)
  }

  private mutating func appendJoin(_ node: Int, _ description: Node, _ shape: Shape) {
    let columns = shape.extents.last ?? 1
    let isSum = description.layer == .addition
    let output = newBuffer(shape.count)
    let activation: PlannedActivation = isSum ? fusedActivation(.linear, node).fused : .linear
    var start = 0
    for (index, source) in description.inputs.enumerated() {
      guard let input = buffers[source] else { continue }
      let own = isSum ? columns : architecture.nodes[source].outputShape.extents.last ?? 1
      let work = PlannedJoin(
        rows: shape.count / columns,
        columns: own,
        outputColumns: columns,
        start: isSum ? 0 : start,
        adds: isSum && index > 0,
        activation: index == description.inputs.count - 1 ? activation : .linear,
        isLastOfSum: isSum && index == description.inputs.count - 1
      )
      drafts.append(Draft(work: .join(work), node: node, input: input, output: output))
      start += own
    }
    buffers[node] = output
    appendRounding(node, count: shape.count)
  }

  private mutating func planned(
    _ recurrent: Recurrent,
    _ node: Int,
    _ input: Shape
  ) -> PlannedRecurrent {
    PlannedRecurrent(
      kind: recurrent.kind,
      steps: input.extents[0],
      features: input.extents[1],
      units: recurrent.units,
      returnsSequence: recurrent.returnsSequence,
      forwardDirection: PlannedDirection(
        weights: 0,
        recurrentWeights: layout.offset(.recurrentWeights, of: node) ?? 0,
        bias: layout.offset(.bias, of: node) ?? 0,
        isReversed: false,
        rounding: stateRounding(node, recurrent.isBidirectional ? "forward/" : "", recurrent)
      ),
      backwardDirection: recurrent.isBidirectional
        ? PlannedDirection(
          weights: layout.offset(.reversedWeights, of: node) ?? 0,
          recurrentWeights: layout.offset(.reversedRecurrentWeights, of: node) ?? 0,
          bias: layout.offset(.reversedBias, of: node) ?? 0,
          isReversed: true,
          rounding: stateRounding(node, "backward/", recurrent)
        ) : nil
    )
  }

  private mutating func appendNormalization(
    _ normalization: BatchNormalization,
    _ node: Int,
    from input: Int,
    _ shape: Shape
  ) {
    let channels = shape.extents.last ?? 1
    let offset = layout.offset(.offset, of: node) ?? 0
    let movingMean = layout.offset(.movingMean, of: node) ?? 0
    let movingVariance = layout.offset(.movingVariance, of: node) ?? 0
    if case .training(let chunks, _) = purpose, !architecture.nodes[node].isFrozen {
      let work = PlannedBatchNormalization(
        rows: shape.count / channels,
        channels: channels,
        epsilon: normalization.epsilon,
        momentum: normalization.momentum,
        hasRelu: fusesFollower(of: node) { $0 == .relu },
        offset: offset,
        movingMean: movingMean,
        movingVariance: movingVariance,
        chunks: chunks,
        shared: sharedFloats
      )
      sharedFloats += ParameterLayout.aligned(
        PlannedBatchNormalization.sharedCount(channels: channels, chunks: chunks)
      )
      append(.batchNormalization(work), node, from: input, count: shape.count)
    } else {
      let activation = fusedActivation(.linear, node)
      let work = PlannedScaleShift(
        rows: shape.count / channels,
        channels: channels,
        epsilon: normalization.epsilon,
        offset: offset,
        movingMean: movingMean,
        movingVariance: movingVariance,
        activation: activation.fused
      )
      append(.scaleShift(work), node, from: input, count: shape.count)
    }
  }

  mutating func newBuffer(_ count: Int) -> Int {
    bufferCounts.append(count)
    return bufferCounts.count - 1
  }

  mutating func append(_ work: PlannedWork, _ node: Int, from input: Int, count: Int) {
    let output = newBuffer(count)
    drafts.append(Draft(work: work, node: node, input: input, output: output))
    buffers[node] = output
    appendRounding(node, count: count)
  }
}
