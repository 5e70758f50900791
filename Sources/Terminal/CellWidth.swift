import CEdit

extension Unicode.Scalar {
  /// Columns that the scalar takes on the screen: 0, 1 or 2; nil for one that has no picture.
  var cellWidth: Int? {
    if value >= 0x20, value < 0x7F { return 1 }
    let width = Int(ce_width(value))
    return width < 0 ? nil : width
  }
}

extension String {
  /// Columns that the text takes on one row, without control characters.
  var cellWidth: Int {
    unicodeScalars.reduce(0) { $0 + ($1.cellWidth ?? 0) }
  }

  /// The longest beginning that fits `columns`.
  func truncated(toCells columns: Int) -> String {
    var room = columns
    var result = ""
    for character in self {
      let width = String(character).cellWidth
      guard width <= room else { break }
      room -= width
      result.append(character)
    }
    return result
  }
}
