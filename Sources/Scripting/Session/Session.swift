import Diagnostics
import Language

/// A running script: its names, its history and its random streams.
///
/// Confined to one thread; commands may compute on others inside.
public final class Session: @unchecked Sendable {
  /// What the session may touch outside its own memory.
  public let host: any Host

  /// A fresh session; `seed` is what `seed N` or a notebook's header sets.
  public init(host: any Host, seed: UInt64 = 42) {
    self.host = host
    self.seed = seed
  }

  /// The session's seed.
  public var seed: UInt64

  /// Shows a line of the running statement's output.
  public func emit(_ line: OutputLine) { host.write(line) }
}
