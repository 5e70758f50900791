import Diagnostics
import FoundationEssentials
import Glibc
import Language
import Tensors

/// What a worker process of a sweep does.
public enum SweepWorker {
  /// The verb that starts one; it is not meant for people.
  public static let verb = "sweep-worker"

  /// Runs points of the job in `folder` that no other worker has taken, and writes what each has
  /// done as a JSON line; false if there is no such job.
  public static func run(folder: String, round: Int, write: (String) -> Void) -> Bool {
    let files = FileSystem(folder: folder)
    guard let bytes = try? files.read(SweepJob.fileName(round: round)),
      let job = try? SweepJob(bytes), let bench = SweepBench(job)
    else { return false }
    for point in job.points where take(point.index, round, in: folder) {
      let outcome = bench.outcome(of: point)
      // What has no text is left to the sweep's own process.
      let untold = SweepOutcome(index: point.index, start: point.start)
      guard let line = (try? outcome.line()) ?? (try? untold.line()) else { return false }
      if let tensors = line.tensors {
        let name = SweepOutcome.fileName(round: round, index: point.index)
        guard (try? files.save(tensors, to: name)) != nil else { return false }
      }
      write(line.text)
    }
    return true
  }

  /// Whether this process is the first that wants a point: the system lets only one make the file.
  private static func take(_ index: Int, _ round: Int, in folder: String) -> Bool {
    let file = open("\(folder)/taken-\(round)-\(index)", O_CREAT | O_EXCL | O_WRONLY, 0o600)
    guard file >= 0 else { return false }
    close(file)
    return true
  }
}

/// A session in which points are run, each from the same names.
private struct SweepBench {
  private let session: Session
  private let host: WorkerHost
  private let node: SweepNode
  private let sources: [SourceFile]
  private let carrier: ValueCarrier
  private let knownNames: Set<String>
  private let before: SessionSnapshot
  private let steps: Int?

  init?(_ job: SweepJob) {
    let sources = job.sources.map { SourceFile(name: $0.name, text: $0.text) }
    let carrier = ValueCarrier(sources: sources, addsSources: false)
    let knownNames = Set(job.knownNames)
    let host = WorkerHost(folder: job.folder, threads: job.threads)
    let session = Session(host: host, seed: job.seed)
    session.beginCell(job.cellID)
    session.memoryLimit = job.memoryLimit
    session.sweepDepth = 1
    guard sources.indices.contains(job.source) else { return nil }
    let source = sources[job.source]
    let range = SourceRange(job.start, job.end)
    do {
      for name in job.names {
        let cell = session.cell(name.name)
        cell.versions = try name.versions.map {
          try carrier.value(of: $0, in: session, knownNames: knownNames)
        }
        cell.value =
          try name.value.map { try carrier.value(of: $0, in: session, knownNames: knownNames) }
          ?? cell.versions.last
      }
    } catch {
      return nil
    }
    let compiler = Compiler(
      source: source,
      session: session,
      knownNames: knownNames,
      defersInFunctions: true
    )
    guard let statement = source.statement(at: range),
      let node = compiler.sweepNode(statement),
      !compiler.diagnostics.contains(where: { $0.severity == .error })
    else { return nil }
    self.session = session
    self.host = host
    self.node = node
    self.sources = sources
    self.carrier = carrier
    self.knownNames = knownNames
    before = session.snapshot()
    steps = job.steps
  }

  /// Runs one point.
  func outcome(of point: SweepJob.Point) -> SweepOutcome {
    var outcome = SweepOutcome(index: point.index, start: point.start)
    session.restore(before)
    session.state.drawCount = point.start
    session.output = []
    session.warnings = []
    session.staged = []
    session.machine.nextCheck = session.machine.steps
    session.stepsAtCellStart = session.machine.steps
    session.limits = SessionLimits(steps: steps)
    host.forgetReads()
    session.beginSavepoint()
    let row = row(of: point)
    let changes = session.commitSavepoint()
    outcome.reads = host.reads.sorted()
    guard let row, session.checks.isEmpty else { return outcome }
    do {
      try fill(&outcome, with: row, changes)
      outcome.isDone = true
    } catch {
      // The sweep's own process runs it again.
    }
    return outcome
  }

  private func row(of point: SweepJob.Point) -> SweepNode.Row? {
    guard
      let value = try? carrier.value(of: point.value, in: session, knownNames: knownNames)
    else { return nil }
    var row: SweepNode.Row?
    session.onDeepStack {
      do throws(Diagnostic) {
        try session.withTopFrame { (frame) throws(Diagnostic) in
          row = try node.row(for: value, frame)
        }
      } catch {
        row = nil
      }
    }
    return row
  }

  private func fill(
    _ outcome: inout SweepOutcome,
    with row: SweepNode.Row,
    _ changes: [Change]
  ) throws {
    var carrier = carrier
    outcome.row = try row.map {
      SweepJob.Name(name: $0.name, versions: [], value: try carrier.save($0.value))
    }
    for change in changes.sorted(by: { $0.cell.name < $1.cell.name }) {
      guard let value = change.after else { continue }
      let name = change.cell.name
      let added = change.versionsAfter.dropFirst(change.versionsBefore.count)
      // A version that cannot be written leaves the whole point to the sweep's own process.
      let versions = try added.map { try carrier.save($0) }
      let isLast = value.hasVersions && !added.isEmpty
      guard isLast || carrier.canSave(value) else {
        outcome.missing.append(name)
        continue
      }
      outcome.names.append(
        SweepJob.Name(
          name: name,
          versions: versions,
          value: isLast ? nil : try carrier.save(value)
        )
      )
    }
    outcome.results = session.state.resultCount
    outcome.lastResult = try? session.state.lastResult.map { try carrier.save($0) }
    outcome.draws = session.state.drawCount - outcome.start
    outcome.steps = session.machine.steps - session.stepsAtCellStart
    outcome.lines = session.output
    outcome.warnings = session.warnings.map { SavedDiagnostic($0, sources: sources) }
    outcome.files = session.staged.map {
      SweepOutcome.File(path: $0.path, bytes: Data($0.bytes))
    }
  }
}

/// The host of a worker: files of the script's folder, and nobody who looks on.
///
/// Unchecked: a worker has one session, which is confined to one thread.
private final class WorkerHost: Host, @unchecked Sendable {
  private let disk: FileSystem
  /// The paths that were looked at since the last point began.
  private(set) var reads: Set<String> = []
  let threads: Int

  init(folder: String, threads: Int) {
    disk = FileSystem(folder: folder)
    let ofTask = FileSystem.environment("SLURM_CPUS_PER_TASK").flatMap { Int($0) } ?? 1
    self.threads = threads > 0 ? threads : max(1, min(64, ofTask))
  }

  func forgetReads() { reads = [] }
  func write(_ line: OutputLine) {}
  func show(_ progress: Progress?) {}
  func report(_ diagnostic: Diagnostic) {}

  func read(_ path: String) throws(HostError) -> [UInt8] {
    reads.insert(path)
    return try disk.read(path)
  }

  func exists(_ path: String) -> Bool {
    reads.insert(path)
    return disk.exists(path)
  }

  func files(in folder: String) -> [String] { FileSystem.files(in: disk.resolve(folder)) }
  func save(_ bytes: [UInt8], to path: String) throws(HostError) {
    try disk.save(bytes, to: path)
  }
  func environment(_ name: String) -> String? { FileSystem.environment(name) }
  var dataFolders: [String] { FileSystem.dataFolders }
  var seconds: Double { FileSystem.monotonicSeconds }
  var isInterrupted: Bool { false }
}
