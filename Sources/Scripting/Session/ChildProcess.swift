import Glibc

/// A process whose output its parent reads.
public struct ChildProcess: Sendable {
  /// Its id.
  public let process: pid_t
  /// The end of the pipe that its standard output can be read from.
  public let pipe: Int32

  /// Starts `program` with the arguments `words`, nothing to read, and a pipe to write to; nil if
  /// the system refuses.
  ///
  /// `name` is what it is told that it was called by; its errors go where this process's go, or
  /// nowhere.
  public static func start(
    _ program: String,
    _ words: [String],
    named name: String = "jatai",
    showsErrors: Bool = true
  ) -> ChildProcess? {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    if !showsErrors {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    }
    // A process inherits the signals that the thread which starts it has blocked: one that began with
    // SIGTERM blocked could not be ended by it.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments: [UnsafeMutablePointer<CChar>?] = ([name] + words).map { strdup($0) }
    var process: pid_t = 0
    let status = posix_spawn(&process, program, &actions, &attributes, arguments + [nil], environ)
    posix_spawnattr_destroy(&attributes)
    posix_spawn_file_actions_destroy(&actions)
    for argument in arguments { free(argument) }
    close(ends[1])
    guard status == 0 else {
      close(ends[0])
      return nil
    }
    return ChildProcess(process: process, pipe: ends[0])
  }
}
