import Glibc
import Scripting
import TestSupport
import Testing

/// The built program: exit codes are those of the language page, and every mistake is told with its
/// place and a remedy.
@Suite(.enabled(if: ProgramRun.isBuilt))
struct CommandLineTests {
  private static func run(
    _ arguments: [String],
    input: String = "",
    files: [String: String] = [:]
  ) throws -> ProgramRun {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    for (name, text) in files { try folder.write(text, to: name) }
    return try ProgramRun(arguments, input: input, in: folder)
  }

  private static let usages: [(arguments: [String], code: Int32)] = [
    (["--version"], 0), (["--help"], 0), (["help", "run"], 0), (["run"], 2), (["frobnicate"], 2),
    (["run", "--nonsense", "a"], 2), (["run", "nowhere.jatai"], 2),
    (["replay", "nowhere.jatai"], 2),
    (["record", "."], 2), (["grade", "a"], 2), (["grade", "-", "a"], 2), (["check", "."], 2),
  ]

  @Test(arguments: usages)
  func `usage has exit code 2, and help 0`(arguments: [String], code: Int32) throws {
    let run = try CommandLineTests.run(arguments)
    #expect(run.exitCode == code, "\(run.errors)")
    #expect(code == 0 ? !run.output.isEmpty : !run.errors.isEmpty)
  }

  private static let inputs: [(text: String, code: Int32, output: String)] = [
    ("print 1", 0, "1\n"), ("print 1\nprint [1][7]\nprint 2", 1, "1\n"), ("print (1", 2, ""),
    ("quit\nprint 2", 0, ""), ("expect 1 > 2", 1, ""), ("", 0, ""), ("trian x", 2, ""),
  ]

  @Test(arguments: inputs)
  func `statements of standard input`(text: String, code: Int32, output: String) throws {
    for arguments in [[], ["run", "-"]] {
      let run = try CommandLineTests.run(arguments, input: text + "\n")
      #expect(run.output == output, "\(arguments) \(run.errors)")
      let isMistaken = text.hasPrefix("trian")
      #expect(isMistaken ? [1, 2].contains(run.exitCode) : run.exitCode == code, "\(run.errors)")
      if run.exitCode != 0 { #expect(run.errors.contains("<stdin>:")) }
      #expect(!run.output.contains("\u{1b}"))
    }
  }

  // MARK: Bad files

  @Test(arguments: [
    ("d = dataset \"nowhere.csv\"", "nowhere.csv"),
    ("d = dataset \"ragged.csv\" target=\"y\"", "ragged"),
    ("d = dataset \"text.csv\" target=\"y\"", "text.csv"),
    ("d = dataset \"empty.csv\"", "empty.csv"),
    ("d = dataset \"cut.csv.gz\"", "cut.csv.gz"), ("d = dataset \"magic-idx3-ubyte\"", "magic"),
    ("m = load \"magic.tflite\"", "magic.tflite"), ("m = load \"magic.safetensors\"", "magic"),
    ("d = dataset \".\"", "."), ("d = dataset \"head.csv\" target=\"y\"", "head.csv"),
  ])
  func `a bad data file is told with place and remedy`(line: String, word: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write("x,y\n1,2\n3\n4,5\n", to: "ragged.csv")
    try folder.write("x,y\n1,2\nred,3\n4,5\n", to: "text.csv")
    try folder.write("", to: "empty.csv")
    try folder.write("x,y\n", to: "head.csv")
    try folder.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0xE4] as [UInt8], to: "cut.csv.gz")
    try folder.write([9, 9, 9, 9, 1, 2, 3] as [UInt8], to: "magic-idx3-ubyte")
    try folder.write("this is no model file at all", to: "magic.tflite")
    try folder.write("this is no model file at all", to: "magic.safetensors")
    try folder.write("print 1\n\(line)\nprint 2\n", to: "lab.jatai")
    let run = try ProgramRun(["run", "lab.jatai"], in: folder)
    #expect(run.exitCode == 1, "\(run.output)\(run.errors)")
    #expect(run.output == "1\n")
    #expect(run.errors.contains("lab.jatai:2:"))
    #expect(run.errors.contains("error: "))
    #expect(run.errors.contains("^"))
  }

  @Test(arguments: [
    "d = dataset [{ x: 1, y: 0 }, { x: 2, y: 1 }] target=\"y\"\nnetwork n { input 2; dense 2 softmax }\ntrain n on d",
    "d = dataset [{ x: 1, y: 0 }, { x: 2, y: 1 }, { x: 3, y: 2 }] target=\"y\"\nnetwork n { input 1; dense 2 softmax }\ntrain n on d loss=crossentropy",
    "d = dataset [] target=\"y\"", "d = dataset xor\nprint d.test",
    "network n { input 8x8x1; dense 10 }",
    "network n { input 4x4x1; conv 8 5x5 }",
  ])
  func `sets and shapes that do not fit are told`(text: String) throws {
    let run = try CommandLineTests.run(["run", "lab.jatai"], files: ["lab.jatai": text])
    #expect(run.exitCode == 1, "\(run.output)\(run.errors)")
    #expect(run.errors.contains("lab.jatai:"))
    #expect(run.errors.contains("error: "))
  }

  @Test(arguments: ["/proc/nowhere/x.jatai", "/dev/full", "/"])
  func `a save that fails is told and nothing is lost`(path: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let run = try ProgramRun([], input: "x = 1\nsave \"\(path)\"\n", in: folder)
    #expect(run.exitCode == 1)
    #expect(run.errors.contains("<stdin>:2:"))
    #expect(FileSystem.files(in: folder.path).isEmpty)
  }

  @Test(.enabled(if: geteuid() != 0)) func `a read-only folder is told`() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    mkdir(folder.path + "/closed", 0o500)
    let run = try ProgramRun([], input: "x = 1\nsave \"closed/x.jatai\"\n", in: folder)
    #expect(run.exitCode == 1)
    #expect(run.errors.contains("permission"))
  }

  @Test(arguments: [
    "# ---\n# seed: 1\nprint 1\n", "# ---\n# seed: one\n# ---\nprint 1\n",
    "# %% Q [task]\nx = 1\n", "# %% Q [task] id=\"q\nx = 1\n", "print (1\n# %% B\nprint 2\n",
    "print \"half\n", "# %% a [markdown]\nprose without a mark\n",
  ])
  func `a notebook that is half written is told by every verb`(text: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(text, to: "half.jatai")
    for verb in ["run", "replay", "record", "strip", "check"] {
      let run = try ProgramRun([verb, "half.jatai"], in: folder)
      #expect(run.exitCode == 2, "\(verb): \(run.output)\(run.errors)")
      #expect(run.errors.contains("half.jatai:"))
      #expect(folder.text("half.jatai") == text)
    }
  }

  // MARK: Verbs

  @Test func `an interruption has exit code 130`() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let endless = "print 1\nwhile true { }\n"
    try folder.write(endless, to: "lab.jatai")
    for arguments in [
      ["run", "lab.jatai"], ["record", "lab.jatai"], ["replay", "lab.jatai"], [],
    ] {
      let run = try ProgramRun(arguments, input: endless, in: folder, interruptedAfter: 1)
      #expect(run.exitCode == 130, "\(arguments) \(run.output)\(run.errors)")
    }
    #expect(folder.text("lab.jatai") == endless)
  }

  @Test func `record, replay and strip`() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(SampleNotebook.key, to: "key.jatai")
    chmod(folder.path + "/key.jatai", 0o755)
    #expect(try ProgramRun(["record", "key.jatai"], in: folder).exitCode == 0)
    #expect(folder.text("key.jatai")?.contains("#> ok 2/2") == true)
    #expect(access(folder.path + "/key.jatai", X_OK) == 0)
    var status = stat()
    stat(folder.path + "/key.jatai", &status)
    #expect(status.st_mode & 0o777 == 0o755)
    #expect(try ProgramRun(["replay", "key.jatai"], in: folder).exitCode == 0)
    let changed = folder.text("key.jatai")?.replacing("#> ok 2/2", with: "#> ok 1/2") ?? ""
    try folder.write(changed, to: "changed.jatai")
    let replay = try ProgramRun(["replay", "changed.jatai"], in: folder)
    #expect(replay.exitCode == 3)
    #expect(replay.output.contains("replayed  #> ok 2/2"))
    #expect(try ProgramRun(["replay", "-"], input: changed, in: folder).exitCode == 3)
    let strip = try ProgramRun(["strip", "key.jatai", "-o", "lab.jatai"], in: folder)
    #expect(strip.exitCode == 0)
    #expect(folder.text("lab.jatai") == SampleNotebook.stripped(SampleNotebook.key))
    // A student's copy runs to its end, with the points that it would get.
    let run = try ProgramRun(["run", "lab.jatai"], in: folder)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.contains("failed 0/1"))
  }

  @Test func `recorded escapes of a notebook reach no terminal`() throws {
    let text = "print 1\n#> \u{9b}31m\u{200e}evil\n"
    let run = try CommandLineTests.run(["replay", "lab.jatai"], files: ["lab.jatai": text])
    #expect([2, 3].contains(run.exitCode))
    #expect(
      !(run.output + run.errors).unicodeScalars.contains { $0 == "\u{9b}" || $0 == "\u{200e}" }
    )
  }

  @Test func `parameters are set, and wrong ones are told`() throws {
    let files = [
      "lab.jatai": "# %% P id=\"p\" parameters=\"true\"\nn = 5\n# %% R id=\"r\"\nprint (n / 2)\n"
    ]
    let run = try CommandLineTests.run(["run", "lab.jatai", "--set", "n=3"], files: files)
    #expect(run.exitCode == 0)
    #expect(run.output == "1.5\n")
    for wrong in ["m=3", "n", "n=", "n=nowhere", "n=1; m=2"] {
      let run = try CommandLineTests.run(["run", "lab.jatai", "--set", wrong], files: files)
      #expect(run.exitCode == 2, "\(wrong): \(run.errors)")
    }
  }

  @Test func `results as JSON lines`() throws {
    let text = "print \"a\\tb\" (1 / 3)\ncheck \"c\" points=2 { expect 1 > 0 }\nprint [1][4]\n"
    let run = try CommandLineTests.run(["run", "lab.jatai", "--json"], files: ["lab.jatai": text])
    #expect(run.exitCode == 1)
    let lines = run.output.split(separator: "\n").map { JSONText.value(of: Array($0.utf8)) }
    #expect(lines.count == 3)
    guard case .object(let first)?? = lines.first, case .array(let output)? = first["output"],
      case .object(let line)? = output.first, case .object(let last)?? = lines.last
    else {
      Issue.record("\(run.output)")
      return
    }
    #expect(line["numbers"] == .array([.number(1.0 / 3)]))
    #expect(first["line"] == .number(1))
    #expect(last["status"] == .string("failed"))
    #expect(run.errors.contains("lab.jatai:3:"))
  }

  // MARK: Grading

  @Test func `grading writes every report, whatever a submission does`() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let empty = SampleNotebook.stripped(SampleNotebook.key)
    try folder.write(SampleNotebook.key, to: "key.jatai")
    try folder.write(SampleNotebook.key, to: "in/full.jatai")
    try folder.write(empty, to: "in/empty.jatai")
    try folder.write("\u{0}\u{1}garbage (((", to: "in/garbage.jatai")
    mkdir(folder.path + "/in/folder.jatai", 0o700)
    try folder.write(
      empty.replacing("# TODO: bind half", with: "while true { }\n# TODO: bind half"),
      to: "in/endless.jatai"
    )
    let arguments = ["grade", "key.jatai", "in", "--seconds", "4"]
    let run = try ProgramRun(arguments + ["--jobs", "3", "--out", "a"], in: folder)
    #expect(run.exitCode == 1, "\(run.output)\(run.errors)")
    let csv = folder.text("a/grades.csv") ?? ""
    #expect(csv.contains("full,5,5,"))
    #expect(csv.contains("empty,0,5,"))
    #expect(csv.contains("garbage,0,5,"))
    #expect(csv.contains("folder,0,0,,its process ended with exit code 2"))
    // The budget of steps or the clock ends it, whichever this machine reaches first.
    #expect(csv.contains("endless,0,"))
    for name in ["full", "empty", "garbage", "folder", "endless"] {
      let results = folder.text("a/\(name)/results.json") ?? ""
      #expect(JSONText.value(of: Array(results.utf8)) != nil, "\(name)")
      #expect(folder.text("a/\(name)/feedback.md")?.hasPrefix("# \(name)") == true)
    }
    try? FileSystem(folder: folder.path).save([], to: "in/done")
    unlink(folder.path + "/in/endless.jatai")
    rmdir(folder.path + "/in/folder.jatai")
    let one = ["grade", "key.jatai", "in", "--jobs", "1", "--out", "b"]
    #expect(try ProgramRun(one, in: folder).exitCode == 4)
    for name in ["full", "empty", "garbage"] {
      #expect(folder.text("a/\(name)/results.json") == folder.text("b/\(name)/results.json"))
    }
    let good = ["grade", "key.jatai", "in/full.jatai", "--pass", "100%", "--out", "c"]
    #expect(try ProgramRun(good, in: folder).exitCode == 0)
  }

  @Test(.enabled(if: access("/usr/bin/python3", X_OK) == 0))
  func `Python reads the results`() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try folder.write(SampleNotebook.key, to: "key.jatai")
    _ = try ProgramRun(["grade", "key.jatai", "key.jatai", "--out", "out"], in: folder)
    let script = """
      import json, sys
      r = json.load(open('\(folder.path)/out/key/results.json'))
      assert r['score'] == 5 and r['max_score'] == 5 and len(r['tests']) == 4
      assert all(type(t['name']) is str and t['score'] <= t['max_score'] for t in r['tests'])
      """
    try folder.write(script, to: "read.py")
    #expect(system("/usr/bin/python3 \(folder.path)/read.py") == 0)
  }
}
