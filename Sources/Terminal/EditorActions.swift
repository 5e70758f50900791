import Glibc

/// What keys do; each action changes the text that libedit keeps and says how to go on.
extension LineEditor {
  // MARK: Rows

  /// Runs the text if it is complete; else begins another row.
  func enter() -> Answer {
    let text = text
    guard assistance.isComplete(text) else { return insertRow() }
    move(to: scalars.count)
    paint(withHint: false)
    painter.finish()
    outcome = .line(text)
    return .accepted
  }

  /// Begins another row, indented by the brackets that are open; not while more input waits, which
  /// is pasted and brings its own indentation.
  func insertRow() -> Answer {
    var row: [Unicode.Scalar] = ["\n"]
    if !input.hasPending {
      var scanner = BracketScanner()
      scanner.read(LineEditor.string(scalars[..<cursor]).utf8)
      let columns = max(0, scanner.depth) * LineEditor.indentation
      row += [Unicode.Scalar](repeating: " ", count: min(columns, 40))
    }
    replace(cursor..<cursor, with: row)
    return .changed
  }

  /// Inserts a closing bracket; first on its row, it moves one level out.
  func insertClosing(_ bracket: UInt8) -> Answer {
    let rowStart = rowRange.lowerBound
    let before = scalars[rowStart..<cursor]
    var start = cursor
    if !input.hasPending, before.count >= LineEditor.indentation, before.allSatisfy({ $0 == " " }) {
      start -= LineEditor.indentation
    }
    replace(start..<cursor, with: [Unicode.Scalar(bracket)])
    return .changed
  }

  /// The scalars of the row that the cursor is in, without its newline.
  var rowRange: Range<Int> {
    let scalars = scalars
    let cursor = cursor
    let start = scalars[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    let end = scalars[cursor...].firstIndex(of: "\n") ?? scalars.count
    return start..<end
  }

  // MARK: Moving

  /// Goes to the row above, or in the first row to the older entry.
  func moveUp() -> Answer {
    let row = rowRange
    guard row.lowerBound > 0 else {
      if let entry = history.older(than: text) { replaceAll(with: entry) }
      return .changed
    }
    let column = cursor - row.lowerBound
    move(to: row.lowerBound - 1)
    let above = rowRange
    move(to: min(above.lowerBound + column, above.upperBound))
    return .changed
  }

  /// Goes to the row below, or in the last row to the newer entry.
  func moveDown() -> Answer {
    let row = rowRange
    guard row.upperBound < scalars.count else {
      if let entry = history.newer() { replaceAll(with: entry) }
      return .changed
    }
    let column = cursor - row.lowerBound
    move(to: row.upperBound + 1)
    let below = rowRange
    move(to: min(below.lowerBound + column, below.upperBound))
    return .changed
  }

  func moveLeft() -> Answer {
    move(to: cursor - lengthOfCharacterBefore)
    return .changed
  }

  func moveRight() -> Answer {
    if !takeHint() { move(to: cursor + lengthOfCharacterAfter) }
    return .changed
  }

  func moveToRowStart() -> Answer {
    move(to: rowRange.lowerBound)
    return .changed
  }

  func moveToRowEnd() -> Answer {
    if !takeHint() { move(to: rowRange.upperBound) }
    return .changed
  }

  private func takeHint() -> Bool {
    let scalars = scalars
    guard cursor == scalars.count, !scalars.isEmpty else { return false }
    let text = text
    // The offer of history may have several rows; all are taken.
    guard !hint(for: text, scalarCount: scalars.count).isEmpty else { return false }
    let offer = history.continuation(of: text) ?? assistance.hint(text)
    replace(cursor..<cursor, with: Array(offer.unicodeScalars))
    return true
  }

  /// Scalars of the character (grapheme cluster) before the cursor.
  private var lengthOfCharacterBefore: Int {
    LineEditor.string(scalars[..<cursor]).last?.unicodeScalars.count ?? 0
  }

  private var lengthOfCharacterAfter: Int {
    LineEditor.string(scalars[cursor...]).first?.unicodeScalars.count ?? 0
  }

  // MARK: Deleting

  func deleteBackward() -> Answer {
    replace(cursor - lengthOfCharacterBefore..<cursor, with: [])
    return .changed
  }

  func deleteForward() -> Answer {
    replace(cursor..<cursor + lengthOfCharacterAfter, with: [])
    return .changed
  }

  /// Ctrl-D: the end of an empty text, else a deletion.
  func deleteOrEnd() -> Answer {
    guard scalars.isEmpty else { return deleteForward() }
    outcome = .end
    return .ended
  }

  /// Cuts to the end of the row; at its end, joins the next row.
  func killToRowEnd() -> Answer {
    let end = rowRange.upperBound
    cut(cursor..<(end == cursor ? min(end + 1, scalars.count) : end))
    return .changed
  }

  func killToRowStart() -> Answer {
    cut(rowRange.lowerBound..<cursor)
    return .changed
  }

  /// Cuts the white space and then the black before the cursor.
  func killWord() -> Answer {
    let scalars = scalars
    var start = cursor
    while start > 0, scalars[start - 1].properties.isWhitespace { start -= 1 }
    while start > 0, !scalars[start - 1].properties.isWhitespace { start -= 1 }
    cut(start..<cursor)
    return .changed
  }

  func yank() -> Answer {
    replace(cursor..<cursor, with: killed)
    return .changed
  }

  private func cut(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    killed = Array(scalars[range])
    replace(range, with: [])
  }

  // MARK: More than a character

  /// Inserts what a bracketed paste brings: newlines kept, tabs two spaces, no control characters.
  func paste() -> Answer {
    let bytes = input.pastedBytes()
    var pasted: [Unicode.Scalar] = []
    var previous: Unicode.Scalar = " "
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\n": if previous != "\r" { pasted.append("\n") }
      case "\r": pasted.append("\n")
      case "\t": pasted += [" ", " "]
      case _ where scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value):
        pasted.append(scalar)
      default: break
      }
      previous = scalar
    }
    while pasted.last == "\n" { pasted.removeLast() }
    replace(cursor..<cursor, with: pasted)
    return .changed
  }

  func clearScreen() -> Answer {
    painter.clearScreen()
    return .changed
  }

  /// Indents where only spaces stand before the cursor; else completes as far as is certain, and
  /// lists the possibilities when nothing is.
  func complete() -> Answer {
    let scalars = scalars
    let cursor = cursor
    let before = scalars[rowRange.lowerBound..<cursor]
    if before.allSatisfy({ $0 == " " }), rowRange.lowerBound > 0 {
      let columns = LineEditor.indentation - before.count % LineEditor.indentation
      replace(cursor..<cursor, with: .init(repeating: " ", count: columns))
      return .changed
    }
    let offset = LineEditor.string(scalars[..<cursor]).utf8.count
    guard
      let completion = assistance.completion(text, offset),
      let first = completion.candidates.first
    else { return .changed }
    let utf8 = Array(text.utf8)
    let range = completion.range.clamped(to: 0..<offset)
    let start = String(decoding: utf8[..<range.lowerBound], as: UTF8.self).unicodeScalars.count
    let typed = String(decoding: utf8[range], as: UTF8.self)
    let prefix = completion.commonPrefix
    if completion.candidates.count == 1 {
      let next = cursor < scalars.count ? String(Character(scalars[cursor])) : ""
      let suffix = next.hasPrefix(first.suffix) ? "" : first.suffix
      replace(start..<cursor, with: Array((first.text + suffix).unicodeScalars))
    } else if prefix.utf8.count > typed.utf8.count, prefix.hasPrefix(typed) {
      replace(start..<cursor, with: Array(prefix.unicodeScalars))
    } else {
      list(completion)
    }
    return .changed
  }

  private func list(_ completion: Completion) {
    paint(withHint: false)
    painter.finish()
    let size = device.size
    let lines = completion.listing(
      columns: size.columns,
      rows: size.rows,
      colored: device.usesColor
    )
    device.write(lines.map { $0 + "\r\n" }.joined())
  }
}
