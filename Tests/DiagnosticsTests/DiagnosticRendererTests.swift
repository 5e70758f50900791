import Diagnostics
import Testing

/// The form is that of the examples in the language's description.
@Suite("Rendering diagnostics")
struct DiagnosticRendererTests {
  @Test func `shows place, sentence, line, caret and remedy`() {
    let script = """
      network base {
        input 28x28x1
        conv 12 3x3 relu
        conv 12 3x3 relu
        maxpool 2x2
        dense 10 softmax
      }
      """
    #expect(
      render(script, "dense", "'dense' needs a flat input", remedy: "add 'flatten' before it")
        == """
        lab.jatai:6:3: error: 'dense' needs a flat input
        6 |   dense 10 softmax
          |   ^~~~~ add 'flatten' before it
        """
    )
  }

  @Test(arguments: [
    ("a b", "b", 3, "1 | a b\n  |   ^"),
    ("\tab", "ab", 2, "1 |     ab\n  |     ^~"),
    ("x\ty", "y", 3, "1 | x   y\n  |     ^"),
    ("ação = erro", "erro", 8, "1 | ação = erro\n  |        ^~~~"),
    ("ac\u{327}a\u{303}o = erro", "erro", 8, "1 | ac\u{327}a\u{303}o = erro\n  |        ^~~~"),
    ("中文 = 值", "值", 6, "1 | 中文 = 值\n  |        ^~"),
    ("🙂 = 👨‍👩‍👧", "👨‍👩‍👧", 5, "1 | 🙂 = 👨‍👩‍👧\n  |      ^~"),
    ("🇧🇷 x", "x", 3, "1 | 🇧🇷 x\n  |    ^"),
    ("a\u{1B}[2Jb c", "c", 8, "1 | a␛[2Jb c\n  |        ^"),
    ("a\u{202E}b c", "c", 5, "1 | a\u{FFFD}b c\n  |     ^"),
    ("\u{FEFF}a b", "b", 3, "1 | a b\n  |   ^"),
  ])
  func `columns count characters and the caret counts width`(
    line: String,
    word: String,
    column: Int,
    expected: String
  ) {
    #expect(render(line, word, "m") == "lab.jatai:1:\(column): error: m\n" + expected)
  }

  @Test func `the margin is as wide as the line's number`() {
    let script = String(repeating: "\n", count: 99) + "here"
    #expect(render(script, "here", "m") == "lab.jatai:100:1: error: m\n100 | here\n    | ^~~~")
  }

  @Test func `a range over lines is marked on its first`() {
    let source = SourceFile(name: "a", text: "x = [1,\r\n2]\r\n")
    let diagnostic = Diagnostic("i", "m", at: SourceRange(4, 11), source: source)
    #expect(DiagnosticRenderer().render(diagnostic) == "a:1:5: error: m\n1 | x = [1,\n  |     ^~~")
  }

  @Test(arguments: [0, 3, 4, 400])
  func `a place behind the text is shown at its end`(offset: Int) {
    let source = SourceFile(name: "a", text: "x =\n")
    let diagnostic = Diagnostic("i", "m", at: SourceRange(offset, offset), source: source)
    let lines = DiagnosticRenderer().render(diagnostic).split(separator: "\n")
    #expect(lines.count == 3)
  }

  @Test(arguments: [0, 50, 5_000, 99_990])
  func `a long line is cut around the caret`(position: Int) {
    let length = 100_000
    var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
    bytes[position] = UInt8(ascii: "X")
    let source = SourceFile(name: "a", bytes: bytes)
    let diagnostic = Diagnostic(
      "i",
      "m",
      at: SourceRange(position, position + 1),
      remedy: "r",
      source: source
    )
    let lines = DiagnosticRenderer(longestLine: 60).render(diagnostic)
      .split(separator: "\n").map(Array.init)
    #expect(String(lines[0]) == "a:1:\(position + 1): error: m")
    #expect(lines[1].count <= 4 + 61)
    #expect(lines[1].contains("…"))
    let caret = lines[2].firstIndex(of: "^")
    #expect(caret != nil && caret == lines[1].firstIndex(of: "X"))
  }

  @Test func `a range wider than the window is cut`() {
    let source = SourceFile(name: "a", text: String(repeating: "a", count: 1_000))
    let diagnostic = Diagnostic("i", "m", at: SourceRange(10, 990), source: source)
    let lines = DiagnosticRenderer(longestLine: 40).render(diagnostic).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 46 })
  }

  @Test func `notes follow, with their place if they have one`() {
    let source = SourceFile(name: "a", text: "f(x)\ny")
    let diagnostic = Diagnostic(
      "i",
      "m",
      at: SourceRange(0, 1),
      severity: .warning,
      source: source,
      notes: [Note("here", range: SourceRange(5, 6)), Note("'help f' tells more")]
    )
    #expect(
      DiagnosticRenderer().render(diagnostic)
        == "a:1:1: warning: m\n1 | f(x)\n  | ^\na:2:1: note: here\nnote: 'help f' tells more"
    )
  }

  @Test func `without a source there is only the sentence`() {
    let diagnostic = Diagnostic("i", "m", at: SourceRange(0, 1), remedy: "r")
    #expect(DiagnosticRenderer().render(diagnostic) == "error: m\n  r")
  }

  @Test func `colour is asked for and ends where it began`() {
    let source = SourceFile(name: "a", text: "x")
    let diagnostic = Diagnostic("i", "m", at: SourceRange(0, 1), remedy: "r", source: source)
    let plain = DiagnosticRenderer().render(diagnostic)
    let coloured = DiagnosticRenderer(usesColour: true).render(diagnostic)
    #expect(!plain.contains("\u{1B}"))
    var stripped = ""
    var isEscape = false
    for character in coloured {
      if character == "\u{1B}" { isEscape = true }
      if !isEscape { stripped.append(character) }
      if character == "m", isEscape { isEscape = false }
    }
    #expect(stripped == plain)
    #expect(coloured != plain)
  }

  @Test func `control characters in words and names reach no terminal`() {
    let source = SourceFile(name: "a\u{1B}b", text: "x")
    let diagnostic = Diagnostic(
      "i",
      "m\u{7}",
      at: SourceRange(0, 1),
      remedy: "\u{9B}2J",
      source: source
    )
    let scalars = DiagnosticRenderer().render(diagnostic).unicodeScalars
    #expect(scalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
  }

  @Test(arguments: UInt64(0)..<50)
  func `any bytes can be rendered at any place`(seed: UInt64) {
    var state = seed
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let bytes = (0..<200).map { _ in UInt8(truncatingIfNeeded: next()) }
    let source = SourceFile(name: "a", bytes: bytes)
    for start in 0...bytes.count {
      let range = SourceRange(start, start + Int(next() % 9))
      let text = DiagnosticRenderer(longestLine: 20).render(
        Diagnostic("i", "m", at: range, source: source)
      )
      #expect(text.hasPrefix("a:"))
    }
  }

  private func render(
    _ script: String,
    _ word: String,
    _ message: String,
    remedy: String? = nil
  ) -> String {
    let source = SourceFile(name: "lab.jatai", text: script)
    let pattern = Array(word.utf8)
    let start =
      source.bytes.indices.first { source.bytes[$0...].starts(with: pattern) } ?? 0
    let range = SourceRange(start, start + pattern.count)
    return DiagnosticRenderer().render(
      Diagnostic("id", message, at: range, remedy: remedy, source: source)
    )
  }
}
