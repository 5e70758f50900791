import Diagnostics

/// Statements between braces, or a whole program.
public struct Block: Hashable, Sendable {
  /// In order.
  public var statements: [Statement]
  /// From brace to brace.
  public var range: SourceRange

  /// A block with its place.
  public init(statements: [Statement], range: SourceRange) {
    self.statements = statements
    self.range = range
  }
}

/// `=`, `+=`, `-=` or `*=`.
public enum AssignmentOperator: String, Sendable {
  case set = "="
  case add = "+="
  case subtract = "-="
  case multiply = "*="
}

/// One layer line of a network block.
public struct LayerLine: Hashable, Sendable {
  /// `conv`, `dense`, …, also `residual`, `branches`, `branch`, `repeat` and `use`.
  public var kind: Name
  /// Operands and options; never a preposition.
  public var parts: [CommandPart]
  /// The block of residual, branches, branch and repeat.
  public var block: [LayerItem]?
  /// The block behind `shortcut`.
  public var shortcut: [LayerItem]?
  /// The name behind `:`.
  public var label: Name?
  /// The whole line, with its blocks.
  public var range: SourceRange

  /// A layer line.
  public init(
    kind: Name,
    parts: [CommandPart],
    block: [LayerItem]? = nil,
    shortcut: [LayerItem]? = nil,
    label: Name? = nil,
    range: SourceRange
  ) {
    self.kind = kind
    self.parts = parts
    self.block = block
    self.shortcut = shortcut
    self.label = label
    self.range = range
  }
}

/// A layer, a loop over layers, or a choice of layers.
public indirect enum LayerItem: Hashable, Sendable {
  case layer(LayerLine)
  case forLoop(Name, Expression, [LayerItem], SourceRange)
  case conditional(
    [(condition: Expression, items: [LayerItem])],
    otherwise: [LayerItem]?,
    SourceRange
  )

  /// Compares by content.
  public static func == (left: LayerItem, right: LayerItem) -> Bool {
    switch (left, right) {
    case (.layer(let a), .layer(let b)): a == b
    case (.forLoop(let a, let b, let c, let d), .forLoop(let e, let f, let g, let h)):
      a == e && b == f && c == g && d == h
    case (.conditional(let a, let b, let c), .conditional(let d, let e, let f)):
      a.elementsEqual(d) { $0.condition == $1.condition && $0.items == $1.items }
        && b == e && c == f
    case (.layer, _), (.forLoop, _), (.conditional, _): false
    }
  }

  /// Hashes the place, which is enough to tell items of one program apart.
  public func hash(into hasher: inout Hasher) { hasher.combine(range) }

  /// The text of the whole item.
  public var range: SourceRange {
    switch self {
    case .layer(let line): line.range
    case .forLoop(_, _, _, let range), .conditional(_, _, let range): range
    }
  }
}

/// A network, or with parameters a function that gives networks.
public struct NetworkDeclaration: Hashable, Sendable {
  /// The name it binds.
  public var name: Name
  /// nil without parentheses: a network; otherwise a function that gives networks.
  public var parameters: [Parameter]?
  /// The layers.
  public var items: [LayerItem]
  /// The whole text.
  public var range: SourceRange

  /// A declaration with its place.
  public init(name: Name, parameters: [Parameter]?, items: [LayerItem], range: SourceRange) {
    self.name = name
    self.parameters = parameters
    self.items = items
    self.range = range
  }
}

/// One step of a script.
public indirect enum Statement: Hashable, Sendable {
  case assignment(Name, AssignmentOperator, Expression, SourceRange)
  case network(NetworkDeclaration)
  /// `board NAME { FIELD value … }`
  case board(Name, [Argument], SourceRange)
  case function(Function)
  case forLoop(Name, Expression, Block, SourceRange)
  case whileLoop(Expression, Block, SourceRange)
  /// `if … { } else if … { } else { }`
  case conditional([ConditionalBranch], otherwise: Block?, SourceRange)
  case returnValue(Expression?, SourceRange)
  case breakLoop(SourceRange)
  case continueLoop(SourceRange)
  /// `check "title" points=2 { … }`; the string is an expression, since it may interpolate.
  case check(Expression, points: Expression?, Block, SourceRange)
  /// `expect condition [partial from start] [else "message"]`
  case expect(Expression, partialFrom: Expression?, otherwise: Expression?, SourceRange)
  /// A command or expression that stands alone.
  case value(Expression)

  /// The text of the whole statement.
  public var range: SourceRange {
    switch self {
    case .assignment(_, _, _, let range), .board(_, _, let range), .forLoop(_, _, _, let range),
      .whileLoop(_, _, let range), .conditional(_, _, let range), .returnValue(_, let range),
      .breakLoop(let range), .continueLoop(let range), .check(_, _, _, let range),
      .expect(_, _, _, let range):
      range
    case .network(let declaration): declaration.range
    case .function(let function): function.range
    case .value(let expression): expression.range
    }
  }
}

/// A condition and what runs when it holds.
public struct ConditionalBranch: Hashable, Sendable {
  /// Tested in order.
  public var condition: Expression
  /// Run if it holds.
  public var block: Block

  /// One `if` or `else if`.
  public init(condition: Expression, block: Block) {
    self.condition = condition
    self.block = block
  }
}

/// A parsed script.
public struct Program: Sendable {
  /// The text it was parsed from.
  public var source: SourceFile
  /// In order; broken statements are left out.
  public var statements: [Statement]
  /// What the lexer and parser found, in order of place.
  public var diagnostics: [Diagnostic]
  /// Comments, which the formatter and the notebook reader need, in order of place.
  public var comments: [SourceRange]

  /// A program with everything found in it.
  public init(
    source: SourceFile,
    statements: [Statement],
    diagnostics: [Diagnostic],
    comments: [SourceRange]
  ) {
    self.source = source
    self.statements = statements
    self.diagnostics = diagnostics
    self.comments = comments
  }
}
