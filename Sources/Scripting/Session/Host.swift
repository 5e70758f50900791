import Diagnostics

/// Why a file could not be read or written.
public enum HostError: Error, Hashable, Sendable {
  case notFound(String)
  case isFolder(String)
  case notPermitted(String)
  case readOnly(String)
  case noSpace(String)
  case tooLarge(String, bytes: Int, limit: Int)
  case failed(String, reason: String)
}

/// Everything a script may touch outside its own memory: terminal, notebook replay, tests and
/// graders are different hosts.
public protocol Host: AnyObject, Sendable {
  /// Takes one line of a statement's output.
  func write(_ line: OutputLine)
  /// Shows what a long command is doing; nil ends it.
  func show(_ progress: Progress?)
  /// Takes a warning, or the error that ends a statement.
  func report(_ diagnostic: Diagnostic)
  /// The bytes of a file; relative paths are relative to the script's folder.
  func read(_ path: String) throws(HostError) -> [UInt8]
  /// Whether there is such a file.
  func exists(_ path: String) -> Bool
  /// The names in a folder, in alphabetical order; empty where it cannot be read.
  func files(in folder: String) -> [String]
  /// Writes a file whole: beside it first, then renamed over it. Missing folders are made.
  func save(_ bytes: [UInt8], to path: String) throws(HostError)
  /// A variable of the environment.
  func environment(_ name: String) -> String?
  /// Folders that may hold shipped data sets, best first.
  var dataFolders: [String] { get }
  /// Seconds since some moment, for times that are shown.
  var seconds: Double { get }
  /// Whether the user has asked for the running work to stop; reading it does not clear it.
  var isInterrupted: Bool { get }
  /// Columns that output should fit into.
  var width: Int { get }
  /// Threads that commands may use; no result depends on it.
  var threads: Int { get }
  /// The program to start workers of, or nil where work stays in this process; no result depends on
  /// it.
  var workerProgram: String? { get }
  /// The folder that relative paths are relative to; empty is the working directory.
  var scriptFolder: String { get }
}

extension Host {
  /// No folder can be looked into unless a host says so.
  public func files(in folder: String) -> [String] { [] }

  /// The width that all output is folded to, at every terminal: what is recorded on one screen must
  /// replay to the same lines on another.
  public var width: Int { 80 }

  /// No workers.
  public var workerProgram: String? { nil }

  /// The working directory.
  public var scriptFolder: String { "" }
}

extension HostError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .notFound(let path): "there is no file '\(path)'"
    case .isFolder(let path): "'\(path)' is a folder, not a file"
    case .notPermitted(let path): "'\(path)' may not be opened: permission denied"
    case .readOnly(let path): "'\(path)' cannot be written: the file system is read-only"
    case .noSpace(let path): "'\(path)' cannot be written: no space is left on the device"
    case .tooLarge(let path, let bytes, let limit):
      "'\(path)' has \(bytes) bytes, and at most \(limit) are read"
    case .failed(let path, let reason): "'\(path)': \(reason)"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .notFound: "paths are relative to the script's folder; check the spelling"
    case .isFolder: "name a file in it"
    case .notPermitted: "check the permissions of the file and its folder"
    case .readOnly: "choose a folder that can be written"
    case .noSpace: "free some space or choose another folder; the old file is untouched"
    case .tooLarge: "use a smaller file"
    case .failed: "the old file is untouched"
    }
  }
}
