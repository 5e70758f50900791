import Diagnostics
import Glibc
import Synchronization

/// The processes that share the points of a search or a sweep.
struct WorkerTeam {
  /// Where the processes run.
  private enum Place {
    case here(program: String)
    case slurm(SlurmArray)
  }

  private let place: Place
  /// Where their files lie.
  let folder: WorkerFolder
  private let range: SourceRange

  /// A team as the options ask for it; nil where the host has all work done in its own process.
  init?(_ request: WorkerRequest, session: Session) throws(Diagnostic) {
    guard let program = session.host.workerProgram else { return nil }
    range = request.range
    var parent: String?
    if request.usesSlurm {
      guard let array = SlurmArray(program: program, search: session.host.environment("PATH"))
      else {
        throw Diagnostic(
          "no-slurm",
          "slurm=true needs 'sbatch', 'squeue' and 'scancel', and the PATH has no such programs",
          at: request.range,
          remedy: "work where Slurm's commands are installed, or leave it out: "
            + "'jobs=\(max(2, min(request.jobs, 8)))' shares the points on this machine"
        )
      }
      place = .slurm(array)
      parent = WorkerTeam.absolute(request.folder ?? ".", in: session.host.scriptFolder)
    } else {
      place = .here(program: program)
    }
    guard let folder = WorkerFolder(in: parent) else {
      throw Diagnostic(
        "workers",
        "no folder for the workers' files can be made in '\(parent ?? "/tmp")'",
        at: request.range,
        remedy: request.usesSlurm
          ? "name one that every machine can write, as in folder=\"/scratch/me\"" : nil
      )
    }
    self.folder = folder
  }

  /// Runs a process with each list of arguments and gives every line that they write to `take`.
  ///
  /// All have ended when it returns. A request to stop, and a signal that ends this process, end
  /// them first.
  func run(
    _ arguments: [[String]],
    session: Session,
    at range: SourceRange,
    take: (String) -> Void
  ) throws(Diagnostic) {
    let ending = Termination.watching { isTerminated in
      let shouldStop = { isTerminated() || session.mustStop }
      switch place {
      case .here(let program):
        let isWell = WorkerProcesses.run(program, arguments, shouldStop: shouldStop, take: take)
        return isWell ? SlurmArray.Ending.well : .broken
      case .slurm(let array):
        return array.run(arguments, in: folder.path, shouldStop: shouldStop, take: take)
      }
    }
    if session.mustStop {
      try session.checkLimits(at: range)
      throw session.interruption(at: range)
    }
    switch ending {
    case .well: return
    case .broken:
      throw Diagnostic(
        "workers",
        "a worker process did not end well, so points are missing",
        at: self.range,
        remedy: "try jobs=1"
      )
    case .refused:
      throw Diagnostic(
        "workers",
        "'sbatch' did not take the job array",
        at: self.range,
        remedy: "its own words are above; SBATCH_PARTITION and the like set what it needs"
      )
    }
  }

  /// A path that means the same in every process.
  private static func absolute(_ path: String, in folder: String) -> String {
    let path = FileSystem(folder: folder).resolve(path)
    guard let real = realpath(path.isEmpty ? "." : path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}

/// Signals that end this process, put off until its workers have ended.
private enum Termination {
  private static let received = Atomic<Int32>(0)
  private static let signals = [SIGTERM, SIGHUP]

  /// Runs `body`, which can ask whether such a signal has come; it is delivered again behind it.
  static func watching<Result>(_ body: (() -> Bool) -> Result) -> Result {
    received.store(0, ordering: .relaxed)
    var before: [sigaction] = []
    for signal in signals {
      var previous = sigaction()
      sigaction(signal, nil, &previous)
      before.append(previous)
      // A process that was started to ignore a signal goes on ignoring it.
      guard unsafeBitCast(previous.__sigaction_handler.sa_handler, to: Int.self) != 1 else {
        continue
      }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { Termination.received.store($0, ordering: .relaxed) }
      sigaction(signal, &action, nil)
    }
    let result = body { received.load(ordering: .relaxed) != 0 }
    for (signal, previous) in zip(signals, before) {
      var previous = previous
      sigaction(signal, &previous, nil)
    }
    let signal = received.load(ordering: .relaxed)
    if signal != 0 { raise(signal) }
    return result
  }
}
