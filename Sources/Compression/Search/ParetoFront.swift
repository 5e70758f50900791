/// The choices that no other choice beats.
///
/// One choice beats another if it costs no more of anything and less of something. Of choices that
/// cost the same, the first is kept.
public struct ParetoFront: Hashable, Sendable {
  /// Positions of the unbeaten choices, rising.
  public let members: [Int]

  /// Compares choices by their costs (a row each, the same number of costs in all; what should be
  /// large, such as accuracy, goes in with its sign turned).
  ///
  /// A row with NaN is beaten by all others.
  public init(costs: [[Double]]) {
    members = costs.indices.filter { candidate in
      if costs[candidate].contains(where: \.isNaN) { return false }
      return !costs.indices.contains { other in
        let pairs = zip(costs[other], costs[candidate])
        guard other != candidate, pairs.allSatisfy({ $0 <= $1 }) else { return false }
        return other < candidate || pairs.contains { $0 < $1 }
      }
    }
  }
}
