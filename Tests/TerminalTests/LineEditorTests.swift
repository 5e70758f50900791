import TestSupport
import Testing

@testable import Terminal

/// What the screen must show is written out by hand; `VirtualScreen` is the terminal.
@Suite("Line editor", .serialized)
struct LineEditorTests {
  @Test
  func `typing, accents and wide characters stand where the cursor says`() throws {
    let editor = try #require(EditorHarness())
    #expect(editor.type("ação = 1", shows: ["jatai[1]» ação = 1"]))
    #expect(editor.type("\u{01}日本 ", shows: ["jatai[1]» 日本 ação = 1"]))
    #expect(editor.terminal.screen.cursorColumn == 15)
    #expect(editor.type("\u{7F}\u{7F}", shows: ["jatai[1]» 日ação = 1"]))
    #expect(editor.result(of: "\r") == .line("日ação = 1"))
    #expect(editor.terminal.wait { $0.visible == ["jatai[1]» 日ação = 1", "jatai[2]»"] })
    editor.close()
    #expect(editor.terminal.screen.unknown == [])
    #expect(!editor.terminal.screen.modes.contains("?2004"))
  }

  @Test
  func `a combining accent is deleted with its letter`() throws {
    let editor = try #require(EditorHarness())
    #expect(editor.type("cafe\u{301}s", shows: ["jatai[1]» cafe\u{301}s"]))
    #expect(editor.type("\u{1B}[D\u{7F}", shows: ["jatai[1]» cafs"]))
    editor.close()
  }

  @Test
  func `a long line wraps under itself and can be edited in its first row`() throws {
    let editor = try #require(EditorHarness(columns: 20, rows: 6))
    let rows = ["jatai[1]» abcdefghij", "          klmnopqrst", "          uv"]
    #expect(editor.type("abcdefghijklmnopqrstuv", shows: rows))
    #expect(
      editor.type(
        "\u{01}\u{1B}[C\u{1B}[CX",
        shows: ["jatai[1]» abXcdefghi", "          jklmnopqrs", "          tuv"]
      )
    )
    #expect(editor.terminal.screen.cursorRow == 0)
    #expect(editor.terminal.screen.cursorColumn == 13)
    #expect(editor.result(of: "\r") == .line("abXcdefghijklmnopqrstuv"))
    editor.close()
  }

  @Test
  func `a row that is exactly full gives the cursor a row of its own`() throws {
    let editor = try #require(EditorHarness(columns: 20, rows: 6))
    #expect(editor.type("abcdefghij", shows: ["jatai[1]» abcdefghij"]))
    #expect(editor.terminal.wait { $0.cursorRow == 1 && $0.cursorColumn == 10 })
    #expect(editor.type("\u{7F}", shows: ["jatai[1]» abcdefghi"]))
    #expect(editor.terminal.wait { $0.cursorRow == 0 && $0.cursorColumn == 19 })
    editor.close()
  }

  @Test
  func `a block is one text with its own indentation`() throws {
    let editor = try #require(EditorHarness(configure: EditorHarness.brackets))
    let open = ["jatai[1]» network a {", "            input 4"]
    _ = editor.type("network a {\r", shows: ["jatai[1]» network a {"])
    #expect(editor.terminal.wait { $0.cursorColumn == 12 })
    #expect(editor.type("input 4", shows: open))
    _ = editor.type("\r", shows: open)
    #expect(editor.type("}", shows: open + ["          }"]))
    #expect(editor.result(of: "\r") == .line("network a {\n  input 4\n}"))
    // From history it comes back whole, and Up moves within it first.
    let again = ["jatai[2]» network a {", "            input 4", "          }"]
    #expect(editor.type("\u{1B}[A", shows: open + ["          }"] + again))
    #expect(
      editor.type(
        "\u{1B}[A\u{05}5",
        shows: open + ["          }"] + [again[0], again[1] + "5", again[2]]
      )
    )
    #expect(editor.result(of: "\r") == .line("network a {\n  input 45\n}"))
    editor.close()
  }

  @Test
  func `a block taller than the screen scrolls with the cursor`() throws {
    let editor = try #require(
      EditorHarness(columns: 40, rows: 5, configure: EditorHarness.brackets)
    )
    editor.terminal.type("\u{1B}[200~{\n1\n2\n3\n4\n5\n6\u{1B}[201~")
    let tail = ["2", "3", "4", "5", "6"].map { "          " + $0 }
    #expect(editor.terminal.wait { $0.visible == tail })
    for _ in 0..<6 { editor.terminal.type("\u{1B}[A") }
    #expect(
      editor.type("x", shows: ["jatai[1]» {x"] + ["1", "2", "3", "4"].map { "          " + $0 })
    )
    editor.close()
  }

  @Test
  func `up and down walk the history and come back to the draft`() throws {
    let editor = try #require(EditorHarness())
    #expect(editor.result(of: "one\r") == .line("one"))
    #expect(editor.result(of: "two\r") == .line("two"))
    let past = ["jatai[1]» one", "jatai[2]» two"]
    #expect(editor.type("dra", shows: past + ["jatai[3]» dra"]))
    #expect(editor.type("\u{1B}[B", shows: past + ["jatai[3]» dra"]))
    #expect(editor.type("\u{1B}[A", shows: past + ["jatai[3]» two"]))
    #expect(editor.type("\u{1B}OA\u{1B}OA", shows: past + ["jatai[3]» one"]))
    #expect(editor.type("\u{0E}\u{0E}", shows: past + ["jatai[3]» dra"]))
    #expect(editor.type("\u{1B}[B", shows: past + ["jatai[3]» dra"]))
    #expect(editor.result(of: "ft\r") == .line("draft"))
    editor.close()
  }

  @Test
  func `Ctrl-R finds older entries and Ctrl-G brings the text back`() throws {
    let editor = try #require(EditorHarness())
    for line in ["train ação", "prune base", "train other"] {
      #expect(editor.result(of: line + "\r") == .line(line))
    }
    let past = ["jatai[1]» train ação", "jatai[2]» prune base", "jatai[3]» train other"]
    #expect(editor.type("keep", shows: past + ["jatai[4]» keep"]))
    #expect(editor.type("\u{12}train", shows: past + ["search 'train'» train other"]))
    #expect(editor.type("\u{12}", shows: past + ["search 'train'» train ação"]))
    #expect(editor.type("x", shows: past + ["no match for 'trainx'» train ação"]))
    #expect(editor.type("\u{07}", shows: past + ["jatai[4]» keep"]))
    #expect(editor.type("\u{12}ção", shows: past + ["search 'ção'» train ação"]))
    #expect(editor.type("\u{1B}[D", shows: past + ["jatai[4]» train ação"]))
    #expect(editor.result(of: "!\r") == .line("train açã!o"))
    #expect(editor.result(of: "\u{12}base\r") == .line("prune base"))
    editor.close()
  }

  @Test
  func `Tab completes the common beginning and then lists`() throws {
    let editor = try #require(
      EditorHarness { editor in
        editor.assistance.completion = { text, cursor in
          let words = ["prune", "predict", "print", "ação"]
          let found = words.filter { $0.hasPrefix(text) }
          return Completion(range: 0..<cursor, candidates: found.map { .init($0, summary: "") })
        }
      }
    )
    #expect(editor.type("p\t", shows: ["jatai[1]» pr"]))
    let listed = ["jatai[1]» pr", "prune    predict  print"]
    #expect(editor.type("\t", shows: listed + ["jatai[1]» pr"]))
    #expect(editor.type("u\t", shows: listed + ["jatai[1]» prune"]))
    #expect(editor.type("x", shows: listed + ["jatai[1]» prune x"]))
    #expect(editor.type("\u{15}aç\t", shows: listed + ["jatai[1]» ação"]))
    #expect(editor.result(of: "\r") == .line("ação "))
    editor.close()
  }

  @Test
  func `cutting and putting back work on the row`() throws {
    let editor = try #require(EditorHarness(configure: EditorHarness.brackets))
    #expect(editor.type("one two {\r", shows: ["jatai[1]» one two {"]))
    #expect(editor.type("three four\u{17}", shows: ["jatai[1]» one two {", "            three"]))
    #expect(editor.type("\u{15}", shows: ["jatai[1]» one two {"]))
    #expect(editor.type("\u{19}", shows: ["jatai[1]» one two {", "            three"]))
    #expect(editor.type("\u{1B}[A\u{01}\u{0B}", shows: ["jatai[1]»", "            three"]))
    editor.close()
  }

  @Test(arguments: [
    "\u{1B}[15~", "\u{1B}[1;3P", "\u{1B}[24;5~", "\u{1B}[I", "\u{1B}OP", "\u{1B}[<0;1;1M",
  ])
  func `keys without a meaning leave nothing behind`(sequence: String) throws {
    let editor = try #require(EditorHarness())
    #expect(editor.type("a\(sequence)b", shows: ["jatai[1]» ab"]))
    #expect(editor.result(of: "\r") == .line("ab"))
    editor.close()
  }

  @Test
  func `bytes that are no UTF-8 are passed over`() throws {
    let editor = try #require(EditorHarness())
    #expect(editor.type("a", shows: ["jatai[1]» a"]))
    editor.terminal.typeBytes([0xFF, 0x80, 0xC3])
    #expect(editor.result(of: "b\r") == .line("ab"))
    editor.close()
  }

  @Test
  func `a paste of 20,000 characters is one text`() throws {
    let editor = try #require(EditorHarness(configure: EditorHarness.brackets))
    let line = "x = [1, 2, 3] # ação \t"
    let pasted = "{\r" + String(repeating: line + "\r", count: 910) + "}\u{07}\r"
    #expect(pasted.count > 20_000)
    let expected = "{\n" + String(repeating: "x = [1, 2, 3] # ação   \n", count: 910) + "}"
    editor.terminal.type("\u{1B}[200~" + pasted + "\u{1B}[201~")
    #expect(editor.result(of: "\r") == .line(expected))
    editor.close()
  }

  @Test
  func `an unbracketed paste keeps its own indentation`() throws {
    let editor = try #require(EditorHarness(configure: EditorHarness.brackets))
    #expect(editor.result(of: "{\r    a\r  b\r}\r") == .line("{\n    a\n  b\n}"))
    editor.close()
  }

  @Test
  func `Ctrl-C drops the line and Ctrl-D ends`() throws {
    let editor = try #require(EditorHarness())
    #expect(editor.type("half a li", shows: ["jatai[1]» half a li"]))
    editor.post(.interrupt)
    #expect(editor.terminal.wait { $0.visible == ["jatai[1]» half a li^C", "jatai[2]»"] })
    #expect(editor.results == [.interrupted])
    #expect(editor.type("ab\u{01}\u{04}", shows: ["jatai[1]» half a li^C", "jatai[2]» b"]))
    #expect(editor.result(of: "\u{04}\u{04}") == .end)
  }

  @Test(arguments: [(60, 40), (40, 60), (33, 31), (80, 20)])
  func `a change of the window's width redraws in place`(before: Int, after: Int) throws {
    let editor = try #require(EditorHarness(columns: before, rows: 12))
    let text = String(repeating: "abcdefghij ", count: 9) + "end"
    #expect(editor.type(text, shows: ExpectedScreen(text, columns: before).rows))
    editor.terminal.resize(columns: after, rows: 12)
    editor.post(.resize)
    let expected = ExpectedScreen(text, columns: after)
    #expect(editor.terminal.wait { $0.visible == expected.rows })
    #expect(editor.type("!", shows: ExpectedScreen(text + "!", columns: after).rows))
    editor.close()
  }

  @Test
  func `colours, hints and remarks are drawn only where they may be`() throws {
    let configure: @Sendable (LineEditor) -> Void = { editor in
      editor.assistance.isComplete = { !$0.hasSuffix("{") && !$0.hasSuffix("4") }
      editor.assistance.styles = { $0.isEmpty ? [] : [StyledRange(0..<1, .number)] }
      editor.assistance.hint = { $0 == "tra" ? "in" : "" }
      editor.assistance.remarks = { $0.contains("\n") ? [1: "→ 4"] : [:] }
    }
    let editor = try #require(EditorHarness(color: true, configure: configure))
    #expect(editor.type("tra", shows: ["jatai[1]» train"]))
    #expect(editor.terminal.transcriptText.contains("\u{1B}[36mt\u{1B}[0mra\u{1B}[90min\u{1B}[0m"))
    #expect(editor.result(of: "\u{1B}[C\r") == .line("train"))
    editor.close()
    let plain = try #require(EditorHarness(color: false, configure: configure))
    #expect(plain.type("tra", shows: ["jatai[1]» tra"]))
    #expect(
      plain.type("\u{15}{\r", shows: ["jatai[1]» {", String(repeating: " ", count: 44) + "→ 4"])
    )
    #expect(!plain.terminal.transcriptText.contains("m"))
    plain.close()
  }
}

extension EditorHarness {
  /// Statements are complete when their braces are closed.
  static let brackets: @Sendable (LineEditor) -> Void = { editor in
    editor.assistance.isComplete = { text in
      text.count { $0 == "{" } <= text.count { $0 == "}" }
    }
  }
}
