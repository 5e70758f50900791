import Diagnostics
import Testing

@Suite("Source files")
struct SourceFileTests {
  @Test(arguments: [
    (0, 1, 1), (2, 1, 3), (3, 2, 1), (5, 2, 2), (6, 2, 3), (7, 3, 1), (8, 3, 2), (99, 3, 2),
    (-1, 1, 1),
  ])
  func `positions count lines and characters from 1`(offset: Int, line: Int, column: Int) {
    let source = SourceFile(name: "a", text: "ab\nçd\ne")
    let position = source.position(of: offset)
    #expect((position.line, position.column) == (line, column))
  }

  @Test func `lines have no end and no byte-order mark`() {
    let source = SourceFile(name: "a", text: "\u{FEFF}a\r\nb\n\nc\n")
    #expect(source.lineCount == 5)
    #expect(
      (0...6).map { source.text(of: source.rangeOfLine($0)) } == ["", "a", "b", "", "c", "", ""]
    )
  }

  @Test func `an empty text has one empty line`() {
    let source = SourceFile(name: "a", text: "")
    #expect(source.lineCount == 1)
    #expect(source.position(of: 0) == (1, 1))
  }

  /// Widths of Unicode's EastAsianWidth.txt and emoji presentation, as terminals show them.
  @Test(arguments: [
    ("", 0), ("abc", 3), ("ação", 4), ("a\u{301}", 1), ("中文", 4), ("한국", 4), ("ｆ", 2), ("ｱ", 1),
    ("🙂", 2), ("👨‍👩‍👧", 2), ("🇧🇷", 2), ("❤️", 2), ("❤", 1), ("\u{200B}", 0), ("…", 1), ("█", 1),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("𠀀", 2),
  ])
  func `display width`(text: String, width: Int) {
    #expect(displayWidth(of: text) == width)
  }

  @Test(arguments: [
    ("abc", "abc"), ("a\u{1B}[0m", "a␛[0m"), ("\t\n", "␉␊"), ("\u{7F}", "␡"),
    ("\u{9B}", "\u{FFFD}"),
    ("\u{202E}", "\u{FFFD}"), ("👨‍👩‍👧", "👨‍👩‍👧"), ("ção", "ção"), ("\u{2028}", "\u{FFFD}"),
  ])
  func `printable text does nothing to a terminal`(text: String, expected: String) {
    #expect(printable(text) == expected)
  }
}
