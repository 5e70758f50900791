import Diagnostics
import Scripting

/// A host for tests: reads files of one folder, keeps what is saved in memory, and records all that
/// it is told.
final class TestHost: Host, @unchecked Sendable {
  private let files: FileSystem
  private(set) var saved: [String: [UInt8]] = [:]
  private(set) var lines: [OutputLine] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// Paths that cannot be written.
  var readOnlyPaths: Set<String> = []
  /// How often the interrupt flag is asked for before it is up; nil leaves it down.
  var looksBeforeInterruption: Int?
  /// Added to the clock each time it is asked for.
  var secondsPerLook = 0.0
  private var clock = 0.0
  /// The program to start workers of.
  var workerProgram: String?
  /// The variables of the environment.
  var variables: [String: String] = [:]
  let scriptFolder: String
  let width: Int
  private let hasData: Bool

  init(folder: String = "", width: Int = 80, hasData: Bool = true, workerProgram: String? = nil) {
    files = FileSystem(folder: folder)
    scriptFolder = folder
    self.workerProgram = workerProgram
    self.hasData = hasData
    self.width = width
  }

  func write(_ line: OutputLine) { lines.append(line) }
  func show(_ progress: Progress?) {}
  func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  func read(_ path: String) throws(HostError) -> [UInt8] {
    if let bytes = saved[path] { return bytes }
    return try files.read(path)
  }

  func exists(_ path: String) -> Bool { saved[path] != nil || files.exists(path) }

  func files(in folder: String) -> [String] { FileSystem.files(in: files.resolve(folder)) }

  func save(_ bytes: [UInt8], to path: String) throws(HostError) {
    guard !readOnlyPaths.contains(path) else { throw .readOnly(path) }
    saved[path] = bytes
  }

  func environment(_ name: String) -> String? { variables[name] }
  /// The data that is shipped with the project.
  var dataFolders: [String] {
    guard hasData else { return [] }
    let project = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return [project.joined(separator: "/") + "/Notebooks/data"]
  }
  var threads: Int { 1 }

  var seconds: Double {
    clock += secondsPerLook
    return clock
  }

  var isInterrupted: Bool {
    guard let looks = looksBeforeInterruption else { return false }
    looksBeforeInterruption = looks - 1
    return looks <= 0
  }
}
