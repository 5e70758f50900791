import Diagnostics
import Language
import Networks
import Tensors

/// Makes a network of evaluated layer lines; shapes are checked line by line.
public enum NetworkBuilder {
  /// The network called `name`, with weights drawn from `seed`'s stream.
  ///
  /// Throws a diagnostic at the layer line, operand or option that does not fit.
  public static func build(
    name: Name,
    layers: [EvaluatedLayer],
    session: Session,
    seed: UInt64
  ) throws(Diagnostic) -> Value {
    throw Diagnostic("no-layers", "network '\(name.text)' has no layers", at: name.range)
  }
}

/// Makes a board of its evaluated fields.
public enum BoardBuilder {
  /// The board called `name`; throws at the field that is missing or does not fit.
  public static func build(
    name: Name,
    fields: [(Name, GivenValue)]
  ) throws(Diagnostic) -> Value {
    throw Diagnostic("board-field", "board '\(name.text)' has no fields", at: name.range)
  }
}
