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
/// search, which may only cut at every so many values, proposes the prices.
struct OptimalClustering {
  private let weights: SortedWeights

  init(_ weights: SortedWeights) { self.weights = weights }

  /// A path: where each cluster begins, and the end of the last.
  private struct Path {
    var cuts: [Int]
    var error: Double
    var clusters: Int { cuts.count - 1 }
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
    let places = max(Self.fewestCoarsePlaces, clusters * Self.coarsePlacesPerCluster)
    let stride = max(1, count / places)
    let first = stride > 1 ? middlePrice(clusters: clusters, stride: stride) : nil
    return path(clusters: clusters, stride: 1, firstPrice: first).cuts
  }

  /// The middle of the prices at which `clusters` clusters are cheapest when cuts may only stand at
  /// multiples of `stride`: half the fall of the error from one cluster fewer to one more.
  private func middlePrice(clusters: Int, stride: Int) -> Double {
    let fewer = path(clusters: clusters - 1, stride: stride, firstPrice: nil).error
    let more = path(clusters: clusters + 1, stride: stride, firstPrice: nil).error
    return (fewer - more) / 2
  }

  /// The path of least error with exactly `clusters` edges and cuts at multiples of `stride`.
  private func path(clusters: Int, stride: Int, firstPrice: Double?) -> Path {
    let count = weights.values.count
    var fewer = Path(cuts: [0, count], error: weights.error(0, count))
    var more = Path(cuts: Array(Swift.stride(from: 0, to: count, by: stride)) + [count], error: 0)
    more.error = error(of: more.cuts)
    if clusters <= 1 { return fewer }
    if clusters >= more.clusters { return more }

    // Errors fall about like 1/k², so prices like 1/k³: a near miss is mended by that law.
    var price = firstPrice ?? 0
    for _ in 0..<Self.mostGuesses {
      guard price > 0 else { break }
      let found = cheapestPath(price: price, stride: stride)
      if found.clusters == clusters { return found }
      if found.clusters < clusters, found.clusters > fewer.clusters { fewer = found }
      if found.clusters > clusters, found.clusters < more.clusters { more = found }
      let ratio = Double(found.clusters) / Double(clusters)
      price *= ratio * ratio * ratio
    }
    // At the price where the two known paths cost the same, either a path between them is cheaper,
    // or all three are on one line of the hull and can be spliced. Each turn narrows the gap.
    while true {
      let price = (fewer.error - more.error) / Double(more.clusters - fewer.clusters)
      let found = cheapestPath(price: price, stride: stride)
      if found.clusters == clusters { return found }
      guard found.clusters > fewer.clusters, found.clusters < more.clusters else {
        return splice(fewer, more, clusters: clusters)
      }
      if found.clusters < clusters { fewer = found } else { more = found }
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
  private func cheapestPath(price: Double, stride: Int) -> Path {
    let count = weights.values.count
    let last = (count + stride - 1) / stride
    var parents = [Int](repeating: 0, count: last + 1)
    weights.counts.withUnsafeBufferPointer { counts in
      weights.sums.withUnsafeBufferPointer { sums in
        weights.squares.withUnsafeBufferPointer { squares in
          var search = CandidateQueue(
            counts: counts,
            sums: sums,
            squares: squares,
            stride: stride,
            last: last
          )
          search.run(price: price, parents: &parents)
        }
      }
    }
    var cuts: [Int] = [count]
    var place = last
    while place > 0 {
      place = parents[place]
      cuts.append(place * stride)
    }
    cuts.reverse()
    return Path(cuts: cuts, error: error(of: cuts))
  }
}

/// The queue of candidates for the best last edge: each is best from its `start` to the next one's.
private struct CandidateQueue {
  let counts: UnsafeBufferPointer<Double>
  let sums: UnsafeBufferPointer<Double>
  let squares: UnsafeBufferPointer<Double>
  let stride: Int
  /// The number of places; the last one is the end of all values.
  let last: Int
  /// Per place the cost of the cheapest path there, less the sum of squares before it.
  private var costs: [Double] = []
  private var candidates: [Int] = []
  private var starts: [Int] = []
  private var head = 0

  init(
    counts: UnsafeBufferPointer<Double>,
    sums: UnsafeBufferPointer<Double>,
    squares: UnsafeBufferPointer<Double>,
    stride: Int,
    last: Int
  ) {
    self.counts = counts
    self.sums = sums
    self.squares = squares
    self.stride = stride
    self.last = last
  }

  /// The position among the sorted values where a place stands.
  private func position(_ place: Int) -> Int { min(place * stride, counts.count - 1) }

  /// The cost of the path over `from` to `to`, less the sum of squares before `to`.
  private func cost(_ from: Int, _ to: Int) -> Double {
    let first = position(from)
    let end = position(to)
    let sum = sums[end] - sums[first]
    return costs[from] - sum * sum / (counts[end] - counts[first])
  }

  mutating func run(price: Double, parents: inout [Int]) {
    costs = [Double](repeating: 0, count: last + 1)
    candidates = [0]
    starts = [1]
    candidates.reserveCapacity(last + 1)
    starts.reserveCapacity(last + 1)
    head = 0
    for place in 1...last {
      while head + 1 < starts.count, starts[head + 1] <= place { head += 1 }
      let best = candidates[head]
      parents[place] = best
      costs[place] = cost(best, place) + price
      if place < last { offer(place) }
    }
  }

  /// Lets a new candidate take the places from which on it is the best.
  private mutating func offer(_ place: Int) {
    // A place where the newcomer is known to be better, if any.
    var better: Int?
    while let rival = candidates.last, let start = starts.last {
      let from = max(start, place + 1)
      if cost(place, from) < cost(rival, from) {
        better = from
        if start <= place {
          // The rival that serves this very place loses all later ones.
          candidates.append(place)
          starts.append(from)
          return
        }
        candidates.removeLast()
        starts.removeLast()
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
      candidates.append(place)
      starts.append(high)
      return
    }
    candidates.append(place)
    starts.append(better ?? place + 1)
  }
}
