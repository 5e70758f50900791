import Diagnostics

extension Lexer {
  /// Everything that no token begins with: other languages' signs, letters outside ASCII, control
  /// characters, bytes that are not UTF-8.
  mutating func strangeText() {
    let start = offset
    guard let (scalar, length) = scalar(at: offset) else {
      reportEncoding(at: offset)
      offset += 1
      return
    }
    if scalar.beginsName {
      word()
      return
    }
    if scalar.value < 0x20 || scalar.value == 0x7F {
      controlCharacters()
      return
    }
    if let foreign = foreignSign(scalar) {
      offset = foreign.end
      let range = SourceRange(start, offset)
      let text = String(decoding: bytes[start..<offset], as: UTF8.self)
      let shown = foreign.isWhole ? "'\(text)' is no sign of this language" : foreign.message
      addInvalid(
        from: start,
        Diagnostic(
          .unexpectedCharacter,
          shown,
          at: range,
          remedy: foreign.remedy,
          fixIts: foreign.replacement.map { [FixIt(range: range, replacement: $0)] } ?? []
        )
      )
      return
    }
    offset += length
    if scalar == "_" {
      while isWordByte(peek()) { offset += 1 }
    }
    // Marks that stand on the character belong to it.
    while offset < bytes.count, let (mark, length) = self.scalar(at: offset), length > 1,
      mark.properties.isGraphemeExtend
    {
      offset += length
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    let isShown = !scalar.properties.isDefaultIgnorableCodePoint && !scalar.properties.isWhitespace
    addInvalid(
      from: start,
      Diagnostic(
        .unexpectedCharacter,
        scalar == "_"
          ? "a name begins with a letter, but '\(text)' does not"
          : isShown
            ? "unexpected character '\(text)'"
            : "unexpected character \(codePoint(scalar)), which cannot be seen",
        at: SourceRange(start, offset),
        remedy: isShown ? nil : "put a plain space, or nothing, here"
      )
    )
  }

  private mutating func controlCharacters() {
    let start = offset
    let first = bytes[offset]
    while offset < bytes.count, bytes[offset] == first { offset += 1 }
    addInvalid(
      from: start,
      Diagnostic(
        .controlCharacter,
        "unexpected control character \(codePoint(Unicode.Scalar(first)))",
        at: SourceRange(start, offset),
        remedy: "delete it; in a string it is written '\\u{\(String(first, radix: 16))}'"
      )
    )
  }

  /// A sign of another language, or one that a text processor puts in place of a plain one.
  private struct ForeignSign {
    var end: Int
    var remedy: String
    var replacement: String?
    /// Whether the message names the sign; otherwise `message` says it all.
    var isWhole = true
    var message = ""
  }

  /// What to write instead of the sign here, if it is known from elsewhere.
  private func foreignSign(_ scalar: Unicode.Scalar) -> ForeignSign? {
    let doubled = peek(1) == peek()
    func write(_ length: Int, _ replacement: String, _ more: String = "") -> ForeignSign {
      ForeignSign(
        end: offset + length,
        remedy: "write '\(replacement)'\(more)",
        replacement: replacement
      )
    }
    let length = UTF8.width(scalar)
    switch scalar {
    case "&": return write(doubled ? 2 : 1, "and")
    case "|": return write(2, "or")
    case "!": return write(1, "not")
    case "^": return write(1, "**", " for a power")
    case "%": return write(1, "%%", " for a remainder; a percentage touches its number")
    case "/" where doubled:
      return ForeignSign(
        end: offset + 2,
        remedy: "write 'floor(a / b)' for a whole quotient; a comment begins with '#'"
      )
    case "/":
      return ForeignSign(end: offset + 2, remedy: "write 'a = a / b'")
    case "'", "\u{2018}", "\u{2019}", "`": return quoted(scalar, length)
    case "\u{201C}", "\u{201D}", "\u{AB}", "\u{BB}": return write(length, "\"")
    case "\u{2212}", "\u{2013}", "\u{2014}": return write(length, "-")
    case "\u{D7}": return write(length, "*", "; a shape has the letter 'x'")
    case "\u{F7}": return write(length, "/")
    case "\u{2264}": return write(length, "<=")
    case "\u{2265}": return write(length, ">=")
    case "\u{2260}": return write(length, "!=")
    case "\u{2026}": return write(length, "..")
    case "\u{A0}", "\u{2007}", "\u{202F}", "\u{3000}":
      return ForeignSign(
        end: offset + length,
        remedy: "put a plain space here",
        replacement: " ",
        isWhole: false,
        message: "unexpected wide or no-break space \(codePoint(scalar))"
      )
    case "\\":
      return ForeignSign(
        end: offset + 1,
        remedy: "a line goes on inside brackets, and after an operator, a comma, '=' or '|'"
      )
    default: return nil
    }
  }

  /// A string in single quotes, up to its other end on this line.
  private func quoted(_ scalar: Unicode.Scalar, _ length: Int) -> ForeignSign {
    let closing = scalar == "\u{2018}" ? "\u{2019}" : scalar
    var end = offset + length
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
      guard let (next, width) = self.scalar(at: end) else { break }
      end += width
      guard next == closing else { continue }
      let text = String(decoding: bytes[offset + length..<end - width], as: UTF8.self)
      let isPlain = !text.contains("\"") && !text.contains("\\")
      return ForeignSign(
        end: end,
        remedy: "write \"\(text)\"",
        replacement: isPlain ? "\"\(text)\"" : nil,
        isWhole: false,
        message: "strings stand in double quotes"
      )
    }
    return ForeignSign(
      end: offset + length,
      remedy: "write '\"'",
      replacement: "\"",
      isWhole: false,
      message: "strings stand in double quotes"
    )
  }

  // MARK: Encoding

  /// Reports the first place of the file that is not UTF-8; the other places follow from it.
  private mutating func reportEncoding(at position: Int) {
    guard !hasReportedEncoding else { return }
    hasReportedEncoding = true
    let byte = String(bytes[position], radix: 16, uppercase: true)
    remarks.append(
      Diagnostic(
        .invalidEncoding,
        "this text is not UTF-8: there is a lone byte 0x\(byte)",
        at: SourceRange(position, position + 1),
        remedy: "save the file as UTF-8"
      )
    )
  }

  /// Looks for bytes that are not UTF-8 in a comment or a string.
  mutating func checkEncoding(of range: SourceRange) {
    guard !hasReportedEncoding else { return }
    var position = range.start
    while position < range.end {
      if bytes[position] < 0x80 {
        position += 1
      } else if let (_, length) = scalar(at: position) {
        position += length
      } else {
        reportEncoding(at: position)
        return
      }
    }
  }

  // MARK: Look-alikes

  /// Warns about a word of Latin letters in which some letters only look Latin.
  mutating func checkLookAlikes(_ range: SourceRange) {
    let word = String(decoding: bytes[range.start..<range.end], as: UTF8.self)
    var hasLatin = false
    var first: (scalar: Unicode.Scalar, script: String)?
    var plain = ""
    for scalar in word.unicodeScalars {
      if scalar.isASCII || (0xC0...0x24F).contains(scalar.value) {
        hasLatin = hasLatin || scalar.properties.isAlphabetic
        plain.unicodeScalars.append(scalar)
      } else if let latin = Self.lookAlikes[scalar] {
        first = first ?? (scalar, (0x370...0x3FF).contains(scalar.value) ? "Greek" : "Cyrillic")
        plain.unicodeScalars.append(latin)
      } else {
        plain.unicodeScalars.append(scalar)
      }
    }
    guard hasLatin, let (scalar, script) = first, remarks.count < Parser.mostDiagnostics else {
      return
    }
    remarks.append(
      Diagnostic(
        .lookAlikeLetters,
        "'\(word)' mixes Latin letters with the \(script) '\(scalar)' (\(codePoint(scalar)))",
        at: range,
        remedy: "'\(plain)' in Latin letters is another name",
        severity: .warning,
        fixIts: [FixIt(range: range, replacement: plain)]
      )
    )
  }

  /// Greek and Cyrillic letters that most typefaces draw as Latin ones, after the confusables of
  /// Unicode Technical Standard 39.
  private static let lookAlikes: [Unicode.Scalar: Unicode.Scalar] = {
    let foreign = "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧορν"
    let latin = "ABESIJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXopv"
    return Dictionary(uniqueKeysWithValues: zip(foreign.unicodeScalars, latin.unicodeScalars))
  }()
}

/// How a code point is written, as in `U+00E7`.
func codePoint(_ scalar: Unicode.Scalar) -> String {
  let digits = String(scalar.value, radix: 16, uppercase: true)
  return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
