import Tensors

extension Dataset {
  /// Values along a sample's time axis, and channels at each time: `800` is 800 x 1, `100x6` is six
  /// channels.
  func signalForm(for operation: String) throws(DatasetError) -> (length: Int, channels: Int) {
    let extents = shape.extents
    switch extents.count {
    case 1: return (extents[0], 1)
    case 2: return (extents[0], extents[1])
    default: throw .notSignals(operation: operation, shape: shape)
    }
  }

  /// The set with each signal as frames x features; of several channels, the features of one stand
  /// behind those of the channel before.
  ///
  /// - Throws: `notSignals`, `outOfRange`, `tooLarge`.
  public func extracting(_ features: SpectralFeatures) throws(DatasetError) -> Dataset {
    let (length, channels) = try signalForm(for: features.kind.rawValue)
    try features.check(length: length)
    let frames = features.frameCount(of: length)
    let width = features.width * channels
    let stored = inputs.shape.extents[0]
    guard let shape = Shape(checking: [stored, frames, width]), shape.count <= Self.mostFeatures
    else { throw .tooLarge(what: "the set of features", limitBytes: 4 * Self.mostFeatures) }
    let analysis = FrameAnalysis(features)
    var result = Tensor(shape)
    result.withMutableElements { target in
      inputs.withElements { source in
        for sample in 0..<stored {
          for frame in 0..<frames {
            for channel in 0..<channels {
              let start = (sample * length + frame * features.hop) * channels + channel
              let values = analysis.features(of: source, from: start, stride: channels)
              let place = (sample * frames + frame) * width + channel * features.width
              for (index, value) in values.enumerated() { target[place + index] = Float(value) }
            }
          }
        }
      }
    }
    return remade(inputs: result, answers: answers, parts: parts)
  }

  /// Measures of each channel over time, in the order of `SignalStatistic.allCases` for the first
  /// channel, then for the next.
  ///
  /// - Throws: `notSignals`.
  public func signalStatistics() throws(DatasetError) -> Dataset {
    let (length, channels) = try signalForm(for: "statistics")
    let kinds = SignalStatistic.allCases
    let stored = inputs.shape.extents[0]
    var result = Tensor(Shape([stored, channels * kinds.count]))
    result.withMutableElements { target in
      inputs.withElements { source in
        for sample in 0..<stored {
          for channel in 0..<channels {
            let start = sample * length * channels + channel
            let values = (0..<length).map { Double(source[start + $0 * channels]) }
            for (index, kind) in kinds.enumerated() {
              target[(sample * channels + channel) * kinds.count + index] = Float(
                kind.value(of: values)
              )
            }
          }
        }
      }
    }
    let names = columns.count == channels ? columns : (0..<channels).map { "channel\($0 + 1)" }
    return remade(
      inputs: result,
      answers: answers,
      parts: parts,
      columns: names.flatMap { name in kinds.map { "\(name)_\($0.rawValue)" } }
    )
  }

  /// The largest number of values that features may have: 2 GiB of them.
  static let mostFeatures = 1 << 29

  /// A set of new inputs, of which no z-scores have been taken.
  func remade(
    inputs: Tensor,
    answers: Answers,
    parts: Parts,
    columns: [String] = []
  ) -> Dataset {
    Dataset(
      name: name,
      inputs: inputs,
      answers: answers,
      columns: columns,
      answerColumns: answerColumns,
      hasOfficialTest: hasOfficialTest,
      normalization: nil,
      parts: parts,
      facts: SampleFacts(sampleRate: facts.sampleRate, vocabulary: facts.vocabulary)
    )
  }
}

/// One number that tells something about a channel over time.
public enum SignalStatistic: String, CaseIterable, Hashable, Sendable {
  case mean
  /// Standard deviation, dividing by n.
  case deviation
  case minimum
  case maximum
  /// Mean of the squares.
  case energy
  /// Share of neighbours that lie on different sides of the mean.
  case crossings

  func value(of values: [Double]) -> Double {
    let count = Double(max(1, values.count))
    switch self {
    case .mean: return values.reduce(0, +) / count
    case .minimum: return values.min() ?? 0
    case .maximum: return values.max() ?? 0
    case .energy: return values.reduce(0) { $0 + $1 * $1 } / count
    case .deviation:
      let mean = values.reduce(0, +) / count
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    case .crossings:
      let mean = values.reduce(0, +) / count
      let changes = zip(values, values.dropFirst()).count { ($0 < mean) != ($1 < mean) }
      return values.count > 1 ? Double(changes) / Double(values.count - 1) : 0
    }
  }
}
