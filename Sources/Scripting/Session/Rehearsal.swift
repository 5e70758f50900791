import Diagnostics
import Language

/// Runs, while a script is checked, the statements whose values follow from the script alone:
/// arithmetic, functions, and the shapes of networks.
///
/// Nothing is trained, drawn, written or shown.
final class Rehearsal {
  private let session: Session
  /// Names that have a value which only the run knows, whatever else the word may mean.
  private var unknown: Set<String> = []
  /// Errors that say more about the rehearsal than about the script: its limits, and values that a
  /// function reads and that only the run will have.
  private static let ignored: Set<String> = [
    "step-limit", "time-limit", "output-limit", "unknown-name", "no-result-yet",
  ]
  /// Functions of the language that draw random numbers.
  private static let drawing: Set<String> = ["random", "normal"]
  /// Steps for each statement.
  private static let steps = 200_000

  init(of original: Session) {
    session = Session(host: SilentHost(original.host), seed: original.seed)
    session.isRehearsing = true
    session.memoryLimit = original.memoryLimit
    for name in original.names {
      if let value = original.value(of: name) { session.bind(name, value) }
    }
  }

  /// The errors of a statement that can be rehearsed; the names of any other become unknown.
  func run(
    _ statement: Statement,
    _ names: FreeNames,
    of program: Program,
    isClean: Bool
  ) -> [Diagnostic] {
    guard isClean, statement.isDeclaration, !names.runsCommands, areKnown(names) else {
      forget(names)
      return []
    }
    session.limits.steps = Rehearsal.steps
    session.beginCell("")
    session.hasUnknownValue = false
    let drawn = session.state.drawCount
    let outcome = session.execute(statement, of: program)
    // What a function draws comes from another stream than in the run.
    guard session.state.drawCount == drawn else {
      forget(names)
      return []
    }
    if case .failed(let error) = outcome.status {
      forget(names)
      return Rehearsal.ignored.contains(error.id) ? [] : [error]
    }
    unknown.subtract(names.bound)
    if session.hasUnknownValue { forget(names) }
    return []
  }

  private func areKnown(_ names: FreeNames) -> Bool {
    names.used.union(names.usedInside).subtracting(names.bound).allSatisfy { name in
      !Rehearsal.drawing.contains(name) && !unknown.contains(name)
        && (session.value(of: name) != nil || Builtins.isOwn(name)
          || CatalogueTable.contains(name))
    }
  }

  private func forget(_ names: FreeNames) {
    for name in names.bound + names.remade {
      session.cell(name).value = nil
      unknown.insert(name)
    }
  }
}

extension Statement {
  /// Whether it binds a name to a value, a function, a network or a board.
  fileprivate var isDeclaration: Bool {
    switch self {
    case .assignment, .network, .board, .function: true
    case .forLoop, .whileLoop, .conditional, .returnValue, .breakLoop, .continueLoop, .check,
      .expect, .value:
      false
    }
  }
}

/// A host that lets files be read and takes nothing.
final class SilentHost: Host, @unchecked Sendable {
  private let original: any Host

  init(_ original: any Host) { self.original = original }

  func write(_ line: OutputLine) {}
  func show(_ progress: Progress?) {}
  func report(_ diagnostic: Diagnostic) {}
  func read(_ path: String) throws(HostError) -> [UInt8] { try original.read(path) }
  func exists(_ path: String) -> Bool { original.exists(path) }
  func files(in folder: String) -> [String] { original.files(in: folder) }
  func save(_ bytes: [UInt8], to path: String) throws(HostError) {}
  func environment(_ name: String) -> String? { original.environment(name) }
  var dataFolders: [String] { original.dataFolders }
  var seconds: Double { 0 }
  var isInterrupted: Bool { original.isInterrupted }
  var width: Int { original.width }
  var threads: Int { original.threads }
}
