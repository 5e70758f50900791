import ArgumentParser
import Glibc
import Notebooks
import Scripting

/// The command line.
struct Jatai: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jatai",
    abstract: "Machine learning for microcontrollers: a prompt, scripts and graded notebooks.",
    discussion: """
      Without arguments it starts the prompt, or runs the statements of standard input.
      Exit codes: 0 ok, 1 a statement failed, 2 usage or syntax, 3 a replay differs, \
      4 a grade below the pass mark, 130 interrupted.
      """,
    version: Replay.tool,
    subcommands: [
      RunCommand.self, CheckCommand.self, FormatCommand.self, RecordCommand.self,
      ReplayCommand.self, StripCommand.self, GradeCommand.self, GradeWorkerCommand.self,
      ConformanceCommand.self, DocsCommand.self, SearchWorkerCommand.self, SweepWorkerCommand.self,
    ]
  )

  /// Ends the process: help and versions are answers, and wrong usage has the language page's exit
  /// code instead of the 64 of sysexits.h.
  static func end(with error: any Error) -> Never {
    guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
    _ = FileSystem.writeAll(Array((fullMessage(for: error) + "\n").utf8), to: STDERR_FILENO)
    Glibc.exit(ExitStatus.usage)
  }
}

/// The exit codes of the language page.
enum ExitStatus {
  static let failed: Int32 = 1
  static let usage: Int32 = 2
  static let differs: Int32 = 3
  static let belowMark: Int32 = 4
  static let interrupted: Int32 = 130
}
