import Diagnostics
import Language
import Scripting

/// Where in a statement a cursor stands, as far as completion asks.
enum StatementContext: Hashable {
  /// A verb, or anything that a statement begins with; `isPiped` behind `|`, where only verbs fit.
  case verb(isPiped: Bool)
  /// The first word of a layer line.
  case layerKind
  /// Further words of a layer line.
  case layer(String, used: Set<String>, option: String?)
  /// Further words of a command: operands so far, options used, and the preposition or option whose
  /// value is wanted.
  case command(String, operands: Int, used: Set<String>, wanted: String?)
  /// Part of an expression.
  case expression
  /// A member of what the words before the point name, such as `digits`.
  case member([String])
  /// A place for a new name, such as behind `func`.
  case newName

  /// The context at the end of `text`, whose last word (the one being typed) has been cut off.
  init(endOf text: String) {
    let source = SourceFile(name: "", text: text)
    let tokens = Lexer.tokens(of: source)
    if tokens.last?.kind == .dot, tokens.last?.range.end == source.bytes.count {
      self = .member(StatementContext.path(before: tokens.count - 1, tokens, source))
      return
    }
    var first = 0
    var blocks: [Bool] = []
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .newline, .semicolon:
        if !StatementContext.isOpen(tokens[first..<index]) { first = index + 1 }
      case .leftBrace:
        blocks.append(
          StatementContext.opensLayers(tokens[first..<index], source, inLayers: blocks.last == true)
        )
        first = index + 1
      case .rightBrace:
        _ = blocks.popLast()
        first = index + 1
      default: break
      }
    }
    let line = Array(tokens[first...].filter { $0.kind != .newline && $0.kind != .comment })
    self = StatementContext.context(of: line, source, inLayers: blocks.last == true)
  }

  /// Whether a bracket of an expression is open, in which newlines end nothing.
  private static func isOpen(_ tokens: ArraySlice<Token>) -> Bool {
    var depth = 0
    for token in tokens {
      switch token.kind {
      case .leftParenthesis, .leftBracket: depth += 1
      case .rightParenthesis, .rightBracket: depth -= 1
      default: break
      }
    }
    return depth > 0
  }

  /// Whether the braces behind these words hold layers.
  private static func opensLayers(
    _ tokens: ArraySlice<Token>,
    _ source: SourceFile,
    inLayers: Bool
  ) -> Bool {
    guard let head = tokens.first(where: { $0.kind != .newline }) else { return inLayers }
    return inLayers || (head.kind == .word && source.text(of: head.range) == "network")
  }

  /// Names joined by points that end before the token `end`.
  private static func path(before end: Int, _ tokens: [Token], _ source: SourceFile) -> [String] {
    var names: [String] = []
    var index = end - 1
    while index >= 0, tokens[index].kind == .word {
      names.insert(source.text(of: tokens[index].range), at: 0)
      guard index > 0, tokens[index - 1].kind == .dot else { break }
      index -= 2
    }
    return names
  }

  private static func context(
    of line: [Token],
    _ source: SourceFile,
    inLayers: Bool
  ) -> StatementContext {
    var words = line[...]
    var isPiped = false
    if let pipe = line.lastIndex(where: { $0.kind == .pipe }) {
      words = line[(pipe + 1)...]
      isPiped = true
    } else {
      if words.count >= 2, words.first?.kind == .word,
        words[words.startIndex + 1].kind == .assign
      {
        words = words.dropFirst(2)
      }
      if let word = words.first, word.kind == .word, source.text(of: word.range) == "quiet" {
        words = words.dropFirst()
      }
    }
    guard let head = words.first else {
      return inLayers && line.isEmpty ? .layerKind : .verb(isPiped: isPiped)
    }
    let name = source.text(of: head.range)
    let rest = words.dropFirst()
    guard head.kind == .word else {
      return head.kind == .function ? .newName : .expression
    }
    let isTouched = rest.first.map { $0.range.start == head.range.end } ?? false
    if isTouched { return .expression }
    if inLayers, LayerTable.row(named: name) != nil {
      let (_, used, wanted) = parts(of: rest, source)
      return .layer(name, used: used, option: wanted)
    }
    if name == "network" || name == "board" { return .newName }
    guard CommandTable.row(named: name) != nil else { return .expression }
    if isOpen(rest) { return .expression }
    let (operands, used, wanted) = parts(of: rest, source)
    return .command(name, operands: operands, used: used, wanted: wanted)
  }

  /// Operands so far, options and prepositions used, and the one whose value comes next.
  private static func parts(
    of tokens: ArraySlice<Token>,
    _ source: SourceFile
  ) -> (operands: Int, used: Set<String>, wanted: String?) {
    var operands = 0
    var used: Set<String> = []
    var wanted: String?
    var previousEnd = -1
    var depth = 0
    for (index, token) in tokens.enumerated() {
      let word = token.kind == .word ? source.text(of: token.range) : ""
      let nextKind = tokens.dropFirst(index + 1).first?.kind
      let touches = token.range.start == previousEnd
      previousEnd = token.range.end
      switch token.kind {
      case .leftParenthesis, .leftBracket:
        if depth == 0, !touches { operands += wanted == nil ? 1 : 0 }
        depth += 1
      case .rightParenthesis, .rightBracket:
        depth -= 1
        wanted = nil
      case _ where depth > 0: continue
      case .word where nextKind == .assign:
        used.insert(word)
        wanted = word
      case .assign: continue
      case .word where Preposition(rawValue: word) != nil:
        used.insert(word)
        wanted = word
      default:
        if touches, tokens.first?.range != token.range, wanted == nil { continue }
        if wanted == nil { operands += 1 }
        wanted = nil
      }
    }
    return (operands, used, wanted)
  }
}
