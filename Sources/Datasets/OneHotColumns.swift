/// Which columns of text are coded as one column of 0 and 1 for each word.
public enum OneHotColumns: Hashable, Sendable {
  case none
  /// Every input column that holds text.
  case all
  /// The columns of these names, whatever they hold.
  case named([String])
}

extension OneHotColumns {
  /// The column itself, or the columns `name_word` for its words in alphabetical order.
  func coded(_ column: Table.Column) -> [Table.Column] {
    let isCoded =
      switch self {
      case .none: false
      case .all: column.cells.contains { if case .text = $0 { true } else { false } }
      case .named(let names): names.contains(column.name)
      }
    guard isCoded else { return [column] }
    let words = column.cells.map { cell in
      switch cell {
      case .text(let text): text
      case .number(let number): wholeNumberText(number)
      case .missing: ""
      }
    }
    return Set(words).sorted().map { word in
      Table.Column(
        name: "\(column.name)_\(word)",
        cells: words.map { .number($0 == word ? 1 : 0) }
      )
    }
  }
}
