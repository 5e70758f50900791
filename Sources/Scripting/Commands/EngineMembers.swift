import Diagnostics
import Language

/// The members of data sets, networks, models, layers and deployments.
public enum EngineMembers {
  /// The member called `name`, or nil if this kind of value has none of that name.
  public static func member(
    _ name: Name,
    of value: Value,
    session: Session
  ) throws(Diagnostic) -> Value? {
    nil
  }

  /// The names of all members, for completion and for finding the nearest.
  public static func names(of value: Value) -> [String] { [] }
}
