import Scripting
import Testing

@testable import Terminal

/// What the tables say is read from the tables; only the places in a statement are written here.
@Suite("Completion and colour")
struct StatementTests {
  @Test(arguments: [
    ("", StatementContext.verb(isPiped: false)),
    ("x = ", .verb(isPiped: false)),
    ("quiet ", .verb(isPiped: false)),
    ("a\nb; ", .verb(isPiped: false)),
    ("prune base | ", .verb(isPiped: true)),
    ("for i in 1..3 { ", .verb(isPiped: false)),
    ("network a {\n  ", .layerKind),
    ("network a {\n  input 4\n  ", .layerKind),
    ("network a { residual {\n  ", .layerKind),
    ("network a { input 4 }\n", .verb(isPiped: false)),
    ("network a {\n  conv 4 3x3 pad=", .layer("conv", used: ["pad"], option: "pad")),
    ("network a {\n  conv 4 3x3 pad=same ", .layer("conv", used: ["pad"], option: nil)),
    ("network ", .newName),
    ("func ", .newName),
    ("x = a + ", .expression),
    ("print(", .expression),
    ("digits.", .member(["digits"])),
    ("print a.b.", .member(["a", "b"])),
    ("train ", .command("train", operands: 0, used: [], wanted: nil)),
    ("train base ", .command("train", operands: 1, used: [], wanted: nil)),
    ("train base on ", .command("train", operands: 1, used: ["on"], wanted: "on")),
    ("train base on d ", .command("train", operands: 1, used: ["on"], wanted: nil)),
    ("train base on d.train ", .command("train", operands: 1, used: ["on"], wanted: nil)),
    ("train base epochs=", .command("train", operands: 1, used: ["epochs"], wanted: "epochs")),
    ("train base epochs=4 ", .command("train", operands: 1, used: ["epochs"], wanted: nil)),
    ("x = train base epochs=4 ", .command("train", operands: 1, used: ["epochs"], wanted: nil)),
  ])
  func `the place in a statement is known`(text: String, context: StatementContext) {
    #expect(StatementContext(endOf: text) == context)
  }

  /// Any beginning of any text has some context, and completion answers without a trap.
  @Test
  func `every beginning of a script can be completed and coloured`() {
    let script = """
      digits = dataset mnist first=10000 # ção
      network base { input 28x28x1; conv 12 3x3 relu
        residual { conv 3 } : last }
      train base on digits epochs=4 rate=1e-3 | prune to 80%
      func f(x, k = 2) { return "\\(x + [1, 2][0]:.2) \\"" }
      check "a" points=2 { expect a.b[1]("c") >= 96% else "no" } ) ] }
      """
    let session = Session(host: SilentHost())
    let completion = StatementCompletion(session: session)
    for end in 0...script.utf8.count {
      let text = String(decoding: script.utf8.prefix(end), as: UTF8.self)
      if let found = completion.completion(of: text, at: min(end, text.utf8.count)) {
        #expect(found.range.upperBound <= text.utf8.count)
        #expect(found.range.lowerBound >= 0)
      }
      var last = 0
      for style in SyntaxColours.styles(of: text) {
        #expect(style.range.lowerBound >= last)
        last = style.range.upperBound
      }
      #expect(last <= text.utf8.count)
      _ = session.layerAnswers(in: text)
    }
  }

  private func offered(_ text: String) -> [String] {
    let completion = StatementCompletion(session: Session(host: SilentHost()))
    return completion.completion(of: text, at: text.utf8.count)?.candidates.map(\.text) ?? []
  }

  @Test
  func `verbs, layers, options and catalogue names come from the tables`() {
    #expect(Set(CommandTable.rows.map(\.name)).isSubset(of: offered("")))
    #expect(offered("network a {\n  ") == LayerTable.kinds)
    #expect(offered("network a {\n conv 3 3x3 pad=") == CatalogueTable.names(in: .paddings))
    #expect(offered("dataset ir") == ["iris"])
    #expect(offered("train base on iris optimizer=a").contains("adam"))
    #expect(offered("train base epo") == ["epochs="])
    #expect(!offered("train base epochs=3 ").contains("epochs="))
    #expect(offered("print 3").isEmpty)
    #expect(offered("# tra").isEmpty)
    #expect(offered("trai") == ["train"])
  }

  @Test
  func `words are coloured by what they are`() {
    func styles(_ text: String) -> [String] {
      SyntaxColours.styles(of: text).map { style in
        let words = String(decoding: Array(text.utf8)[style.range], as: UTF8.self)
        return "\(words):\(style.style)"
      }
    }
    #expect(
      styles("x = train base on iris epochs=4 # é") == [
        "train:verb", "on:keyword", "iris:word", "epochs:accent", "4:number", "# é:comment",
      ]
    )
    #expect(
      styles("network a { input 4x4; dense 3 relu }")
        == ["network:keyword", "input:verb", "4x4:number", "dense:verb", "3:number", "relu:word"]
    )
    #expect(
      styles("if true { print \"a\" }").prefix(3) == ["if:keyword", "true:number", "print:verb"]
    )
    #expect(styles("train = 3") == ["3:number"])
  }
}
