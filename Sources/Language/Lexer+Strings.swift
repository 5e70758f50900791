import Diagnostics

extension Lexer {
  mutating func openString() {
    let isTriple = peek(1) == UInt8(ascii: "\"") && peek(2) == UInt8(ascii: "\"")
    openStrings.append(
      OpenString(
        isTriple: isTriple,
        start: offset,
        bracketCount: openBrackets.count,
        counts: counts
      )
    )
    take(.stringOpen, isTriple ? 3 : 1)
    isInText = true
  }

  /// The text of the innermost string up to its end, an interpolation, or the end of the line.
  mutating func stringText() {
    guard let string = openStrings.last else { return }
    let start = offset
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\\") {
        if peek(1) == UInt8(ascii: "(") {
          addText(from: start)
          openInterpolation()
          return
        }
        // An escaped character never ends the string; a newline does.
        offset += peek(1) == UInt8(ascii: "\n") || peek(1) == 0 ? 1 : 2
      } else if byte == UInt8(ascii: "\n") && !string.isTriple {
        addText(from: start)
        closeBroken(string)
        return
      } else if byte == UInt8(ascii: "\""),
        !string.isTriple || (peek(1) == byte && peek(2) == byte)
      {
        addText(from: start)
        take(.stringClose, string.isTriple ? 3 : 1)
        openStrings.removeLast()
        counts = string.counts
        isInText = false
        return
      } else {
        offset += 1
      }
    }
    offset = min(offset, bytes.count)
    addText(from: start)
  }

  private mutating func addText(from start: Int) {
    guard offset > start else { return }
    checkEncoding(of: SourceRange(start, offset))
    add(.stringText, from: start)
  }

  private mutating func openInterpolation() {
    openBrackets.append(OpenBracket(opening: .interpolation, token: tokens.count))
    counts = Counts()
    take(.interpolationOpen, 2)
    isInText = false
  }

  /// `:`, or the format of an interpolation.
  mutating func colon() {
    guard let bracket = openBrackets.last, bracket.opening == .interpolation else {
      take(.colon)
      return
    }
    let start = offset
    offset += 1
    while offset < bytes.count, ![")", "\"", "\n"].contains(Unicode.Scalar(bytes[offset])) {
      offset += 1
    }
    let digits = bytes[start..<offset].dropFirst()
    if digits.count >= 2, digits.count <= 3, digits.first == UInt8(ascii: "."),
      digits.dropFirst().allSatisfy(isDigit)
    {
      add(.format, from: start)
      return
    }
    addInvalid(
      from: start,
      Diagnostic(
        .badFormat,
        "a format is a point and the number of decimals, at most 99",
        at: SourceRange(start, offset),
        remedy: "write ':.2' for two decimals"
      )
    )
  }

  /// Ends a string, and those around it, that the line or the text ended; a string over several
  /// lines around them goes on.
  mutating func closeBroken(_ innermost: OpenString) {
    var broken = innermost
    // Where the line ends is either the text of the innermost string or its interpolation.
    var openedAt = SourceRange(broken.start, broken.start + (broken.isTriple ? 3 : 1))
    var what = "string"
    if !isInText, let bracket = openBrackets.last(where: { $0.opening == .interpolation }) {
      openedAt = tokens[bracket.token].range
      what = "interpolation"
    }
    while let string = openStrings.last {
      if string.isTriple && offset < bytes.count {
        // The interpolation is broken; its string is not.
        break
      }
      broken = string
      openStrings.removeLast()
    }
    let barrier = openStrings.last.map(\.bracketCount) ?? broken.bracketCount
    openBrackets.removeLast(openBrackets.count - barrier)
    counts = openStrings.isEmpty ? broken.counts : Counts()
    isInText = !openStrings.isEmpty
    let sign = what == "string" ? "the quote" : "'\\('"
    addInvalid(
      from: offset,
      Diagnostic(
        what == "string" ? .unclosedString : .unclosedInterpolation,
        what == "string"
          ? "this string is never closed" : "this interpolation is never closed on its line",
        at: openedAt,
        remedy: "close \(sign) with \(what == "string" ? "another" : "')'")"
      )
    )
  }
}
