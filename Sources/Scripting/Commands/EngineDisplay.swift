/// How data sets, networks, models, boards, deployments and charts show themselves.
public enum EngineDisplay {
  /// The lines, or nil for values that the language itself prints.
  public static func lines(for value: Value, width: Int) -> [OutputLine]? { nil }
}
