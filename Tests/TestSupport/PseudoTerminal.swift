import Glibc

/// A terminal that a test holds the other side of: it types, and sees the screen.
public final class PseudoTerminal {
  /// What has been written to the terminal, as a screen shows it.
  public private(set) var screen: VirtualScreen
  /// Every byte that has been written to the terminal.
  public private(set) var transcript: [UInt8] = []
  /// The side that a program reads and writes.
  public let programSide: Int32
  private let testSide: Int32
  private let path: String
  private var process: pid_t?
  /// TIOCSPTLCK.
  private static let setLock: UInt = 0x4004_5431
  /// TIOCGPTN.
  private static let getNumber: UInt = 0x8004_5430

  /// Opens a terminal with a window of this size; nil where the system has none to give.
  public init?(columns: Int = 80, rows: Int = 24) {
    // posix_openpt and its kin are not imported; these are Linux's requests beneath them.
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var lock: Int32 = 0
    var number: UInt32 = 0
    guard
      descriptor >= 0,
      ioctl(descriptor, PseudoTerminal.setLock, &lock) == 0,
      ioctl(descriptor, PseudoTerminal.getNumber, &number) == 0
    else { return nil }
    testSide = descriptor
    path = "/dev/pts/\(number)"
    programSide = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    screen = VirtualScreen(columns: columns, rows: rows)
    setWindow(columns: columns, rows: rows)
  }

  deinit {
    if let process {
      kill(-process, SIGKILL)
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(programSide)
    close(testSide)
  }

  /// Starts a program in a session of its own, whose controlling terminal this is.
  ///
  /// - Returns: false if it cannot be started.
  public func start(_ program: String, _ arguments: [String], environment: [String: String]) -> Bool
  {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTSTP, SIGWINCH, SIGCONT, SIGQUIT, SIGPIPE] {
      sigaddset(&signals, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let setSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, whose macro is not imported.
    posix_spawnattr_setflags(
      &attributes,
      Int16(
        setSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
      )
    )
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // A session leader's first terminal becomes its controlling one.
    posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
      environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for word in words { free(word) }
      for variable in variables { free(variable) }
    }
    var identifier: pid_t = 0
    guard posix_spawn(&identifier, program, &actions, &attributes, &words, &variables) == 0 else {
      return false
    }
    process = identifier
    return true
  }

  /// Types `text`; control characters are the keys that send them.
  public func type(_ text: String) {
    typeBytes(Array(text.utf8))
  }

  /// Sends bytes as they are.
  public func typeBytes(_ bytes: [UInt8]) {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { write(testSide, $0.baseAddress, min($0.count, 1024)) }
      if count > 0 { bytes = bytes.dropFirst(count) }
      // What the program echoes must be taken, or both sides wait for each other.
      pump(milliseconds: 0)
    }
  }

  /// Gives the window another size, which sends SIGWINCH to the foreground.
  public func resize(columns: Int, rows: Int) {
    pump(milliseconds: 0)
    screen.resize(columns: columns, rows: rows)
    setWindow(columns: columns, rows: rows)
  }

  /// Takes what the program writes until `condition` holds of the screen.
  ///
  /// - Returns: false when it does not within `seconds`.
  public func wait(seconds: Double = 20, until condition: (VirtualScreen) -> Bool) -> Bool {
    var remaining = Int(seconds * 1000)
    while true {
      if condition(screen) { return true }
      guard remaining > 0 else { return false }
      pump(milliseconds: 10)
      remaining -= 10
    }
  }

  /// Waits for the program's end.
  ///
  /// - Returns: its exit code, 128 + the signal that killed it, or nil after `seconds`.
  public func exitCode(seconds: Double = 20) -> Int32? {
    guard let process else { return nil }
    var status: Int32 = 0
    for _ in 0..<Int(seconds * 100) {
      pump(milliseconds: 0)
      if waitpid(process, &status, WNOHANG) == process {
        self.process = nil
        pump(milliseconds: 0)
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
      }
      usleep(10_000)
    }
    return nil
  }

  /// What has been written, as text.
  public var transcriptText: String { String(decoding: transcript, as: UTF8.self) }

  private func pump(milliseconds: Int32) {
    var request = pollfd(fd: testSide, events: Int16(POLLIN), revents: 0)
    var timeout = milliseconds
    var chunk = [UInt8](repeating: 0, count: 4096)
    while poll(&request, 1, timeout) > 0, request.revents & Int16(POLLIN) != 0 {
      let count = read(testSide, &chunk, chunk.count)
      guard count > 0 else { return }
      transcript += chunk[..<count]
      screen.feed(chunk[..<count])
      timeout = 0
    }
  }

  private func setWindow(columns: Int, rows: Int) {
    var size = winsize()
    size.ws_col = UInt16(columns)
    size.ws_row = UInt16(rows)
    _ = ioctl(testSide, UInt(TIOCSWINSZ), &size)
  }
}
