import Tensors

/// Samples with their answers, shared out into training, validation and test parts.
///
/// A value; all parts and cuts of a set share the memory of its inputs. A set with an official test
/// part has it from the start; of any other set everything is for training until it is split.
public struct Dataset: Hashable, Sendable, Codable {
  /// What scripts and reports call it.
  public let name: String
  /// Stored samples x sample shape; not every stored sample need belong to a part.
  public let inputs: Tensor
  /// The answers of all stored samples.
  public let answers: Answers
  /// The names of the input columns; empty for images and the like.
  public let columns: [String]
  /// The names of the answers' columns.
  public let answerColumns: [String]
  /// Whether the test part is the one that its publishers chose, which `split` then keeps.
  public let hasOfficialTest: Bool
  /// The z-scores taken of the inputs, if they were.
  public let normalization: Normalization?
  /// What is known of the samples besides their values.
  public let facts: SampleFacts
  let parts: Parts

  /// A set whose samples are all for training, but those from `testStart` on, which are an
  /// official test part.
  ///
  /// - Throws: if there is nothing in it, if inputs and answers differ in number, or if a label is
  ///   out of range.
  public init(
    name: String,
    inputs: Tensor,
    answers: Answers,
    columns: [String] = [],
    answerColumns: [String] = [],
    testStart: Int? = nil
  ) throws(DatasetError) {
    let count = inputs.shape.extents.first ?? 0
    guard count > 0, inputs.count > 0 else { throw .empty(what: "dataset '\(name)'") }
    if let answered = answers.count, answered != count {
      throw .countsDiffer(inputs: count, answers: answered)
    }
    if let labels = answers.labels {
      let classes = answers.classNames.count
      for (sample, label) in labels.enumerated() where label < 0 || label >= classes {
        throw .labelOutOfRange(label: Int(label), classes: classes, sample: sample)
      }
    }
    let start = min(max(0, testStart ?? count), count)
    self.init(
      name: name,
      inputs: inputs,
      answers: answers,
      columns: columns,
      answerColumns: answerColumns,
      hasOfficialTest: start < count,
      normalization: nil,
      parts: Parts(train: Array(0..<start), test: Array(start..<count))
    )
  }

  init(
    name: String,
    inputs: Tensor,
    answers: Answers,
    columns: [String],
    answerColumns: [String],
    hasOfficialTest: Bool,
    normalization: Normalization?,
    parts: Parts,
    facts: SampleFacts = SampleFacts()
  ) {
    self.name = name
    self.inputs = inputs
    self.answers = answers
    self.columns = columns
    self.answerColumns = answerColumns
    self.hasOfficialTest = hasOfficialTest
    self.normalization = normalization
    self.parts = parts
    self.facts = facts
  }

  /// The same set, of which more is known.
  public func knowing(_ facts: SampleFacts) -> Dataset { with(parts: parts, facts: facts) }

  /// The same samples in other parts.
  func with(
    parts: Parts,
    hasOfficialTest: Bool? = nil,
    inputs: Tensor? = nil,
    answers: Answers? = nil,
    normalization: Normalization? = nil,
    name: String? = nil,
    facts: SampleFacts? = nil
  ) -> Dataset {
    Dataset(
      name: name ?? self.name,
      inputs: inputs ?? self.inputs,
      answers: answers ?? self.answers,
      columns: columns,
      answerColumns: answerColumns,
      hasOfficialTest: hasOfficialTest ?? self.hasOfficialTest,
      normalization: normalization ?? self.normalization,
      parts: parts,
      facts: facts ?? self.facts
    )
  }
}

extension Dataset {
  /// The shape of one sample, without the number of samples.
  public var shape: Shape { Shape(Array(inputs.shape.extents.dropFirst())) }

  /// How many samples there are in all parts together.
  public var count: Int { parts.count }

  /// The names of the classes; empty where the answers are numbers that do not look like labels.
  public var classes: [String] {
    answers.preferredKind == .classes ? answers.classNames : []
  }

  /// How many samples a part has.
  public func count(of part: Part) -> Int { parts[part].count }

  /// The parts that have samples, in the order training, validation, test.
  public var filledParts: [Part] { Part.allCases.filter { count(of: $0) > 0 } }

  /// A set of one part alone, with the same memory.
  ///
  /// - Throws: `emptyPart` if it has no samples.
  public func part(_ part: Part) throws(DatasetError) -> Dataset {
    var alone = Parts()
    alone[part] = try indices(of: part)
    return with(parts: alone, hasOfficialTest: false, name: "\(baseName).\(part)")
  }

  /// The samples of a part, contiguous, with answers as a loss wants them (or as they look like).
  ///
  /// - Throws: `emptyPart`, or if the answers are of the other kind.
  public func samples(
    of part: Part,
    as kind: AnswerKind? = nil
  ) throws(DatasetError) -> Samples {
    try samples(at: indices(of: part), as: kind)
  }

  /// All samples: those for training, then validation, then test.
  ///
  /// - Throws: if the answers are of the other kind.
  public func samples(as kind: AnswerKind? = nil) throws(DatasetError) -> Samples {
    try samples(at: parts.all, as: kind)
  }

  /// The sample at a position among all samples; negative positions count from the end.
  ///
  /// - Throws: `noSample`.
  public func sample(at position: Int) throws(DatasetError) -> Sample {
    let (fromEnd, overflow) = position.addingReportingOverflow(position < 0 ? count : 0)
    guard !overflow, fromEnd >= 0, fromEnd < count else {
      throw .noSample(index: position, count: count)
    }
    let index = parts.all[fromEnd]
    let input = gathered(inputs, at: [index]).reshaped(to: shape)
    return Sample(input: input, answer: answer(at: index))
  }

  /// A set with at most the first `count` training samples; the other parts stay.
  ///
  /// - Throws: if there are fewer, or `count` is not positive.
  public func first(_ count: Int) throws(DatasetError) -> Dataset {
    guard count > 0 else {
      throw .outOfRange(option: "first", value: Double(count), allowed: "at least 1")
    }
    let part: Part = parts.train.isEmpty ? filledParts.first ?? .train : .train
    guard count <= parts[part].count else {
      throw .tooFewSamples(wanted: count, available: parts[part].count, purpose: "first=\(count)")
    }
    var cut = parts
    cut[part] = Array(parts[part].prefix(count))
    return with(parts: cut)
  }

  /// A set with the samples of the named classes only; class indices stay as they are.
  ///
  /// - Throws: if a class is not there, if the answers are not classes, or if nothing remains.
  public func only(classes wanted: [String]) throws(DatasetError) -> Dataset {
    guard let labels = answers.labels else { throw .answersAreNumbers(dataset: name) }
    var kept: Set<Int32> = []
    for name in wanted {
      guard let label = answers.classNames.firstIndex(of: name) else {
        throw .unknownClass(name: name, known: answers.classNames)
      }
      kept.insert(Int32(label))
    }
    var remaining = Parts()
    for part in Part.allCases {
      remaining[part] = parts[part].filter { kept.contains(labels[$0]) }
    }
    guard remaining.count > 0 else { throw .empty(what: "dataset '\(name)' of these classes") }
    return with(parts: remaining)
  }

  /// The same samples seen as another shape of the same number of values.
  ///
  /// - Throws: `shapeDoesNotFit`.
  public func folded(to shape: Shape) throws(DatasetError) -> Dataset {
    guard shape.count == self.shape.count, shape.rank > 0 else {
      throw .shapeDoesNotFit(shape: shape, valuesPerSample: self.shape.count)
    }
    let stored = inputs.shape.extents.first ?? 0
    return with(parts: parts, inputs: inputs.reshaped(to: Shape([stored] + shape.extents)))
  }

  /// How many samples of a part each class has, in the order of `answers.classNames`.
  public func classCounts(of part: Part) -> [Int] {
    var counts = [Int](repeating: 0, count: answers.classNames.count)
    if case .steps(let labels, let steps, _) = answers {
      for index in parts[part] {
        for label in labels[index * steps..<(index + 1) * steps] { counts[Int(label)] += 1 }
      }
    }
    guard let labels = answers.labels else { return counts }
    for index in parts[part] { counts[Int(labels[index])] += 1 }
    return counts
  }

  func indices(of part: Part) throws(DatasetError) -> [Int] {
    let indices = parts[part]
    guard !indices.isEmpty else { throw .emptyPart(part: part, dataset: name) }
    return indices
  }

  private func samples(
    at indices: [Int],
    as kind: AnswerKind?
  ) throws(DatasetError) -> Samples {
    try Samples(
      inputs: gathered(inputs, at: indices),
      expected: answers.expected(at: indices, as: kind, of: name)
    )
  }

  private func answer(at index: Int) -> Sample.Answer {
    switch answers {
    case .classes(let labels, let names):
      return .label(Int(labels[index]), name: names[Int(labels[index])])
    case .wholeNumbers(let labels, let names, let values):
      guard answers.preferredKind == .classes else { return .values([values[index]]) }
      return .label(Int(labels[index]), name: names[Int(labels[index])])
    case .steps(let labels, let steps, _):
      return .values(labels[index * steps..<(index + 1) * steps].map { Float($0) })
    case .values(let values): return .values(gathered(values, at: [index]).values)
    case .nothing: return .nothing
    }
  }

  /// The name without the part it was taken from, so that `d.test.test` is still `d.test`.
  private var baseName: String {
    for part in Part.allCases where name.hasSuffix(".\(part)") {
      return String(name.dropLast(part.rawValue.count + 1))
    }
    return name
  }
}

/// One sample, as `d[0]` gives it.
public struct Sample: Hashable, Sendable {
  /// The input, in the shape of a sample.
  public let input: Tensor
  /// What is to be learnt about it.
  public let answer: Answer

  /// The answer of one sample.
  public enum Answer: Hashable, Sendable {
    /// A class, by index and name.
    case label(Int, name: String)
    /// A number for each answer column.
    case values([Float])
    /// Unknown.
    case nothing
  }
}
