import Inference
import Networks
import Tensors

extension Lowering {
  mutating func lower(
    _ convolution: Convolution,
    at place: LayerPlace
  ) throws(QuantizationError) -> Int {
    let weights = try parameter(.weights, place.index)
    let extents = weights.shape.extents
    let stored = GraphTensor(
      name: "\(place.name)/weights",
      shape: [extents[3], extents[0], extents[1], extents[2]],
      type: .float32,
      constant: bytes(
        transposed(weights.values, rows: weights.count / extents[3], columns: extents[3])
      )
    )
    let window = convolution.window.graphWindow
    return try addWeighted(place, stored, convolution.activation) { activation in
      .convolution(window, activation)
    }
  }

  mutating func lower(
    _ convolution: DepthwiseConvolution,
    at place: LayerPlace
  ) throws(QuantizationError) -> Int {
    let weights = try parameter(.weights, place.index)
    let extents = weights.shape.extents
    let stored = GraphTensor(
      name: "\(place.name)/weights",
      shape: [1, extents[0], extents[1], extents[2] * extents[3]],
      type: .float32,
      constant: bytes(weights.values)
    )
    let window = convolution.window.graphWindow
    return try addWeighted(place, stored, convolution.activation) { activation in
      .depthwiseConvolution(window, multiplier: convolution.multiplier, activation)
    }
  }

  /// A convolution of an image one row high.
  mutating func lower(
    _ convolution: TemporalConvolution,
    at place: LayerPlace
  ) throws(QuantizationError) -> Int {
    let weights = try parameter(.weights, place.index)
    let extents = weights.shape.extents
    let steps = Array(tensors[place.input].shape.dropFirst())
    let image = addReshape("\(place.name)/image", place.input, [1] + steps)
    let window = GraphWindow(
      padding: convolution.padding == .same ? .same : .valid,
      strideHeight: 1,
      strideWidth: convolution.stride,
      dilationWidth: convolution.dilation
    )
    let stored = GraphTensor(
      name: "\(place.name)/weights",
      shape: [extents[2], 1, extents[0], extents[1]],
      type: .float32,
      constant: bytes(
        transposed(weights.values, rows: extents[0] * extents[1], columns: extents[2])
      )
    )
    let convolved = try addWeighted(
      place,
      stored,
      convolution.activation,
      input: image,
      name: "\(place.name)/row",
      extents: [1] + place.extents
    ) { .convolution(window, $0) }
    return addReshape(place.name, convolved, place.extents)
  }

  /// TRANSPOSE_CONV, whose activation is an operation of its own.
  mutating func lower(
    _ convolution: TransposedConvolution,
    at place: LayerPlace
  ) throws(QuantizationError) -> Int {
    let weights = try parameter(.weights, place.index)
    let extents = weights.shape.extents
    let taps = extents[0] * extents[1]
    let (filters, channels) = (extents[2], extents[3])
    var values = [Float](repeating: 0, count: weights.count)
    for tap in 0..<taps {
      for filter in 0..<filters {
        for channel in 0..<channels {
          values[(filter * taps + tap) * channels + channel] =
            weights[(tap * filters + filter) * channels + channel]
        }
      }
    }
    let shape = addIntegers(
      "\(place.name)/shape",
      ([1] + place.extents).map(Int32.init)
    )
    let stored = addConstant(
      "\(place.name)/weights",
      values,
      shape: [filters, extents[0], extents[1], channels]
    )
    var inputs: [Int?] = [shape, stored, place.input]
    if network.parameter(.bias, of: place.index) != nil {
      inputs.append(addConstant("\(place.name)/bias", try parameter(.bias, place.index).values))
    }
    let isPlain = convolution.activation == .linear
    let sums = add(
      .transposeConvolution(convolution.window.graphWindow, .none),
      isPlain ? place.name : "\(place.name)/sums",
      inputs,
      place.extents
    )
    return try apply(
      convolution.activation,
      to: sums,
      mayFuse: false,
      place.name,
      place.extents
    )
  }

  mutating func addPooling(
    _ node: Node,
    _ pooling: Pooling,
    _ input: Int
  ) throws(QuantizationError) -> Int {
    guard let window = pooling.window else {
      let isSequence = tensors[input].shape.count == 3
      guard pooling.kind == .maximum else {
        let axes = addIntegers("\(node.name)/axes", isSequence ? [1] : [1, 2])
        return add(
          .mean(keepsDimensions: false),
          node.name,
          [input, axes],
          node.outputShape.extents
        )
      }
      // A window as large as the image: REDUCE_MAX is missing for int16 on microcontrollers.
      let image =
        isSequence
        ? addReshape("\(node.name)/image", input, [1] + tensors[input].shape.dropFirst()) : input
      let (height, width) = (tensors[image].shape[1], tensors[image].shape[2])
      let whole = GraphWindow(padding: .valid, strideHeight: height, strideWidth: width)
      let pooled = add(
        .maxPool(whole, height: height, width: width, .none),
        "\(node.name)/window",
        [image],
        [1, 1] + node.outputShape.extents
      )
      return addReshape(node.name, pooled, node.outputShape.extents)
    }
    guard window.dilation == 1 else {
      throw .unsupportedLayer(layer: node.name, reason: "pooling cannot be dilated")
    }
    let (height, width) = (window.height, window.width)
    let kind: OperationKind =
      pooling.kind == .average
      ? .averagePool(window.graphWindow, height: height, width: width, .none)
      : .maxPool(window.graphWindow, height: height, width: width, .none)
    return add(kind, node.name, [input], node.outputShape.extents)
  }
}
