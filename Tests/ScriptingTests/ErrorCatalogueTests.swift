import Language
import Scripting
import TestSupport
import Testing

/// The ids of all diagnostics, read from the sources, against the scripts and the documentation.
@Suite struct ErrorCatalogueTests {
  /// Ids that no script can show by itself, and why.
  private static let beyondScripts: [String: String] = [
    "interrupted": "needs a user who interrupts; see SessionTests",
    "time-limit": "needs a clock; see SessionTests",
    "text-too-large": "needs 2 GiB of text",
    "invalid-utf8": "a script in a repository is valid UTF-8; see the tests of Language",
    "no-notebook": "depends on the host; see SessionTests",
    "missing-data": "depends on the machine's data folders; see the tests of Datasets",
    "full": "depends on the machine's packages",
    "cell-head": "belongs to notebooks", "cell-id": "belongs to notebooks",
    "duplicate-id": "belongs to notebooks", "header-line": "belongs to notebooks",
    "open-header": "belongs to notebooks", "header-value": "belongs to notebooks",
    "unknown-cell": "belongs to notebooks", "markdown-code": "belongs to notebooks",
  ]

  private static let project = ScriptCase.root.split(
    separator: "/",
    omittingEmptySubsequences: false
  )
  .dropLast(3).joined(separator: "/")

  /// Every id that the sources give to a diagnostic.
  static func ids(in folders: [String] = [""]) throws -> Set<String> {
    var ids = Set(SyntaxMistake.allCases.map(\.rawValue))
    for path in folders.flatMap({ swiftFiles(in: "\(project)/Sources/\($0)") }) {
      let text = String(decoding: try FileSystem().read(path), as: UTF8.self)
      let pattern =
        /(?:Diagnostic|refuse|failure|problem|mistake|error|warning)\(\s*"([a-z]+(?:-[a-z0-9]+)*)",/
      for match in text.matches(of: pattern) { ids.insert(String(match.1)) }
    }
    return ids
  }

  private static func swiftFiles(in folder: String) -> [String] {
    ScriptCase.entries(of: folder).flatMap { name in
      name.hasSuffix(".swift") ? ["\(folder)/\(name)"] : swiftFiles(in: "\(folder)/\(name)")
    }
  }

  /// The folders of the language itself; the ids of the engine's commands need data, and are shown
  /// where it is at hand.
  private static let language = [
    "Language", "Scripting/Interpreter", "Scripting/Values", "Scripting/Session",
    "Scripting/Functions",
  ]

  @Test func `every id of the language has a script that shows it`() throws {
    let shown = Set(ScriptCase.all.filter { $0.topic == "errors" }.map(\.name))
    let missing = try ErrorCatalogueTests.ids(in: ErrorCatalogueTests.language).subtracting(shown)
      .subtracting(ErrorCatalogueTests.beyondScripts.keys)
    #expect(missing.sorted() == [])
  }

  @Test(arguments: ScriptCase.all.filter { $0.topic == "errors" })
  func `the script of an id shows that id`(script: ScriptCase) throws {
    let text = String(decoding: try FileSystem().read(script.path), as: UTF8.self)
    #expect(
      GoldenScript.ids(of: text, name: script.name, folder: script.folder).contains(script.name)
    )
  }

  @Test func `the documentation tells every id, and no other`() throws {
    let path = "\(ErrorCatalogueTests.project)/Docs/Errors.md"
    let text = String(decoding: try FileSystem().read(path), as: UTF8.self)
    let told = Set(text.matches(of: /(?m)^## `([a-z0-9-]+)`$/).map { String($0.1) })
    let ids = try ErrorCatalogueTests.ids()
    #expect(ids.subtracting(told).sorted() == [])
    #expect(told.subtracting(ids).sorted() == [])
  }
}
