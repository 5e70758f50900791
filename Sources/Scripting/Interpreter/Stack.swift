import Glibc

/// The native stack: scripts run on one that is large enough for every depth the language allows,
/// whatever thread they were started from.
enum Stack {
  /// Bytes of it.
  ///
  /// Only what is touched takes memory.
  private static let size = 64 << 20
  /// What must be left for a command or a library call.
  private static let reserve = 1 << 20

  /// Runs `body` on a large stack and waits for it.
  ///
  /// `body` is given the lowest address that calls may reach, or 0 where no thread could be had and
  /// the caller's own stack has to do.
  static func run(_ body: @escaping (UInt) -> Void) {
    let job = Unmanaged.passRetained(Job(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, size)
    var thread = pthread_t()
    let status = pthread_create(&thread, &attributes, Stack.start, job.toOpaque())
    pthread_attr_destroy(&attributes)
    if status == 0 {
      pthread_join(thread, nil)
    } else {
      job.takeRetainedValue().body(0)
    }
  }

  /// What the new thread runs.
  private static let start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
    { argument in
      guard let argument else { return nil }
      let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
      job.body(Stack.address &- UInt(Stack.size - Stack.reserve))
      return nil
    }

  /// About where the stack of the running thread has got to.
  @inline(__always)
  static var address: UInt {
    var here: UInt8 = 0
    return withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
  }

  /// Unchecked: made by one thread, run by another, which the first waits for.
  private final class Job: @unchecked Sendable {
    let body: (UInt) -> Void
    init(_ body: @escaping (UInt) -> Void) { self.body = body }
  }
}
