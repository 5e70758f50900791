import Tensors

/// What can be wrong with data, or with what is asked of it.
public enum DatasetError: Error, Hashable, Sendable {
  /// There is nothing to read.
  case empty(what: String)
  /// Bytes that are not what they should be: a wrong magic number, a damaged header.
  case malformed(format: String, problem: String)
  /// A file that ends too early.
  case truncated(format: String, expectedBytes: Int, foundBytes: Int)
  /// More than the program agrees to unpack or build.
  case tooLarge(what: String, limitBytes: Int)
  /// A line with more or fewer cells than those before it.
  case raggedRow(line: Int, found: Int, expected: Int)
  /// A quoted cell that never ends.
  case unclosedQuote(line: Int)
  /// Words where the other cells of a column are numbers.
  case textInNumberColumn(place: CellPlace, found: String)
  /// A cell that says nothing; `count` cells of the table do so.
  case missingCell(place: CellPlace, count: Int)
  /// A whole column of words, which a network cannot take as input.
  case textInput(column: String, example: String)
  /// A column that is not there.
  case unknownColumn(name: String, known: [String])
  /// Values that cannot be folded into the wanted shape.
  case shapeDoesNotFit(shape: Shape, valuesPerSample: Int)
  /// Inputs and answers that differ in number.
  case countsDiffer(inputs: Int, answers: Int)
  /// A class index outside `0..<classes`.
  case labelOutOfRange(label: Int, classes: Int, sample: Int)
  /// A part without samples.
  case emptyPart(part: Part, dataset: String)
  /// Fractions that do not share out a set.
  case badFractions([Double])
  /// A set too small for what is asked.
  case tooFewSamples(wanted: Int, available: Int, purpose: String)
  /// A number outside its range.
  case outOfRange(option: String, value: Double, allowed: String)
  /// A sample that is not there.
  case noSample(index: Int, count: Int)
  /// Class names where numbers are wanted.
  case answersAreClasses(dataset: String, names: [String])
  /// Numbers where classes are wanted.
  case answersAreNumbers(dataset: String)
  /// A class that is not there.
  case unknownClass(name: String, known: [String])
  /// An operation of signals on samples that are none.
  case notSignals(operation: String, shape: Shape)
  /// A part in which no window fits.
  case noWindow(part: Part, steps: Int, longestRun: Int)
  /// Recordings of different rates.
  case ratesDiffer(file: String, found: Int, expected: Int)
  /// What is wrong with one file of many.
  case inFile(String, String)
  /// A text too short for a sequence.
  case tooFewCharacters(wanted: Int, available: Int)
  /// A signal without a known rate.
  case noRate(operation: String)
  /// An image operation on samples that are not images.
  case notImages(operation: String, shape: Shape)
}

/// Where a cell stands in a table.
public struct CellPlace: Hashable, Sendable {
  /// What a row is called: `line` in files, `record` in scripts.
  public let unit: String
  /// The number of the row, counted from 1.
  public let row: Int
  /// The column's name.
  public let column: String

  /// A place.
  public init(unit: String, row: Int, column: String) {
    self.unit = unit
    self.row = row
    self.column = column
  }
}

extension DatasetError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .empty(let what): "\(what) is empty"
    case .malformed(let format, let problem): "not a valid \(format) file: \(problem)"
    case .truncated(let format, let expected, let found):
      "\(format) file ends too early: expected \(bytes(expected)), found \(bytes(found))"
    case .tooLarge(let what, let limit): "\(what) is larger than the limit of \(bytes(limit))"
    case .raggedRow(let line, let found, let expected):
      "line \(line) has \(found) cells, but the lines before have \(expected)"
    case .unclosedQuote(let line): "the quoted cell that begins on line \(line) never ends"
    case .textInNumberColumn(let place, let found):
      "\(place): found '\(found)', expected a number"
    case .missingCell(let place, let count):
      "\(place) is missing" + (count > 1 ? ", and \(count - 1) more cells" : "")
    case .textInput(let column, let example):
      "column '\(column)' holds text such as '\(example)', and a network takes numbers"
    case .unknownColumn(let name, _): "there is no column '\(name)'"
    case .shapeDoesNotFit(let shape, let values):
      "shape \(shape) needs \(shape.count) values per sample, but there are \(values)"
    case .countsDiffer(let inputs, let answers):
      "there are \(inputs) inputs, but \(answers) answers"
    case .labelOutOfRange(let label, let classes, let sample):
      "sample \(sample) has label \(label), but labels must be in 0..<\(classes)"
    case .emptyPart(let part, let dataset): "'\(dataset)' has no \(part) samples"
    case .badFractions(let fractions):
      "fractions must be two or three numbers in 0...1 that sum to 1, but are "
        + fractions.map { "\($0)" }.joined(separator: ", ")
    case .tooFewSamples(let wanted, let available, let purpose):
      "\(purpose) needs \(wanted) samples, but there are \(available)"
    case .outOfRange(let option, let value, let allowed):
      "\(option) must be \(allowed), but is \(wholeNumberText(value))"
    case .noSample(let index, let count):
      "there is no sample \(index): the set has \(count) samples"
    case .answersAreClasses(let dataset, let names):
      "the answers of '\(dataset)' are \(names.count) classes, not numbers"
    case .answersAreNumbers(let dataset): "the answers of '\(dataset)' are numbers, not classes"
    case .unknownClass(let name, _): "there is no class '\(name)'"
    case .notSignals(let operation, let shape):
      "\(operation) needs signals of steps, or steps x channels, but samples are \(shape)"
    case .noWindow(let part, let steps, let longest):
      "a window needs \(steps) neighbouring steps, but the \(part) part has at most \(longest)"
    case .ratesDiffer(let file, let found, let expected):
      "'\(file)' has \(found) values a second, but those before have \(expected)"
    case .inFile(let file, let problem): "'\(file)': \(problem)"
    case .tooFewCharacters(let wanted, let available):
      "these sequences need a text of \(wanted) characters, but there are \(available)"
    case .noRate(let operation):
      "\(operation) needs to know how many values a second the signals have"
    case .notImages(let operation, let shape):
      "\(operation) needs images of height x width x channels, but samples are \(shape)"
    }
  }

  /// How to mend it, if that can be said.
  public var remedy: String? {
    switch self {
    case .raggedRow:
      "give every line the same number of cells, and quote cells that hold separators"
    case .textInNumberColumn: "correct the cell, or choose the column to learn with target="
    case .missingCell: "fill in the cells, or leave their lines out with missing=drop"
    case .textInput(let column, _):
      "code it with onehot=true, choose others with columns=, or learn it with target=\"\(column)\""
    case .unknownColumn(_, let known): "its columns are " + listed(known)
    case .unknownClass(_, let known): "its classes are " + listed(known)
    case .emptyPart(let part, _):
      switch part {
      case .train: "use the part that has samples, such as '.test'"
      case .validation: "split it first: split d into [80%, 10%, 10%]"
      case .test: "split it first: split d into [80%, 20%]"
      }
    case .badFractions: "write for example [80%, 20%] or [80%, 10%, 10%]"
    case .answersAreClasses: "use a loss for classes, such as crossentropy"
    case .answersAreNumbers: "use a loss for numbers, such as squared"
    case .noWindow: "split the series with shuffle=false, or choose a smaller size="
    case .ratesDiffer: "bring all files to one rate first"
    case .noRate: "give rate=, such as rate=50"
    case .tooFewCharacters: "choose a smaller sequence="
    case .truncated: "fetch the file again"
    case .shapeDoesNotFit(_, let values): "choose a shape of \(values) values"
    case .empty, .malformed, .tooLarge, .unclosedQuote, .countsDiffer, .labelOutOfRange,
      .tooFewSamples, .outOfRange, .noSample, .notImages, .notSignals, .inFile:
      nil
    }
  }

  private func bytes(_ count: Int) -> String { "\(count) B" }

  /// The first of the names in single quotes; the rest as a number.
  private func listed(_ names: [String]) -> String {
    let most = 12
    let shown = names.prefix(most).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > most ? "\(shown) and \(names.count - most) more" : shown
  }
}

extension CellPlace: CustomStringConvertible {
  /// `line 7, column 'age'`.
  public var description: String { "\(unit) \(row), column '\(column)'" }
}
