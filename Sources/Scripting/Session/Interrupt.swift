import Synchronization

/// Whether the user has asked for the running work to stop; set by a signal handler.
public enum Interrupt {
  private static let flag = Atomic<Bool>(false)

  /// Asks for the running work to stop; safe inside a signal handler once `clear` has run.
  public static func request() { flag.store(true, ordering: .relaxed) }

  /// Forgets an earlier request.
  public static func clear() { flag.store(false, ordering: .relaxed) }

  /// Whether someone has asked.
  public static var isRequested: Bool { flag.load(ordering: .relaxed) }
}
