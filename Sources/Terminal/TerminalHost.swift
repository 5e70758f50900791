import Diagnostics
import Glibc
import Scripting
import Synchronization

/// The host of scripts that run at a terminal or in a pipe: output goes to standard output, errors
/// and progress to standard error.
public final class TerminalHost: Host {
  private let output: TerminalDevice
  private let errors: TerminalDevice
  private let files: FileSystem
  private let bar: Mutex<ProgressBar>

  /// A host whose relative paths are relative to `folder`; empty is the working directory.
  public init(folder: String = "") {
    output = TerminalDevice(descriptor: STDOUT_FILENO)
    errors = TerminalDevice(descriptor: STDERR_FILENO)
    files = FileSystem(folder: folder)
    bar = Mutex(ProgressBar(device: errors))
  }

  /// This program itself.
  public var workerProgram: String? { "/proc/self/exe" }

  /// The folder that relative paths are relative to.
  public var scriptFolder: String { files.folder }

  /// Writes a line to standard output.
  public func write(_ line: OutputLine) {
    bar.withLock { $0.hide() }
    output.write(line.text + "\n")
  }

  /// Draws the progress bar, or takes it away.
  public func show(_ progress: Progress?) {
    let now = seconds
    bar.withLock { bar in
      if let progress { bar.show(progress, now: now) } else { bar.end() }
    }
  }

  /// Writes a diagnostic to standard error, in colour where that is a screen.
  public func report(_ diagnostic: Diagnostic) {
    bar.withLock { $0.hide() }
    errors.write(DiagnosticRenderer(usesColour: errors.usesColor).render(diagnostic) + "\n")
  }

  /// The bytes of a file.
  public func read(_ path: String) throws(HostError) -> [UInt8] { try files.read(path) }

  /// Whether there is such a file.
  public func exists(_ path: String) -> Bool { files.exists(path) }

  /// The names in a folder.
  public func files(in folder: String) -> [String] {
    FileSystem.files(in: files.resolve(folder))
  }

  /// Writes a file whole.
  public func save(_ bytes: [UInt8], to path: String) throws(HostError) {
    try files.save(bytes, to: path)
  }

  /// A variable of the environment.
  public func environment(_ name: String) -> String? { FileSystem.environment(name) }

  /// Folders that may hold shipped data sets.
  public var dataFolders: [String] { FileSystem.dataFolders }

  /// Seconds of the monotonic clock.
  public var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Whether Ctrl-C was pressed.
  public var isInterrupted: Bool { Interrupt.isRequested }

  /// `JATAI_THREADS` if that is a number from 1 to 256, else the processors this process may use.
  public var threads: Int {
    if let given = FileSystem.environment("JATAI_THREADS"), let count = Int(given),
      (1...256).contains(count)
    {
      return count
    }
    return max(1, min(256, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }
}
