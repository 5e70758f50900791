/// A field of dots, several to a terminal cell, that remembers which series drew them.
struct DotCanvas {
  /// 2x4 dots of Unicode's Braille patterns, or one character a cell.
  enum Resolution { case braille, characters }

  let columns: Int
  let rows: Int
  private let resolution: Resolution
  private var dots: [UInt8]
  private var owner: [Int]
  private var marks: [Character?]

  init(columns: Int, rows: Int, resolution: Resolution) {
    self.columns = columns
    self.rows = rows
    self.resolution = resolution
    dots = .init(repeating: 0, count: columns * rows)
    owner = .init(repeating: 0, count: columns * rows)
    marks = .init(repeating: nil, count: columns * rows)
  }

  var width: Int { resolution == .braille ? columns * 2 : columns }
  var height: Int { resolution == .braille ? rows * 4 : rows }

  /// Sets a dot; y counts from the top.
  mutating func set(_ x: Int, _ y: Int, series: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    switch resolution {
    case .braille:
      let cell = y / 4 * columns + x / 2
      // Bits of U+2800: 1 2 3 and 7 down the left, 4 5 6 and 8 down the right.
      let bits: [UInt8] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
      dots[cell] |= bits[y % 4 * 2 + x % 2]
      owner[cell] = series
    case .characters:
      dots[y * columns + x] = 1
      owner[y * columns + x] = series
    }
  }

  /// Shows a character instead of dots in the cell that holds a dot.
  mutating func mark(_ x: Int, _ y: Int, _ character: Character, series: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let cell = resolution == .braille ? y / 4 * columns + x / 2 : y * columns + x
    marks[cell] = character
    owner[cell] = series
  }

  /// A straight line (Bresenham, 1965) of which `pattern` says, step by step, what is drawn.
  mutating func line(
    from start: (x: Int, y: Int),
    to end: (x: Int, y: Int),
    series: Int,
    pattern: [Bool],
    step: inout Int
  ) {
    var (x, y) = start
    let (dx, dy) = (abs(end.x - x), -abs(end.y - y))
    let (right, down) = (x < end.x ? 1 : -1, y < end.y ? 1 : -1)
    var error = dx + dy
    while true {
      if pattern[step % pattern.count] { set(x, y, series: series) }
      if (x, y) == end { return }
      step += 1
      let twice = 2 * error
      if twice >= dy {
        error += dy
        x += right
      }
      if twice <= dx {
        error += dx
        y += down
      }
    }
  }

  /// The character of a cell and the series that drew it last, or nil where nothing is.
  func cell(_ column: Int, _ row: Int) -> (character: Character, series: Int)? {
    let index = row * columns + column
    if let mark = marks[index] { return (mark, owner[index]) }
    guard dots[index] != 0 else { return nil }
    switch resolution {
    case .braille:
      let scalar = Unicode.Scalar(0x2800 + UInt32(dots[index])) ?? "*"
      return (Character(scalar), owner[index])
    case .characters:
      let characters: [Character] = ["*", "o", "+", "x", "#", "@", "%"]
      return (characters[owner[index] % characters.count], owner[index])
    }
  }
}
