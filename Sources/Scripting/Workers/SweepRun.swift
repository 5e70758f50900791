import Diagnostics
import FoundationEssentials
import Language

/// A sweep whose points are run by workers.
///
/// A point starts from the names before the sweep and from the random streams that the points before
/// it have left. How many those are is known only when they have ended, so it is guessed from the
/// text; a point that was run from a wrong guess, and drew, is run again from the right number.
/// What cannot come back from a worker is run in this process. So every table, name and random stream
/// is what one process alone would give.
struct SweepRun {
  private let node: SweepNode
  private let sequence: ElementSequence
  private let request: WorkerRequest
  private let session: Session
  private let team: WorkerTeam
  private let cargo: SweepCargo

  /// Nil, with a warning that says why, where the points have to run one after another.
  init?(
    _ node: SweepNode,
    _ sequence: ElementSequence,
    _ request: WorkerRequest,
    session: Session
  ) throws(Diagnostic) {
    guard session.host.workerProgram != nil else { return nil }
    do throws(SweepCargo.Obstacle) {
      cargo = try SweepCargo(node, sequence, session)
    } catch {
      session.warn(
        Diagnostic(
          "sweep-in-order",
          "the points of this sweep run one after another, in this process: \(error.reason)",
          at: request.range,
          remedy: error.remedy,
          source: node.scene.source
        )
      )
      return nil
    }
    guard let team = try WorkerTeam(request, session: session) else { return nil }
    self.node = node
    self.sequence = sequence
    self.request = request
    self.session = session
    self.team = team
  }

  /// The row of every point, in order; what the points did to the session is done.
  func rows(_ frame: Frame) throws(Diagnostic) -> [SweepNode.Row] {
    defer {
      team.folder.remove()
      session.host.show(nil)
    }
    var outcomes: [Int: SweepOutcome] = [:]
    var draws: [Int: Int] = [:]
    var rows: [SweepNode.Row] = []
    var round = 0
    while rows.count < sequence.count {
      let missing = (rows.count..<sequence.count).filter { outcomes[$0] == nil }
      if !missing.isEmpty {
        var start = session.state.drawCount
        var starts: [Int: Int] = [:]
        for index in rows.count..<sequence.count {
          starts[index] = start
          start += draws[index] ?? cargo.draws
        }
        let found = try run(missing, starts: starts, round: round, done: rows.count)
        for outcome in found {
          outcomes[outcome.index] = outcome
          if outcome.isDone { draws[outcome.index] = outcome.draws }
        }
        round += 1
      }
      while rows.count < sequence.count, let outcome = outcomes[rows.count] {
        let isRight = outcome.start == session.state.drawCount || outcome.draws == 0
        guard isRight || !outcome.isDone else { break }
        try add(outcome, later: outcomes, to: &rows, frame)
      }
      // Points that began from a wrong number of streams are run again.
      var start = session.state.drawCount
      for index in rows.count..<sequence.count {
        if let outcome = outcomes[index], outcome.isDone, outcome.draws > 0, outcome.start != start
        {
          outcomes[index] = nil
        }
        start += draws[index] ?? cargo.draws
      }
    }
    return rows
  }

  // MARK: - Rounds

  /// Has points run by workers; each has an outcome.
  private func run(
    _ points: [Int],
    starts: [Int: Int],
    round: Int,
    done: Int
  ) throws(Diagnostic) -> [SweepOutcome] {
    let workers = min(request.jobs, points.count)
    let folder = FileSystem(folder: team.folder.path)
    let sources = cargo.carrier.sources
    let job = SweepJob(
      sources: sources.map {
        SweepJob.Source(name: $0.name, text: String(decoding: $0.bytes, as: UTF8.self))
      },
      source: 0,
      start: node.range.start,
      end: node.range.end,
      knownNames: node.scene.knownNames.sorted(),
      names: cargo.names,
      points: points.map {
        SweepJob.Point(index: $0, value: cargo.values[$0], start: starts[$0] ?? 0)
      },
      seed: session.seed,
      cellID: session.cellID,
      // A point that does not fit its share is run again in this process, with all of it.
      memoryLimit: request.usesSlurm ? session.memoryLimit : session.memoryLimit / workers,
      steps: session.limits.steps,
      folder: session.host.scriptFolder,
      threads: request.usesSlurm ? 0 : max(1, session.host.threads / workers)
    )
    do {
      try folder.save(try job.bytes(), to: SweepJob.fileName(round: round))
    } catch {
      throw Diagnostic(
        "workers",
        "what the workers need cannot be written: \(error)",
        at: request.range
      )
    }
    var outcomes: [SweepOutcome] = []
    let words = [SweepWorker.verb, team.folder.path, "\(round)"]
    try team.run(
      [[String]](repeating: words, count: workers),
      session: session,
      at: node.sweep.word
    ) { line in
      let outcome = try? SweepOutcome(line: line, round: round) { try folder.read($0) }
      guard let outcome else { return }
      outcomes.append(outcome)
      session.host.show(
        Progress(
          title: "point",
          done: done + outcomes.count,
          total: sequence.count,
          fraction: 0,
          detail: ""
        )
      )
    }
    guard Set(outcomes.map(\.index)) == Set(points) else {
      throw Diagnostic(
        "workers",
        "a worker process did not end well, so points are missing",
        at: request.range,
        remedy: "try jobs=1"
      )
    }
    return outcomes
  }

  // MARK: - Points

  /// Does to the session what a point has done in its worker, or runs the point here.
  private func add(
    _ outcome: SweepOutcome,
    later outcomes: [Int: SweepOutcome],
    to rows: inout [SweepNode.Row],
    _ frame: Frame
  ) throws(Diagnostic) {
    let index = rows.count
    if canTake(outcome, later: outcomes) {
      do {
        let row = try values(of: outcome.row)
        let names = try outcome.names.map { name in
          (
            session.cell(name.name), try name.versions.map { try value(of: $0) },
            try name.value.map { try value(of: $0) }
          )
        }
        let lastResult = try outcome.lastResult.map { try value(of: $0) }
        try frame.machine.step(outcome.steps, node.range)
        for (cell, versions, value) in names {
          for version in versions { session.assign(version, to: cell) }
          if let value { session.assign(value, to: cell) }
        }
        if let lastResult { session.state.lastResult = lastResult }
        session.state.resultCount += outcome.results
        session.state.drawCount += outcome.draws
        for line in outcome.lines { session.emit(line) }
        for warning in outcome.warnings {
          session.warn(warning.warning(sources: cargo.carrier.sources))
        }
        for file in outcome.files {
          try session.stage(Array(file.bytes), to: file.path, at: node.range)
        }
        rows.append(row)
        return
      } catch let error as Diagnostic {
        throw error
      } catch {
        // A damaged value: the point is run here.
      }
    }
    if let row = try node.row(for: sequence[index], frame) { rows.append(row) }
  }

  /// Whether an outcome tells everything that the point would have done here.
  private func canTake(_ outcome: SweepOutcome, later outcomes: [Int: SweepOutcome]) -> Bool {
    guard outcome.isDone else { return false }
    // It would have read what this statement is about to write.
    if session.staged.contains(where: { outcome.reads.contains($0.path) }) { return false }
    if let limit = session.limits.steps,
      session.machine.steps - session.stepsAtCellStart + outcome.steps > limit
    {
      return false
    }
    let later = outcomes.values.filter { $0.index > outcome.index }
    let isOutdone = outcome.missing.allSatisfy { name in
      later.contains { $0.names.contains { $0.name == name } || $0.missing.contains(name) }
    }
    guard isOutdone else { return false }
    return outcome.results == 0 || outcome.lastResult != nil || later.contains { $0.results > 0 }
  }

  private func value(of saved: SavedValue) throws -> Value {
    try cargo.carrier.value(of: saved, in: session, knownNames: node.scene.knownNames)
  }

  private func values(of row: [SweepJob.Name]) throws -> SweepNode.Row {
    try row.map { ($0.name, try $0.value.map { try value(of: $0) } ?? .none) }
  }
}
