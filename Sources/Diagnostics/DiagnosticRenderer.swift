/// Writes a diagnostic as a reader sees it: place and sentence, the line, a caret with the remedy,
/// and notes.
///
/// ```
/// lab.jatai:6:3: error: 'dense' needs a flat input, but conv gives 24x24x12
/// 6 |   dense 10 softmax
///   |   ^~~~~ add 'flatten' or 'avgpool global' before it
/// ```
public struct DiagnosticRenderer: Sendable {
  /// Whether to colour with escape sequences, which is the caller's to decide.
  public var usesColour: Bool
  /// Columns of a source line that are shown; a longer one is cut around the caret.
  public var longestLine: Int

  /// A renderer for a terminal with or without colour.
  public init(usesColour: Bool = false, longestLine: Int = 160) {
    self.usesColour = usesColour
    self.longestLine = longestLine
  }

  /// The text of a diagnostic, without a newline at its end.
  public func render(_ diagnostic: Diagnostic) -> String {
    let severity = diagnostic.severity.rawValue
    let label = painted(severity + ":", diagnostic.severity == .error ? .red : .yellow)
    let message = painted(printable(diagnostic.message), .bold)
    var lines: [String] = []
    if let source = diagnostic.source {
      lines.append("\(place(diagnostic.range, in: source)): \(label) \(message)")
      lines += excerpt(diagnostic, from: source)
    } else {
      lines.append("\(label) \(message)")
      if let remedy = diagnostic.remedy { lines.append("  " + printable(remedy)) }
    }
    for note in diagnostic.notes {
      let text = painted("note:", .cyan) + " " + printable(note.message)
      if let range = note.range, let source = note.source ?? diagnostic.source {
        lines.append("\(place(range, in: source)): \(text)")
      } else {
        lines.append(text)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The beginning of a range as `file:line:column`.
  private func place(_ range: SourceRange, in source: SourceFile) -> String {
    let (line, column) = source.position(of: range.start)
    return "\(printable(source.name)):\(line + source.firstLine - 1):\(column)"
  }

  // MARK: The line and its caret

  /// A character as it is shown, with its columns.
  private struct Cell {
    var text: String
    var width: Int
  }

  /// The line under its number, and the caret under the words of the range.
  private func excerpt(_ diagnostic: Diagnostic, from source: SourceFile) -> [String] {
    let number = source.lineNumber(of: max(0, min(diagnostic.range.start, source.bytes.count)))
    let line = source.rangeOfLine(number)
    let start = max(line.start, min(diagnostic.range.start, line.end))
    let end = max(start, min(diagnostic.range.end, line.end))
    // Far more bytes than columns are shown, however many of them make one character.
    let farthest = longestLine * 16
    let from = characterStart(max(line.start, start - farthest), in: source, limit: start)
    let to = characterStart(min(line.end, start + farthest), in: source, limit: line.end)
    var column = 0
    var before = cells(source.text(of: SourceRange(from, start)), &column)
    var marked = cells(source.text(of: SourceRange(start, min(end, to))), &column)
    var after = cells(source.text(of: SourceRange(min(end, to), to)), &column)
    cutFront(&before, isCut: from > line.start, isLong: column > longestLine)
    cutBack(&marked, &after, room: longestLine - width(before), isCut: to < line.end)

    let label = String(number + source.firstLine - 1)
    let margin = String(repeating: " ", count: label.count)
    let text = (before + marked + after).map(\.text).joined()
    let indent = String(repeating: " ", count: width(before))
    let caret = "^" + String(repeating: "~", count: max(0, width(marked) - 1))
    let remedy = diagnostic.remedy.map { " " + printable($0) } ?? ""
    return [
      "\(painted("\(label) |", .faint)) \(text)",
      "\(painted("\(margin) |", .faint)) \(indent)\(painted(caret, .green))\(remedy)",
    ]
  }

  /// The first byte at or behind `offset` that begins a character.
  private func characterStart(_ offset: Int, in source: SourceFile, limit: Int) -> Int {
    var offset = offset
    while offset < limit, source.bytes[offset] & 0xC0 == 0x80 { offset += 1 }
    return offset
  }

  /// The characters of `text` as they are shown from `column` on.
  private func cells(_ text: String, _ column: inout Int) -> [Cell] {
    let tabWidth = 4
    var cells: [Cell] = []
    for character in text {
      let cell: Cell
      if character == "\t" {
        let width = tabWidth - column % tabWidth
        cell = Cell(text: String(repeating: " ", count: width), width: width)
      } else {
        let shown = printable(String(character))
        cell = Cell(text: shown, width: displayWidth(of: shown))
      }
      cells.append(cell)
      column += cell.width
    }
    return cells
  }

  private func width(_ cells: [Cell]) -> Int { cells.reduce(0) { $0 + $1.width } }

  /// Cuts the beginning of a line that is too long, so that half of what is shown stands before
  /// the caret.
  private func cutFront(_ before: inout [Cell], isCut: Bool, isLong: Bool) {
    let room = longestLine / 2
    guard isCut || (isLong && width(before) > room) else { return }
    var kept: [Cell] = []
    var columns = 1
    for cell in before.reversed() {
      guard columns + cell.width <= room else { break }
      columns += cell.width
      kept.append(cell)
    }
    before = [Cell(text: "…", width: 1)] + kept.reversed()
  }

  /// Cuts the end of a line that is too long.
  private func cutBack(_ marked: inout [Cell], _ after: inout [Cell], room: Int, isCut: Bool) {
    guard isCut || width(marked) + width(after) > room else { return }
    var columns = 1
    func fitting(_ cells: [Cell]) -> [Cell] {
      Array(
        cells.prefix { cell in
          columns += cell.width
          return columns <= room
        }
      )
    }
    let markedCount = marked.count
    marked = fitting(marked)
    after = marked.count == markedCount ? fitting(after) : []
    after.append(Cell(text: "…", width: 1))
  }

  // MARK: Colour

  private enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "1;31"
    case green = "32"
    case yellow = "1;33"
    case cyan = "36"
  }

  private func painted(_ text: String, _ style: Style) -> String {
    usesColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}
