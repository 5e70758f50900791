/// Places for arrays in one block, such that two share memory only if their lifetimes do not meet.
///
/// First fit in order of first use: an array goes into the lowest gap that holds it among those placed
/// before it that live at the same time.
struct IntervalPlacement {
  /// An array: alive from step `first` to step `last`, both included.
  struct Interval {
    let first: Int
    let last: Int
    let count: Int
  }

  /// In the order of the intervals given.
  let offsets: [Int]
  /// Floats of the whole block.
  let count: Int

  init(_ intervals: [Interval]) {
    var offsets = intervals.map { _ in 0 }
    var placed: [Int] = []
    var end = 0
    let order = intervals.indices.sorted {
      (intervals[$0].first, $0) < (intervals[$1].first, $1)
    }
    for index in order {
      let interval = intervals[index]
      let neighbours =
        placed
        .filter { intervals[$0].first <= interval.last && intervals[$0].last >= interval.first }
        .sorted { (offsets[$0], $0) < (offsets[$1], $1) }
      var offset = 0
      for neighbour in neighbours {
        guard offsets[neighbour] < offset + interval.count else { break }
        offset = max(offset, offsets[neighbour] + intervals[neighbour].count)
      }
      offsets[index] = offset
      placed.append(index)
      end = max(end, offset + interval.count)
    }
    self.offsets = offsets
    count = end
  }
}
