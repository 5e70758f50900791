import Diagnostics
import Tensors

/// How values are written.
public enum ValueText {
  /// Elements of a list that are shown before it is cut.
  static let longestList = 20
  /// Elements shown at each end of a list that is cut.
  static let shownAtStart = 8
  static let shownAtEnd = 2
  /// Rows of a matrix that are shown before it is cut.
  static let mostRows = 10
  /// Columns of a matrix that are shown before they are cut.
  static let mostColumns = 10
  /// How deep nested values are written out.
  private static let deepest = 12

  // MARK: - On one line

  /// A value as pieces of one line; strings are quoted where they stand inside something.
  public static func segments(_ value: Value, isQuoted: Bool = false) -> [Segment] {
    var pieces: [Segment] = []
    write(value, isQuoted: isQuoted, depth: 0, into: &pieces)
    return joined(pieces)
  }

  /// A value on one line.
  public static func text(_ value: Value, isQuoted: Bool = false) -> String {
    OutputLine(.text, segments(value, isQuoted: isQuoted)).text
  }

  /// A value short enough to stand in a message.
  static func short(_ value: Value) -> String {
    let text = text(value, isQuoted: true)
    return text.count <= 60 ? text : text.prefix(57) + "…"
  }

  /// A value inside a string: `\(x)` or `\(x:.2)`.
  static func text(
    of value: Value,
    digits: Int?,
    at range: SourceRange
  ) throws(Diagnostic) -> String {
    guard let digits else {
      if case .string(let text) = value { return text }
      return text(value)
    }
    switch value {
    case .number(let number): return NumberFormat.text(number, places: digits)
    case .quantity(let quantity): return NumberFormat.text(quantity, places: digits)
    case .list(let elements):
      var texts: [String] = []
      for element in elements { texts.append(try text(of: element, digits: digits, at: range)) }
      return "[" + texts.joined(separator: ", ") + "]"
    case .tensor(let tensor):
      return try text(of: .list(TensorMath.list(of: tensor)), digits: digits, at: range)
    case .none, .bool, .string, .shape, .record, .range, .function, .builtin, .word, .dataset,
      .network, .model, .layer, .board, .deployment, .report, .table, .chart:
      throw Diagnostic(
        "format-kind",
        "':.\(digits)' formats numbers, but this is \(value.kindPhrase)",
        at: range
      )
    }
  }

  private static func write(
    _ value: Value,
    isQuoted: Bool,
    depth: Int,
    into pieces: inout [Segment]
  ) {
    guard depth <= deepest else { return pieces.append(.text("…")) }
    switch value {
    case .none: pieces.append(.text("none"))
    case .bool(let bool): pieces.append(.text(bool ? "true" : "false"))
    case .number(let number): pieces.append(NumberFormat.segment(number))
    case .quantity(let quantity): pieces += NumberFormat.segments(quantity)
    case .string(let text): pieces.append(.text(isQuoted ? quoted(text) : text))
    case .shape(let extents):
      pieces.append(.text(extents.map(String.init).joined(separator: "x")))
    case .list(let elements):
      pieces.append(.text("["))
      writeElements(of: .list(elements), depth: depth, into: &pieces)
      pieces.append(.text("]"))
      if elements.count > longestList, depth == 0 {
        pieces.append(.text(" (\(NumberFormat.grouped(elements.count)) elements)"))
      }
    case .tensor(let tensor):
      guard tensor.shape.rank > 0 else {
        return pieces.append(NumberFormat.segment(tensor.values.first ?? 0))
      }
      pieces.append(.text("["))
      writeElements(of: .tensor(tensor), depth: depth, into: &pieces)
      pieces.append(.text("]"))
      if depth == 0, tensor.shape.extents.contains(where: { $0 > longestList }) {
        pieces.append(.text(" (\(tensor.shape))"))
      }
    case .record(let record):
      pieces.append(.text("{ "))
      for (index, name) in record.names.enumerated() {
        pieces.append(.text(index == 0 ? "\(name): " : ", \(name): "))
        write(record.values[index], isQuoted: true, depth: depth + 1, into: &pieces)
      }
      pieces.append(.text(record.names.isEmpty ? "}" : " }"))
    case .range(let bounds):
      write(bounds.lower, isQuoted: true, depth: depth + 1, into: &pieces)
      pieces.append(.text(".."))
      write(bounds.upper, isQuoted: true, depth: depth + 1, into: &pieces)
      if let step = bounds.step {
        pieces.append(.text(" step "))
        write(step, isQuoted: true, depth: depth + 1, into: &pieces)
      }
    case .function(let function): pieces.append(.text("func \(function.signature)"))
    case .builtin(let name): pieces.append(.text("func \(name)"))
    case .word(let word): pieces.append(.text(word))
    case .layer(let layer): pieces.append(.text("layer \(layer.name)"))
    case .report(let report): pieces.append(.text("\(report.title) report"))
    case .table(let table):
      pieces.append(.text("table of \(counted(table.rows.count, "row"))"))
    case .dataset, .network, .model, .board, .deployment, .chart:
      let phrase = value.kindPhrase
      pieces.append(.text(phrase.split(separator: " ").last.map(String.init) ?? phrase))
    }
  }

  private static func writeElements(
    of sequence: ElementSequence,
    depth: Int,
    into pieces: inout [Segment]
  ) {
    let count = sequence.count
    let isCut = count > longestList
    for index in 0..<count {
      if isCut, index >= shownAtStart, index < count - shownAtEnd {
        if index == shownAtStart { pieces.append(.text(", …")) }
        continue
      }
      if index > 0 { pieces.append(.text(", ")) }
      write(sequence[index], isQuoted: true, depth: depth + 1, into: &pieces)
    }
  }

  /// A string as it would be written in a script.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text {
      switch character {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: result.append(character)
      }
    }
    return result + "\""
  }

  /// Neighbouring pieces of text put together.
  static func joined(_ pieces: [Segment]) -> [Segment] {
    var result: [Segment] = []
    for piece in pieces {
      if case .text(let text) = piece, case .text(let last)? = result.last {
        result[result.count - 1] = .text(last + text)
      } else {
        result.append(piece)
      }
    }
    return result
  }

  // MARK: - On lines

  /// A value as it prints itself.
  public static func lines(of value: Value, width: Int) -> [OutputLine] {
    if let lines = EngineDisplay.lines(for: value, width: width) { return lines }
    switch value {
    case .report(let report): return report.lines
    case .table(let table): return TableText.lines(of: table, width: width)
    case .tensor(let tensor) where tensor.shape.rank >= 2: return TensorText.lines(of: tensor)
    case .none, .bool, .number, .quantity, .string, .shape, .list, .record, .range, .function,
      .builtin, .tensor, .word, .dataset, .network, .model, .layer, .board, .deployment, .chart:
      return lines(of: segments(value))
    }
  }

  /// Several values one after the other on a line; those with lines of their own stand below each
  /// other.
  static func lines(of values: [Value], width: Int) -> [OutputLine] {
    var result: [OutputLine] = []
    var pieces: [Segment] = []
    var hasPieces = false
    func flush() {
      if hasPieces { result += lines(of: pieces) }
      pieces = []
      hasPieces = false
    }
    for value in values {
      if value.hasLines {
        flush()
        result += lines(of: value, width: width)
      } else {
        if hasPieces { pieces.append(.text(" ")) }
        pieces += segments(value)
        hasPieces = true
      }
    }
    flush()
    return values.isEmpty ? [OutputLine("")] : result
  }

  /// Pieces as lines: a newline ends one, and control characters are made visible.
  static func lines(of pieces: [Segment]) -> [OutputLine] {
    var lines: [[Segment]] = [[]]
    for piece in pieces {
      guard case .text(let text) = piece else {
        lines[lines.count - 1].append(piece)
        continue
      }
      let rows = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
      for (index, row) in rows.enumerated() {
        if index > 0 { lines.append([]) }
        if !row.isEmpty {
          lines[lines.count - 1].append(.text(visible(String(row))))
        }
      }
    }
    return lines.map { OutputLine(.text, joined($0)) }
  }
}

/// Text that can do nothing to a terminal; tabs become spaces.
private func visible(_ text: String) -> String {
  printable(
    text.contains("\t")
      ? text.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ")
      : text
  )
}

extension Value {
  /// Whether it prints itself on lines of its own.
  var hasLines: Bool {
    switch self {
    case .report, .table, .chart, .dataset, .network, .model, .board, .deployment: true
    case .tensor(let tensor): tensor.shape.rank >= 2
    case .none, .bool, .number, .quantity, .string, .shape, .list, .record, .range, .function,
      .builtin, .word, .layer:
      false
    }
  }
}
