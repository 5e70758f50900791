/// A terminal's screen, as far as ECMA-48 and xterm's habits matter to line editing.
///
/// Known: printing with wide and combining characters and the pending wrap of the last column,
/// CR, LF, BS, cursor movement (CUU CUD CUF CUB CUP CHA), ED and EL, SGR (passed over), modes (kept),
/// and rewrapping of lines when the width changes, as tmux and VTE do.
public struct VirtualScreen {
  /// What a cell shows.
  private struct Cell {
    var text: String
    var width: Int
  }

  private struct Line {
    var cells: [Cell] = []
    /// Whether the terminal, not the program, went on in the next line.
    var isWrapped = false
  }

  /// Modes that are set, such as `?2004`.
  public private(set) var modes: Set<String> = []
  /// Control sequences that were not understood.
  public private(set) var unknown: [String] = []
  /// Cells of a row.
  public private(set) var columns: Int
  /// Rows of the screen.
  public private(set) var rows: Int
  private var lines: [Line] = [Line()]
  private var top = 0
  private var line = 0
  private var column = 0
  private var isWrapPending = false
  private var pendingBytes: [UInt8] = []

  /// An empty screen.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// The rows that are seen, without spaces at their ends; empty rows below the text are left out.
  public var visible: [String] {
    var shown = lines[top...].map(VirtualScreen.text)
    while shown.last == "" { shown.removeLast() }
    return shown
  }

  /// All rows, those that have scrolled away too.
  public var everything: String {
    lines.map(VirtualScreen.text).joined(separator: "\n")
  }

  /// Row of the cursor from the top of the screen.
  public var cursorRow: Int { line - top }
  /// Column of the cursor; the last one while a wrap is pending.
  public var cursorColumn: Int { min(column, columns - 1) }

  private static func text(_ line: Line) -> String {
    var text = line.cells.map(\.text).joined()
    while text.last == " " { text.removeLast() }
    return text
  }

  // MARK: Input

  /// Shows bytes; sequences and characters may be cut anywhere.
  public mutating func feed(_ bytes: some Sequence<UInt8>) {
    pendingBytes += bytes
    var scalars = Array(wholeCharacters().unicodeScalars)[...]
    while let scalar = scalars.first {
      if scalar == "\u{1B}" {
        guard let length = sequenceLength(scalars) else { break }
        run(Array(scalars.prefix(length)))
        scalars = scalars.dropFirst(length)
      } else {
        put(scalar)
        scalars = scalars.dropFirst()
      }
    }
    var rest = String.UnicodeScalarView()
    rest.append(contentsOf: scalars)
    pendingBytes = Array(String(rest).utf8) + pendingBytes
  }

  /// Takes whole UTF-8 characters from the pending bytes.
  private mutating func wholeCharacters() -> String {
    var end = pendingBytes.count
    for back in 1..<4 where back <= pendingBytes.count {
      let byte = pendingBytes[pendingBytes.count - back]
      if byte >= 0xC0 {
        let need = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        if need > back { end = pendingBytes.count - back }
        break
      }
      if byte < 0x80 { break }
    }
    defer { pendingBytes.removeFirst(end) }
    return String(decoding: pendingBytes[..<end], as: UTF8.self)
  }

  private func sequenceLength(_ scalars: ArraySlice<Unicode.Scalar>) -> Int? {
    guard scalars.count >= 2 else { return nil }
    guard scalars[scalars.startIndex + 1] == "[" else { return 2 }
    guard let final = scalars.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0.value) })
    else { return nil }
    return final - scalars.startIndex + 1
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\r":
      column = 0
      isWrapPending = false
    case "\n":
      isWrapPending = false
      nextLine()
    case "\u{08}":
      column = max(0, column - 1)
      isWrapPending = false
    case "\u{07}": break
    default: print(scalar)
    }
  }

  private mutating func print(_ scalar: Unicode.Scalar) {
    let width = VirtualScreen.width(scalar)
    if width == 0 {
      let target = isWrapPending ? column : column - 1
      if let index = cellIndex(target) {
        lines[line].cells[index].text.unicodeScalars.append(scalar)
      }
      return
    }
    if isWrapPending || column + width > columns {
      lines[line].isWrapped = true
      nextLine()
      column = 0
      isWrapPending = false
    }
    pad(to: column)
    overwrite(Cell(text: String(Character(scalar)), width: width), at: column)
    column += width
    if column >= columns {
      column = columns - 1
      isWrapPending = true
    }
  }

  /// Cells as an independent table says: East Asian wide and emoji two, marks none.
  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
      0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  // MARK: Cells

  private func cellIndex(_ column: Int) -> Int? {
    var position = 0
    for (index, cell) in lines[line].cells.enumerated() {
      if column >= position, column < position + cell.width { return index }
      position += cell.width
    }
    return nil
  }

  private mutating func pad(to column: Int) {
    let width = lines[line].cells.reduce(0) { $0 + $1.width }
    for _ in 0..<max(0, column - width) { lines[line].cells.append(Cell(text: " ", width: 1)) }
  }

  private mutating func overwrite(_ cell: Cell, at column: Int) {
    var result: [Cell] = []
    var position = 0
    for old in lines[line].cells {
      let end = position + old.width
      if end <= column || position >= column + cell.width {
        result.append(old)
      } else {
        // A wide character loses the cell that is not overwritten, too.
        let survivors = (position..<end).filter { $0 < column || $0 >= column + cell.width }
        result += survivors.map { _ in Cell(text: " ", width: 1) }
      }
      position = end
    }
    var insertion = 0
    position = 0
    while insertion < result.count, position < column {
      position += result[insertion].width
      insertion += 1
    }
    result.insert(cell, at: insertion)
    lines[line].cells = result
  }

  private mutating func nextLine() {
    line += 1
    if line == lines.count { lines.append(Line()) }
    if line - top >= rows { top = line - rows + 1 }
  }

  // MARK: Sequences

  private mutating func run(_ sequence: [Unicode.Scalar]) {
    let text = String(String.UnicodeScalarView(sequence))
    guard sequence[1] == "[", let final = sequence.last else {
      unknown.append(text)
      return
    }
    let parameters = String(text.dropFirst(2).dropLast())
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    let count = max(1, (numbers.first ?? nil) ?? 1)
    if final != "m", final != "h", final != "l" { isWrapPending = false }
    switch final {
    case "A": line = max(top, line - count)
    case "B":
      line = min(top + rows - 1, line + count)
      while line >= lines.count { lines.append(Line()) }
    case "C": column = min(columns - 1, column + count)
    case "D": column = max(0, column - count)
    case "G": column = min(columns - 1, count - 1)
    case "H":
      line = top + min(rows, count) - 1
      while line >= lines.count { lines.append(Line()) }
      column = min(columns - 1, max(1, (numbers.count > 1 ? numbers[1] : nil) ?? 1) - 1)
    case "J":
      if parameters == "2" {
        lines.replaceSubrange(top..., with: [Line](repeating: Line(), count: line - top + 1))
      } else {
        eraseTail()
        lines.removeSubrange((line + 1)...)
      }
    case "K": eraseTail()
    case "m": break
    case "h": modes.insert(parameters)
    case "l": modes.remove(parameters)
    default: unknown.append(text)
    }
  }

  private mutating func eraseTail() {
    var kept: [Cell] = []
    var position = 0
    for cell in lines[line].cells {
      guard position + cell.width <= column else { break }
      kept.append(cell)
      position += cell.width
    }
    lines[line].cells = kept
    lines[line].isWrapped = false
  }

  // MARK: Size

  /// Gives the screen another size and wraps its lines anew.
  public mutating func resize(columns newColumns: Int, rows newRows: Int) {
    var rewrapped: [Line] = []
    var newLine = 0
    var newColumn = 0
    var start = 0
    while start < lines.count {
      var end = start
      while lines[end].isWrapped, end + 1 < lines.count { end += 1 }
      let first = rewrapped.count
      var row = Line()
      var width = 0
      var offset = 0
      var cursorOffset: Int?
      for index in start...end {
        if index == line { cursorOffset = offset + column + (isWrapPending ? 1 : 0) }
        offset += index == end ? 0 : columns
      }
      var cells = lines[start...end].flatMap(\.cells)
      while cells.last?.text == " " { cells.removeLast() }
      for cell in cells {
        if width + cell.width > newColumns {
          row.isWrapped = true
          rewrapped.append(row)
          row = Line()
          width = 0
        }
        row.cells.append(cell)
        width += cell.width
      }
      rewrapped.append(row)
      if let cursorOffset {
        newLine = first + cursorOffset / newColumns
        newColumn = cursorOffset % newColumns
        while newLine >= rewrapped.count { rewrapped.append(Line()) }
      }
      start = end + 1
    }
    lines = rewrapped
    line = newLine
    column = newColumn
    isWrapPending = false
    columns = newColumns
    rows = newRows
    var used = lines.count
    while used > line + 1, lines[used - 1].cells.isEmpty { used -= 1 }
    lines.removeSubrange(used...)
    top = max(0, used - rows)
  }
}
