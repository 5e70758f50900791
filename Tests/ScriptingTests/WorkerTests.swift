import Diagnostics
import Glibc
import Language
import TestSupport
import Testing

@testable import Scripting

/// A folder for programs of a test.
private final class CommandFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/jatai-commands-XXXXXX".utf8CString)
    path = String(cString: try #require(mkdtemp(&template)))
  }

  var files: [String] { FileSystem.files(in: path) }

  /// Adds a program; its path.
  @discardableResult
  func add(_ name: String, _ text: String) throws -> String {
    try FileSystem(folder: path).save(Array((text + "\n").utf8), to: name)
    chmod("\(path)/\(name)", 0o755)
    return "\(path)/\(name)"
  }

  func remove() {
    for name in files { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}

/// Searches and sweeps in workers: the program that was built together with the tests.
@Suite(.serialized, .enabled(if: BuiltProgram.path(named: "jatai") != nil))
struct WorkerTests {
  /// Scripts with `JOBS` where the options of sweeps stand.
  static let scripts = [
    "sweep k in [1, 2, 3] JOBS { ({ square: k * k, half: k / 2 }) }",
    "table = sweep k in 0..1 step 0.25 JOBS { x = k; print \"k is \\(k)\"; x }",
    "sweep a in [1, 2] JOBS { t = sweep b in [10, 20] JOBS { a * b }; ({ total: sum(t.value) }) }",
    "sweep a in [1, 2] { t = sweep b in [10, 20] JOBS { a * b }; ({ total: sum(t.value) }) }",
    "for a in [1, 2] { sweep b in [10, 20] JOBS { r = random(2); r[0] * a } }\nrandom(1)",
    """
    func half(x) = x / 2
    third = func(x) = half(x) / 1.5
    scale = 4
    func scaled(x) = x * scale
    sweep k in [1, 2, 3] JOBS { f = func(x) = x + 1; ({ a: third(k), b: scaled(k), c: f(k) }) }
    f(2)
    """,
    """
    d = dataset iris
    split d into [60%, 20%, 20%]
    network base { input 4; dense 8 relu; dense 3 softmax }
    quiet train base on d epochs=2
    sweep share in [0%, 50%, 75%] JOBS {
      net = prune base to share on d epochs=1
      lite = quantize net to int8 calibrate=d.train samples=50
      app = deploy lite to nano33
      quiet evaluate lite on d
      ({ accuracy: accuracy(lite, d.test), bytes: zip(lite), flash: app.flash })
    }
    digest(net@2)
    random(2)
    """,
    """
    network base { input 2; dense 2 }
    sweep a in [1, 2, 3, 4] JOBS {
      if a %% 2 == 0 { network even { input 2; dense a } } else { r = [random(1), random(1)] }
      z = [0]
      for k in 1..a { z = random(1) }
      ({ z: z[0], p: parameters(base) })
    }
    random(1)
    """,
    "sweep n in [base, base] JOBS { digest(n) }",
    "sweep k in [1, 2] JOBS { c = plot [k, 2]; export (tensor [k]) to \"t\\(k).csv\"; k }",
    "sweep k in [1, 2] JOBS { export (tensor [[k, 1]]) to \"t.npy\"; d = dataset \"t.npy\"; k }",
    "sweep word in \"ab\" JOBS { ({ twice: word + word }) }",
    "total = 0\nsweep k in [1, 2, 3] JOBS { total += k; total }\ntotal",
    "sweep k in [1, 2] JOBS { seed k; random(1)[0] }\nrandom(1)",
    "sweep k in [1, 2] JOBS { check \"c\" { expect k == 1 }; k }",
    "func f(n) { t = sweep k in [1, 2] JOBS { k * n }; return t.value }\nf(3)",
    "5\nsweep k in [1, 2] JOBS { it; k }\nit",
    "sweep k in [1, 2] JOBS { k + 1; k }\nit",
    "mean = 3\nsweep k in [1, 2] JOBS { mean * k }",
    "base = prune base to 50%\n"
      + "sweep k in [1, 2] JOBS { if k == 1 then digest(base@1) else digest(base@2) }",
    "sweep k in [2, 1, 0] JOBS { 1 / k }",
    "sweep k in [1, 2] JOBS { [k] }",
    "sweep k in [1, 2] JOBS { expect k == 1 else \"no \\(k)\"; k }",
    "sweep k in [] JOBS { k }",
  ]

  /// What a script says and leaves behind.
  private static func facts(
    _ script: String,
    options: String,
    _ prepare: (TestHost) -> Void = { _ in }
  ) -> (text: String, host: TestHost) {
    let host = TestHost()
    host.workerProgram = BuiltProgram.path(named: "jatai")
    prepare(host)
    let session = Session(host: host)
    session.beginCell("cell")
    let code = script.split(separator: "JOBS", omittingEmptySubsequences: false)
      .joined(separator: options)
    let start = "network base { input 2; dense 2 }\n"
    _ = session.run(SourceFile(name: "script", text: start + code))
    var lines = host.lines.map(\.text).filter { !$0.hasPrefix("time ") }
    for diagnostic in host.diagnostics where diagnostic.id != "sweep-in-order" {
      lines.append("\(diagnostic.severity) \(diagnostic.id): \(diagnostic.message)")
    }
    lines += host.saved.keys.sorted().map { "\($0): \(host.saved[$0] ?? [])" }
    lines.append(SessionFacts.text(of: session))
    return (lines.joined(separator: "\n"), host)
  }

  @Test(arguments: WorkerTests.scripts)
  func `any number of jobs leaves the same session behind`(script: String) {
    // Options of the same length leave every place in the text where it was.
    let alone = WorkerTests.facts(script, options: "jobs=1").text
    for jobs in [2, 3] {
      let shared = WorkerTests.facts(script, options: "jobs=\(jobs)").text
      #expect(shared == alone, "jobs=\(jobs)")
    }
  }

  @Test(arguments: [
    ("total = 0\nsweep k in [1, 2] JOBS { total += k; total }", "'total'"),
    ("sweep k in [1, 2] JOBS { network n { input 2; dense 2 }; s = digest(n@1); k }", "'n'"),
    ("sweep k in [1, 2] JOBS { prune base to 50%; k }", "'base'"),
    ("sweep k in [1, 2] JOBS { if k == 2 { y = 1 }; x = if k == 1 then 1 else y; x }", "'y'"),
    ("func f(x) = x * u\nu = 1\nsweep k in [1, 2] JOBS { v = f(k); u = k; v }", "'u'"),
    ("5\nsweep k in [1, 2] JOBS { x = it; k; k }", "'it'"),
    ("sweep k in [1, 2] JOBS { seed k; random(1)[0] }", "'seed'"),
    ("sweep k in [1, 2] JOBS { check \"c\" { expect k == 1 }; k }", "checks"),
    ("func g(k) = func(v) = v * k\nh = g(2)\nsweep k in [1, 2] JOBS { h(k) }", "'func' closes"),
    ("func f() { sweep k in [1, 2] JOBS { k } }\nf()", "function"),
  ])
  func `points that follow each other are told and run in order`(script: String, words: String) {
    let host = WorkerTests.facts(script, options: "jobs=2").host
    let warning = host.diagnostics.first { $0.id == "sweep-in-order" }
    #expect(warning?.message.contains(words) == true, "\(host.diagnostics)")
  }

  @Test(arguments: [
    "sweep k in [1, 2] JOBS { x = 0; x += k; x }",
    "sweep k in [1, 2] JOBS { for i in 1..3 { y = i; z = y }; k }",
    "sweep k in [1, 2] JOBS { if k == 1 { x = 1 } else { x = 2 }; x }",
    "sweep k in [1, 2] JOBS { t = sweep j in [1] { a = j; a }; t.value }",
    "sweep k in [1, 2] JOBS { n = prune base to 50%; quiet evaluate n on (dataset line); k }",
  ])
  func `points of their own are shared out`(script: String) {
    let host = WorkerTests.facts(script, options: "jobs=2").host
    #expect(!host.diagnostics.contains { $0.id == "sweep-in-order" }, "\(host.diagnostics)")
  }

  // MARK: - Shares

  /// A program that runs the worker, notes that it began, and has its lines say 'worker' for 'session'.
  private static func tellTale(in folder: CommandFolder) throws -> String {
    let program = try #require(BuiltProgram.path(named: "jatai"))
    return try folder.add(
      "tell-tale",
      """
      #!/bin/sh
      echo begun >> \(folder.path)/log
      \(program) "$@" | sed s/session/worker/
      """
    )
  }

  @Test(arguments: [
    ("sweep k in [1, 2] JOBS { print \"in a session\"; k }", ["worker", "worker"]),
    // What does not fit a worker's share of the memory is run with all of it.
    (
      "limit memory=1MiB\nsweep n in [10, 100000, 11] JOBS { t = random(n); print \"in a session\"; n }",
      ["worker", "session", "worker"]
    ),
    ("sweep k in [1, 2] JOBS { seed k; print \"in a session\"; k }", ["session", "session"]),
  ])
  func `points come from workers that can run them`(script: String, places: [String]) throws {
    let folder = try CommandFolder()
    defer { folder.remove() }
    let program = try WorkerTests.tellTale(in: folder)
    let host = WorkerTests.facts(script, options: "jobs=2") { $0.workerProgram = program }.host
    let lines = host.lines.map(\.text).filter { $0.hasPrefix("in a ") }
    #expect(lines == places.map { "in a \($0)" }, "\(host.diagnostics)")
  }

  private static let searched = """
    d = dataset iris
    quiet split d into [60%, 20%, 20%]
    network small { input 4; dense 100 relu; dense 100 relu; dense 3 softmax }

    """

  @Test func `a search keeps within the memory that training may plan`() throws {
    let folder = try CommandFolder()
    defer { folder.remove() }
    let program = try WorkerTests.tellTale(in: folder)
    // What the command 'train' says that it needs, beside a limit that the weights alone keep.
    let training = "\(WorkerTests.searched)limit memory=50KiB\ntrain small on d.train"
    let refusal = WorkerTests.facts(training, options: "").host.diagnostics.first
    let words = try #require(refusal?.message).split(separator: " ")
    let index = try #require(words.firstIndex(of: "needs")) + 1
    let needed = try #require(Int(words[index]))
    let search = "search small on d prune=[10%, 50%, 70%] JOBS"
    for (limit, processes) in [(4 * needed, 3), (3 * needed - 1, 2), (2 * needed - 1, 1)] {
      let script = "\(WorkerTests.searched)limit memory=\(limit)B\n\(search)"
      let shared = WorkerTests.facts(script, options: "jobs=3") { $0.workerProgram = program }.text
      let log = try FileSystem(folder: folder.path).read("log")
      #expect(log.count { $0 == UInt8(ascii: "\n") } == processes, "\(limit)")
      unlink("\(folder.path)/log")
      #expect(shared == WorkerTests.facts(script, options: "jobs=1").text)
      #expect(shared.contains("front"))
    }
    let script = "\(WorkerTests.searched)limit memory=\(needed - 1)B\n\(search)"
    for options in ["", "jobs=2"] {
      let host = WorkerTests.facts(script, options: options).host
      #expect(host.diagnostics.map(\.id) == ["training"])
      #expect(host.diagnostics.first?.message.contains("the limit is") == true)
      #expect(host.diagnostics.first?.remedy?.contains("limit memory=") == true)
    }
  }

  // MARK: - Ends

  @Test func `an interruption ends the workers and changes nothing`() {
    let script = "sweep k in [1, 2] JOBS { while true { }; k }"
    let found = WorkerTests.facts(script, options: "jobs=2") {
      $0.looksBeforeInterruption = 20
    }
    #expect(found.host.diagnostics.map(\.id) == ["interrupted"])
    #expect(found.text.contains("draws 1 results 0"))
  }

  @Test func `a limit of time ends the workers`() {
    let script = "limit time=5s\nsweep k in [1, 2] JOBS { while true { }; k }"
    let found = WorkerTests.facts(script, options: "jobs=2") { $0.secondsPerLook = 1 }
    #expect(found.host.diagnostics.map(\.id) == ["time-limit"])
  }

  @Test func `a worker that cannot run is told`() {
    for program in ["/bin/false", "/dev/null"] {
      let host = WorkerTests.facts("sweep k in [1, 2] JOBS { k }", options: "jobs=2") {
        $0.workerProgram = program
      }.host
      #expect(host.diagnostics.map(\.id) == ["workers"])
    }
  }

  // MARK: - Slurm

  /// A folder with commands that do what Slurm's do, on this machine.
  private struct ToySlurm {
    private let folder: CommandFolder
    var path: String { folder.path }

    init(fails: Bool = false) throws {
      folder = try CommandFolder()
      let path = folder.path
      let submit = """
        #!/bin/sh
        for word; do case "$word" in --array=*) last=${word#--array=0-};; esac; script=$word; done
        task=0
        while [ "$task" -le "$last" ]; do
          SLURM_ARRAY_TASK_ID=$task sh "$script" >/dev/null 2>&1 &
          echo $! >> \(path)/tasks
          task=$((task + 1))
        done
        echo "7;toy"
        exit \(fails ? 1 : 0)
        """
      let cancel = """
        #!/bin/sh
        [ "$1" = 7 ] || exit 1
        echo cancelled > \(path)/cancelled
        for task in $(cat \(path)/tasks); do pkill -P "$task"; done
        """
      try folder.add("sbatch", submit)
      try folder.add("squeue", "#!/bin/sh\necho RUNNING")
      try folder.add("scancel", cancel)
    }

    func has(_ name: String) -> Bool { folder.files.contains(name) }

    func remove() { folder.remove() }
  }

  @Test(arguments: [
    WorkerTests.scripts[2], WorkerTests.scripts[6], WorkerTests.scripts[7],
    """
    d = dataset iris
    quiet split d into [60%, 20%, 20%]
    quiet train base on (dataset xor) epochs=1
    network small { input 4; dense 4 relu; dense 3 softmax }
    search small on d prune=[0%, 50%] kinds=[int8, int4] JOBS
    """,
  ])
  func `a job array gives the same table`(script: String) throws {
    let slurm = try ToySlurm()
    defer { slurm.remove() }
    let alone = WorkerTests.facts(script, options: "").text
    let options = "jobs=2 slurm=true folder=\"\(slurm.path)\""
    let shared = WorkerTests.facts(script, options: options) { $0.variables["PATH"] = slurm.path }
    #expect(shared.text == alone)
    #expect(slurm.has("tasks"))
    #expect(FileSystem.files(in: slurm.path) == ["sbatch", "scancel", "squeue", "tasks"])
  }

  @Test func `an interruption takes the job array back`() throws {
    let slurm = try ToySlurm()
    defer { slurm.remove() }
    let script = "sweep k in [1, 2] JOBS { while true { }; k }"
    let options = "slurm=true folder=\"\(slurm.path)\""
    let host = WorkerTests.facts(script, options: options) {
      $0.variables["PATH"] = slurm.path
      $0.looksBeforeInterruption = 10
    }.host
    #expect(host.diagnostics.map(\.id) == ["interrupted"])
    #expect(slurm.has("cancelled"))
  }

  @Test func `an array that Slurm refuses is told`() throws {
    let slurm = try ToySlurm(fails: true)
    defer { slurm.remove() }
    let options = "slurm=true folder=\"/tmp\""
    let host = WorkerTests.facts("sweep k in [1] JOBS { k }", options: options) {
      $0.variables["PATH"] = slurm.path
    }.host
    #expect(host.diagnostics.map(\.id) == ["workers"])
    #expect(host.diagnostics.first?.message.contains("sbatch") == true)
  }
}
