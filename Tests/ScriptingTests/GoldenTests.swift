import Diagnostics
import Glibc
import Language
import Scripting
import Testing

/// One file under `Scripts`.
struct ScriptCase: CustomTestStringConvertible, Sendable {
  let topic: String
  let name: String

  var testDescription: String { "\(topic)/\(name)" }
  var folder: String { "\(ScriptCase.root)/\(topic)" }
  var path: String { "\(folder)/\(name).jatai" }

  static let root =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast().joined(separator: "/") + "/Scripts"

  static let all: [ScriptCase] = topics.flatMap { topic in
    entries(of: "\(root)/\(topic)").filter { $0.hasSuffix(".jatai") && !$0.hasPrefix("_") }
      .map { ScriptCase(topic: topic, name: String($0.dropLast(".jatai".count))) }
  }

  private static let topics = entries(of: root)

  /// The names in a folder, in alphabetical order.
  static func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}

/// Whether golden files are rewritten; the tests fail then, so that nobody forgets to look.
private let isRecording = getenv("RECORD_GOLDEN") != nil

@Suite struct GoldenTests {
  @Test(arguments: ScriptCase.all)
  func `a script prints what is recorded in it`(script: ScriptCase) throws {
    let files = FileSystem()
    let text = String(decoding: try files.read(script.path), as: UTF8.self)
    let recorded = GoldenScript.recorded(
      text,
      name: "\(script.name).jatai",
      folder: script.folder,
      rendersErrors: script.topic == "errors"
    )
    if isRecording {
      if recorded != text { try files.save(Array(recorded.utf8), to: script.path) }
      Issue.record("RECORD_GOLDEN is set: look at the difference, then run without it")
    } else {
      #expect(recorded == text)
    }
  }

  @Test func `there is a script for each behaviour`() {
    #expect(ScriptCase.all.count >= 300)
  }
}
