import Diagnostics
import Scripting

/// A host that shows nothing and has no files.
final class SilentHost: Host {
  func write(_ line: OutputLine) {}
  func show(_ progress: Progress?) {}
  func report(_ diagnostic: Diagnostic) {}
  func read(_ path: String) throws(HostError) -> [UInt8] { throw .notFound(path) }
  func exists(_ path: String) -> Bool { false }
  func save(_ bytes: [UInt8], to path: String) throws(HostError) { throw .readOnly(path) }
  func environment(_ name: String) -> String? { nil }
  var dataFolders: [String] { [] }
  var seconds: Double { 0 }
  var isInterrupted: Bool { false }
  var width: Int { 80 }
  var threads: Int { 1 }
}
