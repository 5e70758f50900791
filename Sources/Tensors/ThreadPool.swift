/// Runs the chunks of a job on several threads.
///
/// Chunks are claimed one by one, so that a caller whose helpers get no time finishes alone, and
/// nothing waits for a core that another process has taken. Which thread runs a chunk is left to
/// chance: jobs must give the same result whatever the answer, as kernels over fixed chunks do.
///
/// All pools share the process's worker threads, which start with the first job that wants them
/// and sleep when there is none. A job begun inside another, or while another runs, is done by the
/// thread that asks for it.
public final class ThreadPool: Sendable {
  /// The largest number of threads that may work on a job, the caller among them.
  public let threads: Int

  /// A pool of `threads` threads, at least 1 and at most `largestThreadCount`.
  public init(threads: Int) {
    self.threads = min(max(1, threads), Self.largestThreadCount)
  }

  /// More threads than this are not started.
  public static let largestThreadCount = 64

  /// How many processors this process may use.
  public static var processorCount: Int { WorkerTeam.processorCount }

  /// Calls `body` once with each index in `0..<chunks`, on any thread and in any order, and returns
  /// when all calls have returned.
  public func run(_ chunks: Int, _ body: (Int) -> Void) {
    runOnWorkers(chunks) { chunk, _ in body(chunk) }
  }

  /// The same, where `body` also learns which of the threads calls it, in `0..<threads`, so that
  /// each can have memory of its own.
  public func runOnWorkers(_ chunks: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
    withoutActuallyEscaping(body) { run(chunks, ClosureWork(body: $0)) }
  }

  /// The same without a closure: allocates nothing where `work` has at most three words.
  public func run(_ chunks: Int, _ work: some ParallelWork) {
    let team = WorkerTeam.shared
    guard chunks > 1, threads > 1, chunks <= WorkerTeam.largestChunkCount, team.begin() else {
      for chunk in 0..<max(0, chunks) { work.run(chunk: chunk, worker: 0) }
      return
    }
    team.work(on: chunks, helpers: min(threads, chunks) - 1, work)
    team.end()
  }
}

/// Work that threads share chunk by chunk.
public protocol ParallelWork {
  /// Does one chunk, on the thread `worker`, in `0..<threads` of the pool.
  func run(chunk: Int, worker: Int)
}

private struct ClosureWork: ParallelWork {
  let body: (Int, Int) -> Void

  func run(chunk: Int, worker: Int) { body(chunk, worker) }
}
