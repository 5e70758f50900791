import TestSupport
import Testing

/// The verb conformance: the table, the page, and what it says of folders that cannot be used.
@Suite(.enabled(if: ProgramRun.isBuilt))
struct ConformanceCommandTests {
  private static func run(_ arguments: [String], files: [String: String] = [:]) throws -> ProgramRun
  {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    for (name, text) in files { try folder.write(text, to: name) }
    return try ProgramRun(arguments, in: folder)
  }

  @Test
  func `the vectors of a clean clone are equal`() throws {
    let run = try Self.run(["conformance", packagePath("Tests/OperationVectors")])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.contains("| SVDF "))
    #expect(run.output.contains("TensorFlow Lite Micro: 26 of 26 vectors equal"))
  }

  @Test(.enabled(if: SharedFolder.hasGolden))
  func `the page is what the program prints now`() throws {
    let run = try Self.run([
      "conformance", SharedFolder.path + "/golden", packagePath("Tests/OperationVectors"), "--page",
    ])
    #expect(run.exitCode == 0, "\(run.errors)")
    let page = try #require(fileBytes(packagePath("Docs/Conformance.md")))
    #expect(run.output == String(decoding: page, as: UTF8.self))
  }

  private static let manifests = [
    "", "[]", "{", "{\"models\": 3}", "{\"models\": [{\"id\": \"a\"}]}",
    String(repeating: "[", count: 100_000),
    "{\"models\": [{\"id\": 1, \"mode\": \"\", \"tflite\": \"\", \"npz\": \"\", \"reference\": \"\"}]}",
    """
    {"models": [{"id": "a", "mode": "int8", "tflite": "manifest.json", "npz": "manifest.json", \
    "reference": "BUILTIN_REF"}]}
    """,
    """
    {"models": [{"id": "a", "mode": "int8", "tflite": "../../no", "npz": "no", "reference": ""}]}
    """,
  ]

  @Test(arguments: manifests)
  func `a folder that cannot be used has exit code 2`(manifest: String) throws {
    let run = try Self.run(["conformance", "."], files: ["manifest.json": manifest])
    #expect(run.exitCode == 2)
    #expect(run.errors.hasPrefix("jatai: error: "))
  }

  @Test
  func `so has a folder without a manifest`() throws {
    #expect(try Self.run(["conformance", "."]).exitCode == 2)
    #expect(try Self.run(["conformance", "nowhere"]).exitCode == 2)
    #expect(try Self.run(["conformance"]).exitCode == 2)
  }
}
