import Diagnostics
import Language

/// A layer line whose operands have been evaluated; loops and choices have been run already.
public struct EvaluatedLayer: Sendable {
  /// `conv`, `dense`, …
  public var kind: Name
  /// Operands in order.
  public var operands: [GivenValue]
  /// `name=value` options in order.
  public var options: [(name: Name, given: GivenValue)]
  /// `{ … }` of residual, branches, branch and repeat.
  public var block: [EvaluatedLayer]?
  /// `shortcut { … }`
  public var shortcut: [EvaluatedLayer]?
  /// `: name`
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
