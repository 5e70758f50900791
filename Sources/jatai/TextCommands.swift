import ArgumentParser
import Diagnostics
import Language
import Notebooks
import Scripting

/// The verb check.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Find mistakes without running: syntax, names, commands, options, shapes."
  )

  @ArgumentParser.Argument(help: "Scripts.", completion: .file(extensions: ["jatai"]))
  var files: [String]

  func run() throws {
    var found = false
    for file in files {
      let notebook = Notebook.parse(try Files.source(file), vocabulary: Session.vocabulary)
      let session = Session(host: NotebookHost(notebookPath: file))
      let problems = NotebookRunner(notebook, in: session).problems(rehearsing: true)
      Files.report(problems)
      found = found || problems.contains { $0.severity == .error }
    }
    if found { throw ExitCode(ExitStatus.usage) }
  }
}

/// The verb format.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format",
    abstract: "Print scripts as canonical text; comments and recorded output stay."
  )

  @ArgumentParser.Argument(help: "Scripts.", completion: .file(extensions: ["jatai"]))
  var files: [String]

  @Flag(help: "Rewrite the files instead of printing them.")
  var write = false

  @Flag(help: "Exit with 1 if a file is not canonical.")
  var check = false

  func run() throws {
    var differs = false
    for file in files {
      let source = try Files.source(file)
      let program = Parser.parse(source, vocabulary: Session.vocabulary)
      guard program.diagnostics.allSatisfy({ $0.severity != .error }) else {
        Files.report(program.diagnostics)
        throw ExitCode(ExitStatus.usage)
      }
      let text = Array(Formatter.format(program).utf8)
      if check {
        if text != source.bytes {
          differs = true
          Files.say("\(file) is not canonical")
        }
      } else if write, file != "-" {
        if text != source.bytes { try Files.save(text, to: file) }
      } else {
        Files.write(text)
      }
    }
    if differs { throw ExitCode(ExitStatus.failed) }
  }
}

/// The verb docs.
struct DocsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "docs",
    abstract: "Print Docs/Commands.md, made of the command table.",
    shouldDisplay: false
  )

  func run() { Files.write(Array(HelpText.commandsPage.utf8)) }
}
