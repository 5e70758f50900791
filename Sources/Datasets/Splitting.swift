import Tensors

extension Dataset {
  /// Shares the samples out: two fractions are training and test, three are training, validation
  /// and test.
  ///
  /// A part of fraction f of n samples has f·n of them; what rounding down leaves goes one by one
  /// to the parts with the largest remainders, the earlier part first. Where answers are classes
  /// the split is stratified: every class is spread evenly over the parts, to within about one
  /// sample, and the classes take turns inside each part.
  ///
  /// An official test part is never touched: its set's other samples are divided, by two fractions
  /// into training and validation, by three in the ratio of the first two (the test part is there
  /// already). A set that was split before is put together and split anew.
  ///
  /// Without `shuffles` the parts are stretches in the order of the samples, as a series needs.
  ///
  /// - Throws: `badFractions`, or `tooFewSamples` if a part would be empty.
  public func split(
    into fractions: [Double],
    shuffles: Bool = true,
    using random: inout SeededGenerator
  ) throws(DatasetError) -> Dataset {
    let sum = fractions.reduce(0, +)
    guard (2...3).contains(fractions.count), fractions.allSatisfy({ (0...1).contains($0) }),
      abs(sum - 1) < 1e-6, let first = fractions.first, first > 0
    else { throw .badFractions(fractions) }

    var shares = fractions
    var targets: [Part] = fractions.count == 2 ? [.train, .test] : [.train, .validation, .test]
    var pool = parts.all
    if hasOfficialTest {
      targets = [.train, .validation]
      shares = Array(fractions.prefix(2))
      pool = parts.train + parts.validation
    }
    let total = shares.reduce(0, +)
    let counts = Self.counts(of: pool.count, shares: shares.map { $0 / total })
    for (count, share) in zip(counts, shares) where share > 0 && count == 0 {
      let wanted = shares.filter { $0 > 0 }.count
      throw .tooFewSamples(wanted: wanted, available: pool.count, purpose: "this split")
    }

    var divided = Parts()
    if hasOfficialTest { divided.test = parts.test }
    var order = (shuffles ? spread(pool, using: &random) : pool.sorted())[...]
    for (part, count) in zip(targets, counts) {
      divided[part] = Array(order.prefix(count))
      order = order.dropFirst(count)
    }
    return with(parts: divided)
  }

  /// Whole numbers of samples for fractional shares, which sum to `total`.
  static func counts(of total: Int, shares: [Double]) -> [Int] {
    let exact = shares.map { $0 * Double(total) }
    // A product such as 0.29 * 100 may fall just below the whole number it stands for.
    var counts = exact.map { Int(($0 + 1e-9).rounded(.down)) }
    let remainders = zip(exact, counts).map { $0 - Double($1) }
    let byRemainder = shares.indices.sorted {
      (-remainders[$0], $0) < (-remainders[$1], $1)
    }
    var left = total - counts.reduce(0, +)
    for index in byRemainder where left > 0 {
      counts[index] += 1
      left -= 1
    }
    return counts
  }

  /// A random order in which every stretch holds the classes in about their overall shares.
  ///
  /// Each class is shuffled, and its i-th of n samples is placed at (i + ½)/n of the way; classes
  /// that meet at the same place stand in a shuffled order.
  private func spread(_ pool: [Int], using random: inout SeededGenerator) -> [Int] {
    guard answers.preferredKind == .classes, let labels = answers.labels else {
      return shuffled(pool, using: &random)
    }
    let classCount = answers.classNames.count
    var members = [[Int]](repeating: [], count: classCount)
    for index in pool { members[Int(labels[index])].append(index) }
    let ranks = shuffled(Array(0..<classCount), using: &random)
    var placed: [(place: Double, rank: Int, index: Int)] = []
    placed.reserveCapacity(pool.count)
    for (label, indices) in members.enumerated() {
      let order = shuffled(indices, using: &random)
      for (position, index) in order.enumerated() {
        let place = (Double(position) + 0.5) / Double(order.count)
        placed.append((place, ranks[label], index))
      }
    }
    return placed.sorted { ($0.place, $0.rank) < ($1.place, $1.rank) }.map(\.index)
  }
}

/// A permutation drawn by Fisher and Yates's method (Durstenfeld, 1964).
func shuffled(_ items: [Int], using random: inout SeededGenerator) -> [Int] {
  var items = items
  for last in stride(from: items.count - 1, to: 0, by: -1) {
    items.swapAt(last, random.nextIndex(below: last + 1))
  }
  return items
}
