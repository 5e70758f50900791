import Language
import Scripting
import TestSupport
import Testing

/// The ids of all diagnostics, read from the sources, against the scripts and the documentation.
@Suite struct ErrorCatalogueTests {
  /// Ids that no script can show by itself, and why.
  private static let beyondScripts: [String: String] = [
    "interrupted": "needs a user who interrupts: see SessionTests",
    "workers": "needs a worker process that fails",
    "time-limit": "needs a clock: see SessionTests",
    "text-too-large": "needs a script of 2 GiB",
    "invalid-utf8": "a recorded script is valid UTF-8: see HostileScriptTests",
    "missing-data": "depends on the folders of the machine: see the tests of Datasets",
    "unknown-dataset": "a word that is no data set is refused as 'unknown-word' before",
    "input-shape": "an empty shape or one that is too large is refused as an operand before",
    "deployment": "needs a graph that names a tensor which is not there, and readers refuse those",
    "tflite": "needs a graph that no file can hold, and neither quantizing nor loading makes one",
    "layer-inputs": "needs a damaged file of a network, which 'bad-file' tells with this inside",
    "statement-too-long": "needs somebody who types: see the tests of Terminal",
    "cell-head": "belongs to notebooks: see NotebooksTests",
    "cell-id": "belongs to notebooks: see NotebooksTests",
    "duplicate-id": "belongs to notebooks: see NotebooksTests",
    "header-line": "belongs to notebooks: see NotebooksTests",
    "open-header": "belongs to notebooks: see NotebooksTests",
    "header-value": "belongs to notebooks: see NotebooksTests",
    "unknown-cell": "belongs to notebooks: see NotebooksTests",
    "markdown-code": "belongs to notebooks: see NotebooksTests",
  ]

  private static let project = ScriptCase.root.split(
    separator: "/",
    omittingEmptySubsequences: false
  )
  .dropLast(3).joined(separator: "/")

  /// Every id that the sources give to a diagnostic.
  private static func ids() throws -> Set<String> {
    var ids = Set(SyntaxMistake.allCases.map(\.rawValue))
    for path in swiftFiles(in: "\(project)/Sources") {
      let text = String(decoding: try FileSystem().read(path), as: UTF8.self)
      let pattern =
        /(?:Diagnostic|refuse|failure|problem|mistake|error|warning)\(\s*"([a-z]+(?:-[a-z0-9]+)*)",(?! b)/
      for match in text.matches(of: pattern) { ids.insert(String(match.1)) }
    }
    return ids
  }

  private static func swiftFiles(in folder: String) -> [String] {
    ScriptCase.entries(of: folder).flatMap { name in
      name.hasSuffix(".swift") ? ["\(folder)/\(name)"] : swiftFiles(in: "\(folder)/\(name)")
    }
  }

  @Test func `every id has a script that shows it`() throws {
    let shown = Set(ScriptCase.all.filter { $0.topic == "errors" }.map(\.name))
    let ids = try ErrorCatalogueTests.ids()
    let beyond = Set(ErrorCatalogueTests.beyondScripts.keys)
    #expect(ids.subtracting(shown).subtracting(beyond).sorted() == [])
    #expect(beyond.subtracting(ids).sorted() == [])
    #expect(beyond.intersection(shown).sorted() == [])
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
