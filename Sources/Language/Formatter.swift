import Diagnostics

/// Writes a program as canonical text: two spaces a level, one statement a line, at most one blank
/// line between two, 100 columns where brackets allow.
///
/// Comments, recorded output and the spelling of numbers and strings stay. Blocks and lists that
/// were written over several lines stay so; those on one line stay on it where they fit.
public struct Formatter {
  /// Columns of a line, where it can be broken.
  static let longestLine = 100

  let source: SourceFile
  let tokens: [Token]
  let comments: [SourceRange]
  /// The first comment that is not written yet.
  var nextComment = 0
  var output = ""
  /// Columns of the last line of the output.
  var column = 0
  /// Whether a comment was found where no line break can be made for it.
  var hasLostComment = false

  /// The canonical text of `program`; one with errors is given back as it was written, since broken
  /// statements are no part of it.
  public static func format(_ program: Program) -> String {
    if program.diagnostics.contains(where: { $0.severity == .error }) {
      return String(decoding: program.source.bytes, as: UTF8.self)
    }
    var lexer = Lexer(program.source.bytes)
    lexer.run()
    var formatter = Formatter(
      source: program.source,
      tokens: lexer.tokens,
      comments: program.comments
    )
    let end = program.source.bytes.count
    let statements = program.statements.map {
      ElementLayout(range: $0.range, layout: formatter.layout($0))
    }
    formatter.elements(statements, from: 0, to: end, indent: 0)
    return formatter.output
  }

  private init(source: SourceFile, tokens: [Token], comments: [SourceRange]) {
    self.source = source
    self.tokens = tokens
    self.comments = comments
  }

  // MARK: Elements and comments

  /// Writes statements or layers, each on its own line, with the comments and blank lines between.
  private mutating func elements(
    _ elements: [ElementLayout],
    from start: Int,
    to end: Int,
    indent: Int
  ) {
    var last = start
    var isFirst = true
    for element in elements {
      let range = element.range
      ownLineComments(before: range.start, &last, &isFirst, indent: indent)
      blankLine(between: last, range.start, isFirst: isFirst)
      write(element, indent: indent)
      last = range.end
      isFirst = false
      trailingComment(&last, until: end)
      newLine()
    }
    ownLineComments(before: end, &last, &isFirst, indent: indent)
  }

  /// Writes one element without the end of its line; one with comments inside its expressions is
  /// left as it was written.
  private mutating func write(_ element: ElementLayout, indent: Int) {
    let (layout, range) = (element.layout, element.range)
    let before = (end: output.endIndex, comment: nextComment)
    let wasLost = hasLostComment
    defer { hasLostComment = wasLost }
    write(String(repeating: " ", count: indent))
    hasLostComment = false
    if let flat = layout.flat, fits(flat) {
      write(flat)
    } else {
      write(layout, indent: indent)
    }
    let isLost = nextComment < comments.count && comments[nextComment].start < range.end
    guard isLost || hasLostComment else { return }
    output.removeSubrange(before.end...)
    nextComment = before.comment
    column = 0
    write(String(repeating: " ", count: indent) + spelling(range))
    while nextComment < comments.count, comments[nextComment].start < range.end {
      nextComment += 1
    }
  }

  /// Writes the comments that stand before `end` on lines of their own.
  private mutating func ownLineComments(
    before end: Int,
    _ last: inout Int,
    _ isFirst: inout Bool,
    indent: Int
  ) {
    while nextComment < comments.count, comments[nextComment].start < end {
      let comment = comments[nextComment]
      blankLine(between: last, comment.start, isFirst: isFirst)
      let text = commentText(comment)
      // A marker means something at column 1 only.
      let isAtColumnOne = source.position(of: comment.start).column == 1
      let isMarker = ["# %%", "#> ", "#~ ", "#@ ", "#! "].contains { text.hasPrefix($0) }
      let margin = indent == 0 && isMarker && !isAtColumnOne ? 2 : indent
      write(String(repeating: " ", count: margin) + text)
      newLine()
      last = comment.end
      isFirst = false
      nextComment += 1
    }
  }

  /// Writes the comment that stands behind `last` on the same line.
  private mutating func trailingComment(_ last: inout Int, until end: Int) {
    guard nextComment < comments.count, comments[nextComment].start < end else { return }
    let comment = comments[nextComment]
    guard source.lineNumber(of: comment.start) == source.lineNumber(of: last),
      comment.start >= last, !hasCode(last, comment.start)
    else { return }
    write("  " + commentText(comment))
    last = comment.end
    nextComment += 1
  }

  /// Whether anything but white space, separators and closing brackets stands between two places.
  private func hasCode(_ start: Int, _ end: Int) -> Bool {
    source.bytes[start..<end].contains { isWordByte($0) || $0 == UInt8(ascii: "}") }
  }

  /// A comment without white space at its end.
  private func commentText(_ range: SourceRange) -> String {
    var text = source.text(of: range)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }

  /// Writes a blank line, if at least one stands between two places.
  private mutating func blankLine(between start: Int, _ end: Int, isFirst: Bool) {
    guard !isFirst else { return }
    let first = source.lineNumber(of: start)
    let last = source.lineNumber(of: end)
    guard last > first + 1 else { return }
    let hasBlank = (first + 1..<last).contains { number in
      let line = source.rangeOfLine(number)
      return source.bytes[line.start..<line.end].allSatisfy {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
      }
    }
    if hasBlank { newLine() }
  }

  // MARK: Writing

  private mutating func write(_ text: String) {
    output += text
    if let end = text.lastIndex(where: { $0 == "\n" }) {
      column = displayWidth(of: String(text[text.index(after: end)...]))
    } else {
      column += displayWidth(of: text)
    }
  }

  private mutating func newLine() {
    output += "\n"
    column = 0
  }

  /// Whether `text` fits behind what the current line holds.
  private func fits(_ text: String) -> Bool {
    let line = text.prefix { $0 != "\n" }
    return column + displayWidth(of: String(line)) <= Self.longestLine
  }

  /// Writes what does not fit on one line.
  private mutating func write(_ layout: Layout, indent: Int) {
    let inner = indent + 2
    switch layout {
    case .text(let text): write(text)
    case .sequence(let parts): for part in parts { write(part, indent: indent) }
    case .group(let open, let elements, let close, _):
      if let flat = layout.flat, fits(flat) || elements.isEmpty {
        write(flat)
        return
      }
      write(open)
      for element in elements {
        newLine()
        write(String(repeating: " ", count: inner))
        write(element, indent: inner)
        write(",")
      }
      newLine()
      write(String(repeating: " ", count: indent) + close)
    case .stages(let stages):
      if let flat = layout.flat, fits(flat) {
        write(flat)
        return
      }
      for (position, stage) in stages.enumerated() {
        if position > 0 {
          write(" |")
          newLine()
          write(String(repeating: " ", count: inner))
        }
        write(stage, indent: position > 0 ? inner : indent)
      }
    case .block(let block): write(block, indent: indent)
    }
  }

  /// Writes a block over several lines.
  private mutating func write(_ block: BlockLayout, indent: Int) {
    if nextComment < comments.count, comments[nextComment].start < block.range.start {
      hasLostComment = true
    }
    write("{")
    var start = block.range.start + 1
    trailingComment(&start, until: block.elements.first?.range.start ?? block.range.end)
    newLine()
    elements(block.elements, from: start, to: block.range.end, indent: indent + 2)
    write(String(repeating: " ", count: indent) + "}")
  }

  // MARK: Places

  /// The text of a range as it was written, with plain newlines.
  func spelling(_ range: SourceRange) -> String {
    let text = source.text(of: range)
    guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
    var result = ""
    for character in text { result.append(character == "\r\n" ? "\n" : character) }
    return result
  }

  /// The text of a literal, without parentheses that its range holds.
  func literal(_ range: SourceRange) -> String {
    let isMargin: (Character) -> Bool = { $0 == "(" || $0 == ")" || $0.isWhitespace }
    var text = spelling(range)[...]
    while let first = text.first, isMargin(first) { text.removeFirst() }
    while let last = text.last, isMargin(last) { text.removeLast() }
    return String(text)
  }

  /// Whether a bracket that begins at `start` had a new line behind it.
  func isBroken(_ start: Int) -> Bool {
    let index = tokenIndex(at: start)
    return tokens[index].kind.isBracket && tokens[min(index + 1, tokens.count - 1)].kind == .newline
  }

  /// From brace to brace, where the first brace stands at or behind `offset`.
  func braces(from offset: Int) -> SourceRange {
    var index = tokenIndex(at: offset)
    while tokens[index].kind != .leftBrace, tokens[index].kind != .end { index += 1 }
    let closing = max(Int(tokens[index].link), index)
    return SourceRange(tokens[index].start, tokens[min(closing, tokens.count - 1)].end)
  }

  /// From brace to brace, where the last brace ends at `end`.
  func braces(endingAt end: Int) -> SourceRange {
    let index = tokenIndex(at: end - 1)
    let opening = tokens[index].kind == .rightBrace ? Int(tokens[index].link) : index
    return SourceRange(tokens[max(opening, 0)].start, end)
  }

  /// Where the first token of `kind` at or behind `offset` begins.
  func token(_ kind: TokenKind, from offset: Int) -> Int {
    var index = tokenIndex(at: offset)
    while tokens[index].kind != kind, tokens[index].kind != .end { index += 1 }
    return tokens[index].start
  }

  /// Behind the closing parentheses that follow `offset`, if any: a value's range leaves them out.
  func endOfParentheses(from offset: Int) -> Int {
    var end = offset
    var index = tokenIndex(at: offset)
    while tokens[index].kind == .rightParenthesis || tokens[index].kind == .newline {
      if tokens[index].kind == .rightParenthesis { end = tokens[index].end }
      index += 1
    }
    return end
  }

  /// The first token that begins at or behind `offset`.
  private func tokenIndex(at offset: Int) -> Int {
    var lower = 0
    var upper = tokens.count - 1
    while lower < upper {
      let middle = (lower + upper) / 2
      if tokens[middle].start < offset { lower = middle + 1 } else { upper = middle }
    }
    return lower
  }
}
