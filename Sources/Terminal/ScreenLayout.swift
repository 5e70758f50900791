/// The rows that a prompt with an edited text takes on a screen of some width.
///
/// Text is wrapped by the layout, never by the terminal, so that a row's cells are known. Rows after
/// the first begin with a margin as wide as the prompt: code stands in one column.
struct ScreenLayout {
  /// One row with its control sequences, and the columns it takes.
  struct Row: Hashable {
    var text: String
    var width: Int
  }

  /// What is laid out.
  struct Content {
    var prompt: Prompt
    var text: [Unicode.Scalar]
    /// Index of the scalar that the cursor stands on; `text.count` behind the last.
    var cursor: Int
    var styles: [StyledRange] = []
    /// Grey text behind the end, shown as far as it fits the row.
    var hint = ""
    /// Remarks behind lines, by the line's number from 0.
    var remarks: [Int: String] = [:]
  }

  private(set) var rows: [Row] = []
  private(set) var cursorRow = 0
  private(set) var cursorColumn = 0

  let columns: Int
  private let isColored: Bool
  private let margin: Int
  private var row = ""
  private var column = 0
  private var style = TextStyle.plain

  /// Remarks are aligned at this column where the line leaves room.
  private static let remarkColumn = 44

  /// Lays `content` out for rows of `columns` cells.
  init(_ content: Content, columns: Int, colored: Bool) {
    self.columns = max(2, columns)
    isColored = colored
    let promptWidth = content.prompt.width
    margin = promptWidth * 2 > columns ? 0 : promptWidth
    for part in content.prompt.parts {
      for scalar in part.text.unicodeScalars { place(scalar, part.style) }
    }
    placeText(content)
  }

  private mutating func placeText(_ content: Content) {
    var offset = 0
    var styles = content.styles[...]
    var line = 0
    for (index, scalar) in content.text.enumerated() {
      while let first = styles.first, first.range.upperBound <= offset { styles.removeFirst() }
      let current = styles.first.map { $0.range.contains(offset) ? $0.style : .plain } ?? .plain
      offset += UTF8.width(scalar)
      if scalar == "\n" {
        if index == content.cursor { placeCursor() }
        remark(content.remarks[line])
        line += 1
        endRow()
      } else {
        let width = scalar.cellWidth ?? (scalar.value < 0x80 ? 2 : 1)
        if width > 0, column + width > columns { endRow() }
        if index == content.cursor {
          cursorRow = rows.count
          cursorColumn = min(column, columns - 1)
        }
        place(scalar, current)
      }
    }
    if content.cursor >= content.text.count { placeCursor() }
    if content.hint.isEmpty {
      remark(content.remarks[line])
    } else {
      add(content.hint.truncated(toCells: columns - column), .hint)
    }
    finishRow()
  }

  /// The cursor cannot stand behind the last column, so a full row gets another below it.
  private mutating func placeCursor() {
    if column >= columns { endRow() }
    cursorRow = rows.count
    cursorColumn = column
  }

  private mutating func place(_ scalar: Unicode.Scalar, _ style: TextStyle) {
    guard let width = scalar.cellWidth else {
      // A control character is shown as ^A, anything else without a picture as U+FFFD.
      let isControl = scalar.value < 0x80
      let shown =
        isControl ? "^\(Character(Unicode.Scalar(UInt8(scalar.value) ^ 0x40)))" : "\u{FFFD}"
      if column + shown.unicodeScalars.count > columns { endRow() }
      add(shown, style)
      return
    }
    if width > 0, column + width > columns { endRow() }
    select(style)
    row.unicodeScalars.append(scalar)
    column += width
  }

  private mutating func add(_ text: String, _ style: TextStyle) {
    select(style)
    row += text
    column += text.cellWidth
  }

  private mutating func remark(_ text: String?) {
    guard let text, !text.isEmpty else { return }
    let start = max(ScreenLayout.remarkColumn, column + 2)
    let shown =
      text.cellWidth <= columns - start
      ? String(repeating: " ", count: start - column) + text
      : "  " + text.truncated(toCells: columns - column - 2)
    guard column + 4 < columns else { return }
    add(shown, .hint)
  }

  private mutating func select(_ next: TextStyle) {
    guard isColored, next.parameters != style.parameters else { return }
    if style.parameters != nil { row += "\u{1B}[0m" }
    if let parameters = next.parameters { row += "\u{1B}[\(parameters)m" }
    style = next
  }

  private mutating func finishRow() {
    select(.plain)
    rows.append(Row(text: row, width: column))
    row = ""
    column = 0
  }

  private mutating func endRow() {
    finishRow()
    row = String(repeating: " ", count: margin)
    column = margin
  }
}
