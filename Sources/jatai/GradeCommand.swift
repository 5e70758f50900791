import ArgumentParser
import Diagnostics
import Glibc
import Notebooks
import Scripting
import Terminal

/// The verb grade.
struct GradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade",
    abstract: "Grade submissions by a key: its checks, with the students' task cells.",
    discussion: """
      Writes OUT/NAME/results.json (Gradescope) and OUT/NAME/feedback.md for each submission, and \
      OUT/grades.csv.
      """
  )

  @Argument(help: "The key.", completion: .file(extensions: ["jatai"]))
  var key: String

  @Argument(help: "Submissions, or folders of them.", completion: .file())
  var submissions: [String]

  @Option(help: "Processes at a time; no figure depends on it.")
  var jobs = 2

  @Option(help: "The folder for reports.")
  var out = "grades"

  @Option(help: "Seconds after which a submission's process is ended, and not graded.")
  var seconds = 600.0

  @Option(name: .customLong("pass"), help: "The share of points that passes, such as 60%.")
  var passMark: String?

  /// What adding shares of points may lose to rounding.
  private static let rounding = 1e-9

  func validate() throws {
    guard key != "-" else {
      throw ValidationError("the key must be a file, since every submission's process reads it")
    }
    guard seconds > 0, seconds <= 86_400 else {
      throw ValidationError("--seconds must be more than 0 and at most 86400")
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs must be in 1...64") }
  }

  func run() throws {
    let notebook = try Files.notebook(key)
    let mark = try mark(notebook)
    let found = try paths()
    guard !found.isEmpty else { throw ValidationError("there are no .jatai files to grade") }
    let run = GradeRun(keyPath: key, jobs: jobs, timeLimit: seconds)
    let reports = run.reports(on: found) { Files.say(GradeFiles.summary($0)) }
    for report in reports {
      let folder = "\(out)/\(report.name)"
      try Files.save(GradeFiles.gradescope(report), to: "\(folder)/results.json")
      try Files.save(GradeFiles.feedback(report), to: "\(folder)/feedback.md")
    }
    try Files.save(GradeFiles.csv(reports), to: "\(out)/grades.csv")
    if reports.contains(where: { $0.infrastructure != nil }) { throw ExitCode(ExitStatus.failed) }
    if reports.contains(where: { $0.score < mark * $0.points - GradeCommand.rounding }) {
      throw ExitCode(ExitStatus.belowMark)
    }
  }

  private func mark(_ notebook: Notebook) throws -> Double {
    guard let passMark else { return notebook.header.passMark }
    let isPercent = passMark.hasSuffix("%")
    guard let number = Double(isPercent ? String(passMark.dropLast()) : passMark), number >= 0
    else {
      throw ValidationError("--pass needs a share such as 60%, but here is '\(passMark)'")
    }
    return isPercent ? number / 100 : number
  }

  /// Names and paths of all submissions, in the order of their names.
  private func paths() throws -> [(name: String, path: String)] {
    var paths: [String] = []
    for submission in submissions {
      var status = stat()
      guard stat(submission, &status) == 0 else {
        throw ValidationError("there is no file or folder '\(submission)'")
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        paths += FileSystem.files(in: submission).filter { $0.hasSuffix(".jatai") }
          .map { submission + "/" + $0 }
      } else {
        paths.append(submission)
      }
    }
    var seen: [String: Int] = [:]
    return paths.sorted().map { path in
      let file = path.split(separator: "/").last.map(String.init) ?? path
      let name = printable(file.hasSuffix(".jatai") ? String(file.dropLast(6)) : file)
      let stem = name.allSatisfy { $0 == "." } ? "submission" : name
      seen[stem, default: 0] += 1
      let count = seen[stem] ?? 1
      return (count == 1 ? stem : "\(stem)-\(count)", path)
    }
  }
}

/// The process that grades one submission and writes its record for the one that started it.
struct GradeWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: GradeRun.workerVerb,
    shouldDisplay: false
  )

  @Argument var key: String
  @Argument var submission: String

  func run() throws {
    let notebook = try Files.notebook(key)
    let source = try Files.source(submission)
    let report = Grader(key: notebook, keyPath: key)
      .report(on: Notebook.parse(source, vocabulary: Session.vocabulary), name: submission)
    Files.write(GradeFiles.record(report))
  }
}
