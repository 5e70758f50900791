/// Help made of the tables of commands, layers and functions.
public enum HelpText {
  /// Everything that `help WORD` knows.
  static let topics =
    CommandTable.rows.map(\.name) + LayerTable.kinds + ["layers", "functions"]
    + Builtins.rows.map(\.name)

  /// What there is, in a screenful.
  static func overview(width: Int) -> [String] {
    var lines: [String] = []
    for stage in stages {
      let names = CommandTable.rows.filter { $0.stage == stage }.map(\.name)
      let head = stage + String(repeating: " ", count: max(1, 14 - stage.count))
      let folded = folded(names.joined(separator: " "), width: max(20, width - 14))
      for (index, line) in folded.enumerated() {
        lines.append((index == 0 ? head : String(repeating: " ", count: 14)) + line)
      }
    }
    return lines + [
      "help NAME shows one of them; help layers, help functions; explain WORD for the ideas"
    ]
  }

  /// How one thing is used, or nil if there is nothing of that name.
  static func about(_ word: String, width: Int) -> [String]? {
    if word == "layers" {
      return LayerTable.rows.flatMap { entry($0.example, $0.summary, indent: 36, width: width) }
    }
    if word == "functions" {
      return Builtins.rows.flatMap { entry(usage(of: $0), $0.summary, indent: 36, width: width) }
    }
    if let row = CommandTable.row(named: word) { return lines(of: row, width: width) }
    if let row = LayerTable.row(named: word) {
      return folded(row.summary, width: width) + ["  \(row.example)"]
        + slots(row.operands, mark: "", width: width) + slots(row.options, mark: "=", width: width)
    }
    if let row = Builtins.row(named: word) {
      return entry(usage(of: row), row.summary, indent: usage(of: row).count + 2, width: width)
    }
    return nil
  }

  /// A word and what it means; what does not fit goes on under the meaning.
  private static func entry(
    _ head: String,
    _ text: String,
    indent: Int,
    width: Int
  ) -> [String] {
    let start = min(max(indent, head.count + 2), max(indent, width / 2))
    var lines = folded(text, width: max(20, width - start))
    let space = String(repeating: " ", count: start)
    if head.count + 2 > start { lines.insert("", at: 0) }
    return lines.enumerated().map { index, line in
      guard index == 0 else { return space + line }
      guard !line.isEmpty else { return head }
      return head + String(repeating: " ", count: max(2, start - head.count)) + line
    }
  }

  /// The stages in the order of the table.
  static let stages: [String] = {
    var stages: [String] = []
    for row in CommandTable.rows where !stages.contains(row.stage) { stages.append(row.stage) }
    return stages
  }()

  /// A command as it is typed: train NETWORK on DATASET epochs= batch=.
  static func usage(of row: CommandRow) -> String {
    let operands = row.operands.map { slot in
      let word = slot.name.uppercased() + (slot.repeats ? " …" : "")
      return slot.isRequired ? word : "[\(word)]"
    }
    let prepositions = row.prepositions.map { slot in
      let word = "\(slot.name) \(slot.kinds.first?.rawValue.uppercased() ?? "VALUE")"
      return slot.isRequired ? word : "[\(word)]"
    }
    return ([row.name] + operands + prepositions + row.options.map { "\($0.name)=" })
      .joined(separator: " ")
  }

  static func usage(of row: FunctionRow) -> String {
    "\(row.name)(\(row.parameters.map { $0.isRequired ? $0.name : "\($0.name)=" }.joined(separator: ", ")))"
  }

  private static func lines(of row: CommandRow, width: Int) -> [String] {
    let usage = folded(usage(of: row), width: max(20, width - 4))
    return folded(row.summary, width: width)
      + usage.enumerated().map { ($0 == 0 ? "  " : "    ") + $1 }
      + slots(row.operands, mark: "", width: width)
      + slots(row.prepositions, mark: "", width: width)
      + slots(row.options, mark: "=", width: width)
      + folded("for example: \(row.example)", width: width)
  }

  private static func slots(_ slots: [Slot], mark: String, width: Int) -> [String] {
    slots.flatMap { slot in
      var text = slot.summary
      if let standard = slot.defaultText { text += " (default \(standard))" }
      if let catalogue = slot.catalogue {
        let names = CatalogueTable.names(in: catalogue)
        if !names.isEmpty, names.count <= 16 { text += ": " + names.joined(separator: ", ") }
      }
      return entry("  \(slot.name)\(mark)", text, indent: 16, width: width)
    }
  }

  /// Words in lines of at most `width` characters.
  static func folded(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// `Docs/Commands.md`: the tables as a page.
  public static var commandsPage: String {
    var page =
      "# Commands\n\nMade from the command table by `jatai docs`; a test fails when it is stale.\n"
    for stage in stages {
      page += "\n## \(stage.prefix(1).uppercased() + stage.dropFirst())\n"
      for row in CommandTable.rows where row.stage == stage {
        page += "\n### \(row.name)\n\n\(row.summary)\n\n```\n\(usage(of: row))\n```\n"
        page += table(row.operands + row.prepositions, row.options)
        if !row.remakes.isEmpty {
          page += "\nUnbound, it rebinds the name of what it remakes.\n"
        }
        page += "\nExample: `\(row.example)`\n"
      }
    }
    page += "\n## Layers\n\n| line | meaning |\n|---|---|\n"
    for row in LayerTable.rows { page += "| `\(row.example)` | \(row.summary) |\n" }
    page += "\n## Functions\n\n| function | meaning |\n|---|---|\n"
    for row in Builtins.rows { page += "| `\(usage(of: row))` | \(row.summary) |\n" }
    return page
  }

  private static func table(_ operands: [Slot], _ options: [Slot]) -> String {
    guard !(operands + options).isEmpty else { return "" }
    var text = "\n| | kinds | default | |\n|---|---|---|---|\n"
    for (slots, mark) in [(operands, ""), (options, "=")] {
      for slot in slots {
        let kinds = slot.kinds.map(\.rawValue).joined(separator: ", ")
        var summary = slot.summary
        if let catalogue = slot.catalogue, CatalogueTable.names(in: catalogue).count <= 20 {
          let names = CatalogueTable.names(in: catalogue)
          if !names.isEmpty { summary += ": " + names.joined(separator: ", ") }
        }
        let standard = slot.isRequired ? "required" : slot.defaultText ?? ""
        text += "| `\(slot.name)\(mark)` | \(kinds) | \(standard) | \(summary) |\n"
      }
    }
    return text
  }
}
