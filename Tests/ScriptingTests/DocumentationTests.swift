import Diagnostics
import Language
import TestSupport
import Testing

@testable import Scripting

/// What is said twice must not drift apart.
struct DocumentationTests {
  @Test func `the page of commands is the command table's`() throws {
    let page = try #require(fileBytes(packagePath("Docs/Commands.md")))
    #expect(
      String(decoding: page, as: UTF8.self) == HelpText.commandsPage,
      "Docs/Commands.md is stale: jatai docs > Docs/Commands.md"
    )
  }

  @Test func `every example of the command table is a statement`() {
    for row in CommandTable.rows {
      let program = Parser.parse(
        SourceFile(name: row.name, text: row.example),
        vocabulary: Session.vocabulary
      )
      #expect(program.diagnostics.isEmpty, "\(row.example)")
    }
  }

  @Test func `every example of an explanation is a statement`() {
    for topic in Topics.all {
      guard let example = topic.example else { continue }
      let program = Parser.parse(
        SourceFile(name: topic.words[0], text: example),
        vocabulary: Session.vocabulary
      )
      #expect(program.diagnostics.allSatisfy { $0.severity == .warning }, "\(example)")
    }
  }

  @Test func `the session of the README runs`() throws {
    let bytes = try #require(fileBytes(packagePath("README.md")))
    let blocks = String(decoding: bytes, as: UTF8.self).split(separator: "```")
    let script = try #require(blocks.first { $0.contains("dataset digits") })
    let session = Session(host: TestHost())
    session.notebookComposer = { _, _, _ in "" }
    session.beginCell("session")
    let outcome = session.run(SourceFile(name: "README", text: String(script)))
    #expect(outcome.exitCode == 0, "\(outcome.diagnostics)")
    #expect(outcome.statements.count == 10)
  }
}
