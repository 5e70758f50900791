import Diagnostics
import Language
import Scripting

/// Styles of the words of a text, from the lexer's tokens and the tables of commands and layers.
///
/// Only tokens are looked at, so that a text that is not finished, or is wrong, is coloured too.
enum SyntaxColours {
  /// Words that begin a statement and are no verbs.
  static let statementWords = ["network", "board", "check", "expect", "quiet", "sweep"]

  private static let prepositions = Set(Preposition.allCases.map(\.rawValue))
  private static let layerKinds = Set(LayerTable.kinds)

  /// The styles of `text`, in order.
  static func styles(of text: String) -> [StyledRange] {
    let source = SourceFile(name: "", text: text)
    let tokens = Lexer.tokens(of: source)
    var styles: [StyledRange] = []
    var isStart = true
    for (index, token) in tokens.enumerated() {
      let next = index + 1 < tokens.count ? tokens[index + 1] : nil
      let style: TextStyle
      switch token.kind {
      case .word:
        let word = source.text(of: token.range)
        let isTarget = isStart && next?.kind.isAssignmentSign == true
        style = isTarget ? .plain : self.style(of: word, isStart: isStart, next: next)
        // `quiet` and a name to assign to leave the place of the verb open.
        if !(isStart && word == "quiet") { isStart = false }
        if isTarget { isStart = true }
      case .newline, .semicolon, .leftBrace, .pipe:
        isStart = true
        continue
      case .assign where isStart: continue
      case .comment: style = .comment
      case .number, .shape, .true, .false, .none: style = .number
      case .stringOpen, .stringText, .stringClose: style = .string
      case .interpolationOpen, .interpolationClose, .format: style = .accent
      case .invalid: style = .error
      default:
        style = token.kind.isReserved ? .keyword : .plain
      }
      if token.kind != .word, token.kind != .comment { isStart = false }
      if style != .plain {
        styles.append(StyledRange(token.range.start..<token.range.end, style))
      }
    }
    return styles
  }

  private static func style(of word: String, isStart: Bool, next: Token?) -> TextStyle {
    switch next?.kind {
    case .assign where !isStart: return .accent
    case .dot where isStart: return .plain
    default: break
    }
    if isStart {
      if statementWords.contains(word) { return .keyword }
      if CommandTable.row(named: word) != nil || layerKinds.contains(word) { return .verb }
      return .plain
    }
    if prepositions.contains(word) { return .keyword }
    return CatalogueTable.contains(word) ? .word : .plain
  }
}

extension TokenKind {
  /// Whether this is a sign that binds the name before it.
  fileprivate var isAssignmentSign: Bool {
    switch self {
    case .assign, .addAssign, .subtractAssign, .multiplyAssign: true
    default: false
    }
  }
}
