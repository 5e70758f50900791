import Diagnostics
import Language
import Tensors

/// A running script: its names, its history and its random streams.
///
/// Confined to one thread; commands may compute on others inside. Statements are transactions: one
/// that fails or is interrupted leaves names, versions, staged files and random streams as they
/// were.
public final class Session: @unchecked Sendable {
  /// What the session may touch outside its own memory.
  public let host: any Host
  /// The seed that the session began with, which a saved notebook's header tells.
  public let initialSeed: UInt64
  /// Bounds that scripts cannot raise.
  public var limits = SessionLimits()
  /// Composes the notebook that `save` writes: the session, the path, and whether failed statements
  /// are kept.
  public var notebookComposer: ((Session, String, Bool) -> String)?
  /// Statements that were run and not undone, oldest first; commands about the session are not
  /// among them.
  public internal(set) var history: [HistoryEntry] = []
  /// Statements that failed or were interrupted, with the number of entries of `history` before
  /// them, for `save all=true`.
  public internal(set) var failures: [(position: Int, outcome: StatementOutcome)] = []
  /// Whether `quit` was run.
  public internal(set) var isQuitting = false

  var state: SessionState
  private(set) lazy var machine = Machine(session: self)
  private var cells: [String: GlobalCell] = [:]
  var savepoints: [Savepoint] = []
  private var nextMark = 1
  /// Marks the innermost savepoint; 0 outside statements.
  private var currentMark = 0

  /// Whether a script is only being checked: networks are planned and not made.
  var isRehearsing = false
  /// Whether the statement that is being checked gave something that is known only when it runs.
  var hasUnknownValue = false

  // Undoing.
  var undoable: [UndoEntry] = []
  var redoable: [UndoEntry] = []

  // The running statement.
  var output: [OutputLine] = []
  var outputBytes = 0
  var checks: [CheckResult] = []
  var warnings: [Diagnostic] = []
  var staged: [(path: String, bytes: [UInt8])] = []
  var keptInterruption: KeptInterruption?
  var stepsAtCellStart = 0
  var startedAt = 0.0
  var isHistorical = true
  var runningScripts = 0
  /// How many sweeps are running inside each other; in them only `print` shows something.
  var sweepDepth = 0
  var isSweeping: Bool { sweepDepth > 0 }
  /// The session that has run the script of the zoo, once a network of it was asked for.
  var zooLibrary: Session?

  /// A fresh session; `seed` is what `seed N` or a notebook's header sets.
  public init(host: any Host, seed: UInt64 = 42) {
    self.host = host
    initialSeed = seed
    state = SessionState(seed: seed)
  }

  /// The session's seed.
  public var seed: UInt64 {
    get { state.seed }
    set { state.seed = newValue }
  }

  /// The words that the parser is told.
  public static let vocabulary = Vocabulary(
    verbs: Set(CommandTable.rows.map(\.name)),
    units: UnitTable.symbols
  )

  // MARK: - Names

  /// The names that have a value, in alphabetical order.
  public var names: [String] {
    cells.values.filter { $0.value != nil }.map(\.name).sorted()
  }

  var namesInUse: Set<String> { Set(cells.values.filter { $0.value != nil }.map(\.name)) }

  /// What a name holds.
  public func value(of name: String) -> Value? { cells[name]?.value }

  /// Every network, model or dataset that a name has held, oldest first.
  public func versions(of name: String) -> [Value] { cells[name]?.versions ?? [] }

  /// Gives a name a value from outside, as `--set` does.
  public func bind(_ name: String, _ value: Value) { assign(value, to: cell(name)) }

  /// The members of a value, for completion.
  public func memberNames(of value: Value) -> [String] { Members.names(of: value) }

  func cell(_ name: String) -> GlobalCell {
    if let cell = cells[name] { return cell }
    let cell = GlobalCell(name)
    cells[name] = cell
    return cell
  }

  /// Gives a name a value; the one from before is kept until the statement has succeeded.
  @inline(__always)
  func assign(_ value: Value, to cell: GlobalCell) {
    if cell.mark != currentMark { keep(cell) }
    cell.value = value
    if value.hasVersions { cell.versions.append(value) }
  }

  /// Takes a value out of its name, to be changed and put back.
  func take(_ cell: GlobalCell) -> Value? {
    if cell.mark != currentMark { keep(cell) }
    defer { cell.value = nil }
    return cell.value
  }

  private func keep(_ cell: GlobalCell) {
    guard !savepoints.isEmpty else { return }
    savepoints[savepoints.count - 1].entries.append(
      Savepoint.Entry(
        cell: cell,
        value: cell.value,
        versions: cell.versions,
        mark: cell.mark
      )
    )
    cell.mark = currentMark
  }

  /// Sets a name and its versions, as undoing does.
  func restore(_ cell: GlobalCell, _ value: Value?, _ versions: [Value]) {
    if cell.mark != currentMark { keep(cell) }
    cell.value = value
    cell.versions = versions
  }

  // MARK: - Savepoints

  func beginSavepoint() {
    savepoints.append(Savepoint(mark: nextMark))
    currentMark = nextMark
    nextMark += 1
  }

  /// Keeps what was changed since the savepoint; an outer one takes over what is needed to go back
  /// further.
  @discardableResult
  func commitSavepoint() -> [Change] {
    let savepoint = savepoints.removeLast()
    currentMark = savepoints.last?.mark ?? 0
    for entry in savepoint.entries {
      if let outer = savepoints.last, entry.mark != outer.mark {
        savepoints[savepoints.count - 1].entries.append(entry)
      }
      entry.cell.mark = currentMark
    }
    return savepoint.entries.map { entry in
      Change(
        cell: entry.cell,
        before: entry.value,
        versionsBefore: entry.versions,
        after: entry.cell.value,
        versionsAfter: entry.cell.versions
      )
    }
  }

  /// Brings back what was before the savepoint.
  func rollBackSavepoint() {
    let savepoint = savepoints.removeLast()
    currentMark = savepoints.last?.mark ?? 0
    for entry in savepoint.entries.reversed() {
      entry.cell.value = entry.value
      entry.cell.versions = entry.versions
      entry.cell.mark = entry.mark
    }
  }

  // MARK: - Randomness

  /// Starts a cell: its commands draw from streams of their own, counted from the first.
  public func beginCell(_ id: String) {
    state.cellID = id
    state.drawCount = 0
    stepsAtCellStart = machine.steps
    outputBytes = 0
  }

  /// The cell that is running.
  public var cellID: String { state.cellID }

  /// The seed of the next drawing command's stream: a hash of the session's seed, the cell, and the
  /// number of drawing commands run so far in it.
  func nextSeed() -> UInt64 {
    defer { state.drawCount += 1 }
    return SeededGenerator.seed(
      from: [String(state.seed), state.cellID, String(state.drawCount)]
    )
  }

  // MARK: - Snapshots

  /// The names and state of this moment.
  public func snapshot() -> SessionSnapshot {
    SessionSnapshot(
      values: names.compactMap { name in
        value(of: name).map { (name, $0, versions(of: name)) }
      },
      state: state
    )
  }

  /// Goes back to the names and state of a snapshot; history starts anew.
  public func restore(_ snapshot: SessionSnapshot) {
    for cell in cells.values {
      cell.value = nil
      cell.versions = []
    }
    for (name, value, versions) in snapshot.values {
      let cell = cell(name)
      cell.value = value
      cell.versions = versions
    }
    state = snapshot.state
    history = []
    failures = []
    undoable = []
    redoable = []
  }
}

extension Value {
  /// Whether a name that is bound to it gets a new version.
  var hasVersions: Bool {
    switch self {
    case .network, .model, .dataset: true
    case .none, .bool, .number, .quantity, .string, .shape, .list, .record, .range, .function,
      .builtin, .tensor, .word, .layer, .board, .deployment, .report, .table, .chart:
      false
    }
  }
}
