import Diagnostics
import Language

/// A layer line whose operands have been evaluated; loops and choices have been run already.
public struct EvaluatedLayer: Sendable {
  /// The word that begins the line, such as conv.
  public var kind: Name
  /// Operands in order.
  public var operands: [GivenValue]
  /// `name=value` options in order.
  public var options: [(name: Name, given: GivenValue)]
  /// The block of residual, branches, branch and repeat.
  public var block: [EvaluatedLayer]?
  /// The block behind shortcut.
  public var shortcut: [EvaluatedLayer]?
  /// The name behind the colon.
  public var label: Name?
  /// The whole line.
  public var range: SourceRange

  /// A layer line.
  public init(
    kind: Name,
    operands: [GivenValue],
    options: [(name: Name, given: GivenValue)],
    block: [EvaluatedLayer]?,
    shortcut: [EvaluatedLayer]?,
    label: Name?,
    range: SourceRange
  ) {
    self.kind = kind
    self.operands = operands
    self.options = options
    self.block = block
    self.shortcut = shortcut
    self.label = label
    self.range = range
  }
}
