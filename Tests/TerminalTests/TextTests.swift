import Glibc
import Scripting
import Testing

@testable import Terminal

@Suite("Widths, brackets, lists and bars")
struct TextTests {
  init() { TerminalDevice.useUnicode() }

  /// Widths as the terminals draw them; Unicode Standard Annex 11.
  @Test(arguments: [
    ("abc", 3), ("ação", 4), ("日本", 4), ("e\u{301}", 1), ("🙂", 2), ("▕█▏", 3), ("", 0),
  ])
  func `a text's cells are counted`(text: String, cells: Int) {
    #expect(text.cellWidth == cells)
  }

  @Test
  func `cutting a text never splits a character`() {
    #expect("日本語".truncated(toCells: 5) == "日本")
    #expect("cafe\u{301}s".truncated(toCells: 4) == "cafe\u{301}")
    #expect("abc".truncated(toCells: -1) == "")
  }

  @Test(arguments: [
    ("{", 1), ("{ ( [", 3), ("{ }", 0), ("} }", -2), ("\"{\"", 0), ("\"\\\"{\"", 0), ("# {", 0),
    ("# {\n{", 1), ("\"\"{", 1), ("\"{\n{", 1), ("a = \"\\(f({1}))\" {", 1),
    ("\"\"\"\n{\"\"\"(", 1),
  ])
  func `brackets in strings and comments do not count`(text: String, depth: Int) {
    var scanner = BracketScanner()
    for byte in text.utf8 { scanner.read([byte]) }
    #expect(scanner.depth == depth)
  }

  @Test
  func `a string of several lines is open until its end`() {
    var scanner = BracketScanner()
    scanner.read("x = \"\"\"\nabc \\\"\"\" \n".utf8)
    #expect(scanner.isOpen)
    scanner.read("\"\"\"".utf8)
    #expect(!scanner.isOpen)
  }

  @Test
  func `descriptions are listed a row each, names in columns`() {
    let described = Completion(
      range: 0..<0,
      candidates: [.init("train", summary: "fits a network"), .init("ação", summary: "é")]
    )
    #expect(
      described.listing(columns: 80, rows: 24, colored: false)
        == ["  train  fits a network", "  ação   é"]
    )
    #expect(described.listing(columns: 14, rows: 24, colored: false)[0] == "  train  fits")
    let names = Completion(range: 0..<0, candidates: (1...7).map { .init("n\($0)") })
    #expect(
      names.listing(columns: 14, rows: 24, colored: false) == [
        "n1  n4  n7", "n2  n5", "n3  n6",
      ]
    )
    let many = Completion(range: 0..<0, candidates: (100...999).map { .init("name\($0)") })
    let lines = many.listing(columns: 40, rows: 10, colored: false)
    #expect(lines.count == 9)
    #expect(lines.last == "… 900 in all")
  }

  @Test(arguments: [
    (0.0, "    "), (0.5, "██  "), (0.03125, "▏   "), (1, "████"), (7, "████"), (-1, "    "),
  ])
  func `a bar has eighths of a cell`(share: Double, bar: String) {
    #expect(ProgressBar.bar(share, cells: 4) == bar)
    #expect(ProgressBar.bar(.nan, cells: 4) == "    ")
  }

  @Test
  func `the progress line fits the window`() {
    let progress = Progress(
      title: "epoch",
      done: 2,
      total: 10,
      fraction: 0.5,
      detail: "loss 0.2213 accuracy 93.1%"
    )
    #expect(
      ProgressBar.line(progress, seconds: 4.26, columns: 80)
        == "epoch 3/10 ▕█████               ▏ loss 0.2213 accuracy 93.1% 4.2s"
    )
    for columns in 1...100 {
      #expect(
        ProgressBar.line(progress, seconds: 4.26, columns: columns).cellWidth < max(columns, 1)
      )
    }
    #expect(ProgressBar.time(61.9) == "1min 01s")
    #expect(ProgressBar.time(.infinity) == "")
  }

  @Test
  func `names of files are completed with their folder`() {
    var template = Array("/tmp/jatai-names-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return }
    let folder = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
    defer {
      for name in ["/data", "/d.csv", "/dé.jatai", "/.hidden", ""] { remove(folder + name) }
    }
    mkdir(folder + "/data", 0o700)
    for name in ["d.csv", "dé.jatai", ".hidden"] {
      close(open(folder + "/" + name, O_CREAT, 0o600))
    }
    func names(_ text: String, _ extensions: [String] = []) -> [String] {
      FileNames.candidates(for: folder + text, extensions: extensions)
        .map { String($0.text.dropFirst(folder.count + 1)) }
    }
    #expect(names("/") == ["d.csv", "data/", "dé.jatai"])
    #expect(names("/d", [".csv"]) == ["d.csv", "data/"])
    #expect(names("/.") == [".hidden"])
    #expect(names("/none/") == [])
  }
}
