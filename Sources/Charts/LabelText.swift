/// Words from scripts and files, made harmless and short enough to draw.
enum LabelText {
  /// The text without control characters and those that turn the direction of writing; newlines and
  /// tabs become blanks.
  static func clean(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(10_000) {
      if scalar == "\n" || scalar == "\t" || scalar == "\r" {
        result.append(" ")
        continue
      }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        continue
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// How many terminal cells a character takes: 2 for East Asian wide ones and emoji.
  static func width(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x300...0x36F: return 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// How many terminal cells a text takes.
  static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

  /// The text, cleaned, and cut to `most` cells with an ellipsis.
  static func fitted(_ text: String, to most: Int, ellipsis: String = "…") -> String {
    let text = clean(text)
    guard width(text) > most else { return text }
    guard most > width(ellipsis) else { return String(text.prefix(max(0, most))) }
    var result = ""
    var used = 0
    for character in text {
      used += width(character)
      if used > most - width(ellipsis) { break }
      result.append(character)
    }
    return result + ellipsis
  }
}
