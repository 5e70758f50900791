import Diagnostics
import Scripting
import Synchronization

/// The host of notebooks that are replayed, recorded or graded: silent, with files relative to the
/// notebook's folder.
///
/// What a script writes stays in memory unless the host is told to write to the disk; reading looks
/// there first.
public final class NotebookHost: Host {
  private let files: FileSystem
  private let writesToDisk: Bool
  private let written = Mutex<[String: [UInt8]]>([:])
  private let reach: Reach
  private let isStrange = Mutex(false)

  /// Which files may be read.
  public enum Reach: Sendable {
    /// All that the user may read.
    case everything
    /// Those below the notebook's folder and the folders of shipped data, and no copy of this
    /// notebook.
    case folder(notebook: [UInt8])
  }

  /// Whether the running statements are someone else's, who may not run other scripts.
  public var runsStrangeCode: Bool {
    get { isStrange.withLock { $0 } }
    set { isStrange.withLock { $0 = newValue } }
  }

  /// A host for the notebook at `path`.
  public init(
    notebookPath path: String,
    writesToDisk: Bool = false,
    reach: Reach = .everything
  ) {
    self.reach = reach
    files = FileSystem(folder: NotebookHost.folder(of: path))
    self.writesToDisk = writesToDisk
  }

  /// The folder of a path; empty for the working directory.
  public static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// Output is taken from the statements' outcomes.
  public func write(_ line: OutputLine) {}

  /// Nobody watches.
  public func show(_ progress: Progress?) {}

  /// Diagnostics are taken from the statements' outcomes.
  public func report(_ diagnostic: Diagnostic) {}

  /// The bytes of a file, those written before first.
  public func read(_ path: String) throws(HostError) -> [UInt8] {
    if let bytes = written.withLock({ $0[path] }) { return bytes }
    guard isWithinReach(path) else { throw .notPermitted(path) }
    let bytes = try files.read(path)
    if case .folder(let notebook) = reach, bytes == notebook { throw .notPermitted(path) }
    return bytes
  }

  private func isWithinReach(_ path: String) -> Bool {
    guard case .folder = reach else { return true }
    let parts = path.split(separator: "/")
    guard !parts.contains(".."), !path.hasPrefix("~") else { return false }
    if runsStrangeCode, path.hasSuffix(".jatai") { return false }
    return !path.hasPrefix("/") || dataFolders.contains { path.hasPrefix($0 + "/") }
  }

  /// Whether there is such a file.
  public func exists(_ path: String) -> Bool {
    written.withLock { $0[path] != nil } || (isWithinReach(path) && files.exists(path))
  }

  /// The names in a folder within reach.
  public func files(in folder: String) -> [String] {
    isWithinReach(folder) ? FileSystem.files(in: files.resolve(folder)) : []
  }

  /// Keeps the bytes in memory, or writes them.
  public func save(_ bytes: [UInt8], to path: String) throws(HostError) {
    if writesToDisk {
      try files.save(bytes, to: path)
    } else {
      written.withLock { $0[path] = bytes }
    }
  }

  /// A variable of the environment.
  public func environment(_ name: String) -> String? { FileSystem.environment(name) }

  /// Folders with shipped data.
  public var dataFolders: [String] { FileSystem.dataFolders }

  /// Seconds since some moment.
  public var seconds: Double { FileSystem.monotonicSeconds }

  /// Whether the user has asked to stop.
  public var isInterrupted: Bool { Interrupt.isRequested }

  /// Threads that commands may use.
  public var threads: Int { FileSystem.threads }
}
