import Diagnostics
import Language

/// Reads a notebook: statements by the parser, cells and output by the comments at column 1.
struct NotebookReader {
  private let source: SourceFile
  private let program: Program
  private var diagnostics: [Diagnostic]

  init(_ source: SourceFile, vocabulary: Vocabulary) {
    self.source = source
    program = Parser.parse(source, vocabulary: vocabulary)
    diagnostics = program.diagnostics
  }

  mutating func notebook() -> Notebook {
    let lines = columnOneComments()
    let (header, headerEnd) = header(lines)
    var cells = cells(lines, from: headerEnd)
    let recorded = lines.compactMap(recordedLine)
    for index in cells.indices where cells[index].kind.isCode {
      cells[index].steps = steps(in: cells[index].body, recorded: recorded)
    }
    checkIdentities(cells)
    return Notebook(
      source: source,
      header: header,
      cells: cells,
      program: program,
      diagnostics: diagnostics.map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.source = diagnostic.source ?? source
        return diagnostic
      }
    )
  }

  // MARK: Lines

  /// A comment that begins a line, up to its newline.
  private struct CommentLine {
    var text: String
    var range: SourceRange
  }

  private func columnOneComments() -> [CommentLine] {
    program.comments.compactMap { range in
      let isFirst = source.rangeOfLine(1).start == range.start
      guard isFirst || source.bytes[range.start - 1] == UInt8(ascii: "\n") else { return nil }
      var text = source.text(of: range)
      while let last = text.unicodeScalars.last, last == "\r" || last == "\n" {
        text.unicodeScalars.removeLast()
      }
      return CommentLine(text: text, range: SourceRange(range.start, lineEnd(range.end)))
    }
  }

  /// Behind the newline of the line that holds `offset`.
  private func lineEnd(_ offset: Int) -> Int {
    if offset > 0, offset <= source.bytes.count, source.bytes[offset - 1] == UInt8(ascii: "\n") {
      return offset
    }
    var end = offset
    while end < source.bytes.count, source.bytes[end] != UInt8(ascii: "\n") { end += 1 }
    return min(end + 1, source.bytes.count)
  }

  // MARK: Header

  private mutating func header(_ lines: [CommentLine]) -> (NotebookHeader, Int) {
    guard let start = lines.firstIndex(where: { $0.text == "# ---" }),
      lines[..<start].allSatisfy({ $0.text.hasPrefix("#!") }),
      program.statements.first.map({ $0.range.start > lines[start].range.start }) ?? true
    else { return (NotebookHeader(), 0) }
    guard let end = lines[(start + 1)...].firstIndex(where: { $0.text == "# ---" }) else {
      diagnostics.append(
        Diagnostic(
          "open-header",
          "the header is never closed",
          at: SourceRange(lines[start].range.start, lines[start].range.start + 5),
          remedy: "end it with a second '# ---' line"
        )
      )
      return (NotebookHeader(), lines[start].range.end)
    }
    var entries: [(key: String, value: String)] = []
    for line in lines[(start + 1)..<end] {
      let content = line.text.dropFirst().drop { $0 == " " }
      guard let colon = content.firstIndex(of: ":") else {
        diagnostics.append(
          Diagnostic(
            "header-line",
            "a header line is '# key: value'",
            at: SourceRange(line.range.start, line.range.start + line.text.utf8.count),
            severity: .warning
          )
        )
        continue
      }
      let key = String(content[..<colon]).trimmed
      let value = String(content[content.index(after: colon)...]).trimmed
      let problem =
        entries.contains { $0.key == key }
        ? "'\(key)' stands twice in the header" : NotebookHeader.problem(key: key, value: value)
      if let problem {
        diagnostics.append(
          Diagnostic(
            "header-value",
            problem,
            at: SourceRange(line.range.start, line.range.start + line.text.utf8.count)
          )
        )
      }
      entries.append((key, value))
    }
    return (NotebookHeader(entries), lines[end].range.end)
  }

  // MARK: Cells

  private mutating func cells(_ lines: [CommentLine], from start: Int) -> [Cell] {
    let heads = lines.filter { $0.text.hasPrefix("# %%") && $0.range.start >= start }
    var cells: [Cell] = []
    let firstHead = heads.first?.range.start ?? source.bytes.count
    let hasPreamble = program.statements.contains { $0.range.start < firstHead }
    if hasPreamble || heads.isEmpty {
      let range = SourceRange(start, firstHead)
      cells.append(
        Cell(
          title: "",
          kind: .code,
          attributes: [],
          range: range,
          body: range,
          steps: [],
          id: Notebook.sessionCell
        )
      )
    }
    for (index, head) in heads.enumerated() {
      let end = index + 1 < heads.count ? heads[index + 1].range.start : source.bytes.count
      cells.append(cell(head, until: end, place: index + 1))
    }
    return cells
  }

  private mutating func cell(_ head: CommentLine, until end: Int, place: Int) -> Cell {
    let words = CellHead(String(head.text.dropFirst("# %%".count)))
    if let problem = words.problem {
      diagnostics.append(
        Diagnostic(
          "cell-head",
          problem,
          at: SourceRange(head.range.start, head.range.start + head.text.utf8.count),
          remedy: "write '# %% title [kind] key=\"value\"'"
        )
      )
    }
    return Cell(
      title: words.title,
      kind: words.kind,
      attributes: words.attributes,
      range: SourceRange(head.range.start, end),
      body: SourceRange(head.range.end, end),
      steps: [],
      id: words.attributes.first { $0.key == "id" }?.value ?? "#\(place)"
    )
  }

  private mutating func checkIdentities(_ cells: [Cell]) {
    var seen: Set<String> = []
    for cell in cells {
      let place = SourceRange(
        cell.range.start,
        max(cell.range.start, source.rangeOfLine(source.lineNumber(of: cell.range.start)).end)
      )
      if cell.kind.isTask || cell.kind == .check, cell["id"]?.isEmpty ?? true {
        diagnostics.append(
          Diagnostic(
            "cell-id",
            "a \(cell.kind.isTask ? "task" : "check") cell needs an id",
            at: place,
            remedy: "add id=\"…\""
          )
        )
      }
      for key in ["given", "for"] {
        guard let other = cell[key], !seen.contains(other) else { continue }
        diagnostics.append(
          Diagnostic(
            "unknown-cell",
            "\(key)=\"\(other)\" names no cell before this one",
            at: place,
            remedy: nearestName(to: other, among: seen.sorted()).map { "did you mean '\($0)'?" }
          )
        )
      }
      if !seen.insert(cell.id).inserted {
        diagnostics.append(
          Diagnostic("duplicate-id", "two cells have the id '\(cell.id)'", at: place)
        )
      }
    }
    for cell in cells where !cell.kind.isCode {
      for statement in statements(in: cell.body).prefix(1) {
        diagnostics.append(
          Diagnostic(
            "markdown-code",
            "a markdown cell holds comments alone, and this would never run",
            at: statement.range,
            remedy: "write '# ' before prose, or make it a code cell"
          )
        )
      }
    }
  }

  // MARK: Steps

  private func recordedLine(_ line: CommentLine) -> RecordedLine? {
    guard line.text.hasPrefix("#"), let mark = line.text.dropFirst().first,
      ">~@!".contains(mark)
    else { return nil }
    let rest = line.text.dropFirst(2)
    guard rest.isEmpty || rest.hasPrefix(" ") else { return nil }
    return RecordedLine(mark: mark, text: String(rest.dropFirst()), range: line.range)
  }

  /// The program's statements that begin in a range.
  private func statements(in body: SourceRange) -> ArraySlice<Statement> {
    let start = program.statements.partition { $0.range.start >= body.start }
    let end = program.statements.partition { $0.range.start >= body.end }
    return program.statements[start..<max(start, end)]
  }

  private func steps(in body: SourceRange, recorded: [RecordedLine]) -> [Step] {
    var steps: [Step] = []
    for statement in statements(in: body) {
      if let last = steps.last, statement.range.start < last.lineEnd {
        steps[steps.count - 1].statements.append(statement)
        steps[steps.count - 1].range = last.range.union(statement.range)
        steps[steps.count - 1].lineEnd = lineEnd(statement.range.end)
      } else {
        steps.append(
          Step(
            statements: [statement],
            range: statement.range,
            lineEnd: lineEnd(statement.range.end),
            recorded: []
          )
        )
      }
    }
    var line = recorded.partition { $0.range.start >= body.start }
    for index in steps.indices {
      let next = index + 1 < steps.count ? steps[index + 1].range.start : body.end
      while line < recorded.count, recorded[line].range.start < next {
        if recorded[line].range.start >= steps[index].lineEnd {
          steps[index].recorded.append(recorded[line])
        }
        line += 1
      }
    }
    return steps
  }
}

extension Array {
  /// The first index whose element is `behind`, in an array where all such elements stand last.
  fileprivate func partition(_ behind: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if behind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
