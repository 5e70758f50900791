import Diagnostics
import Language
import Scripting

/// Grades a submission: the key's skeleton with the student's task cells in it.
///
/// Whatever else a submission contains counts for nothing; checks come from the key alone.
public struct Grader {
  /// What a cell may use: interpreter steps, and bytes of output.
  public static let usualLimits = SessionLimits(steps: 200_000_000, outputBytes: 1 << 20)

  private let key: Notebook
  private let keyPath: String
  private let limits: SessionLimits

  /// A grader by the teacher's notebook at `keyPath`, with bounds for each cell.
  public init(key: Notebook, keyPath: String, limits: SessionLimits = Grader.usualLimits) {
    self.limits = limits
    self.key = key
    self.keyPath = keyPath
  }

  /// The report on one submission; the same submission gives the same report.
  public func report(on submission: Notebook, name: String) -> GradeReport {
    var report = GradeReport(name: name)
    let host = self.host()
    let session = session(host)
    // The student's own state behind each task, for checks of tasks that lie before a `given`.
    var states: [String: SessionSnapshot] = [:]
    var tasksSinceGiven: Set<String> = []
    for cell in key.cells where cell.kind.isCode {
      if let given = cell["given"], let snapshot = state(of: given) {
        session.restore(snapshot)
        tasksSinceGiven = []
      }
      session.beginCell(cell.id)
      switch cell.kind {
      case .code: _ = run(cell, of: key, in: session)
      case .task:
        host.runsStrangeCode = true
        runTask(cell, submission, session, &report)
        host.runsStrangeCode = false
        states[cell.id] = session.snapshot()
        tasksSinceGiven.insert(cell.id)
      case .check:
        let task = cell["for"] ?? ""
        if !tasksSinceGiven.contains(task), let state = states[task] {
          let now = session.snapshot()
          session.restore(state)
          session.beginCell(cell.id)
          check(cell, session, &report)
          session.restore(now)
        } else {
          check(cell, session, &report)
        }
      case .markdown, .taskMarkdown: break
      }
    }
    report.flags = flags(of: submission)
    return report
  }

  private func host() -> NotebookHost {
    NotebookHost(notebookPath: keyPath, reach: .folder(notebook: key.source.bytes))
  }

  private func session(_ host: NotebookHost) -> Session {
    let session = Session(host: host, seed: key.header.seed)
    session.limits = limits
    session.notebookComposer = SessionNotebook.composer
    return session
  }

  // MARK: Cells

  /// Runs a cell's statements to the first that fails.
  private func run(_ cell: Cell, of notebook: Notebook, in session: Session) -> Diagnostic? {
    for step in cell.steps {
      for statement in step.statements {
        let outcome = session.execute(statement, of: notebook.program)
        switch outcome.status {
        case .failed(let error), .interrupted(let error, _):
          if !cell.raises { return error }
        case .succeeded, .quit: continue
        }
      }
    }
    return nil
  }

  private func runTask(
    _ task: Cell,
    _ submission: Notebook,
    _ session: Session,
    _ report: inout GradeReport
  ) {
    guard let cell = submission.cells.first(where: { $0.id == task.id && $0.kind.isCode }) else {
      report.mistakes.append(
        GradeReport.Mistake(cell: task.id, message: "the submission has no cell '\(task.id)'")
      )
      return
    }
    let broken = submission.program.diagnostics.first { diagnostic in
      diagnostic.severity == .error && cell.range.start <= diagnostic.range.start
        && diagnostic.range.start < cell.range.end
    }
    let error = broken ?? run(cell, of: submission, in: session)
    guard let error else { return }
    // An error inside one of the key's functions has no line in the submission.
    let isOwn = error.source.map { $0 === submission.source } ?? true
    let place = isOwn ? "line \(submission.source.position(of: error.range.start).line): " : ""
    report.mistakes.append(
      GradeReport.Mistake(cell: task.id, message: place + words(of: error))
    )
  }

  private func check(_ cell: Cell, _ session: Session, _ report: inout GradeReport) {
    for step in cell.steps {
      for statement in step.statements {
        let outcome = session.execute(statement, of: key.program)
        for result in outcome.checks {
          report.checks.append(
            GradeReport.Check(
              cell: cell.id,
              title: result.title,
              points: result.points,
              score: result.score,
              isHidden: cell.isHidden,
              message: cell.isHidden ? "" : result.failure.map(words) ?? ""
            )
          )
        }
        if outcome.checks.isEmpty, case .check(let title, let points, _, _) = statement {
          // The check itself could not run, as when a name is missing.
          report.checks.append(
            GradeReport.Check(
              cell: cell.id,
              title: plainText(title) ?? cell.id,
              points: plainNumber(points) ?? 1,
              score: 0,
              isHidden: cell.isHidden,
              message: cell.isHidden ? "" : outcomeMessage(outcome)
            )
          )
        }
      }
    }
  }

  private func words(of error: Diagnostic) -> String {
    printable(error.message + (error.remedy.map { " (\($0))" } ?? ""))
  }

  private func outcomeMessage(_ outcome: StatementOutcome) -> String {
    switch outcome.status {
    case .failed(let error), .interrupted(let error, _): words(of: error)
    case .succeeded, .quit: "it did not run"
    }
  }

  private func plainText(_ expression: Expression) -> String? {
    guard case .string(let parts, _) = expression else { return nil }
    return parts.map { part in
      if case .text(let text) = part { text } else { "…" }
    }
    .joined()
  }

  private func plainNumber(_ expression: Expression?) -> Double? {
    guard case .number(let number, _)? = expression else { return nil }
    return number
  }

  /// The key's own state behind the cell called `id`.
  private func state(of id: String) -> SessionSnapshot? {
    guard key.cell(id: id) != nil else { return nil }
    let session = session(host())
    for cell in key.cells where cell.kind.isCode {
      session.beginCell(cell.id)
      _ = run(cell, of: key, in: session)
      if cell.id == id { break }
    }
    return session.snapshot()
  }

  // MARK: Flags

  private func flags(of submission: Notebook) -> [String] {
    var flags: [String] = []
    if !reproduces(submission) { flags.append("does-not-reproduce") }
    if submission.diagnostics.contains(where: { $0.id == "duplicate-id" }) {
      flags.append("duplicate-id")
    }
    let edited = key.cells.contains { cell in
      guard cell.kind == .check, !cell.isHidden,
        let copy = submission.cell(id: cell.id)
      else { return false }
      return code(of: copy, submission) != code(of: cell, key)
    }
    if edited { flags.append("edited-check") }
    if let tool = submission.header["tool"], !Replay.isSameVersion(tool) {
      flags.append("other-version")
    }
    return flags
  }

  /// Whether the output that a submission shows is what its statements print; one without output
  /// shows nothing.
  private func reproduces(_ submission: Notebook) -> Bool {
    guard submission.cells.contains(where: { $0.steps.contains { !$0.recorded.isEmpty } }) else {
      return true
    }
    let host = host()
    host.runsStrangeCode = true
    let replay = Replay(submission, host: host, limits: limits)
    return replay.problems.allSatisfy { $0.severity != .error }
      && replay.rows.allSatisfy { !$0.isRecorded || $0.judgement.isFaithful }
  }

  /// The lines of a cell that are neither output nor empty.
  private func code(of cell: Cell, _ notebook: Notebook) -> [String] {
    notebook.source.text(of: cell.body).lines.map { $0.trimmed }
      .filter { line in
        !line.isEmpty && !["#>", "#~", "#@", "#!"].contains { line.hasPrefix($0) }
      }
  }
}
