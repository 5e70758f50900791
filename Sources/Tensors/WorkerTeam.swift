import CKernels
import Glibc
import Synchronization

/// The worker threads of the process and the one job that they share.
///
/// Unchecked: `job` and `startedWorkers` are changed only between `begin` and `end`, and workers
/// read `job` only after they have claimed a chunk, which keeps the job alive until they are done.
final class WorkerTeam: @unchecked Sendable {
  static let shared = WorkerTeam()

  /// The job's helpers, its number of chunks and the next chunk; if the last two agree, none is left.
  ///
  /// A successful claim is always a claim of the current job, however late it comes.
  private let ticket: UnsafeMutablePointer<Atomic<UInt64>>
  /// Grows by one with each job; idle workers sleep on it.
  private let epoch: UnsafeMutablePointer<Atomic<UInt32>>
  /// How many workers sleep.
  private let sleepers: UnsafeMutablePointer<Atomic<UInt32>>
  /// Chunks done; the caller sleeps on it.
  private let finished: UnsafeMutablePointer<Atomic<UInt32>>
  /// 1 while the caller sleeps.
  private let callerSleeps: UnsafeMutablePointer<Atomic<UInt32>>
  private let isBusy = Atomic<Bool>(false)

  private var job: UnsafePointer<any ParallelWork>?
  private var startedWorkers = 0

  /// How often a thread looks for work before it sleeps, with a pause of 10 to 40 ns each time:
  /// longer than the gaps between the jobs of a training step, too short to be noticed.
  private static let patience = 4000

  /// Bits of a ticket for the number of chunks, and for the next one.
  private static let chunkBits: UInt64 = 28
  private static let chunkMask: UInt64 = (1 << chunkBits) - 1

  private init() {
    // A cache line for each word that one thread writes while others read another.
    func line<Value>(_ value: consuming Value) -> UnsafeMutablePointer<Value>
    where Value: ~Copyable {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
      let pointer = memory.bindMemory(to: Value.self, capacity: 1)
      pointer.initialize(to: value)
      return pointer
    }
    ticket = line(Atomic(0))
    epoch = line(Atomic(0))
    sleepers = line(Atomic(0))
    finished = line(Atomic(0))
    callerSleeps = line(Atomic(0))
  }

  /// How many processors this process may use.
  static let processorCount = Int(ck_processor_count())

  /// Takes the team for one job, unless it has one.
  func begin() -> Bool {
    guard !isBusy.load(ordering: .relaxed) else { return false }
    return isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  /// Gives the team back.
  func end() { isBusy.store(false, ordering: .releasing) }

  /// Runs one job with the caller and at most `helpers` workers; between `begin` and `end`.
  func work(on chunks: Int, helpers: Int, _ work: any ParallelWork) {
    let helpers = startWorkers(helpers)
    let spins = helpers < Self.processorCount ? Self.patience : 0
    withUnsafePointer(to: work) { pointer in
      job = pointer
      finished.pointee.store(0, ordering: .relaxed)
      ticket.pointee.store(
        UInt64(helpers) << (2 * Self.chunkBits) | UInt64(chunks) << Self.chunkBits,
        ordering: .releasing
      )
      epoch.pointee.add(1, ordering: .sequentiallyConsistent)
      if sleepers.pointee.load(ordering: .sequentiallyConsistent) > 0 {
        ck_futex_wake(Self.address(of: epoch), Int32(helpers))
      }
      takeChunks(as: 0)
      waitUntilFinished(UInt32(chunks), spins: spins)
      job = nil
    }
  }

  /// The largest number of chunks that fits a ticket.
  static var largestChunkCount: Int { Int(chunkMask) }

  /// Claims and runs chunks until none is left, or none for the worker of this rank (from 1 on; the
  /// caller's is 0).
  private func takeChunks(as rank: Int) {
    var current = ticket.pointee.load(ordering: .acquiring)
    while true {
      let next = current & Self.chunkMask
      let count = current >> Self.chunkBits & Self.chunkMask
      guard next < count, rank <= current >> (2 * Self.chunkBits) else { return }
      let claim = ticket.pointee.weakCompareExchange(
        expected: current,
        desired: current + 1,
        ordering: .acquiringAndReleasing
      )
      current = claim.original
      guard claim.exchanged else { continue }
      current += 1
      runChunk(Int(next), rank)
      let done = finished.pointee.add(1, ordering: .sequentiallyConsistent).newValue
      if done == UInt32(count), callerSleeps.pointee.load(ordering: .sequentiallyConsistent) == 1 {
        ck_futex_wake(Self.address(of: finished), 1)
      }
    }
  }

  /// A function of its own, so that nothing of the job is held when a chunk counts as done.
  @inline(never)
  private func runChunk(_ chunk: Int, _ rank: Int) { job?.pointee.run(chunk: chunk, worker: rank) }

  private func waitUntilFinished(_ chunks: UInt32, spins: Int) {
    for _ in 0..<spins {
      if finished.pointee.load(ordering: .acquiring) == chunks { return }
      ck_spin_pause()
    }
    callerSleeps.pointee.store(1, ordering: .sequentiallyConsistent)
    while true {
      let done = finished.pointee.load(ordering: .sequentiallyConsistent)
      if done == chunks { break }
      ck_futex_wait(Self.address(of: finished), done)
    }
    callerSleeps.pointee.store(0, ordering: .relaxed)
  }

  /// Makes sure that `wanted` workers run, and returns how many there are of them.
  private func startWorkers(_ wanted: Int) -> Int {
    guard startedWorkers < wanted else { return wanted }
    // Signals are for the thread that reads the terminal.
    var everySignal = sigset_t()
    var before = sigset_t()
    sigfillset(&everySignal)
    pthread_sigmask(SIG_SETMASK, &everySignal, &before)
    while startedWorkers < wanted {
      var thread = pthread_t()
      let rank = UnsafeMutableRawPointer(bitPattern: startedWorkers + 1)
      let failed = pthread_create(
        &thread,
        nil,
        { rank in
          WorkerTeam.shared.serve(as: Int(bitPattern: rank))
          return nil
        },
        rank
      )
      guard failed == 0 else { break }
      pthread_detach(thread)
      startedWorkers += 1
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return min(startedWorkers, wanted)
  }

  /// A worker's life: look for a job a while, then sleep until there is one.
  private func serve(as rank: Int) {
    var seen = epoch.pointee.load(ordering: .acquiring) &- 1
    let spins = rank < Self.processorCount ? Self.patience : 0
    while true {
      var looks = 0
      while epoch.pointee.load(ordering: .acquiring) == seen {
        looks += 1
        if looks <= spins {
          ck_spin_pause()
          continue
        }
        sleepers.pointee.add(1, ordering: .sequentiallyConsistent)
        ck_futex_wait(Self.address(of: epoch), seen)
        sleepers.pointee.subtract(1, ordering: .sequentiallyConsistent)
        looks = 0
      }
      seen = epoch.pointee.load(ordering: .acquiring)
      takeChunks(as: rank)
    }
  }

  private static func address(
    of word: UnsafeMutablePointer<Atomic<UInt32>>
  ) -> UnsafePointer<UInt32> {
    UnsafeRawPointer(word).assumingMemoryBound(to: UInt32.self)
  }
}
