import Diagnostics

/// Commands about the session itself.
enum SessionCommands {
  static let rows: [CommandRow] = [
    print, help, explain, undo, redo, history, save, run, seed, limit, quit,
  ]

  private static let print = CommandRow(
    "print",
    stage: "looking",
    summary: "Write values, one after the other on a line.",
    operands: [Slot("values", [.any], repeats: true, "what to write")],
    example: "print \"accuracy \\(accuracy(base, digits.test):.3)\""
  ) { call throws(Diagnostic) in
    for line in call.session.printedLines(call.operands.map(\.value)) { call.emit(line) }
    return CommandResult(.none, printsItself: false)
  }

  private static let help = CommandRow(
    "help",
    stage: "session",
    summary: "Tell what commands, layers and functions there are, or how one of them is used.",
    operands: [Slot("topic", [.word, .string], takesWords: true, "a command, layer or function")],
    example: "help train"
  ) { call throws(Diagnostic) in
    guard let given = call.operands.first else {
      for line in HelpText.overview(width: call.session.host.width) { call.emit(OutputLine(line)) }
      return CommandResult(.none, printsItself: false)
    }
    let word = given.value.wordOrString ?? given.text
    guard let lines = HelpText.about(word, width: call.session.host.width) else {
      throw Diagnostic(
        "unknown-topic",
        "there is no help about '\(word)'",
        at: given.range,
        remedy: nearestName(to: word, among: HelpText.topics).map { "did you mean '\($0)'?" }
          ?? "'help' lists what there is"
      )
    }
    for line in lines { call.emit(OutputLine(line)) }
    return CommandResult(.none, printsItself: false)
  }

  private static let explain = CommandRow(
    "explain",
    stage: "looking",
    summary: "Explain a word of the field in a few sentences.",
    operands: [
      Slot(
        "word",
        [.word, .string],
        catalogue: .topics,
        takesWords: true,
        "such as quantization"
      )
    ],
    example: "explain quantization"
  ) { call throws(Diagnostic) in
    guard let given = call.operands.first else {
      call.emit(OutputLine("explain what? " + Topics.titles.joined(separator: ", ")))
      return CommandResult(.none, printsItself: false)
    }
    let word = given.value.wordOrString ?? given.text
    guard let topic = Topics.topic(for: word) else {
      if let lines = HelpText.about(word, width: call.session.host.width) {
        for line in lines { call.emit(OutputLine(line)) }
        return CommandResult(.none, printsItself: false)
      }
      throw Diagnostic(
        "unknown-topic",
        "there is no explanation of '\(word)'",
        at: given.range,
        remedy: nearestName(to: word, among: Topics.words).map { "did you mean '\($0)'?" }
          ?? "'explain' lists the words"
      )
    }
    for paragraph in topic.text {
      for line in HelpText.folded(paragraph, width: min(call.session.host.width, 92)) {
        call.emit(OutputLine(line))
      }
    }
    if let example = topic.example { call.emit(OutputLine("try: \(example)")) }
    return CommandResult(.none, printsItself: false)
  }

  private static let undo = CommandRow(
    "undo",
    stage: "session",
    summary: "Take the last statement back: names, versions and random stream.",
    example: "undo"
  ) { call throws(Diagnostic) in
    guard call.standsAlone else { throw inside(call) }
    guard let text = call.session.undo() else {
      throw Diagnostic("nothing-to-undo", "there is nothing to undo", at: call.verbRange)
    }
    call.emit(OutputLine("undone: \(firstLine(of: text))"))
    return CommandResult(.none, printsItself: false)
  }

  private static let redo = CommandRow(
    "redo",
    stage: "session",
    summary: "Bring back what the last 'undo' took.",
    example: "redo"
  ) { call throws(Diagnostic) in
    guard call.standsAlone else { throw inside(call) }
    guard let text = call.session.redo() else {
      throw Diagnostic("nothing-to-redo", "there is nothing to redo", at: call.verbRange)
    }
    call.emit(OutputLine("done again: \(firstLine(of: text))"))
    return CommandResult(.none, printsItself: false)
  }

  private static let history = CommandRow(
    "history",
    stage: "session",
    summary: "List the statements that have been run.",
    example: "history"
  ) { call throws(Diagnostic) in
    for (index, entry) in call.session.history.enumerated() {
      for (row, line) in lines(of: entry.text).enumerated() {
        let number = row == 0 ? "\(index + 1)" : ""
        let pad = String(repeating: " ", count: max(0, 4 - number.count))
        call.emit(OutputLine("\(pad)\(number)  \(line)"))
      }
    }
    return CommandResult(.none, printsItself: false)
  }

  private static let save = CommandRow(
    "save",
    stage: "session",
    summary: "Write the session as a notebook that replays to the same digits.",
    operands: [Slot("path", [.string], isRequired: true, "where to write it")],
    options: [
      Slot("all", [.bool], defaultText: "false", "whether failed statements are kept, as comments")
    ],
    example: "save \"lab05.jatai\""
  ) { call throws(Diagnostic) in
    let path = try call.operand(0).string("save")
    let everything = try call.flag("all", default: false)
    guard let compose = call.session.notebookComposer else {
      throw Diagnostic("no-notebook", "this session cannot be saved from here", at: call.verbRange)
    }
    let text = compose(call.session, path, everything)
    try call.session.stage(Array(text.utf8), to: path, at: call.operand(0).range)
    call.emit(OutputLine(.volatile, "saved \(path)"))
    return CommandResult(.none, printsItself: false)
  }

  private static let run = CommandRow(
    "run",
    stage: "session",
    summary: "Run another script here, with the names of this session.",
    operands: [Slot("path", [.string], isRequired: true, "the script")],
    example: "run \"prepare.jatai\""
  ) { call throws(Diagnostic) in
    let path = try call.operand(0).string("run")
    try call.session.runScript(path, at: call.operand(0).range)
    return CommandResult(.none, printsItself: false)
  }

  private static let seed = CommandRow(
    "seed",
    stage: "session",
    summary: "Set the seed of all random streams that follow.",
    operands: [Slot("number", [.count], isRequired: true, range: 0...9e15, "a whole number")],
    example: "seed 42"
  ) { call throws(Diagnostic) in
    call.session.setSeed(UInt64(try call.operand(0).wholeNumber("seed")))
    return CommandResult(.none, printsItself: false)
  }

  private static let limit = CommandRow(
    "limit",
    stage: "session",
    summary: "Bound the memory and time that a statement may take.",
    options: [
      Slot("memory", [.bytes], "the largest amount of memory a command may plan"),
      Slot("time", [.duration], "the longest time one statement may take"),
    ],
    example: "limit memory=2GiB time=5min"
  ) { call throws(Diagnostic) in
    guard !call.options.isEmpty else {
      throw Diagnostic(
        "missing-option",
        "limit needs memory= or time=",
        at: call.verbRange,
        remedy: "for example 'limit time=30s'"
      )
    }
    if let given = call.option("memory") {
      call.session.memoryLimit = Int(
        try positive(given, .information, "memory", below: Double(1 << 46))
      )
    }
    if let given = call.option("time") {
      call.session.timeLimit = try positive(given, .time, "time", below: 1e9)
    }
    return CommandResult(.none, printsItself: false)
  }

  private static let quit = CommandRow(
    "quit",
    stage: "session",
    summary: "End the session.",
    example: "quit"
  ) { call throws(Diagnostic) in
    call.session.requestQuit()
    return CommandResult(.none, printsItself: false)
  }

  private static func positive(
    _ given: GivenValue,
    _ dimension: Dimension,
    _ name: String,
    below limit: Double
  ) throws(Diagnostic) -> Double {
    guard case .quantity(let quantity) = given.value, quantity.dimension == dimension,
      quantity.value > 0, quantity.value < limit
    else {
      throw Diagnostic(
        "option-kind",
        "\(name) must be a positive quantity such as \(name == "time" ? "30s" : "512MiB")",
        at: given.range
      )
    }
    return quantity.value
  }

  /// The error of `undo` and `redo` where taking statements back would cut one in two.
  private static func inside(_ call: CommandCall) -> Diagnostic {
    Diagnostic(
      "undo-inside",
      "'\(call.row.name)' acts on whole statements, so it stands alone",
      at: call.verbRange,
      remedy: "write it outside of blocks, functions and scripts"
    )
  }

  /// The lines of a statement's text, with pictures for characters that cannot be seen.
  private static func lines(of text: String) -> [String] {
    text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { printable(String($0)) }
  }

  private static func firstLine(of text: String) -> String {
    let lines = lines(of: text)
    return (lines.first ?? "") + (lines.count > 1 ? " …" : "")
  }
}
