import Notebooks
import Testing

/// The page that describes the format is the source of what is expected here.
@Suite struct FormatTests {
  @Test func `the example of the format is read whole`() throws {
    let notebook = SampleNotebook.parsed(SampleNotebook.lesson)
    #expect(notebook.diagnostics.isEmpty)
    #expect(notebook.header["title"] == "Lab 2 – quantização")
    #expect(notebook.header["course"] == "IESTI01")
    #expect(notebook.header.seed == 7)
    #expect(notebook.header.tolerance == Tolerance("rel=1e-2 abs=1e-6"))
    #expect(notebook.cells.map(\.id) == ["intro", "train", "q1", "q1.check", "oops"])
    #expect(notebook.cells.map(\.kind) == [.markdown, .code, .task, .check, .code])
    #expect(notebook.cells.map(\.title)[1] == "Data and training")
    #expect(notebook.cells[2]["points"] == "3")
    #expect(notebook.cells[3]["for"] == "q1")
    #expect(notebook.cells[4].raises)
    #expect(notebook.cells.map(\.steps.count) == [0, 2, 1, 1, 1])
    let recorded = notebook.cells.flatMap { $0.steps.flatMap(\.recorded) }
    #expect(String(recorded.map(\.mark)) == ">~@>!")
    #expect(recorded[1].text == "time 1.24 s")
  }

  @Test func `a file with carriage returns is read as the same notebook`() {
    let text = SampleNotebook.lesson.replacing("\n", with: "\r\n")
    let notebook = SampleNotebook.parsed(text)
    #expect(notebook.diagnostics.isEmpty)
    #expect(notebook.cells.map(\.id) == ["intro", "train", "q1", "q1.check", "oops"])
    #expect(notebook.cells[1].steps.last?.recorded.map(\.text) == ["10", "time 1.24 s"])
    #expect(SampleNotebook.replay(text).rows.prefix(2).map(\.judgement) == [.same, .volatile])
  }

  @Test func `a script without cells is one cell`() {
    let notebook = SampleNotebook.parsed("x = 1; y = 2\nprint x y\n#> 1 2\n")
    #expect(notebook.cells.map(\.id) == [Notebook.sessionCell])
    #expect(notebook.cells[0].steps.map(\.statements.count) == [2, 1])
    #expect(notebook.header.seed == 42)
  }

  @Test func `marks inside strings are text`() {
    let text = "s = \"\"\"\n# %% no cell\n#> no output\n\"\"\"\nprint 1\n#> 1\n"
    let notebook = SampleNotebook.parsed(text)
    #expect(notebook.cells.count == 1)
    #expect(notebook.cells[0].steps.map(\.recorded.count) == [0, 1])
  }

  @Test(arguments: [
    ("# ---\n# seed: 1\nx = 1\n", "open-header"),
    ("# ---\n# seed: many\n# ---\n", "header-value"),
    ("# ---\n# tolerance: rel=-1\n# ---\n", "header-value"),
    ("# ---\n# tolerance: wide\n# ---\n", "header-value"),
    ("# ---\n# notebook: 2\n# ---\n", "header-value"),
    ("# ---\n# pass: 160%\n# ---\n", "header-value"),
    ("# ---\n# seed: 1\n# seed: 2\n# ---\n", "header-value"),
    ("# ---\n# nonsense\n# ---\n", "header-line"),
    ("# %% Q [task]\nx = 1\n", "cell-id"),
    ("# %% Q [task] id=\"\"\nx = 1\n", "cell-id"),
    ("# %% a id=\"a\"\n# %% b id=\"a\"\n", "duplicate-id"),
    ("# %% a [poem] id=\"a\"\n", "cell-head"),
    ("# %% a [task id=\"a\"\n", "cell-head"),
    ("# %% a [task] id=\"a\n", "cell-head"),
    ("# %% a [task] id=\"a\" id=\"b\"\n", "cell-head"),
    ("# %% a [check] id=\"a\" for=\"nowhere\"\n", "unknown-cell"),
    ("# %% a [task] id=\"a\" given=\"b\"\n# %% b [task] id=\"b\"\n", "unknown-cell"),
    ("# %% a [markdown]\nprint 1\n", "markdown-code"),
    ("# %% a\nprint (1\n# %% b\nprint 2\n", "unclosed-bracket"),
    ("# %% a\ns = \"half\n", "unclosed-string"),
  ])
  func `what is broken or half written is told at its place`(text: String, id: String) {
    let notebook = SampleNotebook.parsed(text)
    let found = notebook.diagnostics.first { $0.id == id }
    #expect(found != nil, "\(notebook.diagnostics.map(\.id))")
    #expect(found?.source != nil)
    #expect((found?.range.end ?? 0) <= text.utf8.count)
  }

  @Test func `every prefix of a notebook is read without a crash`() {
    let bytes = Array(SampleNotebook.lesson.utf8)
    for length in stride(from: 0, to: bytes.count, by: 3) {
      let text = String(decoding: bytes[..<length], as: UTF8.self)
      let notebook = SampleNotebook.parsed(text)
      _ = Stripper.strip(notebook)
      for cell in notebook.cells { #expect(cell.range.end <= text.utf8.count) }
    }
  }

  @Test func `titles may hold any words`() {
    let notebook = SampleNotebook.parsed("# %% Is a = b? \"Yes\" [task] id=\"q\" points=2\n")
    #expect(notebook.cells[0].title == "Is a = b? \"Yes\"")
    #expect(notebook.cells[0].kind == .task)
  }

  @Test func `cells without an id do not clash with those that have one`() {
    let notebook = SampleNotebook.parsed("# %% a id=\"2\"\nx = 1\n# %% b\ny = 1\n")
    #expect(notebook.diagnostics.isEmpty)
  }
}
