import CKernels

extension WeightedSum {
  /// The same layer with two neighbouring positions as one of twice the channels, where that fills a
  /// unit of channels: a depthwise convolution of 8 channels whose windows move by one column.
  var inPairs: WeightedSum {
    let half = Int(ck_tile_unit) / 2
    guard connection == .depthwise(multiplier: 1), Int(window.output_channels) == half,
      window.stride_width == 1, window.output_width.isMultiple(of: 2)
    else { return self }
    func twice<Element>(_ values: [Element]) -> [Element] {
      stride(from: 0, to: values.count, by: half).flatMap { start in
        values[start..<start + half] + values[start..<start + half]
      }
    }
    let arithmetic: Arithmetic
    switch self.arithmetic {
    case .floats(let weights, let bias, let range):
      arithmetic = .floats(weights: twice(weights), bias: twice(bias), range)
    case .bytes(let weights, let bias, let inputOffset, let requantization):
      arithmetic = .bytes(
        weights: twice(weights),
        bias: twice(bias),
        inputOffset: inputOffset,
        requantization.twice
      )
    case .hybrid, .words: return self
    }
    var window = window
    window.input_channels *= 2
    window.output_channels *= 2
    window.output_width /= 2
    return WeightedSum(
      window: window,
      connection: connection,
      input: input,
      output: output,
      arithmetic: arithmetic
    )
  }
}
