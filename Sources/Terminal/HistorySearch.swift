/// Searching older entries while typing what they contain.
extension LineEditor {
  /// Ctrl-R: each key narrows the search, Ctrl-R goes to an older match, Enter runs the match,
  /// Ctrl-G and Ctrl-C leave the text as it was; any other key takes the match and acts on it.
  func search() -> Answer {
    let original = text
    let originalCursor = cursor
    var query = ""
    var match: Int?
    var isFailing = false
    func look(from index: Int?) {
      isFailing = index == nil && !query.isEmpty
      if let index { match = index }
    }
    while true {
      let found = match.map { history.entries[$0] } ?? original
      switch readKey(draw: { $0.showSearch(query, found, isFailing: isFailing) }) {
      case .scalar("\u{12}"):
        if !query.isEmpty {
          look(from: history.match(query, before: match ?? history.entries.count))
        }
      case .scalar("\u{7F}"), .scalar("\u{08}"):
        if !query.isEmpty { query.removeLast() }
        look(from: query.isEmpty ? nil : history.match(query, before: history.entries.count))
      case .scalar("\u{07}"), .interrupted:
        replaceAll(with: original)
        move(to: originalCursor)
        return .changed
      case .scalar("\r"), .scalar("\n"):
        replaceAll(with: found)
        return enter()
      case .scalar(let scalar) where scalar.value >= 0x20 && scalar.value != 0x7F:
        query.unicodeScalars.append(scalar)
        look(from: history.match(query, before: match.map { $0 + 1 } ?? history.entries.count))
      case .scalar(let scalar):
        replaceAll(with: found)
        if scalar != "\u{1B}" { readAgain([scalar]) }
        return .changed
      case .sequence(let sequence):
        replaceAll(with: found)
        readAgain(sequence.unicodeScalars)
        return .changed
      case .end:
        outcome = .end
        return .ended
      }
    }
  }

  private func showSearch(_ query: String, _ found: String, isFailing: Bool) {
    let scalars = Array(found.unicodeScalars)
    var content = ScreenLayout.Content(
      prompt: Prompt([
        .init(isFailing ? "no match for " : "search ", isFailing ? .error : .accent),
        .init("'\(query)'", .accent),
        .init("» ", .prompt),
      ]),
      text: scalars,
      cursor: found.utf8.firstRange(of: query.utf8).map {
        found[..<$0.lowerBound].unicodeScalars.count
      } ?? scalars.count
    )
    if device.usesColor { content.styles = assistance.styles(found) }
    show(content)
  }
}
