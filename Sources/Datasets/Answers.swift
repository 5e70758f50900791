import Tensors

/// What is to be learnt about every stored sample.
public enum Answers: Hashable, Sendable, Codable {
  /// A class index per sample; `names[label]` is what people call it.
  case classes([Int32], names: [String])
  /// One column of whole numbers, readable both ways: class `labels[i]` is named `names[labels[i]]`,
  /// and `values` (samples x 1) holds the numbers themselves.
  case wholeNumbers(labels: [Int32], names: [String], values: Tensor)
  /// A class index for each of `steps` steps of a sample, one sample after another.
  case steps([Int32], steps: Int, names: [String])
  /// Real numbers: samples x outputs.
  case values(Tensor)
  /// Inputs only.
  case nothing
}

/// How a loss wants its answers.
public enum AnswerKind: String, Hashable, Sendable {
  case classes
  case values
}

extension Answers {
  /// The largest number of distinct whole numbers that are taken for classes unless asked.
  public static let mostClassesByDefault = 100

  /// How many samples are answered, or nil without answers.
  var count: Int? {
    switch self {
    case .classes(let labels, _), .wholeNumbers(let labels, _, _): labels.count
    case .steps(let labels, let steps, _): labels.count / max(1, steps)
    case .values(let values): values.shape.extents.first ?? 0
    case .nothing: nil
    }
  }

  /// The names of the classes; empty where answers are only numbers.
  public var classNames: [String] {
    switch self {
    case .classes(_, let names), .wholeNumbers(_, let names, _), .steps(_, _, let names): names
    case .values, .nothing: []
    }
  }

  /// The class index of every sample, where each has one.
  public var labels: [Int32]? {
    switch self {
    case .classes(let labels, _), .wholeNumbers(let labels, _, _): labels
    case .steps, .values, .nothing: nil
    }
  }

  /// How many numbers a network for these answers gives: classes, or columns.
  public var width: Int {
    switch self {
    case .classes(_, let names), .steps(_, _, let names): names.count
    case .wholeNumbers(_, let names, _): preferredKind == .classes ? names.count : 1
    case .values(let values): values.shape.extents.dropFirst().reduce(1, *)
    case .nothing: 0
    }
  }

  /// What these answers are taken for where no loss decides; nil without answers.
  ///
  /// Whole numbers are classes if they look like labels: not negative, at most
  /// `mostClassesByDefault` of them, each used twice on average, and at least every second number
  /// of their range in use.
  public var preferredKind: AnswerKind? {
    switch self {
    case .classes, .steps: return .classes
    case .values: return .values
    case .nothing: return nil
    case .wholeNumbers(let labels, let names, let values):
      guard names.count <= Answers.mostClassesByDefault, names.count * 2 <= labels.count else {
        return .values
      }
      let (low, high) = values.withElements { elements in
        elements.reduce((Float.infinity, -Float.infinity)) { (min($0.0, $1), max($0.1, $1)) }
      }
      return low >= 0 && high - low < Float(2 * names.count) ? .classes : .values
    }
  }

  /// Answers that are one column of whole numbers; class indices follow the numbers' size.
  ///
  /// `names` replaces the numbers' own names, given that there are as many.
  static func wholeNumbers(_ numbers: [Double], names: [String]? = nil) -> Answers {
    let distinct = Set(numbers).sorted()
    var labelOf: [Double: Int32] = [:]
    for (label, number) in distinct.enumerated() { labelOf[number] = Int32(label) }
    let ownNames = distinct.map { wholeNumberText($0) }
    return .wholeNumbers(
      labels: numbers.map { labelOf[$0] ?? 0 },
      names: names.flatMap { $0.count == distinct.count ? $0 : nil } ?? ownNames,
      values: Tensor(Shape([numbers.count, 1]), numbers.map { Float($0) })
    )
  }

  /// Answers that are one column of text; class indices follow the alphabet.
  static func text(_ words: [String]) -> Answers {
    let distinct = Set(words).sorted()
    var labelOf: [String: Int32] = [:]
    for (label, word) in distinct.enumerated() { labelOf[word] = Int32(label) }
    return .classes(words.map { labelOf[$0] ?? 0 }, names: distinct)
  }

  /// The answers of the samples at `indices`, as a network's loss reads them.
  func expected(
    at indices: [Int],
    as kind: AnswerKind?,
    of name: String
  ) throws(DatasetError) -> Expected {
    switch (self, kind ?? preferredKind) {
    case (.nothing, _): return .nothing
    case (.classes(let labels, let names), .classes),
      (.wholeNumbers(let labels, let names, _), .classes):
      return .classes(indices.map { labels[$0] }, count: names.count)
    case (.wholeNumbers(_, _, let values), _), (.values(let values), .values):
      return .values(gathered(values, at: indices))
    case (.classes(let labels, let names), _):
      guard names.count == 2 else { throw .answersAreClasses(dataset: name, names: names) }
      let numbers = indices.map { Float(labels[$0]) }
      return .values(Tensor(Shape([indices.count, 1]), numbers))
    case (.steps(let labels, let steps, let names), .classes):
      return .classes(
        indices.flatMap { labels[$0 * steps..<($0 + 1) * steps] },
        count: names.count
      )
    case (.steps(_, _, let names), _): throw .answersAreClasses(dataset: name, names: names)
    case (.values, _): throw .answersAreNumbers(dataset: name)
    }
  }

  /// These answers, followed by those at `indices` once more.
  func repeating(_ indices: [Int]) -> Answers { selecting(Array(0..<(count ?? 0)) + indices) }

  /// The answers at `indices`, in that order.
  func selecting(_ indices: [Int]) -> Answers {
    switch self {
    case .classes(let labels, let names):
      return .classes(indices.map { labels[$0] }, names: names)
    case .wholeNumbers(let labels, let names, let values):
      return .wholeNumbers(
        labels: indices.map { labels[$0] },
        names: names,
        values: gathered(values, at: indices)
      )
    case .steps(let labels, let steps, let names):
      return .steps(
        indices.flatMap { labels[$0 * steps..<($0 + 1) * steps] },
        steps: steps,
        names: names
      )
    case .values(let values): return .values(gathered(values, at: indices))
    case .nothing: return .nothing
    }
  }
}

/// The rows of `tensor` (rows x anything) at `indices`, contiguous; all rows in order are shared
/// with `tensor` instead of copied.
func gathered(_ tensor: Tensor, at indices: [Int]) -> Tensor {
  let rows = tensor.shape.extents.first ?? 0
  if indices.count == rows, indices.enumerated().allSatisfy({ $0 == $1 }) { return tensor }
  let width = rows == 0 ? 0 : tensor.count / rows
  let extents = [indices.count] + tensor.shape.extents.dropFirst()
  var result = Tensor(Shape(extents))
  tensor.withElements { source in
    result.withMutableElements { target in
      for (row, index) in indices.enumerated() {
        let cells = UnsafeBufferPointer(rebasing: source[index * width..<(index + 1) * width])
        let place = UnsafeMutableBufferPointer(rebasing: target[row * width..<(row + 1) * width])
        _ = place.update(fromContentsOf: cells)
      }
    }
  }
  return result
}

/// `12` for 12.0: a whole number prints without a point.
func wholeNumberText(_ number: Double) -> String {
  Int64(exactly: number).map(String.init) ?? "\(number)"
}
