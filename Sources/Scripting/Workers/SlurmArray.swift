import Glibc

/// A job array of Slurm: each of its tasks is a worker that writes lines into a file, in a folder
/// that all machines see.
struct SlurmArray {
  /// How an array came to its end.
  enum Ending {
    case well
    /// A task did not end well.
    case broken
    /// It was not even begun.
    case refused
  }

  private let program: String
  private let submit: String
  private let queue: String
  private let cancel: String

  /// Seconds between two looks at the files, in microseconds.
  private static let look: UInt32 = 200_000
  /// Looks between two questions to Slurm whether the array is still known.
  private static let looksPerQuestion = 25
  /// Answers that it is not known before that is believed: files may come late over a network.
  private static let answersToBelieve = 3

  /// Nil unless Slurm's commands are in the folders of `search`, separated by colons.
  init?(program: String, search: String?) {
    let folders = (search ?? "").split(separator: ":").map(String.init)
    func path(_ name: String) -> String? {
      folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
    guard let submit = path("sbatch"), let queue = path("squeue"), let cancel = path("scancel")
    else { return nil }
    self.submit = submit
    self.queue = queue
    self.cancel = cancel
    // `/proc/self/exe` is another program on another machine.
    guard let real = realpath(program, nil) else { return nil }
    defer { free(real) }
    self.program = String(cString: real)
  }

  /// Submits an array with a task for each list of arguments and waits for its end.
  func run(
    _ arguments: [[String]],
    in folder: String,
    shouldStop: () -> Bool,
    take: (String) -> Void
  ) -> Ending {
    let script = "\(folder)/array.sh"
    guard (try? FileSystem().save(Array(text(of: arguments, folder).utf8), to: script)) != nil,
      let id = id(ofArray: script, tasks: arguments.count, folder)
    else { return .refused }
    defer { clear(folder, tasks: arguments.count) }
    var tasks = arguments.indices.map { Task(lines: "\(folder)/lines-\($0).jsonl") }
    var looks = 0
    var absences = 0
    while true {
      if shouldStop() {
        _ = output(of: cancel, [id])
        return .broken
      }
      // What a task has written is there before the file that says it has ended.
      let endings = arguments.indices.map { ending(of: $0, in: folder) }
      for index in tasks.indices { tasks[index].read(take) }
      if endings.allSatisfy({ $0 != nil }) {
        return endings.allSatisfy { $0 == "0" } ? .well : .broken
      }
      looks += 1
      if looks.isMultiple(of: SlurmArray.looksPerQuestion) {
        absences = isKnown(id) ? 0 : absences + 1
        if absences == SlurmArray.answersToBelieve { return .broken }
      }
      usleep(SlurmArray.look)
    }
  }

  // MARK: - Slurm's commands

  /// Submits the script and gives the array's number.
  private func id(ofArray script: String, tasks: Int, _ folder: String) -> String? {
    let words = [
      "--parsable", "--job-name=jatai", "--array=0-\(tasks - 1)", "--chdir=\(workingFolder)",
      "--output=\(folder)/task-%a.log", script,
    ]
    guard let text = output(of: submit, words) else { return nil }
    // The number, and behind a semicolon the cluster's name where there are several.
    let id = text.prefix { $0.isNumber }
    return id.isEmpty ? nil : String(id)
  }

  private func isKnown(_ id: String) -> Bool {
    output(of: queue, ["--noheader", "--jobs=\(id)", "--format=%T"], isSilent: true)
      .map { !$0.isEmpty } ?? false
  }

  private func output(
    of program: String,
    _ words: [String],
    isSilent: Bool = false
  ) -> String? {
    guard
      let child = ChildProcess.start(
        program,
        words,
        named: program.split(separator: "/").last.map(String.init) ?? program,
        showsErrors: !isSilent
      )
    else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 12)
    while true {
      let count = Glibc.read(child.pipe, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    close(child.pipe)
    var status: Int32 = 0
    while waitpid(child.process, &status, 0) < 0, errno == EINTR {}
    return status == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private var workingFolder: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  // MARK: - Files

  /// What every task runs: its own worker, then a note of how that ended.
  private func text(of arguments: [[String]], _ folder: String) -> String {
    let folder = SlurmArray.quoted(folder)
    let commands = arguments.enumerated().map { index, words in
      "\(index)) set -- \(words.map(SlurmArray.quoted).joined(separator: " ")) ;;"
    }
    return """
      #!/bin/sh
      case "$SLURM_ARRAY_TASK_ID" in
      \(commands.joined(separator: "\n"))
      esac
      task=\(folder)/lines-$SLURM_ARRAY_TASK_ID.jsonl
      ending=\(folder)/ending-$SLURM_ARRAY_TASK_ID
      \(SlurmArray.quoted(program)) "$@" > "$task"
      echo $? > "$ending.part"
      mv "$ending.part" "$ending"

      """
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let inside = word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''")
    return "'\(inside)'"
  }

  private func ending(of task: Int, in folder: String) -> String? {
    (try? FileSystem().read("\(folder)/ending-\(task)")).map { bytes in
      String(decoding: bytes.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
  }

  /// Takes away what would be mistaken for files of the next array.
  private func clear(_ folder: String, tasks: Int) {
    for task in 0..<tasks {
      unlink("\(folder)/ending-\(task)")
      unlink("\(folder)/lines-\(task).jsonl")
    }
  }

  /// How far the lines of a task have been read.
  private struct Task {
    let lines: String
    private var taken = 0

    init(lines: String) { self.lines = lines }

    /// Gives the whole lines that have come since the last time to `take`.
    mutating func read(_ take: (String) -> Void) {
      guard let bytes = try? FileSystem().read(lines), bytes.count > taken else { return }
      let new = bytes[taken...]
      guard let end = new.lastIndex(of: UInt8(ascii: "\n")) else { return }
      for line in new[..<end].split(separator: UInt8(ascii: "\n")) {
        take(String(decoding: line, as: UTF8.self))
      }
      taken = end + 1
    }
  }
}
