import Diagnostics
import Glibc
import Scripting

/// Grades many submissions, each in a process of its own, some at a time.
///
/// A submission that ends its process costs only its own report. The number of processes changes no
/// figure, and reports come in the order of the submissions.
public struct GradeRun {
  private let keyPath: String
  private let jobs: Int
  /// Seconds after which a process is ended; reported as infrastructure, never as a score.
  private let timeLimit: Double

  /// A run by the key at `keyPath`.
  public init(keyPath: String, jobs: Int, timeLimit: Double = 600) {
    self.keyPath = keyPath
    self.jobs = max(1, jobs)
    self.timeLimit = timeLimit
  }

  /// The word of the command line that grades one submission and writes its record.
  public static let workerVerb = "grade-worker"

  private final class Worker {
    let index: Int
    let process: pid_t
    let pipe: Int32
    let started: Double
    var bytes: [UInt8] = []

    init(index: Int, process: pid_t, pipe: Int32, started: Double) {
      self.index = index
      self.process = process
      self.pipe = pipe
      self.started = started
    }
  }

  /// Reports in the order of `submissions`, which are pairs of a name and a path.
  public func reports(
    on submissions: [(name: String, path: String)],
    _ onReport: (GradeReport) -> Void
  ) -> [GradeReport] {
    var reports = [GradeReport?](repeating: nil, count: submissions.count)
    var waiting = Array(submissions.indices)[...]
    var running: [Worker] = []
    while !waiting.isEmpty || !running.isEmpty {
      while running.count < jobs, let index = waiting.popFirst() {
        if let worker = start(index, submissions[index].path) {
          running.append(worker)
        } else {
          reports[index] = failed(submissions[index].name, "its process could not be started")
        }
      }
      var polls = running.map { pollfd(fd: $0.pipe, events: Int16(POLLIN), revents: 0) }
      _ = poll(&polls, nfds_t(polls.count), 200)
      for (worker, poll) in zip(running, polls) {
        let isLate = FileSystem.monotonicSeconds - worker.started > timeLimit
        if isLate { kill(worker.process, SIGKILL) }
        guard poll.revents != 0 || isLate, !readMore(worker) else { continue }
        let name = submissions[worker.index].name
        reports[worker.index] = finish(worker, name: name, isLate: isLate)
        running.removeAll { $0 === worker }
      }
    }
    let all = reports.enumerated().map { $1 ?? failed(submissions[$0].name, "it was not graded") }
    let flagged = GradeRun.flaggingIdenticalTasks(all, paths: submissions.map(\.path))
    for report in flagged { onReport(report) }
    return flagged
  }

  // MARK: Processes

  private func start(_ index: Int, _ path: String) -> Worker? {
    guard
      let child = ChildProcess.start("/proc/self/exe", [GradeRun.workerVerb, keyPath, path])
    else { return nil }
    return Worker(
      index: index,
      process: child.process,
      pipe: child.pipe,
      started: FileSystem.monotonicSeconds
    )
  }

  /// Whether more may come.
  private func readMore(_ worker: Worker) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(worker.pipe, &buffer, buffer.count)
    if count < 0, errno == EINTR { return true }
    guard count > 0 else { return false }
    worker.bytes += buffer[..<count]
    return true
  }

  private func finish(_ worker: Worker, name: String, isLate: Bool) -> GradeReport {
    close(worker.pipe)
    var status: Int32 = 0
    while waitpid(worker.process, &status, 0) < 0, errno == EINTR {}
    if isLate { return failed(name, "it took longer than \(NumberFormat.text(timeLimit)) s") }
    let signal = status & 0x7F
    guard signal == 0 else { return failed(name, "its process was ended by signal \(signal)") }
    guard status == 0, var report = GradeFiles.report(from: worker.bytes) else {
      return failed(name, "its process ended with exit code \((status >> 8) & 0xFF)")
    }
    report.name = name
    return report
  }

  private func failed(_ name: String, _ reason: String) -> GradeReport {
    var report = GradeReport(name: name)
    report.infrastructure = reason
    return report
  }

  // MARK: Comparing submissions

  /// Marks submissions whose filled-in tasks are the same as another's, byte for byte.
  private static func flaggingIdenticalTasks(
    _ reports: [GradeReport],
    paths: [String]
  ) -> [GradeReport] {
    let files = FileSystem()
    var owners: [String: [Int]] = [:]
    for (index, path) in paths.enumerated() {
      guard let bytes = try? files.read(path) else { continue }
      let source = SourceFile(name: path, bytes: bytes)
      let notebook = Notebook.parse(source, vocabulary: Session.vocabulary)
      let tasks = notebook.cells.filter { $0.kind.isTask && !$0.steps.isEmpty }
      guard !tasks.isEmpty else { continue }
      let text = tasks.map { "\($0.id)\n" + source.text(of: $0.body) }.joined(separator: "\n%%\n")
      owners[text, default: []].append(index)
    }
    var flagged = reports
    for owners in owners.values where owners.count > 1 {
      for index in owners { flagged[index].flags.append("identical-task") }
    }
    return flagged
  }
}
