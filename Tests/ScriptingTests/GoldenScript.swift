import Diagnostics
import Language
import Scripting

/// A script with what it prints recorded under its statements, as in notebooks.
enum GoldenScript {
  /// The script without recorded output.
  static func code(of text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { line in
        !["#>", "#!", "#~", "#@"].contains { line == $0 || line.hasPrefix($0 + " ") }
      }
      .joined(separator: "\n")
  }

  /// The script with its output under each statement.
  ///
  /// With `rendersErrors`, errors and warnings stand at the end as a reader sees them; otherwise
  /// under their statement, without their place.
  static func recorded(
    _ text: String,
    name: String,
    folder: String = "",
    rendersErrors: Bool
  ) -> String {
    let code = code(of: text)
    let source = SourceFile(name: name, text: code)
    let session = session(folder: folder, canHaveWorkers: rendersErrors)
    let program = Parser.parse(source, vocabulary: Session.vocabulary)
    var behind: [Int: [String]] = [:]
    var found = program.diagnostics.filter { $0.severity == .error }
    if found.isEmpty {
      for statement in program.statements {
        let outcome = session.execute(statement, of: program)
        let line = line(of: statement.range.end, in: source)
        var lines = outcome.output.map { mark($0.kind.rawValue, $0.text) }
        var diagnostics = outcome.warnings
        switch outcome.status {
        case .failed(let error), .interrupted(let error, _): diagnostics.append(error)
        case .succeeded, .quit: break
        }
        if rendersErrors {
          found += diagnostics
        } else {
          lines += diagnostics.flatMap { brief($0) }
        }
        behind[line, default: []] += lines
        if session.isQuitting { break }
      }
    } else {
      found = program.diagnostics
    }
    return assembled(code, behind, found)
  }

  /// The ids of all errors and warnings of a script.
  static func ids(of text: String, name: String, folder: String) -> Set<String> {
    let source = SourceFile(name: name, text: code(of: text))
    let session = session(folder: folder, canHaveWorkers: true)
    let program = Parser.parse(source, vocabulary: Session.vocabulary)
    var ids = Set(program.diagnostics.map(\.id))
    guard !program.diagnostics.contains(where: { $0.severity == .error }) else { return ids }
    for statement in program.statements {
      let outcome = session.execute(statement, of: program)
      ids.formUnion(outcome.warnings.map(\.id))
      switch outcome.status {
      case .failed(let error), .interrupted(let error, _): ids.insert(error.id)
      case .succeeded, .quit: break
      }
    }
    return ids
  }

  /// A session for one script; workers cannot be started even where it may ask for them, so only what
  /// is said before that can be recorded.
  private static func session(folder: String, canHaveWorkers: Bool) -> Session {
    let host = TestHost(folder: folder, workerProgram: canHaveWorkers ? "/dev/null" : nil)
    let session = Session(host: host)
    session.limits = SessionLimits(steps: 2_000_000, outputBytes: 100_000)
    return session
  }

  private static func assembled(
    _ code: String,
    _ behind: [Int: [String]],
    _ found: [Diagnostic]
  ) -> String {
    var result: [String] = []
    var lines = code.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    while lines.last == "" { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      result.append(line)
      result += behind[index] ?? []
    }
    for diagnostic in found {
      let text = DiagnosticRenderer().render(diagnostic)
      result += text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { mark("!", String($0)) }
    }
    return result.joined(separator: "\n") + "\n"
  }

  private static func brief(_ diagnostic: Diagnostic) -> [String] {
    var lines = [mark("!", "\(diagnostic.severity.rawValue): \(diagnostic.message)")]
    if let remedy = diagnostic.remedy { lines.append(mark("!", "  \(remedy)")) }
    return lines
  }

  private static func mark(_ kind: String, _ text: String) -> String {
    text.isEmpty ? "#\(kind)" : "#\(kind) \(text)"
  }

  private static func line(of offset: Int, in source: SourceFile) -> Int {
    source.bytes[..<min(offset, source.bytes.count)].count { $0 == 10 }
  }
}
