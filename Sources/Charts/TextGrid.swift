/// Lines of terminal cells to draw into.
struct TextGrid {
  private struct Cell {
    /// One character; empty where a wide character before it reaches in.
    var text: String
    var colour: UInt8?
    var background: UInt8?
  }

  let width: Int
  private(set) var height: Int
  private var cells: [Cell]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    cells = .init(repeating: Cell(text: " "), count: width * height)
  }

  /// Writes a text from a cell on; what does not fit into the line is left out.
  mutating func put(
    _ text: String,
    x: Int,
    y: Int,
    colour: UInt8? = nil,
    background: UInt8? = nil
  ) {
    guard (0..<height).contains(y) else { return }
    var x = x
    for character in text {
      let cellCount = LabelText.width(character)
      guard x + cellCount <= width else { return }
      if x >= 0, cellCount > 0 {
        cells[y * width + x] = Cell(text: String(character), colour: colour, background: background)
        if cellCount == 2 { cells[y * width + x + 1].text = "" }
      }
      x += cellCount
    }
  }

  /// Whether a stretch of a line is still blank.
  func isBlank(x: Int, y: Int, count: Int) -> Bool {
    guard (0..<height).contains(y), x >= 0, count >= 0, x + count <= width else { return false }
    return cells[(y * width + x)..<(y * width + x + count)].allSatisfy {
      $0.text == " " && $0.background == nil
    }
  }

  /// The lines without trailing blanks, each with a newline; with escape sequences if coloured.
  func text(colour: Bool) -> String {
    var result = ""
    for y in 0..<height {
      let line = cells[y * width..<(y + 1) * width]
      let end = line.lastIndex { $0.text != " " || (colour && $0.background != nil) }
      var current: (UInt8?, UInt8?) = (nil, nil)
      for cell in line[..<(end.map { $0 + 1 } ?? line.startIndex)] {
        if colour, current != (cell.colour, cell.background) {
          result += Self.escape(from: current, to: (cell.colour, cell.background))
          current = (cell.colour, cell.background)
        }
        result += cell.text
      }
      if colour, current != (nil, nil) { result += "\u{1B}[0m" }
      result += "\n"
    }
    return result
  }

  private static func escape(from old: (UInt8?, UInt8?), to new: (UInt8?, UInt8?)) -> String {
    var codes: [String] = []
    if new.0 == nil && old.0 != nil || new.1 == nil && old.1 != nil { codes.append("0") }
    if let foreground = new.0 { codes.append("38;5;\(foreground)") }
    if let background = new.1 { codes.append("48;5;\(background)") }
    return "\u{1B}[" + codes.joined(separator: ";") + "m"
  }
}
