/// A script's text with the name it is reported under.
public final class SourceFile: Sendable {
  /// The name shown in diagnostics, usually a path.
  public let name: String
  /// The text as UTF-8; all ranges are offsets into it.
  public let bytes: [UInt8]
  /// The number that the first line is reported under, where the text is a part of something.
  public let firstLine: Int
  /// Offsets of the first byte of each line.
  private let lineStarts: [Int]

  /// Keeps `text` under `name`.
  public convenience init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// Keeps bytes as they were read; invalid UTF-8 is the lexer's to report.
  public init(name: String, bytes: [UInt8], firstLine: Int = 1) {
    self.name = name
    self.bytes = bytes
    self.firstLine = firstLine
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
  }

  /// The text of `range`, with invalid bytes replaced.
  public func text(of range: SourceRange) -> String {
    let lower = max(0, min(range.start, bytes.count))
    let upper = max(lower, min(range.end, bytes.count))
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }

  // MARK: Lines

  /// How many lines there are; a newline at the end begins an empty one.
  public var lineCount: Int { lineStarts.count }

  /// The line and the column of a byte, both counted from 1; a column is a character, not a byte.
  public func position(of offset: Int) -> (line: Int, column: Int) {
    let offset = max(0, min(offset, bytes.count))
    let line = lineNumber(of: offset)
    let before = SourceRange(textStart(ofLine: line), offset)
    return (line, characterCount(before) + 1)
  }

  /// The number of the line that holds a byte, counted from 1.
  public func lineNumber(of offset: Int) -> Int {
    var lower = 0
    var upper = lineStarts.count
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if lineStarts[middle] <= offset { lower = middle } else { upper = middle }
    }
    return lower + 1
  }

  /// The text of a line, counted from 1, without its end and without a byte-order mark.
  public func rangeOfLine(_ number: Int) -> SourceRange {
    guard number >= 1, number <= lineStarts.count else {
      return SourceRange(bytes.count, bytes.count)
    }
    let start = textStart(ofLine: number)
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return SourceRange(start, max(start, end))
  }

  /// Where the text of a line begins, behind a byte-order mark.
  private func textStart(ofLine number: Int) -> Int {
    let start = lineStarts[number - 1]
    return start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : start
  }

  /// How many characters a range has.
  private func characterCount(_ range: SourceRange) -> Int {
    guard range.end > range.start else { return 0 }
    let slice = bytes[range.start..<range.end]
    if slice.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\r") }) { return slice.count }
    return String(decoding: slice, as: UTF8.self).count
  }
}

extension SourceFile: Hashable {
  /// Two sources are equal only if they are the same object.
  public static func == (left: SourceFile, right: SourceFile) -> Bool { left === right }

  /// Hashes the object's identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
