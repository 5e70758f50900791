import Diagnostics
import Language

extension Session {
  /// Everything that is certainly wrong with a script, found without running it: syntax, names,
  /// commands and options, and the values and shapes that follow from the script alone.
  public func check(_ source: SourceFile) -> [Diagnostic] {
    let program = Parser.parse(source, vocabulary: Session.vocabulary)
    return check(program, rehearsal: Rehearsal(of: self))
  }

  /// What keeps a script from running at all: syntax, and names, commands and options that mean
  /// nothing.
  ///
  /// What may be wrong with values is left to the statements that have them.
  public func mistakes(in source: SourceFile) -> [Diagnostic] {
    check(Parser.parse(source, vocabulary: Session.vocabulary))
  }

  /// What is wrong with a parsed script before its first statement can run; with a rehearsal, also
  /// what its statements would do wrong.
  func check(_ program: Program, rehearsal: Rehearsal? = nil) -> [Diagnostic] {
    var diagnostics = program.diagnostics
    var names = FreeNames()
    names.visit(program.statements)
    let everywhere = namesInUse.union(names.bound)
    // A broken statement may have bound any name, and another script may bind more.
    var isOpen = program.diagnostics.contains { $0.severity == .error }
    var known = namesInUse
    var reported: Set<String> = []
    var kinds = KindCheck(source: program.source)
    for statement in program.statements {
      var own = FreeNames()
      own.visit(statement)
      known.formUnion(own.bound)
      let compiler = Compiler(
        source: program.source,
        session: self,
        knownNames: known,
        namesInFunctions: everywhere,
        allowsUnknownNames: isOpen
      )
      _ = compiler.topLevel(statement)
      var found = compiler.diagnostics
      if let rehearsal {
        let isClean = !found.contains { $0.severity == .error }
        if isClean, !isOpen {
          kinds.visit(statement)
          found += kinds.takeDiagnostics()
        } else {
          kinds.forget(own.bound + own.remade)
        }
        let isStillClean = !found.contains { $0.severity == .error }
        found += rehearsal.run(statement, own, of: program, isClean: isStillClean && !isOpen)
      }
      for var diagnostic in found {
        if diagnostic.id == "unknown-name",
          !reported.insert(program.source.text(of: diagnostic.range)).inserted
        {
          continue
        }
        diagnostic.fill(source: program.source)
        if diagnostic.id == "unknown-name" { diagnostic.pointToLaterBinding(in: program) }
        diagnostics.append(diagnostic)
      }
      if statement.runsScript { isOpen = true }
    }
    return diagnostics.enumerated()
      .sorted { ($0.element.range.start, $0.offset) < ($1.element.range.start, $1.offset) }
      .map(\.element)
  }

  /// The error about a name that means nothing here.
  func unknownName(
    _ name: String,
    at range: SourceRange,
    among known: Set<String>? = nil
  ) -> Diagnostic {
    let known = known ?? namesInUse
    let all = known.union(Builtins.rows.map(\.name))
    let near = nearestName(to: name, among: known) ?? nearestName(to: name, among: all)
    let isVerb = CommandTable.row(named: name) != nil
    return Diagnostic(
      "unknown-name",
      "unknown name '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
      at: range,
      remedy: near != nil
        ? nil
        : isVerb
          ? "'\(name)' is a command, which stands at the start of a value"
          : "give it a value first, as in '\(name) = …'",
      fixIts: near.map { [FixIt(range: range, replacement: $0)] } ?? []
    )
  }

  /// The error about a function that does not exist.
  func unknownFunction(
    _ name: String,
    at range: SourceRange,
    among known: Set<String>
  ) -> Diagnostic {
    let near = nearestName(to: name, among: known.union(Builtins.rows.map(\.name)))
    return Diagnostic(
      "unknown-function",
      "unknown function '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""),
      at: range,
      remedy: near == nil ? "'help functions' lists them all" : nil,
      fixIts: near.map { [FixIt(range: range, replacement: $0)] } ?? []
    )
  }
}

extension Diagnostic {
  /// Says where an unknown name gets its value, if that comes too late.
  fileprivate mutating func pointToLaterBinding(in program: Program) {
    let name = program.source.text(of: range)
    for statement in program.statements where statement.range.start > range.start {
      var names = FreeNames()
      names.visit(statement)
      guard names.bound.contains(name) else { continue }
      message = "'\(name)' has no value yet"
      let line = program.source.position(of: statement.range.start).line
      remedy = "it gets one in line \(line); move that above this line"
      fixIts = []
      return
    }
  }
}

extension Statement {
  /// Whether it may run another script, which binds names that nobody can know before.
  var runsScript: Bool {
    var finder = ScriptFinder()
    finder.visit(self)
    return finder.found
  }
}

/// Looks for the command `run` in a statement.
private struct ScriptFinder {
  private(set) var found = false

  mutating func visit(_ statement: Statement) {
    switch statement {
    case .value(let value), .assignment(_, _, let value, _): visit(value)
    case .forLoop(_, _, let block, _), .whileLoop(_, let block, _), .check(_, _, let block, _):
      for statement in block.statements { visit(statement) }
    case .conditional(let branches, let otherwise, _):
      for branch in branches { for statement in branch.block.statements { visit(statement) } }
      for statement in otherwise?.statements ?? [] { visit(statement) }
    case .network, .board, .function, .returnValue, .breakLoop, .continueLoop, .expect: break
    }
  }

  private mutating func visit(_ value: Expression) {
    guard case .pipeline(let pipeline) = value,
      case .command(.verb(let verb, _, _)) = pipeline.source
    else { return }
    if verb.text == "run" { found = true }
  }
}
