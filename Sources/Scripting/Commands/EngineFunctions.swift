/// Functions of networks, models, data sets and deployments.
public enum EngineFunctions {
  /// All rows, in the order of the documentation.
  public static let rows: [FunctionRow] = []
}
