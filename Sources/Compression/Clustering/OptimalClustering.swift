/// The best possible clustering of numbers on a line: least sum of squares with k clusters.
///
/// With a price `lambda` on every cluster, the cheapest clustering of any number of clusters is a
/// shortest path from 0 to n whose edge (i, j) costs the error of the values i..<j plus `lambda`.
/// Such costs have the Monge property, so the best last edge moves forward with j, and a queue of
/// candidates finds all of them in O(n log n), in practice with a few looks a value. A higher price
/// gives fewer clusters; the least error is convex in the number of clusters, so a price exists at
/// which k clusters are cheapest, and then no other k clusters are better (Aggarwal, Schieber and
/// Tokuyama, 1994; Grønlund et al., "Fast exact k-means, k-medians and Bregman divergence
/// clustering in 1D", 2017). Where several numbers of clusters tie at that price, two paths are
/// spliced into one of exactly k edges. Time is O(n log n) for each price tried, and a coarse
/// search, which may only cut at some of the values, proposes the first.
struct OptimalClustering {
  private let weights: SortedWeights

  init(_ weights: SortedWeights) { self.weights = weights }

  /// A path: where each cluster begins, and the end of the last.
  private struct Path {
    var cuts: [Int]
    var error: Double
    var clusters: Int { cuts.count - 1 }
  }

  /// Where cuts may stand, the two ends included, with what stands before each.
  private struct Places {
    /// nil where every value may begin a cluster.
    let positions: [Int]?
    let running: [SortedWeights.Running]

    init(_ weights: SortedWeights) {
      positions = nil
      running = weights.running
    }

    init(_ weights: SortedWeights, _ positions: [Int]) {
      self.positions = positions
      running = positions.map { weights.running[$0] }
    }

    func position(_ place: Int) -> Int { positions?[place] ?? place }
  }

  /// A coarse search keeps at least this many places to cut for each cluster asked for, so that its
  /// prices come close to the fine ones.
  private static let coarsePlacesPerCluster = 16
  private static let fewestCoarsePlaces = 2048
  /// Prices that are tried by the law below before the walk along the hull takes over.
  private static let mostGuesses = 5

  /// Where each of `clusters` clusters begins among the sorted values, with the number of values at
  /// the end.
  ///
  /// There must be at least as many distinct values as clusters.
  func cuts(clusters: Int) -> [Int] {
    let count = weights.values.count
    precondition(clusters >= 1 && clusters <= count, "clusters must be in 1...\(count)")
    if clusters == 1 { return [0, count] }
    if clusters == count { return Array(0...count) }
    let density = PlaceDensity(weights)
    var price = density.price(clusters: clusters)
    let wanted = max(Self.fewestCoarsePlaces, clusters * Self.coarsePlacesPerCluster)
    if wanted < count / 2 {
      // The middle of the prices at which so many clusters are cheapest between coarse places.
      let places = Places(weights, density.positions(about: wanted))
      let fewer = path(clusters: clusters - 1, places, firstPrice: price)
      let more = path(clusters: clusters + 1, places, firstPrice: price)
      price = (fewer.error - more.error) / 2
    }
    return path(clusters: clusters, Places(weights), firstPrice: price).cuts
  }

  /// The path of least error with exactly `clusters` edges between these places.
  private func path(clusters: Int, _ places: Places, firstPrice: Double) -> Path {
    let count = weights.values.count
    var fewer = Path(cuts: [0, count], error: weights.error(0, count))
    var more = Path(cuts: places.positions ?? Array(0...count), error: 0)
    if places.positions != nil { more.error = error(of: more.cuts) }
    if clusters <= 1 { return fewer }
    if clusters >= more.clusters { return more }

    var price = firstPrice
    var guesses = 0
    while true {
      // Errors fall about like 1/k², so prices like 1/k³: a far miss is mended by that law. Between
      // near ones the price is tried at which the two known paths cost the same: either a path between
      // them is cheaper, or all three are on one line of the hull and can be spliced. Each such turn
      // narrows the gap.
      let isNear = more.clusters - fewer.clusters <= max(2, clusters / 4)
      let followsHull = isNear || guesses >= Self.mostGuesses || !(price > 0)
      if followsHull {
        price = (fewer.error - more.error) / Double(more.clusters - fewer.clusters)
      }
      let found = cheapestPath(price: price, places)
      guesses += 1
      if found.clusters == clusters { return found }
      if found.clusters > fewer.clusters, found.clusters < more.clusters {
        if found.clusters < clusters { fewer = found } else { more = found }
      } else if followsHull {
        return splice(fewer, more, clusters: clusters)
      }
      let ratio = Double(found.clusters) / Double(clusters)
      price *= ratio * ratio * ratio
    }
  }

  /// A path of `clusters` edges from two of the same price, one with fewer and one with more.
  ///
  /// Where an edge of `fewer` spans one of `more`, and as many edges of `fewer` stand before it as
  /// leave `clusters` in all, the first path's beginning and the second's end are joined; by the
  /// Monge property neither this nor the other half is dearer. Counting shows that such an edge
  /// exists: the first path starts behind the second there, and ends before it.
  private func splice(_ fewer: Path, _ more: Path, clusters: Int) -> Path {
    let ahead = more.clusters - clusters
    for edge in 0..<fewer.clusters
    where fewer.cuts[edge] <= more.cuts[edge + ahead]
      && more.cuts[edge + ahead + 1] <= fewer.cuts[edge + 1]
    {
      let cuts = fewer.cuts[...edge] + more.cuts[(edge + ahead + 1)...]
      return Path(cuts: Array(cuts), error: error(of: Array(cuts)))
    }
    preconditionFailure("two paths with fewer and more edges always cross")
  }

  private func error(of cuts: [Int]) -> Double {
    var sum = 0.0
    for cluster in 0..<cuts.count - 1 { sum += weights.error(cuts[cluster], cuts[cluster + 1]) }
    return sum
  }

  /// The cheapest path when each cluster costs its error and `price`; of equals the one with longer
  /// last clusters.
  private func cheapestPath(price: Double, _ places: Places) -> Path {
    let last = places.running.count - 1
    var cuts: [Int] = [places.position(last)]
    places.running.withUnsafeBufferPointer { running in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: last + 1) { costs in
        withUnsafeTemporaryAllocation(of: Candidate.self, capacity: last + 1) { candidates in
          withUnsafeTemporaryAllocation(of: Int32.self, capacity: last + 1) { parents in
            var search = CandidateQueue(running: running, costs: costs, candidates: candidates)
            search.run(price: price, parents: parents)
            var place = last
            while place > 0 {
              place = Int(parents[place])
              cuts.append(places.position(place))
            }
          }
        }
      }
    }
    cuts.reverse()
    return Path(cuts: cuts, error: error(of: cuts))
  }
}

/// How close to each other the best clusters of many values lie.
///
/// It is as `f^(1/3)` where `f` is the density of the values (Panter and Dite, 1951). It says where to
/// begin, and nothing about where to end.
private struct PlaceDensity {
  /// Values of which each step of the density is taken.
  private static let step = 16

  private let weights: SortedWeights
  /// The integral of `f^(1/3)` up to each step's beginning, and to the end.
  private var integral = [0.0]

  init(_ weights: SortedWeights) {
    self.weights = weights
    let count = weights.values.count
    let total = weights.running[count].count
    integral.reserveCapacity(count / Self.step + 2)
    for first in stride(from: 0, to: count, by: Self.step) {
      let end = min(first + Self.step, count - 1)
      let share = (weights.running[end].count - weights.running[first].count) / total
      let width = weights.values[end] - weights.values[first]
      integral.append(integral[integral.count - 1] + roughCubeRoot(share * width * width))
    }
  }

  /// About the price at which `clusters` clusters are cheapest: they leave an error of
  /// `n / (12 k²) * (integral of f^(1/3))³`, and the price is its fall with `k`.
  func price(clusters: Int) -> Double {
    let whole = integral[integral.count - 1]
    let clusters = Double(clusters)
    let total = weights.running[weights.values.count].count
    return total * whole * whole * whole / (6 * clusters * clusters * clusters)
  }

  /// About `wanted` places with equal parts of the integral between them, and both ends.
  func positions(about wanted: Int) -> [Int] {
    let count = weights.values.count
    let part = integral[integral.count - 1] / Double(wanted)
    var positions = [0]
    var next = part
    for step in 0..<integral.count - 1 where integral[step + 1] >= next {
      let first = step * Self.step
      let length = min(Self.step, count - first)
      let growth = integral[step + 1] - integral[step]
      while next <= integral[step + 1] {
        let position = first + Int(Double(length) * (next - integral[step]) / growth)
        if position > positions[positions.count - 1], position < count {
          positions.append(position)
        }
        next += part
      }
    }
    return positions + [count]
  }
}

/// The cube root to about a thousandth: a third of the exponent, and a step of Newton's.
private func roughCubeRoot(_ value: Double) -> Double {
  guard value > 0 else { return 0 }
  // Two thirds of the exponent's bias, less what makes the greatest error least.
  let bias: UInt64 = 0x2A9F_7893_782D_A1CE
  let guess = Double(bitPattern: value.bitPattern / 3 + bias)
  return guess - (guess - value / (guess * guess)) / 3
}

/// A beginning of last edges, and the first place that it serves best.
private struct Candidate {
  var place: Int32
  var start: Int32
}

/// The queue of candidates for the best last edge: each is best from its `start` to the next one's.
private struct CandidateQueue {
  /// What stands before each place.
  let running: UnsafeBufferPointer<SortedWeights.Running>
  /// Per place the cost of the cheapest path there, less the sum of squares before it.
  let costs: UnsafeMutableBufferPointer<Double>
  let candidates: UnsafeMutableBufferPointer<Candidate>
  private let last: Int
  private var head = 0
  private var count = 0

  init(
    running: UnsafeBufferPointer<SortedWeights.Running>,
    costs: UnsafeMutableBufferPointer<Double>,
    candidates: UnsafeMutableBufferPointer<Candidate>
  ) {
    self.running = running
    self.costs = costs
    self.candidates = candidates
    last = running.count - 1
  }

  /// The cost of the path over `from` to `to`, less the sum of squares before `to`.
  @inline(__always)
  private func cost(_ from: Int, _ to: Int) -> Double {
    let sum = running[to].sum - running[from].sum
    return costs[from] - sum * sum / (running[to].count - running[from].count)
  }

  mutating func run(price: Double, parents: UnsafeMutableBufferPointer<Int32>) {
    costs[0] = 0
    candidates[0] = Candidate(place: 0, start: 1)
    count = 1
    head = 0
    for place in 1...last {
      while head + 1 < count, candidates[head + 1].start <= place { head += 1 }
      let best = Int(candidates[head].place)
      parents[place] = Int32(best)
      costs[place] = cost(best, place) + price
      if place < last { offer(place) }
    }
  }

  private mutating func append(_ place: Int, from start: Int) {
    candidates[count] = Candidate(place: Int32(place), start: Int32(start))
    count += 1
  }

  /// Lets a new candidate take the places from which on it is the best.
  private mutating func offer(_ place: Int) {
    // A place where the newcomer is known to be better, if any.
    var better: Int?
    while count > 0 {
      let rival = Int(candidates[count - 1].place)
      let start = Int(candidates[count - 1].start)
      let from = max(start, place + 1)
      if cost(place, from) < cost(rival, from) {
        better = from
        if start <= place {
          // The rival that serves this very place loses all later ones.
          append(place, from: from)
          return
        }
        count -= 1
        continue
      }
      // The newcomer is worse here; strides that double find a place where it is better.
      var low = from
      var high = better ?? last
      var isBetterAtHigh = better != nil
      var step = 1
      while low + step < high {
        if cost(place, low + step) < cost(rival, low + step) {
          high = low + step
          isBetterAtHigh = true
          break
        }
        low += step
        step *= 2
      }
      if !isBetterAtHigh, !(cost(place, high) < cost(rival, high)) { return }
      while low + 1 < high {
        let middle = (low + high) / 2
        if cost(place, middle) < cost(rival, middle) { high = middle } else { low = middle }
      }
      append(place, from: high)
      return
    }
    append(place, from: better ?? place + 1)
  }
}
