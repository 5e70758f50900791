import Diagnostics
import Tensors

/// Functions of strings, and between strings and values.
enum TextFunctions {
  static let rows: [FunctionRow] = [
    FunctionRow(
      "join",
      [
        Slot("parts", [.list], isRequired: true),
        Slot("between", [.string], defaultText: "\"\""),
      ],
      "The parts as one string."
    ) { call throws(Diagnostic) in
      let parts = try ListFunctions.elements(call, 0).map { ValueText.text($0) }
      let separator = call[1].wordOrString ?? ""
      let bytes = parts.reduce(0) { $0 + $1.utf8.count + separator.utf8.count }
      try Limits.checkText(bytes, at: call.range(of: 0), session: call.session)
      return .string(parts.joined(separator: separator))
    },
    FunctionRow(
      "split",
      [text, Slot("at", [.string], "what stands between the parts; white space where left out")],
      "The parts of a string.",
      gives: .list
    ) { call throws(Diagnostic) in
      let whole = try string(call, 0)
      guard call.has(1) else {
        return .list(whole.split(whereSeparator: \.isWhitespace).map { .string(String($0)) })
      }
      let separator = try string(call, 1)
      guard !separator.isEmpty else {
        throw call.refuse("empty-separator", "a string cannot be split at an empty one", 1)
      }
      return .list(
        whole.split(separator: separator, omittingEmptySubsequences: false).map {
          .string(String($0))
        }
      )
    },
    FunctionRow("upper", [text], "In capital letters.", gives: .string) { call throws(Diagnostic) in
      .string(try string(call, 0).uppercased())
    },
    FunctionRow("lower", [text], "In small letters.", gives: .string) { call throws(Diagnostic) in
      .string(try string(call, 0).lowercased())
    },
    FunctionRow("trim", [text], "Without white space at both ends.", gives: .string) {
      call throws(Diagnostic) in
      let whole = try string(call, 0)
      guard let first = whole.firstIndex(where: { !$0.isWhitespace }),
        let last = whole.lastIndex(where: { !$0.isWhitespace })
      else { return .string("") }
      return .string(String(whole[first...last]))
    },
    FunctionRow(
      "replace",
      [
        text, Slot("old", [.string], isRequired: true),
        Slot("new", [.string], isRequired: true),
      ],
      "Every occurrence of a part replaced."
    ) { call throws(Diagnostic) in
      let old = try string(call, 1)
      guard !old.isEmpty else {
        throw call.refuse("empty-separator", "an empty string cannot be replaced", 1)
      }
      let parts = try string(call, 0).split(separator: old, omittingEmptySubsequences: false)
      let new = try string(call, 2)
      let bytes = parts.reduce(0) { $0 + $1.utf8.count + new.utf8.count }
      try Limits.checkText(bytes, at: call.range(of: 0), session: call.session)
      return .string(parts.joined(separator: new))
    },
    FunctionRow(
      "text",
      [
        Slot("value", [.any], isRequired: true),
        Slot("digits", [.count], range: 0...1100, "digits behind the point"),
      ],
      "A value as it prints.",
      gives: .string
    ) { call throws(Diagnostic) in
      let digits = call.has(1) ? try call.whole(1, default: 0) : nil
      return .string(try ValueText.text(of: call[0], digits: digits, at: call.range(of: 0)))
    },
    FunctionRow(
      "number",
      [Slot("value", [.any], isRequired: true)],
      "The number that a string holds, or 1 and 0 for true and false."
    ) { call throws(Diagnostic) in
      switch call[0] {
      case .number, .quantity: return call[0]
      case .bool(let bool): return .number(bool ? 1 : 0)
      case .string(let text):
        if let value = parsed(text) { return value }
        throw call.refuse("not-a-number", "\(ValueText.short(call[0])) is no number", 0)
      case .tensor(let tensor) where tensor.values.count == 1: return .number(tensor.values[0])
      default:
        throw call.refuse("not-a-number", "\(call[0].kindPhrase) is no number", 0)
      }
    },
    FunctionRow(
      "kind",
      [Slot("value", [.any], isRequired: true)],
      "What kind of value it is.",
      gives: .string
    ) {
      call throws(Diagnostic) in
      .string(call[0].kindName)
    },
  ]

  private static let text = Slot("text", [.string], isRequired: true)

  private static func string(_ call: FunctionCall, _ index: Int) throws(Diagnostic) -> String {
    guard case .string(let text) = call[index] else {
      throw call.refuse(
        "wrong-kind",
        "\(call.row.name) needs a string, but here is \(call[index].kindPhrase)",
        index
      )
    }
    return text
  }

  /// Reads `3.5`, ` -1e3 `, `64KiB`.
  private static func parsed(_ text: String) -> Value? {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return nil }
    let trimmed = text[first...last].filter { $0 != "_" }
    let plain = trimmed.allSatisfy { $0.isASCII && ($0.isNumber || ".+-eE".contains($0)) }
    if plain, let number = Double(trimmed), number.isFinite { return .number(number) }
    let symbol = trimmed.reversed().prefix { !($0.isASCII && $0.isNumber) && $0 != "." }
    let number = trimmed.dropLast(symbol.count)
    guard let value = Double(number), value.isFinite else { return nil }
    return UnitTable.value(value, String(symbol.reversed()))
  }
}

extension Value {
  /// What `kind(x)` calls it.
  var kindName: String {
    switch self {
    case .none: "none"
    case .bool: "bool"
    case .number: "number"
    case .quantity: "quantity"
    case .string: "string"
    case .shape: "shape"
    case .list: "list"
    case .record: "record"
    case .range: "range"
    case .function, .builtin: "function"
    case .tensor: "tensor"
    case .word: "word"
    case .dataset: "dataset"
    case .network: "network"
    case .model: "model"
    case .layer: "layer"
    case .board: "board"
    case .deployment: "deployment"
    case .report: "report"
    case .table: "table"
    case .chart: "chart"
    }
  }
}
