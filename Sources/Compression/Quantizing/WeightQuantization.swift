import Inference
import Tensors

/// Weights as integers around 0, with a scale per output channel or one for all.
struct WeightQuantization {
  let integers: [Int8]
  let scales: [Float]
  /// The largest distance of a weight from its integer's value.
  let largestError: Float

  /// Quantizes `values` to `-limit...limit` (127, or 7 for 4 bits).
  ///
  /// `scale = max |w| / limit` over what shares it, then `round(w / scale)`, halves away from 0; a
  /// weight of 0 stays 0. A scale is raised where the bias would not fit into its integers, and a
  /// channel without weights takes the largest scale of the others, so that its bias keeps its
  /// precision.
  ///
  /// `channelOf` gives the channel of each weight's position; `bias` is empty if there is none;
  /// `inputScale` is that of the layer's input, which the bias shares, or nil if it stays a float.
  init(
    _ values: [Float],
    channels: Int,
    granularity: Granularity,
    limit: Float,
    bias: [Float],
    inputScale: Float?,
    channelOf: (Int) -> Int
  ) {
    let count = granularity == .channel ? channels : 1
    var largest = [Float](repeating: 0, count: count)
    for (index, value) in values.enumerated() {
      let channel = count == 1 ? 0 : channelOf(index)
      largest[channel] = max(largest[channel], value.magnitude)
    }
    var scales = largest.map { $0 / limit }
    let fallback = scales.max() ?? 0
    for channel in scales.indices where scales[channel] == 0 {
      scales[channel] = fallback > 0 ? fallback : 1 / limit
    }
    if let inputScale {
      for (channel, value) in bias.enumerated() {
        // Half of int32 is left for the products.
        let least = value.magnitude / inputScale * 0x1p-30
        let place = count == 1 ? 0 : channel
        scales[place] = max(scales[place], least)
      }
    }
    self.scales = scales.map { max($0, .leastNormalMagnitude) }
    var integers: [Int8] = []
    integers.reserveCapacity(values.count)
    var error: Float = 0
    for (index, value) in values.enumerated() {
      let scale = self.scales[count == 1 ? 0 : channelOf(index)]
      let steps = (value / scale).rounded(.toNearestOrAwayFromZero)
      let clamped = max(-limit, min(steps, limit))
      integers.append(Int8(clamped))
      error = max(error, (clamped * scale - value).magnitude)
    }
    self.integers = integers
    largestError = error
  }

  /// As a tensor's quantization; `axis` is the channels' axis.
  func quantization(axis: Int) -> Quantization {
    scales.count == 1
      ? .perTensor(scale: scales[0], zeroPoint: 0)
      : .perChannel(scales: scales, zeroPoints: scales.map { _ in 0 }, axis: axis)
  }

  /// The elements of a tensor of `type`: int8, or int4 packed two a byte, the first in the low half.
  func bytes(_ type: ElementType) -> [UInt8] {
    let bits = integers.map { UInt8(bitPattern: $0) }
    guard type == .int4 else { return bits }
    return stride(from: 0, to: bits.count, by: 2).map { index in
      let high = index + 1 < bits.count ? bits[index + 1] : 0
      return bits[index] & 0xF | high << 4
    }
  }
}
