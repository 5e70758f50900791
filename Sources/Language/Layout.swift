import Diagnostics

/// Formatted text whose line breaks are still to be chosen.
indirect enum Layout {
  /// Text that stays together.
  case text(String)
  /// Parts one behind the other.
  case sequence([Layout])
  /// Elements between brackets, separated by commas: on one line, or each on its own.
  case group(open: String, [Layout], close: String, isForced: Bool)
  /// Stages separated by `|`: on one line, or each on its own.
  case stages([Layout])
  /// Statements or layers between braces.
  case block(BlockLayout)
}

/// The elements of a block, with the places that comments and blank lines are found by.
struct BlockLayout {
  /// From brace to brace.
  var range: SourceRange
  /// In order.
  var elements: [ElementLayout]
  /// Whether it was written on one line.
  var isInline: Bool
}

/// A statement or a layer with its place.
struct ElementLayout {
  var range: SourceRange
  var layout: Layout
}

extension Layout {
  /// All on one line; nil where something was written over several lines and stays so.
  var flat: String? {
    switch self {
    case .text(let text): return text
    case .sequence(let parts): return Self.joined(parts, "")
    case .stages(let stages): return Self.joined(stages, " | ")
    case .group(let open, let elements, let close, let isForced):
      guard !isForced else { return nil }
      guard !elements.isEmpty else { return open + close }
      let margin = open == "{" ? " " : ""
      return Self.joined(elements, ", ").map { open + margin + $0 + margin + close }
    case .block(let block):
      guard block.isInline else { return nil }
      guard !block.elements.isEmpty else { return "{}" }
      return Self.joined(block.elements.map(\.layout), "; ").map { "{ " + $0 + " }" }
    }
  }

  private static func joined(_ parts: [Layout], _ separator: String) -> String? {
    var texts: [String] = []
    for part in parts {
      guard let text = part.flat else { return nil }
      texts.append(text)
    }
    return texts.joined(separator: separator)
  }
}
