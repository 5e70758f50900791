/// A function of the script with what it closes over.
public final class FunctionValue: Sendable {
  /// Its name, or `func` for a function expression.
  public let name: String

  /// A function.
  public init(name: String) { self.name = name }
}
