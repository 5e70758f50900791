import Diagnostics

extension Parser {
  // MARK: Numbers

  /// A number or a quantity; a count suffix multiplies.
  mutating func literalNumber() throws(Diagnostic) -> Expression {
    if let mistake = literalMistake() { throw mistake }
    let token = current
    let suffixStart = Int(token.link)
    let digits = source.bytes[token.start..<suffixStart].filter { $0 != UInt8(ascii: "_") }
    let suffix = source.text(of: SourceRange(suffixStart, token.end))
    advance()
    height = 0
    let exponent: String? =
      switch suffix {
      case "k": "e3"
      case "M": "e6"
      case "G": "e9"
      case "T": "e12"
      default: nil
      }
    let number = self.number(digits, exponent: exponent)
    guard number.isFinite else {
      throw Diagnostic(
        .numberTooLarge,
        "this number is larger than a 64-bit float can hold",
        at: token.range,
        remedy: "the largest is about 1.8e308"
      )
    }
    warnIfInexact(digits, number, token)
    if suffix == "KB" { warnIfDecimal(number, token) }
    return suffix.isEmpty || exponent != nil
      ? .number(number, token.range) : .quantity(number, unit: composed(suffix), token.range)
  }

  /// The value of plain digits, times a count.
  private func number(_ digits: [UInt8], exponent: String?) -> Double {
    let exactDigits = 15
    if exponent == nil, digits.count <= exactDigits, digits.allSatisfy(isDigit) {
      return Double(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
    }
    let text = String(decoding: digits, as: UTF8.self)
    let hasExponent = text.utf8.contains { $0 | 0x20 == UInt8(ascii: "e") }
    guard let exponent else { return Double(text) ?? .infinity }
    if hasExponent { return (Double(text) ?? .infinity) * (Double("1" + exponent) ?? 1) }
    return Double(text + exponent) ?? .infinity
  }

  /// Warns about a whole number that a 64-bit float cannot hold.
  private mutating func warnIfInexact(_ digits: [UInt8], _ number: Double, _ token: Token) {
    let largestExact = 9_007_199_254_740_992.0
    guard number >= largestExact, digits.allSatisfy(isDigit),
      diagnostics.count < Self.mostDiagnostics
    else { return }
    if let whole = UInt64(String(decoding: digits, as: UTF8.self)),
      UInt64(exactly: number) == whole
    {
      return
    }
    diagnostics.append(
      Diagnostic(
        .inexactInteger,
        "this whole number is beyond 2 ** 53, and is kept only to about 16 digits",
        at: token.range,
        severity: .warning
      )
    )
  }

  /// Warns about `64KB`, which is not what a board calls so.
  private mutating func warnIfDecimal(_ number: Double, _ token: Token) {
    let largest = 1e12
    guard diagnostics.count < Self.mostDiagnostics, number < largest,
      let bytes = Int(exactly: number * 1_000)
    else { return }
    let written = text(token)
    diagnostics.append(
      Diagnostic(
        .decimalUnit,
        "'\(written)' is \(grouped(bytes)) B; boards and files count in KiB",
        at: token.range,
        remedy: "write '\(written.dropLast(2))KiB', or 'kB' for thousands",
        severity: .warning,
        fixIts: [FixIt(range: SourceRange(Int(token.link), token.end), replacement: "KiB")]
      )
    )
  }

  /// Digits in groups of three, as in `64,000`.
  private func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    for position in stride(from: digits.count - 3, to: 0, by: -3) {
      digits.insert(",", at: position)
    }
    return String(digits)
  }

  /// What is wrong with the suffix of the current number.
  func literalMistake() -> Diagnostic? {
    let token = current
    if token.kind == .shape {
      return (try? extents(token)) == nil ? shapeMistake(token) : nil
    }
    guard token.kind == .number else { return nil }
    let suffixRange = SourceRange(Int(token.link), token.end)
    guard suffixRange.start < suffixRange.end else { return nil }
    let suffix = composed(source.text(of: suffixRange))
    if vocabulary.units.contains(suffix) || ["%", "k", "M", "G", "T"].contains(suffix) {
      return nil
    }
    let written = text(token)
    var remedy: String?
    var fixIts: [FixIt] = []
    if written.hasPrefix("0x"), let value = UInt32(written.dropFirst(2), radix: 16) {
      remedy = "numbers are decimal: write '\(value)'"
      fixIts = [FixIt(range: token.range, replacement: "\(value)")]
    } else if let near = nearestUnit(to: suffix) {
      remedy = "did you mean '\(near)'?"
      fixIts = [FixIt(range: suffixRange, replacement: near)]
    } else if suffix == "x" {
      remedy = "a product is written '2 * n', a shape '2x2'"
    }
    return Diagnostic(
      .unknownUnit,
      "unknown unit '\(shortened(suffix))' in '\(shortened(written))'",
      at: suffixRange,
      remedy: remedy ?? "'help units' lists them",
      fixIts: fixIts
    )
  }

  /// The unit that `suffix` was meant to be; a `u` stands for micro.
  private func nearestUnit(to suffix: String) -> String? {
    let plain = String(suffix.map { $0 == "\u{B5}" || $0 == "\u{3BC}" ? "u" : $0 })
    if vocabulary.units.contains(plain) { return plain }
    return nearestName(to: suffix, among: vocabulary.units)
  }

  // MARK: Shapes

  /// Reads a shape, as in `28x28x1`.
  mutating func shape() throws(Diagnostic) -> Expression {
    let token = current
    let extents = try extents(token)
    advance()
    height = 0
    return .shape(extents, token.range)
  }

  /// The extents of a shape, of which none is zero.
  private func extents(_ token: Token) throws(Diagnostic) -> [Int] {
    var extents: [Int] = []
    for part in text(token).split(separator: "x") {
      guard let extent = Int(part.filter { $0 != "_" }), extent > 0 else {
        throw shapeMistake(token)
      }
      extents.append(extent)
    }
    return extents
  }

  private func shapeMistake(_ token: Token) -> Diagnostic {
    let written = text(token)
    let hexadecimal = written.hasPrefix("0x") ? UInt32(written.dropFirst(2), radix: 16) : nil
    return Diagnostic(
      .invalidShape,
      "'\(shortened(written))' is no shape: an extent is a whole number from 1 to 2 ** 63 - 1",
      at: token.range,
      remedy: hexadecimal.map { "numbers are decimal: write '\($0)'" }
    )
  }

  // MARK: Strings

  /// A string with its interpolations; the opening quote is the current token.
  mutating func string() throws(Diagnostic) -> Expression {
    let start = start
    var parts: [StringPart] = []
    var highest = 0
    let outer = ignoresNewlines
    ignoresNewlines = false
    advance()
    while kind != .stringClose {
      switch kind {
      case .stringText:
        if next.kind == .invalid { throw problems[Int(next.link)] }
        parts.append(.text(try unescaped(current.range)))
        advance()
      case .interpolationOpen:
        guard current.link >= 0 else { throw unclosedInterpolation() }
        parts.append(try interpolation())
        highest = max(highest, height)
      default: throw unexpected("the end of the string")
      }
    }
    ignoresNewlines = outer
    advance()
    height = highest + 1
    return .string(parts, range(from: start))
  }

  /// The problem that ended the interpolation here, which follows it among the tokens.
  private func unclosedInterpolation() -> Diagnostic {
    let broken = tokens[index...].first { $0.kind == .invalid }
    return broken.map { problems[Int($0.link)] } ?? unclosed(index)
  }

  /// Reads `\(value)` or `\(value:.2)`.
  private mutating func interpolation() throws(Diagnostic) -> StringPart {
    advance()
    let value = try expression()
    var digits: Int?
    if kind == .format {
      digits = Int(text(current).dropFirst(2))
      advance()
    }
    try expect(.interpolationClose, "')'")
    return .value(value, digits: digits)
  }

  /// The text of a piece of a string, with its escapes replaced.
  private func unescaped(_ range: SourceRange) throws(Diagnostic) -> String {
    let bytes = source.bytes[range.start..<range.end]
    if bytes.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\\") && $0 != 0x7F }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    var result: [UInt8] = []
    var position = range.start
    while position < range.end {
      let byte = source.bytes[position]
      if byte == UInt8(ascii: "\\") {
        try escape(&position, range.end, into: &result)
      } else if byte == UInt8(ascii: "\r"), position + 1 < range.end,
        source.bytes[position + 1] == UInt8(ascii: "\n")
      {
        position += 1
      } else if byte < 0x20 && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\t")
        || byte == 0x7F
      {
        throw Diagnostic(
          .controlCharacter,
          "unexpected control character \(codePoint(Unicode.Scalar(byte))) in a string",
          at: SourceRange(position, position + 1),
          remedy: "write '\\u{\(String(byte, radix: 16))}'"
        )
      } else {
        result.append(byte)
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// One escape: `\n \t \" \\ \u{e7}`.
  private func escape(
    _ position: inout Int,
    _ end: Int,
    into result: inout [UInt8]
  ) throws(Diagnostic) {
    let start = position
    let letter = start + 1 < end ? source.bytes[start + 1] : 0
    position = start + 2
    switch letter {
    case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): result.append(letter)
    case UInt8(ascii: "u"):
      let digits = source.bytes[position..<end].dropFirst().prefix { $0 != UInt8(ascii: "}") }
      let longest = 6
      let isBraced = position < end && source.bytes[position] == UInt8(ascii: "{")
      guard isBraced, digits.endIndex < end, digits.count <= longest,
        let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
        digits.allSatisfy({ $0 != UInt8(ascii: "+") }), let scalar = Unicode.Scalar(value)
      else {
        let last = isBraced ? min(digits.endIndex + 1, position + longest + 2) : position
        throw badEscape(start, min(end, last), "write a code point in hexadecimal: '\\u{e7}'")
      }
      result.append(contentsOf: Array(String(Character(scalar)).utf8))
      position = digits.endIndex + 1
    default:
      while position < end, source.bytes[position] & 0xC0 == 0x80 { position += 1 }
      throw badEscape(
        start,
        min(end, position),
        "the escapes are '\\n', '\\t', '\\\"', '\\\\', '\\u{e7}' and '\\(value)'"
      )
    }
  }

  private func badEscape(_ start: Int, _ end: Int, _ remedy: String) -> Diagnostic {
    let range = SourceRange(start, end)
    return Diagnostic(
      .badEscape,
      "unknown escape '\(source.text(of: range))'",
      at: range,
      remedy: remedy
    )
  }
}
