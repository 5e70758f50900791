import Tensors

/// Views of values that commands ask for; the language's own conversions stand with the values.
extension Value {
  /// A plain number, also out of a dimensionless quantity.
  var plainNumber: Double? {
    switch self {
    case .number(let number): number
    case .quantity(let quantity) where quantity.dimension == .none: quantity.value
    default: nil
    }
  }

  /// A catalogue word, or a string that names one.
  var wordOrString: String? {
    switch self {
    case .word(let word): word
    case .string(let text): text
    default: nil
    }
  }

  /// `28x28x1`, `[28, 28, 1]` or `28` as extents; nil for anything else.
  var extents: [Int]? {
    switch self {
    case .shape(let extents): return extents
    case .number:
      guard let number = plainNumber, number == number.rounded(), abs(number) < 1e15 else {
        return nil
      }
      return [Int(number)]
    case .list(let items):
      var extents: [Int] = []
      for item in items {
        guard let number = item.plainNumber, number == number.rounded(), abs(number) < 1e15 else {
          return nil
        }
        extents.append(Int(number))
      }
      return extents
    default: return nil
    }
  }

  /// What it is, with its article, for error sentences.
  var kindPhrase: String {
    switch self {
    case .none: "none"
    case .bool: "a truth value"
    case .number: "a number"
    case .quantity: "a quantity"
    case .string: "a string"
    case .shape: "a shape"
    case .list: "a list"
    case .record: "a record"
    case .range: "a range"
    case .function, .builtin: "a function"
    case .tensor: "a tensor"
    case .word(let word): "the name '\(word)'"
    case .dataset: "a dataset"
    case .network: "a network"
    case .model: "a model"
    case .layer: "a layer"
    case .board: "a board"
    case .deployment: "a deployment"
    case .report: "a report"
    case .table: "a table"
    case .chart: "a chart"
    }
  }
}
