/// What can stand at the cursor.
public struct Completion: Sendable, Hashable {
  /// One possibility.
  public struct Candidate: Sendable, Hashable {
    /// The text to stand there.
    public var text: String
    /// A few words about it, shown in the list; may be empty.
    public var summary: String
    /// What follows when it is the only one: a space, `=`, or nothing for a folder.
    public var suffix: String

    /// A possibility.
    public init(_ text: String, summary: String = "", suffix: String = " ") {
      self.text = text
      self.summary = summary
      self.suffix = suffix
    }
  }

  /// UTF-8 offsets of the text that the candidates replace; it ends at the cursor.
  public var range: Range<Int>
  /// The possibilities in the order to list them.
  public var candidates: [Candidate]

  /// Candidates for `range`.
  public init(range: Range<Int>, candidates: [Candidate]) {
    self.range = range
    self.candidates = candidates
  }

  /// The longest text that all candidates begin with.
  var commonPrefix: String {
    guard var prefix = candidates.first?.text else { return "" }
    for candidate in candidates.dropFirst() {
      prefix = String(zip(prefix, candidate.text).prefix { $0 == $1 }.map(\.0))
    }
    return prefix
  }

  /// With descriptions a list is one candidate a row up to this many.
  private static let describedRows = 24

  /// The list to show: descriptions a row each, or names alone in columns, as `ls` sets them.
  func listing(columns: Int, rows: Int, colored: Bool) -> [String] {
    let width = candidates.reduce(0) { max($0, $1.text.cellWidth) }
    let limit = max(1, rows - 2)
    let described = candidates.contains { !$0.summary.isEmpty }
    if described, candidates.count <= min(limit, Completion.describedRows) {
      return candidates.map { candidate in
        let space = String(repeating: " ", count: width - candidate.text.cellWidth + 2)
        let room = columns - width - 5
        guard room > 0, !candidate.summary.isEmpty else { return "  " + candidate.text }
        let summary = candidate.summary.truncated(toCells: room)
        return "  " + candidate.text + space + TextStyle.hint.painted(summary, colored: colored)
      }
    }
    let perRow = max(1, (columns - 1) / (width + 2))
    let rowCount = (candidates.count + perRow - 1) / perRow
    var lines = (0..<min(rowCount, limit)).map { row in
      stride(from: row, to: candidates.count, by: rowCount).map { index in
        let text = candidates[index].text
        return text + String(repeating: " ", count: width - text.cellWidth + 2)
      }.joined().trimmingEnd()
    }
    if rowCount > limit { lines.append("… \(candidates.count) in all") }
    return lines
  }
}

extension String {
  /// The text without spaces at its end.
  fileprivate func trimmingEnd() -> String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}
