import Diagnostics

/// Whether `byte` is an ASCII digit.
func isDigit(_ byte: UInt8) -> Bool {
  byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}

/// Whether `byte` is an ASCII letter, a digit or `_`.
func isWordByte(_ byte: UInt8) -> Bool {
  (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    || isDigit(byte) || byte == UInt8(ascii: "_")
}

extension Unicode.Scalar {
  /// Whether a name may begin with this.
  var beginsName: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// Whether a name may go on with this: letters, digits, `_`, and the marks that letters of many
  /// scripts are made of.
  var continuesName: Bool {
    if beginsName { return true }
    switch properties.generalCategory {
    case .decimalNumber, .nonspacingMark, .spacingMark: return true
    default: return self == "_"
    }
  }
}

extension Lexer {
  /// The scalar at `position` and its length in bytes; nil where the bytes are not UTF-8.
  func scalar(at position: Int) -> (value: Unicode.Scalar, length: Int)? {
    let first = bytes[position]
    let length: Int
    switch first {
    case 0x00...0x7F: return (Unicode.Scalar(first), 1)
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return nil
    }
    guard position + length <= bytes.count else { return nil }
    var value = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
    for byte in bytes[position + 1..<position + length] {
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let smallest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }

  /// A name or a reserved word.
  mutating func word() {
    let start = offset
    let isPlain = skipWord()
    add(isPlain ? reservedWord(start, offset) : .word, from: start)
    if !isPlain { checkLookAlikes(SourceRange(start, offset)) }
  }

  /// Moves behind the letters, digits, `_` and marks here; false if any is outside ASCII.
  private mutating func skipWord() -> Bool {
    var isPlain = true
    while offset < bytes.count {
      if isWordByte(bytes[offset]) {
        offset += 1
      } else if bytes[offset] >= 0x80, let (scalar, length) = scalar(at: offset),
        scalar.continuesName
      {
        isPlain = false
        offset += length
      } else {
        break
      }
    }
    return isPlain
  }

  /// The kind of the ASCII word between two offsets.
  private func reservedWord(_ start: Int, _ end: Int) -> TokenKind {
    guard end - start <= 8 else { return .word }
    var packed: UInt64 = 0
    for byte in bytes[start..<end] { packed = packed << 8 | UInt64(byte) }
    return Self.reservedWords[packed] ?? .word
  }

  /// Reserved words with their bytes packed into one number.
  private static let reservedWords: [UInt64: TokenKind] = {
    let words: [(String, TokenKind)] = [
      ("and", .and), ("or", .or), ("not", .not), ("in", .in), ("if", .if), ("else", .else),
      ("func", .function), ("for", .for), ("while", .while), ("return", .return),
      ("break", .break), ("continue", .continue), ("true", .true), ("false", .false),
      ("none", .none),
    ]
    var table: [UInt64: TokenKind] = [:]
    for (word, kind) in words {
      table[word.utf8.reduce(0) { $0 << 8 | UInt64($1) }] = kind
    }
    return table
  }()

  // MARK: Numbers

  /// Digits with a fraction, an exponent and a suffix; a shape; or a word such as `2of4`.
  mutating func number() {
    let start = offset
    skipDigits()
    if let end = shapeEnd(offset) {
      offset = end
      add(.shape, from: start)
      return
    }
    if isPattern() {
      while isWordByte(peek()) { offset += 1 }
      add(.word, from: start)
      return
    }
    if peek() == UInt8(ascii: "."), isDigit(peek(1)) {
      offset += 1
      skipDigits()
    }
    if peek() | 0x20 == UInt8(ascii: "e") {
      let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
      if isDigit(peek(1 + sign)) {
        offset += 1 + sign
        skipDigits()
      }
    }
    let suffix = offset
    if peek() == UInt8(ascii: "%") {
      // `7%%3` is a remainder, `7%%%3` the remainder of a percentage.
      if peek(1) != UInt8(ascii: "%") || peek(2) == UInt8(ascii: "%") { offset += 1 }
    } else {
      _ = skipWord()
    }
    add(.number, from: start, link: suffix)
  }

  /// Moves behind digits, with single `_` between them.
  private mutating func skipDigits() {
    while isDigit(peek()) || (peek() == UInt8(ascii: "_") && isDigit(peek(1))) { offset += 1 }
  }

  /// Where the shape ends whose first extent ends at `position`; nil if this is none.
  private func shapeEnd(_ position: Int) -> Int? {
    var end = position
    var count = 1
    while end + 1 < bytes.count, bytes[end] == UInt8(ascii: "x"), isDigit(bytes[end + 1]) {
      end += 1
      while end < bytes.count, isDigit(bytes[end]) { end += 1 }
      count += 1
    }
    guard count > 1 else { return nil }
    if end < bytes.count, isWordByte(bytes[end]) { return nil }
    return end
  }

  /// Whether a pattern of pruning follows the digits: `of` and digits, as in `2of4`.
  private func isPattern() -> Bool {
    guard peek() == UInt8(ascii: "o"), peek(1) == UInt8(ascii: "f"), isDigit(peek(2)) else {
      return false
    }
    var distance = 2
    while isDigit(peek(distance)) { distance += 1 }
    return !isWordByte(peek(distance))
  }
}
