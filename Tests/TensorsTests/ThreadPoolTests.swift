import Synchronization
import Testing

@testable import Tensors

@Suite("Thread pool")
struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 7, 64])
  func `every chunk runs once`(threads: Int) {
    let pool = ThreadPool(threads: threads)
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: 1000)
    defer { counts.deallocate() }
    for chunks in [0, 1, 2, 3, 8, 1000] {
      counts.update(repeating: 0, count: 1000)
      pool.run(chunks) { counts[$0] += 1 }
      for chunk in 0..<1000 { #expect(counts[chunk] == (chunk < chunks ? 1 : 0)) }
    }
  }

  @Test
  func `many small jobs in a row lose no chunk`() {
    let pool = ThreadPool(threads: 2)
    let total = Atomic<Int>(0)
    for _ in 0..<20_000 {
      pool.run(8) { total.add($0 + 1, ordering: .relaxed) }
    }
    #expect(total.load(ordering: .relaxed) == 20_000 * 36)
  }

  @Test
  func `a job inside a job is done by its own thread`() {
    let pool = ThreadPool(threads: 4)
    let total = Atomic<Int>(0)
    pool.run(16) { _ in
      pool.run(16) { total.add($0, ordering: .relaxed) }
    }
    #expect(total.load(ordering: .relaxed) == 16 * 120)
  }

  @Test
  func `several threads may use pools at once`() async {
    let sums = await withTaskGroup(of: Int.self) { group in
      for task in 0..<6 {
        group.addTask {
          let pool = ThreadPool(threads: 3)
          let total = Atomic<Int>(0)
          for _ in 0..<500 { pool.run(10) { total.add($0 * task, ordering: .relaxed) } }
          return total.load(ordering: .relaxed)
        }
      }
      return await group.reduce(0, +)
    }
    #expect(sums == 45 * 500 * (0 + 1 + 2 + 3 + 4 + 5))
  }

  @Test
  func `a long chunk does not hold up the caller's own work`() {
    let pool = ThreadPool(threads: 2)
    let done = Atomic<Int>(0)
    var isLate = false
    pool.run(100) { chunk in
      if chunk == 0 {
        // Whoever has chunk 0 waits until the other thread, or nobody, has done the rest.
        for _ in 0..<200_000 where done.load(ordering: .relaxed) < 99 {}
      }
      done.add(1, ordering: .relaxed)
    }
    isLate = done.load(ordering: .relaxed) != 100
    #expect(!isLate)
  }

  @Test
  func `sizes outside the range are brought into it`() {
    #expect(ThreadPool(threads: -3).threads == 1)
    #expect(ThreadPool(threads: 1_000_000).threads == ThreadPool.largestThreadCount)
    #expect(ThreadPool.processorCount >= 1)
  }
}
