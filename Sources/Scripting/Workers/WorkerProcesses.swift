import Glibc

/// Processes of this program that work side by side and write lines.
enum WorkerProcesses {
  /// Starts one process for each list of arguments and gives every line that they write to `take`,
  /// in whatever order they come; ends all of them when `shouldStop` says so.
  ///
  /// False if one could not be started or did not end well.
  static func run(
    _ program: String,
    _ arguments: [[String]],
    shouldStop: () -> Bool,
    take: (String) -> Void
  ) -> Bool {
    var workers: [Worker] = []
    var isWell = true
    for words in arguments {
      guard let worker = start(program, words) else {
        isWell = false
        continue
      }
      workers.append(worker)
    }
    while !workers.isEmpty {
      if shouldStop() { for worker in workers { kill(worker.process, SIGTERM) } }
      var polls = workers.map { pollfd(fd: $0.pipe, events: Int16(POLLIN), revents: 0) }
      _ = poll(&polls, nfds_t(polls.count), 200)
      for (index, worker) in workers.enumerated() where polls[index].revents != 0 {
        if worker.read(take) { continue }
        isWell = worker.finish() && isWell
      }
      workers.removeAll(where: \.isFinished)
    }
    return isWell && !shouldStop()
  }

  private static func start(_ program: String, _ words: [String]) -> Worker? {
    ChildProcess.start(program, words).map { Worker(process: $0.process, pipe: $0.pipe) }
  }

  private final class Worker {
    let process: pid_t
    let pipe: Int32
    private(set) var isFinished = false
    private var line: [UInt8] = []

    init(process: pid_t, pipe: Int32) {
      self.process = process
      self.pipe = pipe
    }

    /// Whether more may come.
    func read(_ take: (String) -> Void) -> Bool {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = Glibc.read(pipe, &buffer, buffer.count)
      if count < 0, errno == EINTR { return true }
      guard count > 0 else { return false }
      for byte in buffer[..<count] {
        if byte == UInt8(ascii: "\n") {
          take(String(decoding: line, as: UTF8.self))
          line = []
        } else {
          line.append(byte)
        }
      }
      return true
    }

    /// Whether it ended well.
    func finish() -> Bool {
      isFinished = true
      close(pipe)
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      return status == 0
    }
  }
}
