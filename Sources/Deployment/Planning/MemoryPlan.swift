import Inference

/// Where every buffer of a model stands in one block of RAM, decided before the first run.
///
/// Finding the smallest arena is NP-hard (dynamic storage allocation). Like TFLite's microcontroller
/// planner, buffers are placed one after another at the lowest gap that fits among those alive at
/// the same time, the largest first; unlike it, other orders are tried too, and the smallest arena
/// is kept.
public struct MemoryPlan: Hashable, Sendable {
  /// Buffers start at multiples of this, which suits every vector unit of the boards.
  public static let alignment = 16

  /// Buffers in their places, in the order of the graph's tensors.
  public let placements: [Placement]
  /// The size of the arena: the highest end of any buffer, rounded up to the alignment.
  public let arenaBytes: Int
  /// The most bytes alive at one operation, which no plan can go below.
  public let largestLiveBytes: Int
  /// The number of operations that the lifetimes count in.
  public let operationCount: Int

  /// The high-water mark of the arena.
  public var peakBytes: Int { arenaBytes }

  /// Plans a graph's buffers.
  public static func plan(_ graph: Graph) throws(DeploymentError) -> MemoryPlan {
    MemoryPlan(try graph.bufferRequests(), operationCount: graph.operations.count)
  }

  /// Plans buffers that were asked for.
  public init(_ requests: [BufferRequest], operationCount: Int) {
    let live = Self.largestLiveBytes(requests)
    var best: [Int]?
    var bestArena = Int.max
    for order in PlacementOrder.allCases {
      let offsets = Self.offsets(of: requests, in: order.indices(of: requests))
      let arena = Self.arena(requests, offsets)
      if arena < bestArena {
        bestArena = arena
        best = offsets
      }
      if bestArena == live { break }
    }
    placements = zip(requests, best ?? []).map { Placement(buffer: $0, offset: $1) }
    arenaBytes = requests.isEmpty ? 0 : bestArena
    largestLiveBytes = live
    self.operationCount = operationCount
  }

  /// Buffers by falling size, the first ones first among equals.
  public var largestPlacements: [Placement] {
    placements.enumerated()
      .sorted { ($1.element.buffer.bytes, $0.offset) < ($0.element.buffer.bytes, $1.offset) }
      .map(\.element)
  }

  /// Bytes alive at an operation.
  public func liveBytes(at operation: Int) -> Int {
    placements.reduce(0) { sum, placement in
      let lifetime = placement.buffer.lifetime
      let isAlive = lifetime.first <= operation && operation <= lifetime.last
      return sum + (isAlive ? Self.aligned(placement.buffer.bytes) : 0)
    }
  }

  private static func aligned(_ bytes: Int) -> Int {
    (bytes + alignment - 1) / alignment * alignment
  }

  /// Each buffer in its turn goes to the first gap that fits among the placed buffers that are alive
  /// with it.
  private static func offsets(of requests: [BufferRequest], in order: [Int]) -> [Int] {
    var offsets = [Int](repeating: 0, count: requests.count)
    // Placed buffers by rising offset.
    var placed: [Int] = []
    for buffer in order {
      var offset = 0
      for neighbour in placed where requests[neighbour].lifetime.overlaps(requests[buffer].lifetime)
      {
        guard offsets[neighbour] < offset + aligned(requests[buffer].bytes) else { break }
        offset = max(offset, offsets[neighbour] + aligned(requests[neighbour].bytes))
      }
      offsets[buffer] = offset
      let position = placed.firstIndex { offsets[$0] > offset } ?? placed.count
      placed.insert(buffer, at: position)
    }
    return offsets
  }

  private static func arena(_ requests: [BufferRequest], _ offsets: [Int]) -> Int {
    zip(requests, offsets).reduce(0) { max($0, $1.1 + aligned($1.0.bytes)) }
  }

  private static func largestLiveBytes(_ requests: [BufferRequest]) -> Int {
    // Liveness changes only where a buffer begins.
    var largest = 0
    for step in Set(requests.map(\.lifetime.first)).sorted() {
      var live = 0
      for request in requests where request.lifetime.first <= step && step <= request.lifetime.last
      {
        live += aligned(request.bytes)
      }
      largest = max(largest, live)
    }
    return largest
  }
}

/// In which order buffers choose their places.
private enum PlacementOrder: CaseIterable {
  /// The largest first, as the microcontroller runtime of TFLite does.
  case size
  /// As they are needed.
  case birth
  /// The longest-lived first.
  case length
  /// The largest area (size times lifetime) first.
  case area
  /// Those that share an operation with the most bytes first.
  case crowd

  /// Positions in this order; equals in the order given.
  func indices(of requests: [BufferRequest]) -> [Int] {
    let keys = requests.map(key(among: requests))
    return requests.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
  }

  /// Sorted rising, so large ones are negative; in floating point, where no product overflows.
  private func key(among requests: [BufferRequest]) -> (BufferRequest) -> Double {
    { request in
      let length = Double(request.lifetime.last - request.lifetime.first + 1)
      return switch self {
      case .size: -Double(request.bytes)
      case .birth: Double(request.lifetime.first)
      case .length: -length
      case .area: -Double(request.bytes) * length
      case .crowd:
        -requests.reduce(0) {
          $0 + ($1.lifetime.overlaps(request.lifetime) ? Double($1.bytes) : 0)
        }
      }
    }
  }
}
