import Diagnostics
import Language
import TestSupport
import Testing

/// The notebooks that come with the project, where they are at hand.
@Suite("Shipped notebooks")
struct NotebookTests {
  private static let folder: String = {
    let levels = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return levels.joined(separator: "/") + "/Notebooks"
  }()

  private static let names = fileNames(in: folder, suffix: ".jatai")

  @Test(.enabled(if: !names.isEmpty), arguments: names)
  func `have no mistakes and keep their meaning when formatted`(name: String) {
    let bytes = fileBytes(Self.folder + "/" + name) ?? []
    checkRoundTrip(String(decoding: bytes, as: UTF8.self))
  }
}
