/// Reads ` title [kind] key="value"` behind `# %%`.
struct CellHead {
  private(set) var title = ""
  private(set) var kind = CellKind.code
  private(set) var attributes: [(key: String, value: String)] = []
  /// What is wrong with the line.
  private(set) var problem: String?
  private var rest: Substring

  init(_ text: String) {
    rest = Substring(text)
    readAttributesFromEnd()
    readKind()
  }

  private mutating func readKind() {
    var words = rest.trimmed
    if words.hasSuffix("]"), let open = words.lastIndex(of: "[") {
      let name = String(words[words.index(after: open)...].dropLast()).trimmed
      if let kind = CellKind(rawValue: name) {
        self.kind = kind
        words = String(words[..<open]).trimmed
      } else {
        problem = "there is no cell kind '\(name)'"
      }
    } else if let open = words.lastIndex(of: "["),
      CellKind(rawValue: String(words[words.index(after: open)...]).trimmed) != nil
    {
      problem = "the cell's kind is never closed with ']'"
    }
    title = words
  }

  /// Attributes stand last, so that a title may hold any words; a value needs quotes only where it
  /// holds a space.
  private mutating func readAttributesFromEnd() {
    while let (key, value, start) = lastAttribute() {
      if value.contains("\"") { problem = "the value of '\(key)' is never closed with '\"'" }
      if attributes.contains(where: { $0.key == key }) { problem = "'\(key)' stands twice" }
      attributes.insert((key, value), at: 0)
      rest = rest[..<start]
    }
  }

  private func lastAttribute() -> (key: String, value: String, start: Substring.Index)? {
    var text = rest
    while text.last?.isWhitespace == true { text.removeLast() }
    let equals: Substring.Index
    let value: Substring
    if text.last == "\"" {
      let inner = text.dropLast()
      guard let open = inner.lastIndex(of: "\""), open > inner.startIndex else { return nil }
      equals = inner.index(before: open)
      value = inner[inner.index(after: open)...]
    } else {
      guard let sign = text.lastIndex(of: "=") else { return nil }
      equals = sign
      value = text[text.index(after: sign)...]
      let isOpen = value.first == "\""
      guard !value.isEmpty, isOpen || !value.contains(where: \.isWhitespace) else { return nil }
    }
    guard text[equals] == "=" else { return nil }
    let before = text[..<equals]
    let start =
      before.lastIndex(where: \.isWhitespace).map { before.index(after: $0) } ?? before.startIndex
    let key = before[start...]
    guard !key.isEmpty, key.allSatisfy({ $0.isLetter || $0 == "-" || $0 == "_" }) else {
      return nil
    }
    return (String(key), String(value), start)
  }
}

extension StringProtocol {
  /// The text without white space at its ends.
  var trimmed: String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }

  /// The lines, whether they end with a line feed or a carriage return before it.
  var lines: [String] {
    split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { String($0) }
  }
}
