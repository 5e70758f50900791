import CKernels

/// `scale * (x - mean) / sqrt(variance + epsilon) + offset` per channel (Ioffe and Szegedy, 2015).
public struct BatchNormalization: Hashable, Sendable {
  /// Share of the old moving statistics that a step keeps.
  public var momentum: Float
  /// Added to the variance.
  public var epsilon: Float

  /// Keras's defaults.
  public init(momentum: Float = 0.99, epsilon: Float = 1e-3) {
    self.momentum = momentum
    self.epsilon = epsilon
  }
}

/// Batch normalisation by the statistics of the batch, in a plan.
///
/// Its two passes over the batch meet at barriers: every chunk leaves its moments (forward) or sums
/// (backward) in shared memory, and they are combined in chunk order. A relu may follow in the same
/// pass. Frozen layers and inference use `PlannedScaleShift` instead.
struct PlannedBatchNormalization {
  /// Rows of one sample: cells of an image, or 1.
  let rows: Int
  let channels: Int
  let epsilon: Float
  let momentum: Float
  let hasRelu: Bool
  /// Where the parameters stand behind the first, which is the factor.
  let offset: Int
  let movingMean: Int
  let movingVariance: Int
  /// Chunks of the largest batch.
  let chunks: Int
  /// Where this layer's shared memory begins.
  let shared: Int

  /// Floats of shared memory: two lists of parts, used by both directions, and seven rows.
  static func sharedCount(channels: Int, chunks: Int) -> Int { (2 * chunks + 8) * channels }

  private func row(_ index: Int, _ frame: SharedFrame) -> UnsafeMutablePointer<Float> {
    frame.shared + shared + (2 * chunks + index) * channels
  }
  private func firstParts(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> {
    frame.shared + shared
  }
  private func secondParts(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> {
    frame.shared + shared + chunks * channels
  }
  private func mean(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> { row(0, frame) }
  private func variance(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> { row(1, frame) }
  private func scales(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> { row(2, frame) }
  private func shifts(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> { row(3, frame) }
  private func gradientOffsets(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> {
    row(4, frame)
  }
  private func gradientSlopes(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> { row(5, frame) }
  private func sums(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> { row(6, frame) }
  private func dots(_ frame: SharedFrame) -> UnsafeMutablePointer<Float> { row(7, frame) }

  /// One chunk's moments, before the forward barrier.
  func leaveMoments(_ frame: Frame) {
    ck_column_moments(
      frame.samples * rows,
      channels,
      frame.inputs,
      firstParts(frame.sharedFrame) + frame.chunk * channels,
      secondParts(frame.sharedFrame) + frame.chunk * channels
    )
  }

  /// At the forward barrier: the batch's statistics, and the moving ones a step further.
  func combineMoments(_ frame: SharedFrame) {
    for chunk in 0..<frame.chunks { frame.rowCounts[chunk] = frame.sampleCounts[chunk] * rows }
    let mean = mean(frame)
    let variance = variance(frame)
    ck_combine_moments(
      frame.chunks,
      frame.rowCounts,
      channels,
      firstParts(frame),
      secondParts(frame),
      mean,
      variance
    )
    let parameters = frame.parameters
    let scales = scales(frame)
    let shifts = shifts(frame)
    for channel in 0..<channels {
      scales[channel] = parameters[channel] / (variance[channel] + epsilon).squareRoot()
      shifts[channel] = parameters[offset + channel] - mean[channel] * scales[channel]
      guard frame.updatesStatistics else { continue }
      parameters[movingMean + channel] =
        parameters[movingMean + channel] * momentum + mean[channel] * (1 - momentum)
      parameters[movingVariance + channel] =
        parameters[movingVariance + channel] * momentum + variance[channel] * (1 - momentum)
    }
  }

  func forward(_ frame: Frame) {
    ck_scale_shift(
      hasRelu ? ck_relu : ck_linear,
      0,
      frame.samples * rows,
      channels,
      frame.inputs,
      scales(frame.sharedFrame),
      shifts(frame.sharedFrame),
      frame.outputs
    )
  }

  /// One chunk's sums, before the backward barrier.
  func leaveSums(_ frame: Frame) {
    ck_batch_norm_backward_sums(
      frame.samples * rows,
      channels,
      frame.dOutputs,
      frame.inputs,
      mean(frame.sharedFrame),
      scales(frame.sharedFrame),
      hasRelu ? UnsafePointer(shifts(frame.sharedFrame)) : nil,
      firstParts(frame.sharedFrame) + frame.chunk * channels,
      secondParts(frame.sharedFrame) + frame.chunk * channels
    )
  }

  /// At the backward barrier: the gradients of factor and addend (into the first chunk's slot), and
  /// what each chunk needs for `dInputs`.
  func combineSums(_ frame: SharedFrame) {
    let sums = sums(frame)
    let dots = dots(frame)
    ck_sum_parts(channels, frame.chunks, channels, firstParts(frame), sums)
    ck_sum_parts(channels, frame.chunks, channels, secondParts(frame), dots)
    let count = Float((0..<frame.chunks).reduce(0) { $0 + frame.sampleCounts[$1] } * rows)
    let variance = variance(frame)
    let gradientOffsets = gradientOffsets(frame)
    let gradientSlopes = gradientSlopes(frame)
    for channel in 0..<channels {
      let widened = variance[channel] + epsilon
      gradientOffsets[channel] = sums[channel] / count
      gradientSlopes[channel] = dots[channel] / (count * widened)
      guard let gradients = frame.gradients else { continue }
      gradients[channel] = dots[channel] / widened.squareRoot()
      gradients[offset + channel] = sums[channel]
    }
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    ck_batch_norm_backward(
      frame.samples * rows,
      channels,
      frame.dOutputs,
      frame.inputs,
      mean(frame.sharedFrame),
      scales(frame.sharedFrame),
      hasRelu ? UnsafePointer(shifts(frame.sharedFrame)) : nil,
      gradientOffsets(frame.sharedFrame),
      gradientSlopes(frame.sharedFrame),
      dInputs
    )
  }
}

/// Batch normalisation by its moving statistics, in a plan: a factor and an addend per channel.
struct PlannedScaleShift {
  let rows: Int
  let channels: Int
  let epsilon: Float
  /// Where the parameters stand behind the first, which is the factor.
  let offset: Int
  let movingMean: Int
  let movingVariance: Int
  let activation: PlannedActivation

  /// Factors, then addends.
  var preparedCount: Int { 2 * channels }

  /// Folds the statistics; once after each change of the parameters.
  func prepare(_ parameters: UnsafePointer<Float>, _ prepared: UnsafeMutablePointer<Float>) {
    for channel in 0..<channels {
      let deviation = (parameters[movingVariance + channel] + epsilon).squareRoot()
      prepared[channel] = parameters[channel] / deviation
      prepared[channels + channel] =
        parameters[offset + channel] - parameters[movingMean + channel] * prepared[channel]
    }
  }

  func forward(_ frame: Frame) {
    ck_scale_shift(
      activation.function,
      activation.slope,
      frame.samples * rows,
      channels,
      frame.inputs,
      frame.prepared,
      frame.prepared + channels,
      frame.outputs
    )
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    activation.backwardInPlace(frame, count: frame.samples * rows * channels)
    for row in 0..<frame.samples * rows {
      ck_multiply(
        channels,
        frame.dOutputs + row * channels,
        frame.prepared,
        dInputs + row * channels
      )
    }
  }
}
