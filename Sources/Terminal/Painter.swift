/// Draws layouts at the bottom of a terminal's output, rewriting only the rows that changed.
///
/// A layout taller than the screen is shown through a window that follows the cursor.
struct Painter {
  private let device: TerminalDevice
  private var drawn: [ScreenLayout.Row] = []
  private var cursorRow = 0
  private var cursorColumn = 0
  private var firstRow = 0

  /// Draws on `device`; nothing is on the screen yet.
  init(device: TerminalDevice) {
    self.device = device
  }

  /// Makes the screen show `layout`.
  mutating func draw(_ layout: ScreenLayout, height: Int) {
    let visible = window(of: layout, height: max(1, height))
    let rows = Array(layout.rows[visible])
    var output = ""
    if rows != drawn {
      output += moveUp(cursorRow) + "\r"
      for (index, row) in rows.enumerated() {
        if index > 0 { output += "\r\n" }
        if index < drawn.count, drawn[index] == row { continue }
        output += row.text
        if index >= drawn.count || row.width < drawn[index].width {
          output += clearTail(row, columns: layout.columns)
        }
      }
      for _ in 0..<max(0, drawn.count - rows.count) { output += "\r\n\u{1B}[K" }
      output += moveUp(max(rows.count, drawn.count) - 1 - (layout.cursorRow - visible.lowerBound))
    } else {
      let target = layout.cursorRow - visible.lowerBound
      output += moveUp(cursorRow - target) + moveDown(target - cursorRow)
    }
    drawn = rows
    cursorRow = layout.cursorRow - visible.lowerBound
    cursorColumn = layout.cursorColumn
    output += "\r" + (cursorColumn > 0 ? "\u{1B}[\(cursorColumn)C" : "")
    device.write(output)
  }

  /// Leaves what is drawn and goes to the row below it.
  mutating func finish(_ mark: String = "") {
    let last = drawn.last?.width ?? 0
    device.write(
      moveDown(drawn.count - 1 - cursorRow) + "\r" + (last > 0 ? "\u{1B}[\(last)C" : "") + mark
        + "\r\n"
    )
    forget()
  }

  /// Takes what is drawn away, after the terminal has changed its width to `columns`.
  ///
  /// Terminals wrap the rows anew, so a row of *w* cells now takes ⌈w ∕ columns⌉ rows.
  mutating func eraseAfterResize(columns: Int, height: Int) {
    var above = cursorColumn / columns
    for row in drawn.prefix(cursorRow) { above += max(1, (row.width + columns - 1) / columns) }
    device.write(moveUp(min(above, height - 1)) + "\r\u{1B}[J")
    forget()
  }

  /// Clears the screen.
  mutating func clearScreen() {
    device.write("\u{1B}[H\u{1B}[2J")
    forget()
  }

  /// Begins anew where the cursor is.
  mutating func forget() {
    drawn = []
    cursorRow = 0
    cursorColumn = 0
    firstRow = 0
  }

  /// The rows that are shown, moved no further than the cursor asks.
  private mutating func window(of layout: ScreenLayout, height: Int) -> Range<Int> {
    let count = layout.rows.count
    guard count > height else {
      firstRow = 0
      return 0..<count
    }
    firstRow = min(firstRow, count - height)
    if layout.cursorRow < firstRow { firstRow = layout.cursorRow }
    if layout.cursorRow >= firstRow + height { firstRow = layout.cursorRow - height + 1 }
    return firstRow..<firstRow + height
  }

  /// Behind a full row the cursor waits in the last column, where erasing would take its cell.
  private func clearTail(_ row: ScreenLayout.Row, columns: Int) -> String {
    row.width < columns ? "\u{1B}[K" : ""
  }

  private func moveUp(_ rows: Int) -> String { rows > 0 ? "\u{1B}[\(rows)A" : "" }
  private func moveDown(_ rows: Int) -> String { rows > 0 ? "\u{1B}[\(rows)B" : "" }
}
