import CKernels

/// CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED: sums of products over a moving window, one output
/// row at a time, each row then brought to the output's type.
struct WeightedSum: Kernel {
  /// How input channels meet output channels.
  enum Connection: Hashable, Sendable {
    /// Every output channel of a group sees every input channel of that group.
    case full(groups: Int32)
    /// Output channel `c` sees input channel `c / multiplier`.
    case depthwise(multiplier: Int32)
  }

  let window: ck_window
  let connection: Connection
  let input: Operand
  let output: Operand
  let arithmetic: Arithmetic

  /// Weights in the kernels' layout, and the arithmetic that belongs to them.
  enum Arithmetic: Sendable {
    /// Bias empty if there is none.
    case floats(weights: [Float], bias: [Float], ClosedRange<Float>)
    /// Float activations quantized while running, around 0 or over their own range, and int8 weights
    /// with a scale per channel.
    case hybrid(
      weights: [Int8],
      bias: [Float],
      scales: [Float],
      isSymmetric: Bool,
      ClosedRange<Float>
    )
    /// int8 activations, 32-bit sums.
    case bytes(weights: [Int8], bias: [Int32], inputOffset: Int32, ChannelRequantization)
    /// int16 activations, 64-bit sums.
    case words(weights: [Int8], bias: [Int64], narrowSums: Bool, ChannelRequantization)
  }

  func run(_ memory: Memory) {
    let rowCount = Int(window.output_width) * Int(window.output_channels)
    let rows = Int(window.batches) * Int(window.output_height)
    switch arithmetic {
    case .floats(let weights, let bias, let range):
      let result: UnsafeMutableBufferPointer<Float> = output.elements(memory)
      for row in 0..<rows {
        let sums = UnsafeMutableBufferPointer(
          rebasing: result[row * rowCount..<(row + 1) * rowCount]
        )
        sum(row: row, weights: weights, bias: bias, offset: Float(0), memory, into: sums)
        for index in sums.indices {
          sums[index] = min(max(sums[index], range.lowerBound), range.upperBound)
        }
      }
    case .hybrid(let weights, let bias, let scales, let isSymmetric, let range):
      runHybrid(weights, bias, scales, isSymmetric, range, memory)
    case .bytes(let weights, let bias, let offset, let requantization):
      let result: UnsafeMutableBufferPointer<Int8> = output.elements(memory)
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: rowCount) { sums in
        for row in 0..<rows {
          sum(
            row: row,
            weights: weights,
            bias: bias,
            offset: offset,
            input.elements(memory),
            into: sums
          )
          requantization.apply(
            sums,
            into: UnsafeMutableBufferPointer(
              rebasing: result[row * rowCount..<(row + 1) * rowCount]
            )
          )
        }
      }
    case .words(let weights, let bias, let narrowSums, let requantization):
      let result: UnsafeMutableBufferPointer<Int16> = output.elements(memory)
      withUnsafeTemporaryAllocation(of: Int64.self, capacity: rowCount) { sums in
        for row in 0..<rows {
          sum(row: row, weights: weights, bias: bias, memory, into: sums)
          requantization.apply(
            sums,
            narrowSums: narrowSums,
            into: UnsafeMutableBufferPointer(
              rebasing: result[row * rowCount..<(row + 1) * rowCount]
            )
          )
        }
      }
    }
  }

  /// Quantizes each batch's activations over their own range, sums integers and scales back.
  ///
  /// Source: TensorFlow Lite, `AsymmetricQuantizeFloats`, `SymmetricQuantizeFloats` and the hybrid
  /// reference kernels.
  private func runHybrid(
    _ weights: [Int8],
    _ bias: [Float],
    _ scales: [Float],
    _ isSymmetric: Bool,
    _ range: ClosedRange<Float>,
    _ memory: Memory
  ) {
    let from: UnsafeMutableBufferPointer<Float> = input.elements(memory)
    let into: UnsafeMutableBufferPointer<Float> = output.elements(memory)
    let channels = Int(window.output_channels)
    let rowCount = Int(window.output_width) * channels
    let height = Int(window.output_height)
    let batchCount = from.count / Int(window.batches)
    let integers = UnsafeMutableBufferPointer<Int8>.allocate(capacity: from.count)
    let sums = UnsafeMutableBufferPointer<Int32>.allocate(capacity: rowCount)
    defer {
      integers.deallocate()
      sums.deallocate()
    }
    for batch in 0..<Int(window.batches) {
      let part = batch * batchCount..<(batch + 1) * batchCount
      let rule = RunningRange(
        UnsafeBufferPointer(rebasing: from[part]),
        isSymmetric: isSymmetric
      )
      for index in part { integers[index] = rule.integer(from[index]) }
      for row in batch * height..<(batch + 1) * height {
        sum(
          row: row,
          weights: weights,
          bias: [],
          offset: -rule.zeroPoint,
          integers,
          into: sums
        )
        for index in 0..<rowCount {
          let channel = index % channels
          let real = Float(sums[index]) * scales[channel] * rule.scale
          let biased = real + (bias.isEmpty ? 0 : bias[channel])
          into[row * rowCount + index] = min(max(biased, range.lowerBound), range.upperBound)
        }
      }
    }
  }

  private func place(of row: Int) -> (batch: Int32, row: Int32) {
    let height = Int(window.output_height)
    return (Int32(row / height), Int32(row % height))
  }

  private func sum(
    row: Int,
    weights: [Float],
    bias: [Float],
    offset: Float,
    _ memory: Memory,
    into sums: UnsafeMutableBufferPointer<Float>
  ) {
    let input: UnsafeMutableBufferPointer<Float> = input.elements(memory)
    let place = place(of: row)
    var window = window
    bias.withOptionalBaseAddress { bias in
      switch connection {
      case .full(let groups):
        ck_float_convolution_row(
          &window,
          groups,
          input.baseAddress,
          offset,
          weights,
          bias,
          place.batch,
          place.row,
          sums.baseAddress
        )
      case .depthwise(let multiplier):
        ck_float_depthwise_row(
          &window,
          multiplier,
          input.baseAddress,
          offset,
          weights,
          bias,
          place.batch,
          place.row,
          sums.baseAddress
        )
      }
    }
  }

  private func sum(
    row: Int,
    weights: [Int8],
    bias: [Int32],
    offset: Int32,
    _ input: UnsafeMutableBufferPointer<Int8>,
    into sums: UnsafeMutableBufferPointer<Int32>
  ) {
    let place = place(of: row)
    var window = window
    bias.withOptionalBaseAddress { bias in
      switch connection {
      case .full(let groups):
        ck_int8_convolution_row(
          &window,
          groups,
          input.baseAddress,
          offset,
          weights,
          bias,
          place.batch,
          place.row,
          sums.baseAddress
        )
      case .depthwise(let multiplier):
        ck_int8_depthwise_row(
          &window,
          multiplier,
          input.baseAddress,
          offset,
          weights,
          bias,
          place.batch,
          place.row,
          sums.baseAddress
        )
      }
    }
  }

  private func sum(
    row: Int,
    weights: [Int8],
    bias: [Int64],
    _ memory: Memory,
    into sums: UnsafeMutableBufferPointer<Int64>
  ) {
    let input: UnsafeMutableBufferPointer<Int16> = input.elements(memory)
    let place = place(of: row)
    var window = window
    bias.withOptionalBaseAddress { bias in
      switch connection {
      case .full(let groups):
        ck_int16_convolution_row(
          &window,
          groups,
          input.baseAddress,
          0,
          weights,
          bias,
          place.batch,
          place.row,
          sums.baseAddress
        )
      case .depthwise(let multiplier):
        ck_int16_depthwise_row(
          &window,
          multiplier,
          input.baseAddress,
          0,
          weights,
          bias,
          place.batch,
          place.row,
          sums.baseAddress
        )
      }
    }
  }
}

extension Array {
  /// Gives `body` the first element's address, or nil if there is none.
  fileprivate func withOptionalBaseAddress(_ body: (UnsafePointer<Element>?) -> Void) {
    withUnsafeBufferPointer { body($0.isEmpty ? nil : $0.baseAddress) }
  }
}

/// The scale and zero point of activations that are quantized while a graph runs.
struct RunningRange {
  let scale: Float
  let zeroPoint: Int32
  /// Steps per real number.
  let inverse: Float

  /// Over the least and greatest of `values` and 0.
  init(_ values: UnsafeBufferPointer<Float>, isSymmetric: Bool = false) {
    var low: Float = 0
    var high: Float = 0
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    self.init(low: low, high: high, isSymmetric: isSymmetric)
  }

  /// Over a range that holds 0, the zero point rounded from whichever end is nearer to it; or around
  /// 0, as far as the farther end.
  init(low: Float, high: Float, isSymmetric: Bool) {
    let step = (Double(high) - Double(low)) / 255
    guard step > 0, step.isFinite else {
      scale = 1
      zeroPoint = 0
      inverse = 1
      return
    }
    guard !isSymmetric else {
      let largest = max(-low, high)
      scale = largest / 127
      zeroPoint = 0
      inverse = 127 / largest
      return
    }
    let fromLow = -128 - Double(low) / step
    let fromHigh = 127 - Double(high) / step
    let isNearerLow = 128 + (Double(low) / step).magnitude < 127 + (Double(high) / step).magnitude
    let exact = isNearerLow ? fromLow : fromHigh
    scale = Float(step)
    inverse = 1 / scale
    zeroPoint = Int32(max(-128, min(exact.rounded(.toNearestOrAwayFromZero), 127)))
  }

  func integer(_ value: Float) -> Int8 {
    // The product is rounded before the zero point is added: halves go away from 0, not from it.
    Int8(clamping: Int64(clampedRound(value * inverse)) + Int64(zeroPoint))
  }
}
