import Datasets
import Diagnostics
import Language
import Tensors

/// `features`: what a network sees instead of raw signals.
enum FeaturesCommand {
  static let row = CommandRow(
    "features",
    stage: "data",
    gives: .always(.dataset),
    summary: "Make features of signals or windows of a series.",
    operands: [Slot("dataset", [.dataset], isRequired: true, "signals, or the steps of a series")],
    prepositions: [
      Slot("with", [.word], catalogue: .features, isRequired: true, "the kind of features")
    ],
    options: [
      Slot(
        "frame",
        [.duration, .count],
        defaultText: "30ms",
        "a frame of the spectrum, as a time or a number of values"
      ),
      Slot(
        "hop",
        [.duration, .count],
        defaultText: "20ms",
        "from the beginning of a frame to that of the next"
      ),
      Slot("bands", [.count], defaultText: "40", range: 1...512, "mel bands"),
      Slot("coefficients", [.count], defaultText: "10", range: 1...512, "numbers a frame for mfcc"),
      Slot("rate", [.number], "values a second, where the data does not say it"),
      Slot("size", [.count], range: 1...1e6, "steps of a window"),
      Slot(
        "step",
        [.count],
        defaultText: "1, recordings size",
        range: 1...1e6,
        "from the beginning of a window to that of the next"
      ),
      Slot("horizon", [.count], defaultText: "1", range: 1...1e6, "how many next values to tell"),
      Slot(
        "target",
        [.word],
        catalogue: .answerSteps,
        defaultText: "last",
        "whether a window has one answer, or one at every step"
      ),
    ],
    remakes: [.operand(0)],
    example: "features words with mfcc frame=30ms hop=20ms"
  ) { call throws(Diagnostic) in
    let dataset = try call.operand(0).dataset("features")
    guard let with = call.after(.with) else {
      throw TrainingCommands.missing(call, "with", "a kind of features")
    }
    let word = try with.word("features", from: .features)
    try refuseUnused(call, word)
    let result: Dataset
    switch word {
    case "windows": result = try windows(call, dataset)
    case "statistics":
      result = try DataCommands.pinned(call, call.operand(0).range) { () throws(DatasetError) in
        try dataset.signalStatistics()
      }
    default:
      let features = try spectral(call, dataset, SpectralKind(rawValue: word) ?? .spectrum)
      result = try DataCommands.pinned(call, call.operand(0).range) { () throws(DatasetError) in
        try dataset.extracting(features)
      }
    }
    call.emit(
      OutputLine("\(word): \(NumberFormat.grouped(result.count)) samples of \(result.shape)")
    )
    return CommandResult(.dataset(result), remade: [.dataset(result)], printsItself: false)
  }

  /// Options that the chosen kind does not read.
  private static func refuseUnused(_ call: CommandCall, _ word: String) throws(Diagnostic) {
    let read: Set<String>
    switch word {
    case "mfcc": read = ["frame", "hop", "bands", "coefficients", "rate"]
    case "logmel": read = ["frame", "hop", "bands", "rate"]
    case "spectrum": read = ["frame", "hop", "rate"]
    case "windows": read = ["size", "step", "horizon", "target"]
    default: read = []
    }
    for (name, _) in call.options where !read.contains(name.text) {
      try call.refuse(name.text, because: "means nothing to '\(word)'")
    }
  }

  private static func spectral(
    _ call: CommandCall,
    _ dataset: Dataset,
    _ kind: SpectralKind
  ) throws(Diagnostic) -> SpectralFeatures {
    let rate: Double
    if let given = call.option("rate") {
      rate = try given.number("rate")
    } else if let known = dataset.facts.sampleRate {
      rate = known
    } else {
      let error = DatasetError.noRate(operation: kind.rawValue)
      throw Diagnostic(
        "data",
        error.description,
        at: call.operand(0).range,
        remedy: error.remedy
      )
    }
    return SpectralFeatures(
      kind: kind,
      frame: try values(call, "frame", rate, standard: 0.03),
      hop: try values(call, "hop", rate, standard: 0.02),
      bands: try call.count("bands", default: 40),
      coefficients: try call.count("coefficients", default: 10),
      rate: rate
    )
  }

  /// A time as a number of values, to the nearest.
  private static func values(
    _ call: CommandCall,
    _ name: String,
    _ rate: Double,
    standard seconds: Double
  ) throws(Diagnostic) -> Int {
    guard let given = call.option(name) else {
      return max(1, Int((seconds * min(rate, 1e9)).rounded()))
    }
    guard case .quantity(let quantity) = given.value else { return try given.wholeNumber(name) }
    let count = (quantity.value * rate).rounded()
    guard count >= 1, count <= Double(SpectralFeatures.largestFrame) else {
      throw Diagnostic(
        "option-kind",
        "\(name) must be between one value and \(SpectralFeatures.largestFrame), but"
          + " \(given.text) has \(NumberFormat.text(count)) at \(NumberFormat.text(rate)) a second",
        at: given.range
      )
    }
    return Int(count)
  }

  private static func windows(
    _ call: CommandCall,
    _ dataset: Dataset
  ) throws(Diagnostic) -> Dataset {
    guard let size = try call.optionalCount("size") else {
      throw Diagnostic(
        "missing-option",
        "windows need size=, the number of steps in each",
        at: call.after(.with)?.range ?? call.range,
        remedy: "for example 'features \(call.operand(0).text) with windows size=24'"
      )
    }
    let isSeries = dataset.shape.rank < 2 && dataset.facts.sampleRate == nil
    if !isSeries {
      try call.refuse("horizon", because: "is for a series, whose samples are its steps")
      try call.refuse("target", because: "is for a series, whose samples are its steps")
    }
    let windows = SlidingWindows(
      size: size,
      step: try call.count("step", default: isSeries ? 1 : size),
      horizon: try call.count("horizon", default: 1),
      answersEveryStep: try call.word("target", default: "last") == "every"
    )
    return try DataCommands.pinned(call, call.operand(0).range) { () throws(DatasetError) in
      try dataset.windowed(windows)
    }
  }
}
