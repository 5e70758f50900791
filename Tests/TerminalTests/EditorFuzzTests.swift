import TestSupport
import Testing

@testable import Terminal

/// Random edit sessions, held against a model of the text and of the screen that shares no code
/// with the editor: whatever was typed, the screen shows the text and the cursor where they are.
@Suite("Random edit sessions", .serialized)
struct EditorFuzzTests {
  /// SplitMix64, so that a seed gives the same session everywhere.
  struct Random {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((bits ^ (bits >> 31)) % UInt64(bound))
    }
  }

  /// The text as a plain list of characters, and what keys do to it.
  struct Model {
    var text: [Character] = []
    var cursor = 0
    var cut: [Character] = []

    var row: Range<Int> {
      let start = text[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
      return start..<(text[cursor...].firstIndex(of: "\n") ?? text.count)
    }

    mutating func insert(_ new: [Character]) {
      text.insert(contentsOf: new, at: cursor)
      cursor += new.count
    }

    mutating func remove(_ range: Range<Int>, cutting: Bool = false) {
      if cutting, !range.isEmpty { cut = Array(text[range]) }
      text.removeSubrange(range)
      cursor = range.lowerBound
    }

    /// Applies a key drawn at random and returns what to type for it.
    mutating func step(_ random: inout Random) -> String {
      switch random.below(22) {
      case 0...6:
        let words = ["ação ", "x", "é", " = 12", "conv 3x3 ", "train", "~"]
        let word = words[random.below(words.count)]
        insert(Array(word))
        return word
      case 7:
        let long = String(repeating: "ab cd", count: 1 + random.below(14))
        insert(Array(long))
        return long
      case 8, 9:
        insert(["\n"])
        return "\u{1B}\r"
      case 10, 11:
        cursor = max(0, cursor - 1)
        return "\u{1B}[D"
      case 12:
        cursor = min(text.count, cursor + 1)
        return "\u{1B}[C"
      case 13:
        cursor = row.lowerBound
        return "\u{01}"
      case 14:
        cursor = row.upperBound
        return "\u{05}"
      case 15, 16:
        remove(max(0, cursor - 1)..<cursor)
        return "\u{7F}"
      case 17:
        remove(cursor..<min(text.count, cursor + 1))
        return "\u{1B}[3~"
      case 18:
        let end = row.upperBound
        remove(cursor..<(end == cursor ? min(text.count, end + 1) : end), cutting: true)
        return "\u{0B}"
      case 19:
        remove(row.lowerBound..<cursor, cutting: true)
        return "\u{15}"
      case 20:
        insert(cut)
        return "\u{19}"
      default:
        guard row.lowerBound > 0 else { return "" }
        let column = cursor - row.lowerBound
        cursor = row.lowerBound - 1
        cursor = min(row.lowerBound + column, row.upperBound)
        return "\u{1B}[A"
      }
    }
  }

  @Test(arguments: UInt64(0)..<100)
  func `the screen shows what was typed`(seed: UInt64) throws {
    var random = Random(state: seed)
    let columns = [80, 40, 33, 20][random.below(4)]
    let rows = [24, 60][random.below(2)]
    let editor = try #require(EditorHarness(columns: columns, rows: rows))
    var model = Model()
    for step in 0..<40 {
      editor.terminal.type(model.step(&random))
      // Every other key waits for the picture, so that pictures are skipped as well as drawn.
      guard step % 2 == 1 else { continue }
      let expected = ExpectedScreen(String(model.text), cursor: model.cursor, columns: columns)
      guard expected.rowCount <= rows else { break }
      let isRight = editor.terminal.wait(seconds: 5) {
        $0.visible == expected.rows && $0.cursorRow == expected.cursorRow
          && $0.cursorColumn == expected.cursorColumn
      }
      #expect(isRight, "step \(step): \(editor.terminal.screen.visible) for \(expected.rows)")
      if !isRight { break }
    }
    #expect(editor.result(of: "\r") == .line(String(model.text)))
    editor.close()
  }
}
