import ArgumentParser
import Diagnostics
import Glibc
import Notebooks
import Scripting
import Terminal

/// The verb record.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Run notebooks and write what they print under their statements."
  )

  @Argument(help: "Notebooks.", completion: .file(extensions: ["jatai"]))
  var files: [String]

  func run() throws {
    TerminalSignals.install()
    for file in files {
      let notebook = try Files.notebook(file)
      do throws(Recorder.Refusal) {
        let host = NotebookHost(notebookPath: file, writesToDisk: true)
        let bytes = try Recorder.recorded(notebook, host: host)
        try write(bytes, to: file, notebook)
      } catch {
        switch error {
        case .problems(let problems):
          Files.report(problems)
          Files.complain("'\(file)' was not recorded")
          throw ExitCode(ExitStatus.usage)
        case .failed(let diagnostic):
          Files.report([diagnostic])
          Files.complain(
            "'\(file)' was not recorded: tag a cell raises=\"true\" where an error is meant"
          )
          throw ExitCode(ExitStatus.failed)
        case .interrupted: throw ExitCode(ExitStatus.interrupted)
        case .changesCode:
          Files.complain("'\(file)' was not recorded: its code would have changed")
          throw ExitCode(ExitStatus.failed)
        }
      }
    }
  }

  private func write(
    _ bytes: [UInt8],
    to file: String,
    _ notebook: Notebook
  ) throws(Recorder.Refusal) {
    if file == "-" { return Files.write(bytes) }
    guard bytes != notebook.source.bytes else { return }
    do {
      try FileSystem().save(bytes, to: file)
    } catch {
      throw .failed(
        Diagnostic(
          "file",
          error.description,
          at: SourceRange(0, 0),
          remedy: error.remedy,
          source: notebook.source
        )
      )
    }
  }
}

/// The verb replay.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run notebooks again and compare every digit; exit 3 if one differs."
  )

  @Argument(help: "Notebooks.", completion: .file(extensions: ["jatai"]))
  var files: [String]

  @Flag(help: "List every statement with its judgement.")
  var verbose = false

  func run() throws {
    TerminalSignals.install()
    var differs = false
    for file in files {
      let notebook = try Files.notebook(file)
      let replay = Replay(notebook, host: NotebookHost(notebookPath: file))
      Files.report(replay.problems)
      if verbose {
        for row in replay.rows {
          let text = row.text.split(whereSeparator: \.isNewline).first ?? ""
          Files.say("\(file):\(row.line): \(row.judgement.word): \(text)")
        }
      }
      for line in replay.lines(name: file) { Files.say(line) }
      if let error = replay.firstDifference?.error { Files.report([error]) }
      if Interrupt.isRequested { throw ExitCode(ExitStatus.interrupted) }
      differs = differs || !replay.isFaithful
    }
    if differs { throw ExitCode(ExitStatus.differs) }
  }
}

/// The verb strip.
struct StripCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strip",
    abstract: "Make the student's copy of a key: no solutions, hidden cells or output."
  )

  @Argument(help: "The key.", completion: .file(extensions: ["jatai"]))
  var key: String

  @Option(name: [.customShort("o"), .long], help: "Where to write it; standard output otherwise.")
  var output: String?

  func run() throws {
    let bytes = Stripper.strip(try Files.notebook(key))
    if let output { try Files.save(bytes, to: output) } else { Files.write(bytes) }
  }
}
