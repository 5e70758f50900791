import Glibc
import Scripting
import Synchronization

/// A signal that reached the process and matters to whoever reads the keyboard.
public enum TerminalSignal: UInt8, Sendable {
  /// Ctrl-C.
  case interrupt = 1
  /// The window has another size.
  case resize
  /// The process goes on after a stop.
  case resumed
  /// Ctrl-Z while a line is being edited.
  case suspend
}

/// Signal handlers that ask the running statement to stop and wake a reader.
///
/// A handler only sets `Interrupt` and writes one byte to a pipe, which the reader polls together with
/// the keyboard: no signal is lost between a check and a blocking read, and system calls of running
/// statements are restarted instead of failing.
public enum TerminalSignals {
  private static let writeEnd = Atomic<Int32>(-1)
  private static let readEnd = Atomic<Int32>(-1)

  /// Makes the pipe and handles Ctrl-C, window changes and continuation; later calls do nothing.
  ///
  /// A process inherits the signals that its starter's thread had blocked, and the threads of many
  /// programs block all: Ctrl-C would then wait for ever.
  public static func install() {
    guard writeEnd.load(ordering: .acquiring) < 0 else { return }
    openPipe()
    handle(SIGINT) { TerminalSignals.deliver($0) }
    handle(SIGWINCH) { TerminalSignals.deliver($0) }
    handle(SIGCONT) { TerminalSignals.deliver($0) }
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGWINCH, SIGCONT] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// The end of the pipe to poll, or -1 before `install()`.
  static var descriptor: Int32 { readEnd.load(ordering: .acquiring) }

  private static func openPipe() {
    guard writeEnd.load(ordering: .acquiring) < 0 else { return }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    readEnd.store(ends[0], ordering: .releasing)
    writeEnd.store(ends[1], ordering: .releasing)
    Interrupt.clear()
  }

  /// Handles Ctrl-Z while `body` runs, unless the process was started to ignore it.
  static func catchingSuspension<Result>(_ body: () -> Result) -> Result {
    var previous = sigaction()
    sigaction(SIGTSTP, nil, &previous)
    guard unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) != 1 else {
      return body()
    }
    handle(SIGTSTP) { TerminalSignals.deliver($0) }
    defer { sigaction(SIGTSTP, &previous, nil) }
    return body()
  }

  /// Wakes the reader.
  private static func post(_ signal: TerminalSignal) {
    if signal == .interrupt { Interrupt.request() }
    var byte = signal.rawValue
    write(writeEnd.load(ordering: .relaxed), &byte, 1)
  }

  private static func deliver(_ number: Int32) {
    let saved = errno
    switch number {
    case SIGINT: post(.interrupt)
    case SIGWINCH: post(.resize)
    case SIGCONT: post(.resumed)
    default: post(.suspend)
    }
    errno = saved
  }

  private static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = SA_RESTART
    sigaction(number, &action, nil)
  }
}
