import Synchronization

/// The parameters of a network: at hand, or drawn when they are first asked for.
enum ParameterStorage: Sendable {
  case drawn([[Parameter]])
  case pending(PendingParameters)

  /// The parameters, drawn now if they were not yet.
  var values: [[Parameter]] {
    switch self {
    case .drawn(let parameters): parameters
    case .pending(let pending): pending.values
    }
  }
}

/// Parameters that are drawn once, when they are first asked for, and shared by all copies of their
/// network.
final class PendingParameters: Sendable {
  private let drawn = Mutex<[[Parameter]]?>(nil)
  private let draw: @Sendable () -> [[Parameter]]

  init(_ draw: @escaping @Sendable () -> [[Parameter]]) { self.draw = draw }

  var values: [[Parameter]] {
    drawn.withLock { drawn in
      if let drawn { return drawn }
      let values = draw()
      drawn = values
      return values
    }
  }

  var areDrawn: Bool { drawn.withLock { $0 != nil } }
}
