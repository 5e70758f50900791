import Glibc
import Scripting

/// A folder for one test.
struct TemporaryFolder {
  let path: String

  var name: String { String(path.split(separator: "/").last ?? "") }

  init() throws {
    var template = Array((FileSystem.environment("TMPDIR") ?? "/tmp").utf8CString.dropLast())
    template += Array("/jatai-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure.noFolder }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  enum Failure: Error {
    case noFolder
  }

  func write(_ text: String, to name: String) throws {
    try FileSystem(folder: path).save(Array(text.utf8), to: name)
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try FileSystem(folder: path).save(bytes, to: name)
  }

  func text(_ name: String) -> String? {
    (try? FileSystem(folder: path).read(name)).map { String(decoding: $0, as: UTF8.self) }
  }

  func remove() { TemporaryFolder.remove(path) }

  private static func remove(_ path: String) {
    for name in FileSystem.files(in: path) {
      let child = path + "/" + name
      if unlink(child) != 0 { remove(child) }
    }
    rmdir(path)
  }
}
