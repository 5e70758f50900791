import Networks

extension WeightQuantization {
  /// Takes the mean error of rounded weights out of the bias.
  ///
  /// `bias[c] -= sum_k (rounded[c, k] - weights[c, k]) * E[x_k]`, where the mean of an input is that
  /// over calibration samples and places of the window; borders of zeros are not told apart. Source:
  /// Nagel et al., "Data-free quantization through weight equalization and bias correction", 2019,
  /// section 4.2, with means that are observed.
  func correct(
    _ bias: inout [Float],
    weights: [Float],
    means: [Double],
    channelsRunFastest: Bool
  ) {
    guard !bias.isEmpty, !means.isEmpty else { return }
    let channels = bias.count
    let length = weights.count / channels
    var errors = [Double](repeating: 0, count: channels)
    for (index, weight) in weights.enumerated() {
      let channel = channelsRunFastest ? index % channels : index / length
      let scale = scales[scales.count == 1 ? 0 : channel]
      let difference = Double(Float(integers[index]) * scale) - Double(weight)
      // A depthwise filter sees one input channel, the others all of them in every tap.
      let input =
        channelsRunFastest ? channel * means.count / channels : index % length % means.count
      errors[channel] += difference * means[input]
    }
    for channel in 0..<channels { bias[channel] -= Float(errors[channel]) }
  }
}
