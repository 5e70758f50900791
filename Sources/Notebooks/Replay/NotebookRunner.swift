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

  /// Everything it gave out, with the line of an error.
  public var output: [OutputLine] {
    outcomes.flatMap { outcome -> [OutputLine] in
      switch outcome.status {
      case .failed(let error), .interrupted(let error, _):
        outcome.output + [OutputLine(.error, "error: \(error.message)")]
      case .succeeded, .quit: outcome.output
      }
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
  /// Names to rebind behind the cell that is tagged `parameters="true"`.
  public var parameters: [(name: String, value: Value)] = []

  /// A run of `notebook` in `session`, which should be fresh and have the header's seed.
  public init(_ notebook: Notebook, in session: Session) {
    self.notebook = notebook
    self.session = session
  }

  /// What keeps the notebook from running at all: broken text, and names and words that are
  /// certainly wrong outside cells that are meant to raise an error.
  public func problems() -> [Diagnostic] {
    let expected = notebook.cells.filter { $0.raises || !$0.kind.isCode }.map(\.range)
    let found = session.check(notebook.source).filter { diagnostic in
      !expected.contains { $0.start <= diagnostic.range.start && diagnostic.range.start < $0.end }
    }
    let known = Set(found)
    return found
      + notebook.diagnostics.filter { diagnostic in
        var bare = diagnostic
        bare.source = nil
        return !known.contains(diagnostic) && !known.contains(bare)
          && !notebook.program.diagnostics.contains(bare)
          && !notebook.program.diagnostics.contains(diagnostic)
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
        for (name, value) in parameters { session.bind(name, value) }
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
    for outcome in run.outcomes {
      if case .interrupted = outcome.status { return true }
    }
    return run.error != nil && !cell.raises
  }
}
