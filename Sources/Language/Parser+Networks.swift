import Diagnostics

extension Parser {
  /// Reads `network NAME [(parameters)] { layers }`.
  mutating func network() throws(Diagnostic) -> NetworkDeclaration {
    let start = start
    advance()
    let name = try newName("the network's name")
    let parameters = kind == .leftParenthesis ? try parameters() : nil
    let items = try layers(after: "the network's name")
    return NetworkDeclaration(
      name: name,
      parameters: parameters,
      items: items,
      range: range(from: start)
    )
  }

  /// `{ item; item }`, where a new line separates as well.
  private mutating func layers(after what: String) throws(Diagnostic) -> [LayerItem] {
    try expectBrace(after: what)
    return try nested { (parser) throws(Diagnostic) in
      let outer = try parser.open(ignoringNewlines: false)
      let items = parser.list { (parser) throws(Diagnostic) in
        let item = try parser.layerItem()
        try parser.endOfLayer()
        return item
      }
      try parser.close(.rightBrace, "'}'", restoring: outer)
      return items
    }
  }

  /// Throws unless the layer's line ends here.
  private mutating func endOfLayer() throws(Diagnostic) {
    if kind == .pipe || kind == .comma {
      throw unexpected("the end of the layer", remedy: "layers are separated by ';' or a new line")
    }
    try endOfStatement()
  }

  private mutating func layerItem() throws(Diagnostic) -> LayerItem {
    switch kind {
    case .for:
      let start = start
      let (name, values) = try forHeader()
      let items = try layers(after: "the loop's values")
      return .forLoop(name, values, items, range(from: start))
    case .if: return try layerChoice()
    case .else: throw misplacedElse()
    case .word:
      if isWord("shortcut") || next.kind.isAssignment { throw misplacedInLayers() }
      return .layer(try layerLine())
    default: throw unexpected("a layer")
    }
  }

  private func misplacedInLayers() -> Diagnostic {
    if isWord("shortcut") {
      return Diagnostic(
        .misplacedShortcut,
        "'shortcut' has no 'residual' here",
        at: current.range,
        remedy: "put it on the line of the '}' before it: '} shortcut {'"
      )
    }
    return Diagnostic(
      .unexpectedToken,
      "a network's block holds layers, but '\(text(current))' is bound here",
      at: current.range,
      remedy: "bind names before the network, or make them its parameters"
    )
  }

  private mutating func layerChoice() throws(Diagnostic) -> LayerItem {
    let start = start
    advance()
    var branches: [(condition: Expression, items: [LayerItem])] = []
    let first = try condition()
    branches.append((first, try layers(after: "the condition")))
    var otherwise: [LayerItem]?
    while kind == .else, otherwise == nil {
      advance()
      if skip(.if) {
        let condition = try condition()
        branches.append((condition, try layers(after: "the condition")))
      } else {
        otherwise = try layers(after: "'else'")
      }
    }
    return .conditional(branches, otherwise: otherwise, range(from: start))
  }

  /// Reads `KIND operands [{ … } [shortcut { … }]] [: NAME]`.
  private mutating func layerLine() throws(Diagnostic) -> LayerLine {
    let start = start
    let layerKind = name(of: current)
    advance()
    let parts = try parts(prepositions: false)
    var block: [LayerItem]?
    var shortcut: [LayerItem]?
    if kind == .leftBrace {
      block = try layers(after: "'\(layerKind.text)'")
      if isWord("shortcut") {
        advance()
        shortcut = try layers(after: "'shortcut'")
      }
    }
    var label: Name?
    if skip(.colon) { label = try newName("the layer's name") }
    return LayerLine(
      kind: layerKind,
      parts: parts,
      block: block,
      shortcut: shortcut,
      label: label,
      range: range(from: start)
    )
  }
}
