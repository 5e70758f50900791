import Diagnostics
import Language
import Scripting

/// What running one step of a notebook did.
public struct StepRun: Sendable {
  /// The cell's index.
  public var cell: Int
  /// The step's index in its cell.
  public var step: Int
  /// One outcome per statement that ran; empty if none did.
  public var outcomes: [StatementOutcome]

  /// Runs by cell and step.
  static func byPlace(_ runs: [StepRun]) -> [[Int]: StepRun] {
    Dictionary(runs.map { ([$0.cell, $0.step], $0) }) { first, _ in first }
  }

  /// Everything it gave out, with the line of an error.
  public var output: [OutputLine] {
    outcomes.flatMap { outcome -> [OutputLine] in
      switch outcome.status {
      case .failed(let error), .interrupted(let error, _):
        outcome.output + [OutputLine(.error, "error: \(printable(error.message))")]
      case .succeeded, .quit: outcome.output
      }
    }
  }

  /// Whether the user stopped it.
  public var wasInterrupted: Bool {
    outcomes.contains { outcome in
      if case .interrupted = outcome.status { true } else { false }
    }
  }

  /// The error that ended it, if one did.
  public var error: Diagnostic? {
    for outcome in outcomes {
      switch outcome.status {
      case .failed(let error): return error
      case .interrupted(let error, _): return error
      case .succeeded, .quit: continue
      }
    }
    return nil
  }
}

/// Runs a notebook's cells in order, in one session.
public struct NotebookRunner {
  private let notebook: Notebook
  private let session: Session
  /// Assignments that run behind the cell that is tagged `parameters="true"`.
  public var parameters: [SourceFile] = []

  /// A run of `notebook` in `session`, which should be fresh and have the header's seed.
  public init(_ notebook: Notebook, in session: Session) {
    self.notebook = notebook
    self.session = session
  }

  /// What keeps the notebook from running at all: broken text, and names and words that are
  /// certainly wrong.
  ///
  /// Cells that are meant to raise an error may hold one. A check whose task is not done yet uses
  /// names that nothing binds: it scores 0, and the rest goes on.
  ///
  /// With `rehearsing`, also what statements would certainly do wrong when they run.
  public func problems(rehearsing: Bool = false) -> [Diagnostic] {
    let unbound: Set<String> = ["unknown-name", "unknown-function"]
    let all =
      rehearsing ? session.check(notebook.source) : session.mistakes(in: notebook.source)
    let found = all.filter { diagnostic in
      let cell = notebook.cells.first { $0.range.holds(diagnostic.range.start) }
      if cell?.raises == true { return false }
      return cell?.kind != .check || !unbound.contains(diagnostic.id)
    }
    let own = Set(notebook.diagnostics.map(Place.init))
    return (notebook.diagnostics + found.filter { !own.contains(Place($0)) })
      .sorted { $0.range.start < $1.range.start }
  }

  /// What tells two diagnostics of one text apart.
  private struct Place: Hashable {
    let id: String
    let range: SourceRange

    init(_ diagnostic: Diagnostic) {
      id = diagnostic.id
      range = diagnostic.range
    }
  }

  /// Runs all cells; an error outside a cell that raises one on purpose ends the run.
  public func run(_ onStep: (StepRun) -> Void = { _ in }) -> [StepRun] {
    var runs: [StepRun] = []
    for (index, cell) in notebook.cells.enumerated() where cell.kind.isCode {
      session.beginCell(cell.id)
      for step in cell.steps.indices {
        let run = run(cell.steps[step], cell: index, step: step)
        runs.append(run)
        onStep(run)
        if session.isQuitting || stops(run, cell) { return runs }
      }
      if cell["parameters"] == "true" {
        for parameter in parameters { _ = session.run(parameter) }
      }
    }
    return runs
  }

  private func run(_ step: Step, cell: Int, step index: Int) -> StepRun {
    var run = StepRun(cell: cell, step: index, outcomes: [])
    for statement in step.statements {
      run.outcomes.append(session.execute(statement, of: notebook.program))
      if run.error != nil || session.isQuitting { break }
    }
    return run
  }

  private func stops(_ run: StepRun, _ cell: Cell) -> Bool {
    run.wasInterrupted || (run.error != nil && !cell.raises)
  }
}

extension SourceRange {
  /// Whether a byte lies inside.
  func holds(_ offset: Int) -> Bool { start <= offset && offset < end }
}
