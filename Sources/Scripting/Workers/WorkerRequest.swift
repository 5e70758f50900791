import Diagnostics

/// How a search or a sweep wants its points shared out: the options `jobs`, `slurm` and `folder`.
struct WorkerRequest {
  /// The options, for the rows of the command table.
  static let slots = [
    Slot(
      "jobs",
      [.count],
      defaultText: "1",
      range: 1...Double(mostJobs),
      "processes that share the points; no figure depends on it"
    ),
    Slot("slurm", [.bool], defaultText: "false", "whether they are the tasks of a Slurm job array"),
    Slot(
      "folder",
      [.string],
      "where their files go, for every machine to see; by default beside the script"
    ),
  ]

  /// Processes, or tasks of an array.
  static let mostJobs = 64

  let jobs: Int
  let usesSlurm: Bool
  /// Where a folder for the files is made; nil is the system's place for such.
  let folder: String?
  /// What complaints are about.
  let range: SourceRange

  /// What the options ask for; nil if the points are to be run here.
  init?(_ options: [String: GivenValue], points: Int) throws(Diagnostic) {
    usesSlurm = if case .bool(true)? = options["slurm"]?.value { true } else { false }
    // Without a number, Slurm gets a task for each point.
    let standard = usesSlurm ? WorkerRequest.mostJobs : 1
    let wanted = try options["jobs"]?.wholeNumber("jobs") ?? standard
    if let folder = options["folder"], !usesSlurm {
      throw Diagnostic(
        "unused-option",
        "folder is where Slurm's tasks find their files, and slurm=true is not given",
        at: folder.range
      )
    }
    folder = try options["folder"]?.string("folder") ?? (usesSlurm ? "." : nil)
    jobs = min(wanted, points)
    guard points > 0, jobs > 1 || usesSlurm, let asked = options["slurm"] ?? options["jobs"] else {
      return nil
    }
    range = asked.range
  }
}
