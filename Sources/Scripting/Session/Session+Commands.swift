import Diagnostics

// What the commands of the table ask of their session.
extension Session {
  // MARK: - Output

  /// Shows a line of the running statement's output.
  public func emit(_ line: OutputLine) {
    let bytes = line.text.utf8.count + 1
    if let limit = limits.outputBytes, outputBytes + bytes > limit {
      if outputBytes <= limit {
        outputBytes = limit + 1
        let last = OutputLine("… output beyond \(ByteCount.text(limit)) is left out")
        output.append(last)
        host.write(last)
      }
      return
    }
    outputBytes += bytes
    output.append(line)
    host.write(line)
  }

  /// Shows a value as it prints itself.
  func show(_ value: Value) {
    for line in ValueText.lines(of: value, width: host.width) { emit(line) }
  }

  /// The lines that `print` writes for its operands.
  public func printedLines(_ values: [Value]) -> [OutputLine] {
    ValueText.lines(of: values, width: host.width)
  }

  /// Tells the user about something that does not stop the statement.
  public func warn(_ warning: Diagnostic) {
    var warning = warning
    warning.severity = .warning
    warnings.append(warning)
    host.report(warning)
  }

  // MARK: - Files

  /// The bytes of a file: those that this statement has staged, else the host's.
  public func readFile(_ path: String, at range: SourceRange) throws(Diagnostic) -> [UInt8] {
    if let file = staged.last(where: { $0.path == path }) { return file.bytes }
    do throws(HostError) {
      return try host.read(path)
    } catch {
      throw Diagnostic("file", error.description, at: range, remedy: error.remedy)
    }
  }

  /// Whether there is such a file, also among the staged ones.
  public func fileExists(_ path: String) -> Bool {
    staged.contains { $0.path == path } || host.exists(path)
  }

  /// Keeps a file to be written when the statement has succeeded.
  public func stage(_ bytes: [UInt8], to path: String, at range: SourceRange) throws(Diagnostic) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Diagnostic("file", "a path must not be empty or hold a NUL character", at: range)
    }
    staged.removeAll { $0.path == path }
    staged.append((path, bytes))
  }

  /// Writes the staged files; the first failure ends it.
  func saveStaged(at range: SourceRange) throws(Diagnostic) {
    for (path, bytes) in staged {
      do throws(HostError) {
        try host.save(bytes, to: path)
      } catch {
        throw Diagnostic("file", error.description, at: range, remedy: error.remedy)
      }
    }
    staged = []
  }

  // MARK: - Settings

  /// Sets the seed of all random streams that follow.
  public func setSeed(_ seed: UInt64) { state.seed = seed }

  /// Bytes that a command may plan to use.
  public var memoryLimit: Int {
    get { state.memoryLimit }
    set { state.memoryLimit = newValue }
  }

  /// Seconds that one statement may take.
  public var timeLimit: Double? {
    get { state.timeLimit }
    set { state.timeLimit = newValue }
  }

  /// Ends the session after the running statement.
  public func requestQuit() { isQuitting = true }

  /// Counts work of a command, such as multiply-accumulates, against the budget of steps.
  public func spend(_ work: Int, at range: SourceRange) throws(Diagnostic) {
    try machine.step(max(0, work), range)
  }

  // MARK: - Stopping

  /// The error of a statement that the user has stopped.
  public func interruption(at range: SourceRange) -> Diagnostic {
    Diagnostic("interrupted", "interrupted", at: range)
  }

  /// Throws if the user has asked the work to stop, or a limit is used up.
  public func checkLimits(at range: SourceRange) throws(Diagnostic) {
    try checkLimits(steps: machine.steps, at: range)
  }

  func checkLimits(steps: Int, at range: SourceRange) throws(Diagnostic) {
    if host.isInterrupted { throw interruption(at: range) }
    if let limit = limits.steps, steps - stepsAtCellStart > limit {
      throw Diagnostic(
        "step-limit",
        "this took more than \(NumberFormat.grouped(limit)) steps",
        at: range,
        remedy: "look for a loop that does not end"
      )
    }
    if let limit = state.timeLimit, host.seconds - startedAt > limit {
      throw Diagnostic(
        "time-limit",
        "this took longer than the limit of "
          + NumberFormat.text(Quantity(limit, .time)),
        at: range,
        remedy: "raise it with 'limit time='"
      )
    }
  }

  /// Keeps the result of an interrupted command although the user stopped it: the statement counts
  /// as if `option` had been `value`, and its text in the history says so.
  public func keepInterrupted(_ call: CommandCall, option: String, value: String) {
    var error = interruption(at: call.verbRange)
    error.remedy = "what was done is kept, as if '\(option)=\(value)' had been written"
    keptInterruption = KeptInterruption(
      range: call.option(option)?.range,
      insertion: call.range.end,
      text: call.option(option) == nil ? " \(option)=\(value)" : value,
      error: error
    )
  }

  // MARK: - Undoing

  /// Takes back the last statement and returns its text, or nil if there is none.
  public func undo() -> String? {
    guard let entry = undoable.popLast() else { return nil }
    for change in entry.changes { restore(change.cell, change.before, change.versionsBefore) }
    state = entry.stateBefore
    redoable.append(entry)
    if let index = history.lastIndex(where: { $0.text == entry.history.text }) {
      history.remove(at: index)
    }
    isHistorical = false
    return entry.history.text
  }

  /// Brings back what the last `undo` took and returns its text, or nil if there is nothing.
  public func redo() -> String? {
    guard let entry = redoable.popLast() else { return nil }
    for change in entry.changes { restore(change.cell, change.after, change.versionsAfter) }
    // What was looked at since the undo stands before the statement now, and so does its `it`.
    let stateBefore = state
    state = entry.stateAfter
    if entry.stateAfter.resultCount == entry.stateBefore.resultCount {
      state.lastResult = stateBefore.lastResult
      state.resultCount = stateBefore.resultCount
    }
    undoable.append(
      UndoEntry(
        history: entry.history,
        changes: entry.changes,
        stateBefore: stateBefore,
        stateAfter: state,
        readsResult: entry.readsResult
      )
    )
    history.append(entry.history)
    isHistorical = false
    return entry.history.text
  }
}

/// One statement that can be taken back.
struct UndoEntry {
  let history: HistoryEntry
  let changes: [Change]
  let stateBefore: SessionState
  let stateAfter: SessionState
  /// Whether it may depend on `it`.
  let readsResult: Bool
}

/// What an interrupted command keeps, and how its text has to be changed to say so.
struct KeptInterruption {
  /// The value of the option, if the script gave it one.
  let range: SourceRange?
  /// Where the option is put otherwise.
  let insertion: Int
  let text: String
  let error: Diagnostic
}
