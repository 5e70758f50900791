import ArgumentParser
import Diagnostics
import Notebooks
import Scripting
import Terminal

/// One run of a script or notebook from the command line.
struct ScriptRun {
  /// The script's path; `-` is standard input.
  var file: String
  /// Names to rebind, as name=value.
  var settings: [String] = []
  /// Whether results are written as JSON lines.
  var json = false

  func run() throws {
    let source = try Files.source(file)
    let notebook = Notebook.parse(source, vocabulary: Session.vocabulary)
    let folder = file == "-" ? "" : NotebookHost.folder(of: file)
    let host: any Host =
      json ? NotebookHost(notebookPath: file, writesToDisk: true) : TerminalHost(folder: folder)
    TerminalSignals.install()
    let session = Session(host: host, seed: notebook.header.seed)
    session.notebookComposer = SessionNotebook.composer
    var runner = NotebookRunner(notebook, in: session)
    let problems = runner.problems()
    guard problems.allSatisfy({ $0.severity != .error }) else {
      Files.report(problems)
      throw ExitCode(notebook.hasErrors ? ExitStatus.usage : ExitStatus.failed)
    }
    runner.parameters = try parameters(notebook)
    let runs = runner.run { run in
      guard json else { return }
      for outcome in run.outcomes {
        Files.say(JSONLine.text(of: outcome, in: source))
        Files.report(outcome.warnings)
      }
      if let error = run.error { Files.report([error]) }
    }
    try finish(runs, notebook)
  }

  /// The exit code of the run, by the error that ended it.
  private func finish(_ runs: [StepRun], _ notebook: Notebook) throws {
    guard let last = runs.last, let outcome = last.outcomes.last else { return }
    switch outcome.status {
    case .interrupted: throw ExitCode(ExitStatus.interrupted)
    case .failed where !notebook.cells[last.cell].raises: throw ExitCode(ExitStatus.failed)
    case .failed, .succeeded, .quit: return
    }
  }

  /// The values behind `--set`, each an expression of the language.
  private func parameters(_ notebook: Notebook) throws -> [SourceFile] {
    guard !settings.isEmpty else { return [] }
    let bound = notebook.cells.filter { $0["parameters"] == "true" }
      .flatMap(\.steps).flatMap(\.statements)
      .compactMap { statement -> String? in
        if case .assignment(let name, _, _, _) = statement { name.text } else { nil }
      }
    var parameters: [SourceFile] = []
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw ValidationError("--set needs name=value, but here is '\(printable(setting))'")
      }
      guard bound.contains(parts[0]) else {
        throw ValidationError(
          bound.isEmpty
            ? "no cell of \(file) is tagged parameters=\"true\", so --set has nothing to rebind"
            : "the parameters cell binds no '\(printable(parts[0]))'; it binds "
              + bound.joined(separator: ", ")
        )
      }
      let session = Session(host: NotebookHost(notebookPath: file))
      let source = SourceFile(name: "--set", text: "\(parts[0]) = \(parts[1])")
      let outcome = session.run(source)
      guard outcome.exitCode == 0, outcome.statements.count == 1 else {
        Files.report(outcome.diagnostics)
        throw ValidationError("'\(printable(parts[1]))' is no value for \(printable(parts[0]))")
      }
      parameters.append(source)
    }
    return parameters
  }
}
