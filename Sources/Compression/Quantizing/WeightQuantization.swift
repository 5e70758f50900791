import Inference
import Networks
import Tensors

/// Weights as integers around 0, with a scale per output channel or one for all.
struct WeightQuantization {
  let integers: [Int8]
  let scales: [Float]
  /// The largest distance of a weight from its integer's value.
  let largestError: Float

  /// Decibels of the weights over their rounding error; nil where there is none.
  let signalToNoise: Double?

  /// Quantizes `values` to the integers of `levels`, with scales as the levels have them.
  ///
  /// A weight of 0 stays 0, except among binary ones. A scale is raised where the bias would not fit
  /// into its integers, and a channel without weights takes the largest scale of the others, so that
  /// its bias keeps its precision.
  ///
  /// `channelsRunFastest` tells a depthwise layer's order from the others'; `bias` is empty if there
  /// is none; `inputScale` is that of the layer's input, which the bias shares, or nil if it stays a
  /// float; `learnt` are scales from training in the place of those that the values would have.
  init(
    _ values: [Float],
    channels: Int,
    granularity: Granularity,
    levels: WeightLevels,
    bias: [Float],
    inputScale: Float?,
    channelsRunFastest: Bool,
    learnt: [Float]? = nil
  ) {
    let count = granularity == .channel ? channels : 1
    let limit = levels.limit
    precondition(learnt == nil || learnt?.count == count, "as many scales are learnt as stored")
    let exact =
      learnt
      ?? values.withUnsafeBufferPointer {
        levels.scales(of: $0, channels: count, channelsRunFastest: channelsRunFastest)
      }
    var scales = exact
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
    let length = max(1, values.count / max(1, count))
    var integers: [Int8] = []
    integers.reserveCapacity(values.count)
    var error: Float = 0
    var signal = 0.0
    var noise = 0.0
    for (index, value) in values.enumerated() {
      let channel = count == 1 ? 0 : channelsRunFastest ? index % count : index / length
      let scale = self.scales[channel]
      let level: Float
      if case .steps = levels {
        let steps = (value / scale).rounded(.toNearestOrAwayFromZero)
        level = max(-limit, min(steps, limit))
      } else {
        level = exact[channel] > 0 ? levels.level(of: value, scale: scale) : 0
      }
      integers.append(Int8(level))
      let difference = level * scale - value
      error = max(error, difference.magnitude)
      signal += Double(value) * Double(value)
      noise += Double(difference) * Double(difference)
    }
    self.integers = integers
    largestError = error
    signalToNoise = decibels(signal: signal, noise: noise)
  }

  /// int8 weights with one scale for all, whose bias has no say in it, as an LSTM's kernels take them.
  init(whole values: [Float]) {
    self.init(
      values,
      channels: 1,
      granularity: .tensor,
      levels: WeightKind.int8.levels,
      bias: [],
      inputScale: nil,
      channelsRunFastest: false
    )
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

extension Graph {
  /// Puts integers in the place of a tensor of weights, and gives the report's row about them.
  mutating func store(
    _ quantized: WeightQuantization,
    in tensor: Int,
    as kind: WeightKind,
    axis: Int
  ) -> QuantizationReport.Weights {
    tensors[tensor].type = kind.type
    tensors[tensor].constant = quantized.bytes(kind.type)
    tensors[tensor].quantization = quantized.quantization(axis: axis)
    return QuantizationReport.Weights(
      name: tensors[tensor].name,
      largestError: quantized.largestError,
      scaleCount: quantized.scales.count,
      layer: tensors[tensor].layerName,
      kind: kind,
      scale: quantized.scales.max() ?? 0,
      signalToNoise: quantized.signalToNoise
    )
  }
}

/// `10 log10(signal / noise)`; nil without noise or without signal.
func decibels(signal: Double, noise: Double) -> Double? {
  guard signal > 0, noise > 0 else { return nil }
  return 10 * ExactMath.log(signal / noise) / ExactMath.log(10)
}
