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

  /// A host for the notebook at `path`.
  public init(notebookPath path: String, writesToDisk: Bool = false) {
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
    return try files.read(path)
  }

  /// Whether there is such a file.
  public func exists(_ path: String) -> Bool {
    written.withLock { $0[path] != nil } || files.exists(path)
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
