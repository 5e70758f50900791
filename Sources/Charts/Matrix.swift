/// Numbers in rows and columns, drawn as shades.
public struct Matrix: Hashable, Sendable {
  /// How many columns there are.
  public var columnCount: Int
  /// The numbers, row by row.
  public var values: [Double]
  /// Names of the rows; may be empty.
  public var rowLabels: [String]
  /// Names of the columns; may be empty.
  public var columnLabels: [String]
  /// What the rows are.
  public var rowTitle: String
  /// What the columns are.
  public var columnTitle: String
  /// Whether numbers are written into the cells where there is room.
  public var showsValues: Bool
  /// How the numbers are written.
  public var style: NumberStyle

  /// A matrix.
  public init(
    columnCount: Int,
    values: [Double],
    rowLabels: [String] = [],
    columnLabels: [String] = [],
    rowTitle: String = "",
    columnTitle: String = "",
    showsValues: Bool = true,
    style: NumberStyle = .plain
  ) {
    self.columnCount = columnCount
    self.values = values
    self.rowLabels = rowLabels
    self.columnLabels = columnLabels
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
    self.showsValues = showsValues
    self.style = style
  }

  /// A confusion matrix: `counts[true][predicted]`.
  public init(confusion counts: [[Int]], classes: [String]) {
    let width = counts.map(\.count).max() ?? 0
    self.init(
      columnCount: width,
      values: counts.flatMap { row in
        (0..<width).map { $0 < row.count ? Double(row[$0]) : .nan }
      },
      rowLabels: classes,
      columnLabels: classes,
      rowTitle: "true",
      columnTitle: "predicted"
    )
  }

  /// Whole rows only.
  var rowCount: Int { columnCount > 0 ? values.count / columnCount : 0 }

  /// The largest distance from 0, and whether there are negative numbers.
  var range: (largest: Double, isSigned: Bool) {
    var largest = 0.0
    var isSigned = false
    for value in values where value.isFinite {
      largest = max(largest, abs(value))
      if value < 0 { isSigned = true }
    }
    return (largest, isSigned)
  }

  /// Means over blocks of cells, so that at most `rows` x `columns` remain.
  func reduced(toRows rows: Int, columns: Int) -> Matrix {
    let (rowStep, columnStep) = (
      max(1, (rowCount + rows - 1) / max(1, rows)),
      max(1, (columnCount + columns - 1) / max(1, columns))
    )
    guard rowStep > 1 || columnStep > 1 else { return self }
    var means: [Double] = []
    for row in stride(from: 0, to: rowCount, by: rowStep) {
      for column in stride(from: 0, to: columnCount, by: columnStep) {
        var sum = 0.0
        var count = 0.0
        for y in row..<min(rowCount, row + rowStep) {
          for x in column..<min(columnCount, column + columnStep) {
            let value = values[y * columnCount + x]
            if value.isFinite {
              sum += value
              count += 1
            }
          }
        }
        means.append(count > 0 ? sum / count : .nan)
      }
    }
    var reduced = self
    reduced.columnCount = (columnCount + columnStep - 1) / columnStep
    reduced.values = means
    reduced.rowLabels = []
    reduced.columnLabels = []
    reduced.showsValues = false
    return reduced
  }
}
