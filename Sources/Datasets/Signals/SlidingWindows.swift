import Tensors

/// How windows slide over time.
public struct SlidingWindows: Hashable, Sendable {
  /// Steps of a window.
  public var size: Int
  /// Steps from the beginning of a window to that of the next.
  public var step: Int
  /// How many steps ahead a series is told; ignored where answers are classes.
  public var horizon: Int
  /// Whether every step of a window has an answer, instead of the last one alone.
  public var answersEveryStep: Bool

  /// Windows.
  public init(size: Int, step: Int = 1, horizon: Int = 1, answersEveryStep: Bool = false) {
    self.size = size
    self.step = step
    self.horizon = horizon
    self.answersEveryStep = answersEveryStep
  }
}

extension Dataset {
  /// The set cut into windows.
  ///
  /// Where samples are recordings (steps x channels, or a signal with a known rate), each is cut into
  /// windows that keep its answer and its part. Otherwise the samples are the steps of one series: a
  /// window is `size` neighbouring steps of one part, so no window reaches from one part into
  /// another. Where the answers are numbers, a window's answer is the `horizon` numbers behind it (or
  /// at every step the number `horizon` steps later); where they are classes, it is the class of its
  /// last step (or of every step).
  ///
  /// - Throws: `outOfRange`, `tooFewSamples` if a part with samples gets no window, `tooLarge`.
  public func windowed(_ windows: SlidingWindows) throws(DatasetError) -> Dataset {
    for (option, value) in [
      ("size", windows.size), ("step", windows.step), ("horizon", windows.horizon),
    ] {
      guard (1...1_000_000).contains(value) else {
        throw .outOfRange(option: option, value: Double(value), allowed: "in 1...1000000")
      }
    }
    if shape.rank >= 2 || facts.sampleRate != nil { return try recordingsCut(windows) }
    return try seriesCut(windows)
  }

  private func recordingsCut(_ windows: SlidingWindows) throws(DatasetError) -> Dataset {
    let (length, channels) = try signalForm(for: "windows")
    guard windows.size <= length else {
      throw .outOfRange(
        option: "size",
        value: Double(windows.size),
        allowed: "at most the \(length) steps of a recording"
      )
    }
    let starts = Array(stride(from: 0, through: length - windows.size, by: windows.step))
    var sources: [Int] = []
    var divided = Parts()
    for part in Part.allCases {
      for index in parts[part] {
        divided[part] += sources.count..<sources.count + starts.count
        sources += [Int](repeating: index, count: starts.count)
      }
    }
    let extents = shape.rank == 1 ? [windows.size] : [windows.size, channels]
    var result = try room(for: sources.count, extents)
    let width = windows.size * channels
    result.withMutableElements { target in
      inputs.withElements { source in
        for (window, index) in sources.enumerated() {
          let from = (index * length + starts[window % starts.count]) * channels
          for offset in 0..<width { target[window * width + offset] = source[from + offset] }
        }
      }
    }
    return remade(
      inputs: result,
      answers: answers.selecting(sources),
      parts: divided,
      columns: shape.rank == 2 ? columns : []
    )
  }

  /// Runs of neighbouring steps in a part, in the order of the series.
  private func runs(of part: Part) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for index in parts[part].sorted() {
      if let last = runs.last, last.upperBound == index {
        runs[runs.count - 1] = last.lowerBound..<index + 1
      } else {
        runs.append(index..<index + 1)
      }
    }
    return runs
  }

  private func seriesCut(_ windows: SlidingWindows) throws(DatasetError) -> Dataset {
    let forecasts = answers.preferredKind != .classes
    let needed = windows.size + (forecasts ? windows.horizon : 0)
    var starts: [Int] = []
    var divided = Parts()
    for part in Part.allCases where !parts[part].isEmpty {
      let before = starts.count
      for run in runs(of: part) where run.count >= needed {
        starts += stride(from: run.lowerBound, through: run.upperBound - needed, by: windows.step)
      }
      guard starts.count > before else {
        throw .noWindow(
          part: part,
          steps: needed,
          longestRun: runs(of: part).map(\.count).max() ?? 0
        )
      }
      divided[part] = Array(before..<starts.count)
    }
    let channels = shape.count
    var result = try room(for: starts.count, [windows.size, channels])
    result.withMutableElements { target in
      inputs.withElements { source in
        for (window, start) in starts.enumerated() {
          let width = windows.size * channels
          for offset in 0..<width {
            target[window * width + offset] = source[start * channels + offset]
          }
        }
      }
    }
    return remade(
      inputs: result,
      answers: forecasts ? try ahead(windows, starts) : ofSteps(windows, starts),
      parts: divided,
      columns: columns
    )
  }

  private func room(for count: Int, _ extents: [Int]) throws(DatasetError) -> Tensor {
    guard let shape = Shape(checking: [count] + extents), shape.count <= Self.mostFeatures else {
      throw .tooLarge(what: "the set of windows", limitBytes: 4 * Self.mostFeatures)
    }
    return Tensor(shape)
  }

  /// The numbers behind each window.
  private func ahead(_ windows: SlidingWindows, _ starts: [Int]) throws(DatasetError) -> Answers {
    let numbers: Tensor
    switch answers {
    case .values(let values), .wholeNumbers(_, _, let values): numbers = values
    case .nothing: return .nothing
    case .classes(_, let names), .steps(_, _, let names):
      throw .answersAreClasses(dataset: name, names: names)
    }
    let columns = numbers.count / max(1, inputs.shape.extents[0])
    let rows = windows.answersEveryStep ? windows.size : windows.horizon
    let first = windows.answersEveryStep ? windows.horizon : windows.size
    var result = try room(for: starts.count, [rows * columns])
    result.withMutableElements { target in
      numbers.withElements { source in
        for (window, start) in starts.enumerated() {
          for offset in 0..<rows * columns {
            target[window * rows * columns + offset] = source[(start + first) * columns + offset]
          }
        }
      }
    }
    return .values(result)
  }

  /// The classes of the steps of each window.
  private func ofSteps(_ windows: SlidingWindows, _ starts: [Int]) -> Answers {
    guard let labels = answers.labels else { return .nothing }
    let names = answers.classNames
    if windows.answersEveryStep {
      return .steps(
        starts.flatMap { labels[$0..<$0 + windows.size] },
        steps: windows.size,
        names: names
      )
    }
    return .classes(starts.map { labels[$0 + windows.size - 1] }, names: names)
  }
}
