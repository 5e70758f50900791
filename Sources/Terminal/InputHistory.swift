/// Entries typed earlier, and where the user has gone among them.
struct InputHistory {
  /// The most that are kept in memory.
  static let capacity = 5000

  private(set) var entries: [String]
  /// Index of the entry being shown; `entries.count` for the text being written.
  private var position: Int
  /// The text being written, kept while older entries are shown.
  private var draft = ""

  /// A history of these entries, oldest first.
  init(entries: [String] = []) {
    self.entries = Array(entries.suffix(InputHistory.capacity))
    position = self.entries.count
  }

  /// Adds an entry unless it repeats the newest, and goes behind it.
  ///
  /// - Returns: whether it was added.
  mutating func add(_ entry: String) -> Bool {
    defer { leave() }
    guard !entry.allSatisfy(\.isWhitespace), entry != entries.last else { return false }
    entries.append(entry)
    if entries.count > InputHistory.capacity { entries.removeFirst() }
    return true
  }

  /// Goes behind the newest entry.
  mutating func leave() {
    position = entries.count
    draft = ""
  }

  /// The entry before the one shown; `text` is what stands in the editor now.
  mutating func older(than text: String) -> String? {
    guard position > 0 else { return nil }
    if position == entries.count { draft = text }
    position -= 1
    return entries[position]
  }

  /// The entry after the one shown, or the draft behind the newest; nil at the draft.
  mutating func newer() -> String? {
    guard position < entries.count else { return nil }
    position += 1
    return position == entries.count ? draft : entries[position]
  }

  /// The newest entry that begins with `text` and says more, for an offer to complete it.
  func continuation(of text: String) -> String? {
    guard !text.isEmpty, let entry = entries.last(where: { $0.hasPrefix(text) && $0 != text })
    else {
      return nil
    }
    return String(entry.dropFirst(text.count))
  }

  /// The newest entry before `index` that contains `query`.
  func match(_ query: String, before index: Int) -> Int? {
    entries[..<min(index, entries.count)].lastIndex { contains($0, query) }
  }

  private func contains(_ entry: String, _ query: String) -> Bool {
    query.isEmpty || entry.utf8.firstRange(of: query.utf8) != nil
  }
}

extension Collection where Element: Equatable {
  /// Where `pattern` first occurs, looked for place by place.
  func firstRange(of pattern: some Collection<Element>) -> Range<Index>? {
    var start = startIndex
    while true {
      var here = start
      var there = pattern.startIndex
      while there != pattern.endIndex, here != endIndex, self[here] == pattern[there] {
        formIndex(after: &here)
        pattern.formIndex(after: &there)
      }
      if there == pattern.endIndex { return start..<here }
      if start == endIndex { return nil }
      formIndex(after: &start)
    }
  }
}
