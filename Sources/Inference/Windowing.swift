import CKernels

extension Preparation {
  /// Rows or columns that a window gives and the padding before the first, by TensorFlow's rule:
  /// valid takes whole windows only; same gives `ceil(size / stride)` and puts the smaller half of
  /// the padding before.
  private func extent(
    size: Int,
    taps: Int,
    stride: Int,
    dilation: Int,
    padding: GraphPadding
  ) -> (outputs: Int, before: Int) {
    let reach = (taps - 1) * dilation + 1
    let outputs: Int
    switch padding {
    case .valid: outputs = size < reach ? 0 : (size - reach) / stride + 1
    case .same: outputs = (size + stride - 1) / stride
    }
    let total = max(0, (outputs - 1) * stride + reach - size)
    return (outputs, padding == .same ? total / 2 : 0)
  }

  /// The geometry of a window moving over `input` (batch x height x width x channels), after
  /// checking that it gives the shape of `output`.
  func window(
    _ window: GraphWindow,
    height: Int,
    width: Int,
    over input: Operand,
    giving output: Operand,
    outputChannels: Int
  ) throws(GraphError) -> ck_window {
    try require(input, rank: 4)
    let limit = 1 << 20
    for (name, value) in [
      ("window height", height), ("window width", width), ("stride", window.strideHeight),
      ("stride", window.strideWidth), ("dilation", window.dilationHeight),
      ("dilation", window.dilationWidth),
    ] where value < 1 || value > limit {
      throw fault(.option(name: name, value: value))
    }
    let rows = extent(
      size: input.shape[1],
      taps: height,
      stride: window.strideHeight,
      dilation: window.dilationHeight,
      padding: window.padding
    )
    let columns = extent(
      size: input.shape[2],
      taps: width,
      stride: window.strideWidth,
      dilation: window.dilationWidth,
      padding: window.padding
    )
    try require(
      output,
      shape: [input.shape[0], rows.outputs, columns.outputs, outputChannels]
    )
    return ck_window(
      batches: Int32(input.shape[0]),
      input_height: Int32(input.shape[1]),
      input_width: Int32(input.shape[2]),
      input_channels: Int32(input.shape[3]),
      output_height: Int32(rows.outputs),
      output_width: Int32(columns.outputs),
      output_channels: Int32(outputChannels),
      filter_height: Int32(height),
      filter_width: Int32(width),
      stride_height: Int32(window.strideHeight),
      stride_width: Int32(window.strideWidth),
      dilation_height: Int32(window.dilationHeight),
      dilation_width: Int32(window.dilationWidth),
      pad_top: Int32(rows.before),
      pad_left: Int32(columns.before)
    )
  }
}
