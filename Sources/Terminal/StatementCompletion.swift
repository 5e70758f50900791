import Diagnostics
import Language
import Scripting

/// What Tab offers in a statement: verbs, layers, options, names of catalogues, variables, members,
/// functions and files, each from the table that also checks and runs it.
struct StatementCompletion {
  /// The session's names with the kinds of slot that what they hold may stand in.
  private let variables: [(name: String, kinds: [Kind])]
  private let session: Session

  /// Completion with the names that a session has now.
  init(session: Session) {
    self.session = session
    variables = session.names.compactMap { name in
      session.value(of: name).map { (name, $0.kinds) }
    }
  }

  /// Words that begin statements beside verbs.
  private static let statementWords: [Completion.Candidate] = [
    .init("network", summary: "declare a network by its layers"),
    .init("board", summary: "describe a board of your own"),
    .init("func", summary: "define a function"),
    .init("for", summary: "repeat for each value"),
    .init("while", summary: "repeat as long as something holds"),
    .init("if", summary: "choose"),
    .init("check", summary: "a scored block"),
    .init("expect", summary: "fail unless something holds"),
    .init("quiet", summary: "run without printing the result"),
  ]

  /// Candidates for `text` with the cursor at a UTF-8 offset; nil where nothing is offered.
  func completion(of text: String, at cursor: Int) -> Completion? {
    let before = Array(text.utf8)[..<min(cursor, text.utf8.count)]
    var scanner = BracketScanner()
    scanner.read(before)
    if scanner.isInComment { return nil }
    if let start = scanner.openString {
      let path = String(decoding: before[start...], as: UTF8.self)
      return Completion(range: start..<cursor, candidates: FileNames.candidates(for: path))
    }
    let typed = String(decoding: before, as: UTF8.self)
    let scalars = typed.unicodeScalars.reversed().prefix(while: isWordScalar).reversed()
    let word = String(String.UnicodeScalarView(scalars))
    guard word.unicodeScalars.first.map({ !("0"..."9").contains($0) }) ?? true else { return nil }
    let start = cursor - word.utf8.count
    let context = StatementContext(endOf: String(decoding: before[..<start], as: UTF8.self))
    var seen: Set<String> = []
    let found = candidates(in: context)
      .filter { $0.text.hasPrefix(word) && seen.insert($0.text).inserted }
    return found.isEmpty ? nil : Completion(range: start..<cursor, candidates: found)
  }

  private func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || scalar.properties.generalCategory == .nonspacingMark
  }

  private func candidates(in context: StatementContext) -> [Completion.Candidate] {
    switch context {
    case .verb(let isPiped):
      let verbs = CommandTable.rows.map { Completion.Candidate($0.name, summary: $0.summary) }
      return isPiped ? verbs : verbs + StatementCompletion.statementWords + names() + functions()
    case .layerKind:
      return LayerTable.rows.map { .init($0.name, summary: $0.summary) }
    case .layer(let name, let used, let option):
      guard let row = LayerTable.row(named: name) else { return [] }
      if let option {
        return row.options.first { $0.name == option }.map(values) ?? []
      }
      return (row.takesActivation ? words(of: .activations) : []) + row.operands.flatMap(values)
        + options(row.options, used: used)
    case .command(let verb, let operands, let used, let wanted):
      guard let row = CommandTable.row(named: verb) else { return [] }
      return self.candidates(for: row, operands: operands, used: used, wanted: wanted)
    case .expression:
      return names() + functions()
    case .member(let path):
      return members(of: path).map { .init($0, suffix: "") }
    case .newName:
      return []
    }
  }

  private func candidates(
    for row: CommandRow,
    operands: Int,
    used: Set<String>,
    wanted: String?
  ) -> [Completion.Candidate] {
    if let wanted {
      let slot = (row.options + row.prepositions).first { $0.name == wanted }
      return slot.map(values) ?? names() + functions()
    }
    var found: [Completion.Candidate] = []
    if operands < row.operands.count {
      found += values(row.operands[operands])
    } else if let last = row.operands.last, last.repeats {
      found += values(last)
    }
    if row.name == "help" {
      found += CommandTable.rows.map { .init($0.name, summary: $0.summary) }
      found += LayerTable.rows.map { .init($0.name, summary: $0.summary) }
      found += Builtins.rows.map { .init($0.name, summary: $0.summary) }
    }
    found += row.prepositions.filter { !used.contains($0.name) }
      .map { .init($0.name, summary: $0.summary) }
    return found + options(row.options, used: used)
  }

  private func options(_ slots: [Slot], used: Set<String>) -> [Completion.Candidate] {
    slots.filter { !used.contains($0.name) }.map { slot in
      let standard = slot.defaultText.map { " (\($0))" } ?? ""
      return .init(slot.name + "=", summary: slot.summary + standard, suffix: "")
    }
  }

  /// What may stand in a slot: its catalogue's words, and the variables of a kind that it takes.
  private func values(_ slot: Slot) -> [Completion.Candidate] {
    var found = slot.catalogue.map(words) ?? []
    if slot.kinds.contains(.bool) { found += [.init("true"), .init("false")] }
    let takesAny = slot.kinds.contains(.any)
    found += variables.filter { variable in
      takesAny || variable.kinds.contains { slot.kinds.contains($0) }
    }
    .map(candidate)
    return found
  }

  private func words(of catalogue: Catalogue) -> [Completion.Candidate] {
    CatalogueTable.names(in: catalogue).map { .init($0) }
  }

  private func names() -> [Completion.Candidate] {
    variables.map(candidate)
  }

  private func candidate(_ variable: (name: String, kinds: [Kind])) -> Completion.Candidate {
    let kind = variable.kinds.first ?? .any
    return .init(variable.name, summary: kind == .any ? "" : kind.rawValue)
  }

  /// Members of what a path of names holds, such as `train` of `digits`.
  private func members(of path: [String]) -> [String] {
    guard let first = path.first else { return [] }
    guard var value = session.value(of: first) else {
      // `zoo.`: functions whose name has a first part.
      return Builtins.rows.map(\.name)
        .filter { path.count == 1 && $0.hasPrefix(first + ".") }
        .map { $0.dropFirst(first.count + 1) + "(" }
    }
    for name in path.dropFirst() {
      guard case .record(let record) = value, let member = record[name] else { return [] }
      value = member
    }
    return session.memberNames(of: value)
  }

  private func functions() -> [Completion.Candidate] {
    Builtins.rows.map { .init($0.name + "(", summary: $0.summary, suffix: "") }
  }
}
