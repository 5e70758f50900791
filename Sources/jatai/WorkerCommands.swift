import ArgumentParser
import Scripting

/// What `search` with several jobs starts; not meant for people.
struct SearchWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: SearchWorker.verb,
    shouldDisplay: false
  )

  @Argument var folder: String
  @Argument var first: Int
  @Argument var step: Int

  func run() throws {
    let isDone = SearchWorker.run(folder: folder, first: first, step: step) { line in
      Files.write(Array((line + "\n").utf8))
    }
    guard isDone else {
      Files.complain("there is no search in '\(folder)'")
      throw ExitCode(ExitStatus.failed)
    }
  }
}

/// What `sweep` with several jobs starts; not meant for people.
struct SweepWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: SweepWorker.verb,
    shouldDisplay: false
  )

  @Argument var folder: String
  @Argument var round: Int

  func run() throws {
    let isDone = SweepWorker.run(folder: folder, round: round) { line in
      Files.write(Array((line + "\n").utf8))
    }
    guard isDone else {
      Files.complain("there is no sweep in '\(folder)'")
      throw ExitCode(ExitStatus.failed)
    }
  }
}
