import CKernels

extension WeightedSum {
  /// The same layer with neighbouring positions as one that has the channels of all.
  ///
  /// It is a depthwise convolution whose windows move by one column, and whose channels fill a part of
  /// a unit or of a block; other layers are left as they are.
  func joined(in block: Int?) -> WeightedSum {
    let unit = Int(ck_tile_unit)
    let channels = Int(window.output_channels)
    guard connection == .depthwise(multiplier: 1), window.stride_width == 1, channels > 0 else {
      return self
    }
    var count = (block ?? unit) / channels
    while count > 1, !window.output_width.isMultiple(of: Int32(count)) { count -= 1 }
    // Units in part are finished as quickly only if they are halves.
    guard count > 1, block != nil || 2 * channels == unit else { return self }
    func repeated<Element>(_ values: [Element]) -> [Element] {
      stride(from: 0, to: values.count, by: channels).flatMap { start in
        (0..<count).flatMap { _ in values[start..<start + channels] }
      }
    }
    let arithmetic: Arithmetic
    switch self.arithmetic {
    case .floats(let weights, let bias, let range):
      arithmetic = .floats(weights: repeated(weights), bias: repeated(bias), range)
    case .bytes(let weights, let bias, let inputOffset, let requantization):
      arithmetic = .bytes(
        weights: repeated(weights),
        bias: repeated(bias),
        inputOffset: inputOffset,
        requantization.repeated(count)
      )
    case .hybrid, .words: return self
    }
    var window = window
    window.input_channels *= Int32(count)
    window.output_channels *= Int32(count)
    window.output_width /= Int32(count)
    return WeightedSum(
      window: window,
      connection: connection,
      input: input,
      output: output,
      arithmetic: arithmetic
    )
  }
}
