import Diagnostics
import Language

extension Session {
  /// Commands about the session: they are not taken back by `undo`, and `save` leaves them out.
  static let sessionVerbs: Set<String> = ["undo", "redo", "history", "help", "save", "quit"]

  // MARK: - Whole scripts

  /// Runs a script from its first statement to its last, or to the first that fails.
  ///
  /// A script with mistakes that are certain before running does not run at all.
  public func run(_ source: SourceFile) -> RunOutcome {
    let program = Parser.parse(source, vocabulary: Session.vocabulary)
    let found = check(program)
    let errors = found.filter { $0.severity == .error }
    guard errors.isEmpty else {
      for diagnostic in found { host.report(diagnostic) }
      noteRefusal(of: program, errors[0])
      let isSyntax = program.diagnostics.contains { $0.severity == .error }
      return RunOutcome(diagnostics: found, statements: [], exitCode: isSyntax ? 2 : 1)
    }
    var outcomes: [StatementOutcome] = []
    var exitCode: Int32 = 0
    onDeepStack {
      for statement in program.statements {
        let outcome = self.execute(statement, of: program)
        outcomes.append(outcome)
        exitCode = outcome.exitCode
        if exitCode != 0 || self.isQuitting { break }
      }
    }
    return RunOutcome(diagnostics: found, statements: outcomes, exitCode: exitCode)
  }

  /// Keeps what did not even start for `save all=true`.
  private func noteRefusal(of program: Program, _ error: Diagnostic) {
    let range = SourceRange(0, program.source.bytes.count)
    let outcome = StatementOutcome(
      text: program.source.text(of: range),
      range: range,
      output: [],
      checks: [],
      warnings: [],
      status: .failed(error)
    )
    failures.append((history.count, outcome))
  }

  /// Runs another script inside the running statement, with the names of this session.
  public func runScript(_ path: String, at range: SourceRange) throws(Diagnostic) {
    let deepest = 16
    guard runningScripts < deepest else {
      throw Diagnostic(
        "scripts-too-deep",
        "scripts run one another at most \(deepest) deep",
        at: range,
        remedy: "does '\(path)' run itself?"
      )
    }
    let source = SourceFile(name: path, bytes: try readFile(path, at: range))
    let program = Parser.parse(source, vocabulary: Session.vocabulary)
    if var error = check(program).first(where: { $0.severity == .error }) {
      error.source = source
      error.notes.append(Note("run from here", range: range))
      throw error
    }
    runningScripts += 1
    defer { runningScripts -= 1 }
    for statement in program.statements {
      do throws(Diagnostic) {
        let node = try compiled(statement, of: program)
        try withTopFrame { (frame) throws(Diagnostic) in _ = try node.run(frame) }
      } catch {
        var error = error
        error.fill(source: source)
        if error.notes.count < Diagnostic.shownCalls {
          error.notes.append(Note("run from here", range: range))
        }
        throw error
      }
      if isQuitting { return }
    }
  }

  // MARK: - Statements

  /// Runs one statement of a program, as a whole or not at all.
  @discardableResult
  public func execute(_ statement: Statement, of program: Program) -> StatementOutcome {
    begin()
    let stateBefore = state
    for diagnostic in program.diagnostics
    where diagnostic.severity == .warning && statement.range.holds(diagnostic.range) {
      warn(diagnostic)
    }
    var status = StatementStatus.succeeded
    var changes: [Change] = []
    do throws(Diagnostic) {
      let node = try compiled(statement, of: program)
      try run(node)
      try saveStaged(at: statement.range)
      changes = commitSavepoint()
      if let kept = keptInterruption {
        var error = kept.error
        error.source = program.source
        status = .interrupted(error, kept: true)
        host.report(error)
      } else if isQuitting {
        status = .quit
      }
    } catch {
      var error = error
      error.fill(source: program.source)
      rollBackSavepoint()
      state = stateBefore
      status = error.id == "interrupted" ? .interrupted(error, kept: false) : .failed(error)
      host.report(error)
    }
    staged = []
    host.show(nil)
    let outcome = StatementOutcome(
      text: text(of: statement, in: program),
      range: statement.range,
      output: output,
      checks: checks,
      warnings: warnings,
      status: status
    )
    remember(outcome, statement, changes, stateBefore)
    return outcome
  }

  private func begin() {
    output = []
    checks = []
    warnings = []
    staged = []
    keptInterruption = nil
    isHistorical = true
    startedAt = host.seconds
    machine.checkStack = []
    machine.depth = 0
    machine.nextCheck = machine.steps
    beginSavepoint()
  }

  /// The statement's text; what an interrupted command keeps is written into it.
  private func text(of statement: Statement, in program: Program) -> String {
    let source = program.source
    let range = statement.range
    guard let kept = keptInterruption else { return source.text(of: range) }
    let place = kept.range ?? SourceRange(kept.insertion, kept.insertion)
    return source.text(of: SourceRange(range.start, place.start)) + kept.text
      + source.text(of: SourceRange(place.end, range.end))
  }

  private func remember(
    _ outcome: StatementOutcome,
    _ statement: Statement,
    _ changes: [Change],
    _ stateBefore: SessionState
  ) {
    switch outcome.status {
    case .succeeded, .interrupted(_, kept: true): break
    case .failed, .interrupted, .quit:
      failures.append((history.count, outcome))
      return
    }
    guard isHistorical, !statement.isAboutSession else { return }
    let entry = HistoryEntry(text: outcome.text, cellID: state.cellID, outcome: outcome)
    history.append(entry)
    // A look at a value leaves `redo` possible, but not of what reads `it`.
    let isLook =
      changes.isEmpty && state.drawCount == stateBefore.drawCount
      && state.seed == stateBefore.seed && state.memoryLimit == stateBefore.memoryLimit
      && state.timeLimit == stateBefore.timeLimit
    let changesResult = state.resultCount != stateBefore.resultCount
    if !isLook || (changesResult && redoable.contains(where: \.readsResult)) { redoable = [] }
    undoable.append(
      UndoEntry(
        history: entry,
        changes: changes,
        stateBefore: stateBefore,
        stateAfter: state,
        readsResult: mayReadResult(statement)
      )
    )
  }

  /// Whether a statement may depend on `it`: by its own words, through a function or in a script.
  private func mayReadResult(_ statement: Statement) -> Bool {
    if statement.runsScript { return true }
    var names = FreeNames()
    names.visit(statement)
    return names.used.union(names.usedInside).contains { name in
      if name == "it" { return true }
      if case .function? = value(of: name) { return true }
      return false
    }
  }

  private func compiled(
    _ statement: Statement,
    of program: Program
  ) throws(Diagnostic) -> StatementNode {
    var bound = FreeNames()
    bound.visit(statement)
    let compiler = Compiler(
      source: program.source,
      session: self,
      knownNames: namesInUse.union(bound.bound),
      defersInFunctions: true
    )
    let node = compiler.topLevel(statement)
    for var diagnostic in compiler.diagnostics {
      diagnostic.source = program.source
      if diagnostic.severity == .error { throw diagnostic }
      warn(diagnostic)
    }
    return node
  }

  // MARK: - The machine

  func withTopFrame(_ body: (Frame) throws(Diagnostic) -> Void) throws(Diagnostic) {
    try machine.withSlots(0) { (slots) throws(Diagnostic) in
      try body(Frame(slots: slots, captures: .empty(), machine: machine))
    }
  }

  /// Runs `body` on a stack that is large enough for the language's depth of calls.
  func onDeepStack(_ body: @escaping () -> Void) {
    guard machine.stackLimit == 0 else { return body() }
    Stack.run { limit in
      self.machine.stackLimit = limit
      body()
      self.machine.stackLimit = 0
    }
  }

  private func run(_ node: StatementNode) throws(Diagnostic) {
    var failure: Diagnostic?
    onDeepStack {
      do throws(Diagnostic) {
        try self.withTopFrame { (frame) throws(Diagnostic) in _ = try node.run(frame) }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  // MARK: - Checks

  /// What a check may change and has to give back.
  struct CheckSavepoint {
    let state: SessionState
    let staged: Int
  }

  func beginCheck() -> CheckSavepoint {
    beginSavepoint()
    return CheckSavepoint(state: state, staged: staged.count)
  }

  /// What a check binds ends with it, and so do its random streams; files of a failed one are not
  /// written.
  func endCheck(_ savepoint: CheckSavepoint, failed: Bool) {
    rollBackSavepoint()
    state = savepoint.state
    if failed, staged.count > savepoint.staged {
      staged.removeLast(staged.count - savepoint.staged)
    }
  }

  /// Takes a check's result and tells it.
  func record(_ result: CheckResult) {
    checks.append(result)
    let word =
      result.failure == nil ? "ok" : result.score > 0 ? "partial" : "failed"
    var pieces: [Segment] = [
      .text(word + " "), NumberFormat.segment(result.score), .text("/"),
      NumberFormat.segment(result.points),
    ]
    if let failure = result.failure {
      pieces.append(.text(": " + printable(failure.message)))
    }
    emit(OutputLine(.text, ValueText.joined(pieces)))
  }
}

extension StatementOutcome {
  /// 0, 1 for a failed statement, 130 for an interruption.
  public var exitCode: Int32 {
    switch status {
    case .succeeded, .quit: 0
    case .failed: 1
    case .interrupted: 130
    }
  }
}

extension Statement {
  /// Whether it is one of the commands about the session itself.
  var isAboutSession: Bool {
    guard case .value(.pipeline(let pipeline)) = self,
      case .command(.verb(let verb, _, _)) = pipeline.source
    else { return false }
    return Session.sessionVerbs.contains(verb.text)
  }
}

extension SourceRange {
  /// Whether `other` lies inside.
  func holds(_ other: SourceRange) -> Bool { start <= other.start && other.end <= end }
}
