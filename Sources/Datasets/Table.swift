import Tensors

/// Named columns of cells, from a file or from a script's records.
public struct Table: Hashable, Sendable {
  /// One cell.
  public enum Cell: Hashable, Sendable {
    /// A number.
    case number(Double)
    /// Anything else that is written there.
    case text(String)
    /// Nothing is known: empty, or `NA`, `N/A`, `NaN`, `null`, `?`.
    case missing
  }

  /// The cells under one name.
  public struct Column: Hashable, Sendable {
    /// The name in the header, or `column1` and so on.
    public let name: String
    /// The cells from top to bottom.
    public let cells: [Cell]

    /// A column.
    public init(name: String, cells: [Cell]) {
      self.name = name
      self.cells = cells
    }

    var hasNumbers: Bool { cells.contains { if case .number = $0 { true } else { false } } }
  }

  /// The columns from left to right; all are equally long.
  public let columns: [Column]
  /// What a row is called in messages, and the number of each row.
  let rowUnit: String
  let rowNumbers: [Int]

  /// The rows of a script's records, given as columns.
  ///
  /// - Throws: `empty` without rows or columns, `countsDiffer` if columns are not equally long.
  public init(records columns: [Column]) throws(DatasetError) {
    let count = columns.first?.cells.count ?? 0
    try self.init(columns: columns, rowUnit: "record", rowNumbers: Array(1...max(1, count)))
  }

  init(columns: [Column], rowUnit: String, rowNumbers: [Int]) throws(DatasetError) {
    guard let first = columns.first, !first.cells.isEmpty else { throw .empty(what: "the table") }
    for column in columns where column.cells.count != first.cells.count {
      throw .countsDiffer(inputs: first.cells.count, answers: column.cells.count)
    }
    self.columns = columns
    self.rowUnit = rowUnit
    self.rowNumbers = rowNumbers
  }

  /// How many rows there are.
  public var rowCount: Int { columns.first?.cells.count ?? 0 }

  /// How many cells are missing.
  public var missingCount: Int {
    columns.reduce(0) { sum, column in sum + column.cells.count { $0 == .missing } }
  }

  /// The table without the rows that miss a cell.
  ///
  /// - Throws: `empty` if no row is whole.
  public func withoutMissing() throws(DatasetError) -> Table {
    let whole = (0..<rowCount).filter { row in columns.allSatisfy { $0.cells[row] != .missing } }
    return try Table(
      columns: columns.map { column in
        Column(name: column.name, cells: whole.map { column.cells[$0] })
      },
      rowUnit: rowUnit,
      rowNumbers: whole.map { rowNumbers[$0] }
    )
  }
}

extension Table {
  /// A dataset that learns the columns named by `answerNames` (the last one if there are none)
  /// from all the others, folded into `shape` if one is given.
  ///
  /// One answer column of text gives classes in alphabetical order, one of whole numbers gives
  /// answers that a loss may read either way, any other gives numbers.
  ///
  /// - Throws: `missingCell` where a cell is missing, `textInNumberColumn` or `textInput` where words
  ///   stand for numbers, `unknownColumn`, `shapeDoesNotFit`, `empty` without input columns.
  public func dataset(
    name: String,
    learning answerNames: [String] = [],
    shape: Shape? = nil
  ) throws(DatasetError) -> Dataset {
    try dataset(name: name, DataFile.Options(answerNames: answerNames, shape: shape))
  }

  /// A dataset as `options` want it.
  ///
  /// A table of one column is a series: the column is both what is known and what is to be learnt.
  ///
  /// - Throws: as above.
  public func dataset(name: String, _ options: DataFile.Options) throws(DatasetError) -> Dataset {
    let answerNames = options.answerNames
    for wanted in answerNames + (options.inputNames ?? [])
    where !columns.contains(where: { $0.name == wanted }) {
      throw .unknownColumn(name: wanted, known: columns.map(\.name))
    }
    guard let last = columns.last else { throw .empty(what: "the table") }
    // Two columns may share a name; without target= the last one alone is learnt.
    var answerColumns =
      answerNames.isEmpty ? [last] : columns.filter { answerNames.contains($0.name) }
    var inputColumns =
      answerNames.isEmpty
      ? Array(columns.dropLast()) : columns.filter { !answerNames.contains($0.name) }
    if let inputNames = options.inputNames {
      inputColumns = inputNames.compactMap { name in columns.first { $0.name == name } }
    } else if inputColumns.isEmpty {
      inputColumns = answerColumns
    }
    guard !inputColumns.isEmpty else { throw .empty(what: "the list of input columns") }

    var used = self
    if options.inputNames != nil || options.dropsMissing {
      // Only the columns that are used can make a row incomplete.
      let inputCount = inputColumns.count
      used = try Table(
        columns: inputColumns + answerColumns,
        rowUnit: rowUnit,
        rowNumbers: rowNumbers
      )
      if options.dropsMissing { used = try used.withoutMissing() }
      inputColumns = Array(used.columns.prefix(inputCount))
      answerColumns = Array(used.columns.dropFirst(inputCount))
    }
    try used.refuseMissing()
    inputColumns = inputColumns.flatMap { options.oneHot.coded($0) }
    let inputs = try used.numbers(of: inputColumns, areAnswers: false)
    let answers = try used.answers(from: answerColumns)
    let dataset = try Dataset(
      name: name,
      inputs: inputs,
      answers: answers,
      columns: inputColumns.map(\.name),
      answerColumns: answerColumns.map(\.name)
    )
    guard let shape = options.shape else { return dataset }
    return try dataset.folded(to: shape)
  }

  private func refuseMissing() throws(DatasetError) {
    let count = missingCount
    guard count > 0 else { return }
    for row in 0..<rowCount {
      for column in columns where column.cells[row] == .missing {
        throw .missingCell(place: place(row, column), count: count)
      }
    }
  }

  private func place(_ row: Int, _ column: Column) -> CellPlace {
    CellPlace(unit: rowUnit, row: rowNumbers[row], column: column.name)
  }

  private func answers(from answerColumns: [Column]) throws(DatasetError) -> Answers {
    guard answerColumns.count == 1, let column = answerColumns.first else {
      return .values(try numbers(of: answerColumns, areAnswers: true))
    }
    let numberCount = column.cells.count { if case .number = $0 { true } else { false } }
    // Mostly numbers: a word among them is a mistake. Mostly words: numbers are names as well.
    if numberCount * 2 > rowCount {
      let values = try numbers(of: [column], areAnswers: true)
      let exact = column.cells.compactMap {
        if case .number(let number) = $0 { number } else { nil }
      }
      let areWhole = exact.allSatisfy { $0 == $0.rounded() && abs($0) < 0x1p24 }
      return areWhole ? .wholeNumbers(exact) : .values(values)
    }
    return .text(
      column.cells.map { cell in
        switch cell {
        case .text(let text): text
        case .number(let number): wholeNumberText(number)
        case .missing: ""
        }
      }
    )
  }

  /// rows x columns.
  private func numbers(
    of columns: [Column],
    areAnswers: Bool
  ) throws(DatasetError) -> Tensor {
    guard let shape = Shape(checking: [rowCount, columns.count]) else {
      throw .tooLarge(what: "the table", limitBytes: Shape.largestCount)
    }
    var result = [Float](repeating: 0, count: shape.count)
    for (position, column) in columns.enumerated() {
      for (row, cell) in column.cells.enumerated() {
        switch cell {
        case .number(let number): result[row * columns.count + position] = Float(number)
        case .text(let text):
          guard areAnswers || column.hasNumbers else {
            throw .textInput(column: column.name, example: text)
          }
          throw .textInNumberColumn(place: place(row, column), found: text)
        case .missing: throw .missingCell(place: place(row, column), count: 1)
        }
      }
    }
    return Tensor(shape, result)
  }
}
