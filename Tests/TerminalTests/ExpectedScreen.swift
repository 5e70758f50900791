/// The rows that the prompt `jatai[n]» ` with a text takes, worked out character by character.
///
/// Written apart from the editor's layout; only texts of one cell a character.
struct ExpectedScreen {
  let rows: [String]
  /// Rows on the screen, with those that are empty at the end.
  let rowCount: Int
  let cursorRow: Int
  let cursorColumn: Int

  init(_ text: String, cursor: Int? = nil, number: Int = 1, columns: Int) {
    let cursor = cursor ?? text.count
    let prompt = Array("jatai[\(number)]» ")
    var grid: [[Character]] = [prompt]
    var place = (row: 0, column: prompt.count)
    let margin = [Character](repeating: " ", count: prompt.count * 2 > columns ? 0 : prompt.count)
    for (index, character) in (Array(text) + ["\u{0}"]).enumerated() {
      let last = grid.count - 1
      let isBreak = character == "\n" || character == "\u{0}"
      if grid[last].count == columns, !isBreak || index == cursor { grid.append(margin) }
      if index == cursor { place = (grid.count - 1, grid[grid.count - 1].count) }
      if character == "\n" {
        grid.append(margin)
      } else if character != "\u{0}" {
        grid[grid.count - 1].append(character)
      }
    }
    rowCount = grid.count
    var shown = grid.map { row in
      var row = row
      while row.last == " " { row.removeLast() }
      return String(row)
    }
    while shown.last == "" { shown.removeLast() }
    rows = shown
    cursorRow = place.row
    cursorColumn = place.column
  }
}
