import Diagnostics

/// Checks values against the slots of the command and function tables.
enum SlotCheck {
  /// The value as the slot takes it, or an error that says what was needed and what is there.
  static func checked(
    _ given: GivenValue,
    slot: Slot,
    owner: String,
    session: Session
  ) throws(Diagnostic) -> GivenValue {
    var given = given
    if case .range = given.value, slot.kinds.contains(.list), !slot.kinds.contains(.any) {
      let sequence = try Sequences.sequence(of: given.value, at: given.range)
      try Limits.checkCount(sequence.count, at: given.range, session: session)
      given.value = .list((0..<sequence.count).map { sequence[$0] })
    }
    guard slot.kinds.contains(where: { $0.accepts(given.value, slot) }) else {
      throw mismatch(given, slot, owner)
    }
    if let range = slot.range, let number = number(given.value), !range.contains(number) {
      throw outOfRange(given, number, range, slot, owner)
    }
    return given
  }

  private static func number(_ value: Value) -> Double? {
    if case .number(let number) = value { return number }
    return nil
  }

  private static func mismatch(_ given: GivenValue, _ slot: Slot, _ owner: String) -> Diagnostic {
    let needed = phrase(for: slot.kinds)
    var remedy: String?
    if case .number(let number) = given.value {
      if slot.kinds.contains(.count), number.isFinite {
        return Diagnostic(
          "not-whole",
          "\(owner) needs a whole number, but here is \(NumberFormat.text(number))",
          at: given.range
        )
      }
      if slot.kinds.contains(.ratio), number > 1 {
        return Diagnostic(
          "out-of-range",
          "\(owner) needs a ratio from 0 to 1, but here is \(NumberFormat.text(number))",
          at: given.range,
          remedy: ratioRemedy(given, number)
        )
      }
      if slot.kinds.contains(.bytes) { remedy = "give it a unit, as in 64KiB" }
      if slot.kinds.contains(.duration) { remedy = "give it a unit, as in 10ms" }
    }
    if case .word(let word) = given.value {
      return Diagnostic(
        "wrong-kind",
        "\(owner) needs \(needed), but '\(word)' is a name of the catalogue",
        at: given.range
      )
    }
    if case .model = given.value, slot.kinds.contains(.network) {
      return mismatch(.model, text: given.text, slot, owner, at: given.range)
    }
    var found = given.value.kindPhrase
    if case .quantity(let quantity) = given.value { found = "\(quantity.dimension)" }
    return Diagnostic(
      "wrong-kind",
      "\(owner) needs \(needed), but '\(shortened(given.text))' is \(found)",
      at: given.range,
      remedy: remedy
    )
  }

  /// The error about a value of which only the kind is known.
  static func mismatch(
    _ kind: Kind,
    text: String,
    _ slot: Slot,
    _ owner: String,
    at range: SourceRange
  ) -> Diagnostic {
    let needed = phrase(for: slot.kinds)
    if kind == .model, slot.kinds.contains(.network) {
      return Diagnostic(
        "inference-only",
        "\(owner) needs \(needed), but '\(shortened(text))' is a model, and models only run",
        at: range,
        remedy: "use the network that it was made of, then quantize or convert again"
      )
    }
    return Diagnostic(
      "wrong-kind",
      "\(owner) needs \(needed), but '\(shortened(text))' is \(kind.phrase)",
      at: range
    )
  }

  /// What to write for a share above 1, which may have been given in percent without the sign.
  private static func ratioRemedy(_ given: GivenValue, _ number: Double) -> String {
    guard !given.text.hasSuffix("%") else { return "100% is all of it" }
    return "write \(NumberFormat.text(number))% for \(NumberFormat.text(number / 100))"
  }

  private static func outOfRange(
    _ given: GivenValue,
    _ number: Double,
    _ range: ClosedRange<Double>,
    _ slot: Slot,
    _ owner: String
  ) -> Diagnostic {
    let bound =
      number < range.lowerBound
      ? "at least \(NumberFormat.text(range.lowerBound))"
      : "at most \(NumberFormat.text(range.upperBound))"
    var remedy: String?
    if range == 0...1, number > 1, number <= 100 {
      remedy = ratioRemedy(given, number)
    }
    return Diagnostic(
      "out-of-range",
      owner == slot.name
        ? "\(owner) must be \(bound), but is \(NumberFormat.text(number))"
        : "\(owner) needs a number of \(bound), but here is \(NumberFormat.text(number))",
      at: given.range,
      remedy: remedy
    )
  }

  /// `a network`, `a number or a list`.
  static func phrase(for kinds: [Kind]) -> String {
    let words = kinds.map(\.phrase)
    guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  /// A text short enough to stand inside a sentence.
  static func shortened(_ text: String) -> String {
    let line = text.split(maxSplits: 1, whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return line.count <= 40 && line.count == text.count ? text : line.prefix(40) + "…"
  }
}

extension Kind {
  /// The kind with its article.
  var phrase: String {
    switch self {
    case .any: "a value"
    case .bool: "true or false"
    case .number: "a number"
    case .ratio: "a ratio from 0 to 1"
    case .count: "a whole number"
    case .bytes: "an amount of memory"
    case .duration: "a time"
    case .bits: "a number of bits"
    case .string: "a string"
    case .word: "a name"
    case .shape, .list, .record, .function, .tensor, .dataset, .network, .model, .layer, .board,
      .deployment, .report, .table, .chart:
      "a \(rawValue)"
    }
  }

  /// Whether a value is of this kind; `slot` may give it a catalogue.
  func accepts(_ value: Value, _ slot: Slot) -> Bool {
    switch (self, value) {
    case (.any, _): true
    case (_, .word): self == .word || slot.catalogue != nil || slot.takesWords
    case (.bool, .bool), (.number, .number), (.string, .string), (.shape, .shape), (.list, .list),
      (.record, .record), (.function, .function), (.function, .builtin), (.tensor, .tensor),
      (.dataset, .dataset), (.network, .network), (.model, .model), (.layer, .layer),
      (.board, .board), (.deployment, .deployment), (.report, .report), (.table, .table),
      (.chart, .chart):
      true
    case (.ratio, .number(let number)): slot.range != nil || (0...1).contains(number)
    case (.count, .number(let number)): number == number.rounded() && abs(number) <= 0x1p53
    case (.bytes, .quantity(let quantity)): quantity.dimension == .information
    case (.duration, .quantity(let quantity)): quantity.dimension == .time
    case (.bits, .quantity(let quantity)): quantity.dimension == .information
    case (.word, .string): slot.catalogue != nil
    case (.shape, .list(let extents)): extents.allSatisfy { $0.plainNumber != nil }
    default: false
    }
  }
}
