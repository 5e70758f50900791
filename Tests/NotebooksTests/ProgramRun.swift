import Glibc
import Scripting
import TestSupport

/// One run of the built program `jatai`.
struct ProgramRun {
  let output: String
  let errors: String
  let exitCode: Int32

  enum Failure: Error {
    case notBuilt
    case notStarted
  }

  static let isBuilt = BuiltProgram.path(named: "jatai") != nil

  /// Runs in a folder with `input` on standard input.
  ///
  /// `interruptedAfter` sends Ctrl-C's signal after as many seconds; `environment` holds further
  /// variables, such as `JATAI_THREADS=1`.
  init(
    _ arguments: [String],
    input: String = "",
    in folder: TemporaryFolder,
    interruptedAfter seconds: Double? = nil,
    environment: [String] = []
  ) throws {
    guard let program = BuiltProgram.path(named: "jatai") else { throw Failure.notBuilt }
    try folder.write(input, to: ".stdin")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, folder.path + "/.stdin", O_RDONLY, 0)
    // A shell changes to the folder and becomes the program.
    let shell = ["sh", "-c", "cd \"$0\" && exec env \"$@\""]
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, folder.path + "/.stdout", flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, folder.path + "/.stderr", flags, 0o600)
    let words: [UnsafeMutablePointer<CChar>?] =
      (shell + [folder.path] + environment + [program] + arguments).map { strdup($0) }
    var process: pid_t = 0
    let status = posix_spawn(&process, "/bin/sh", &actions, nil, words + [nil], environ)
    posix_spawn_file_actions_destroy(&actions)
    for word in words { free(word) }
    guard status == 0 else { throw Failure.notStarted }
    if let seconds {
      usleep(UInt32(seconds * 1e6))
      kill(process, SIGINT)
    }
    var ending: Int32 = 0
    while waitpid(process, &ending, 0) < 0, errno == EINTR {}
    // A signal's number is negative here, so that a crash never looks like an exit code.
    exitCode = ending & 0x7F == 0 ? (ending >> 8) & 0xFF : -(ending & 0x7F)
    output = folder.text(".stdout") ?? ""
    errors = folder.text(".stderr") ?? ""
    for name in [".stdin", ".stdout", ".stderr"] { unlink(folder.path + "/" + name) }
  }
}
