import Deployment
import Inference
import Tensors
import Testing

@Suite("Memory plans")
struct MemoryPlanTests {
  private static func requests(seed: UInt64) -> [BufferRequest] {
    var random = SeededGenerator(seed: seed)
    let steps = 1 + random.nextIndex(below: 30)
    return (0..<random.nextIndex(below: 40)).map { index in
      let first = random.nextIndex(below: steps)
      let last = first + random.nextIndex(below: min(steps - first, 1 + random.nextIndex(below: 6)))
      return BufferRequest(
        name: "b\(index)",
        tensors: [index],
        bytes: random.nextIndex(below: 5000),
        lifetime: Lifetime(first: first, last: last)
      )
    }
  }

  @Test(arguments: UInt64(0)..<150)
  func `never overlap, and lie between the live bytes and the sum`(seed: UInt64) {
    let requests = Self.requests(seed: seed)
    let plan = MemoryPlan(requests, operationCount: 40)
    #expect(plan.placements.map(\.buffer) == requests)
    for (index, one) in plan.placements.enumerated() {
      #expect(one.offset.isMultiple(of: 16))
      #expect(one.end <= plan.arenaBytes)
      for other in plan.placements[(index + 1)...]
      where one.buffer.lifetime.overlaps(other.buffer.lifetime) {
        #expect(one.end <= other.offset || other.end <= one.offset)
      }
    }
    let rounded = requests.map { ($0.bytes + 15) / 16 * 16 }
    #expect(plan.arenaBytes <= rounded.reduce(0, +))
    // The most alive at any step, counted step by step.
    let live = (0..<40).map { step in
      zip(requests, rounded).filter { $0.0.lifetime.first <= step && step <= $0.0.lifetime.last }
        .reduce(0) { $0 + $1.1 }
    }
    #expect(plan.largestLiveBytes == live.max() ?? 0)
    #expect(plan.arenaBytes >= plan.largestLiveBytes)
    #expect((0..<40).map(plan.liveBytes(at:)) == live)
  }

  /// On paper: three buffers in a row need only two of them at a time, and reshaping is free.
  @Test func `count what is alive at the same time`() throws {
    var builder = GraphBuilder(input: [1, 8, 8, 2])
    builder.convolution(4, 3, 3)
    builder.flatten()
    builder.dense(10)
    let plan = try MemoryPlan.plan(builder.graph)
    // Input 128, feature maps 256 (shared by the flat view), outputs 10: 128 + 256 is the most.
    #expect(plan.arenaBytes == 384)
    #expect(plan.placements.count == 3)
    #expect(
      plan.placements.map(\.buffer.lifetime) == [
        Lifetime(first: 0, last: 0), Lifetime(first: 0, last: 2), Lifetime(first: 2, last: 2),
      ]
    )
    #expect(plan.placements[1].buffer.tensors.count == 2)
  }

  /// TFLite's microcontroller runtime in the same nets used 22,772 and 100,660 bytes in all with its
  /// own records (measured on an emulated Cortex-M4); activations alone need less.
  @Test func `stay below what TFLite's runtime reports for the reference nets`() throws {
    let keywords = try MemoryPlan.plan(ReferenceNet.keywords)
    // Two maps of 25x5x64 at once.
    #expect(keywords.arenaBytes == 16_000)
    #expect(keywords.arenaBytes < 22_772)
    let wakeWords = try MemoryPlan.plan(ReferenceNet.wakeWords)
    // 48x48x8 in and 48x48x16 out of the first pointwise layer.
    #expect(wakeWords.arenaBytes == 48 * 48 * 24)
    #expect(wakeWords.arenaBytes < 100_660)
  }

  @Test func `refuse tensors that cannot be`() {
    var graph = ReferenceNet.anomalies
    graph.tensors[0].shape = [1, Int.max, 2]
    #expect(throws: DeploymentError.self) { try MemoryPlan.plan(graph) }
    graph = ReferenceNet.anomalies
    graph.operations[0].inputs[0] = 999
    #expect(throws: DeploymentError.self) { try MemoryPlan.plan(graph) }
    graph = ReferenceNet.anomalies
    graph.outputs = [-1]
    #expect(throws: DeploymentError.self) { try MemoryPlan.plan(graph) }
  }
}
