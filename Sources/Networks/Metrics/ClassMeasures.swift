/// How well classes are told apart.
public struct ClassMeasures: Hashable, Sendable {
  /// `confusion[true][predicted]` is a number of samples.
  public let confusion: [[Int]]
  /// How many samples have their true class at each rank of the scores, the best first; of equal
  /// scores the lower class comes first.
  public let rankCounts: [Int]
  /// Per class the area under the receiver operating characteristic, against all others; nil for a
  /// class that is absent or alone.
  public let areas: [Double?]

  /// From one row of `columns` scores per label; one column means class 1 where it reaches `threshold`.
  public init(
    scores: [Float],
    columns: Int,
    labels: [Int32],
    classCount: Int,
    threshold: Float
  ) {
    var confusion = [[Int]](
      repeating: [Int](repeating: 0, count: classCount),
      count: classCount
    )
    var rankCounts = [Int](repeating: 0, count: classCount)
    for (row, label) in labels.enumerated() {
      let label = Int(label)
      if columns == 1 {
        let predicted = scores[row] >= threshold ? 1 : 0
        confusion[label][predicted] += 1
        rankCounts[predicted == label ? 0 : 1] += 1
        continue
      }
      let start = row * columns
      var best = 0
      var rank = 0
      let own = scores[start + label]
      for column in 0..<columns {
        let score = scores[start + column]
        if score > scores[start + best] { best = column }
        if score > own || (score == own && column < label) { rank += 1 }
      }
      confusion[label][best] += 1
      rankCounts[rank] += 1
    }
    self.confusion = confusion
    self.rankCounts = rankCounts
    areas = (0..<classCount).map { klass in
      let own: [Float] =
        columns == 1
        ? (klass == 1 ? scores : scores.map { -$0 })
        : stride(from: klass, to: scores.count, by: columns).map { scores[$0] }
      return ClassMeasures.area(scores: own, isPositive: labels.map { Int($0) == klass })
    }
  }

  /// Number of classes.
  public var classCount: Int { confusion.count }

  /// Samples of each true class.
  public var support: [Int] { confusion.map { $0.reduce(0, +) } }

  /// The share of samples classified rightly.
  public var accuracy: Double { topAccuracy(1) }

  /// The share of samples whose true class is among the `count` best scores.
  public func topAccuracy(_ count: Int) -> Double {
    let total = rankCounts.reduce(0, +)
    guard total > 0 else { return 0 }
    return Double(rankCounts.prefix(max(0, count)).reduce(0, +)) / Double(total)
  }

  /// Per class: of those predicted, the share that is right; 0 if none was predicted.
  public var precisions: [Double] {
    confusion.indices.map { klass in
      let predicted = confusion.reduce(0) { $0 + $1[klass] }
      return predicted == 0 ? 0 : Double(confusion[klass][klass]) / Double(predicted)
    }
  }

  /// Per class: of those there are, the share that was found; 0 if there are none.
  public var recalls: [Double] {
    confusion.indices.map { klass in
      let actual = confusion[klass].reduce(0, +)
      return actual == 0 ? 0 : Double(confusion[klass][klass]) / Double(actual)
    }
  }

  /// Per class: the harmonic mean of precision and recall; 0 if both are 0.
  public var f1Scores: [Double] {
    zip(precisions, recalls).map { precision, recall in
      precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
    }
  }

  /// Precision of class 1 for two classes, else the mean over classes that occur.
  public var precision: Double { summary(precisions) }

  /// Recall of class 1 for two classes, else the mean over classes that occur.
  public var recall: Double { summary(recalls) }

  /// F1 of class 1 for two classes, else the mean over classes that occur.
  public var f1: Double { summary(f1Scores) }

  /// Area of class 1 for two classes, else the mean over classes that have one; nil if none has.
  public var area: Double? {
    if classCount == 2 { return areas[1] }
    let known = areas.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  private func summary(_ values: [Double]) -> Double {
    if classCount == 2 { return values[1] }
    let occurring = support.indices.filter { klass in
      support[klass] > 0 || confusion.contains { $0[klass] > 0 }
    }
    guard !occurring.isEmpty else { return 0 }
    return occurring.reduce(0) { $0 + values[$1] } / Double(occurring.count)
  }

  /// The chance that a positive sample scores above a negative one, equal scores counting half
  /// (Mann and Whitney, 1947).
  static func area(scores: [Float], isPositive: [Bool]) -> Double? {
    let positives = isPositive.count { $0 }
    let negatives = isPositive.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    var rankSum = 0.0
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, scores[order[end + 1]] == scores[order[start]] { end += 1 }
      let rank = Double(start + end) / 2 + 1
      for position in start...end where isPositive[order[position]] { rankSum += rank }
      start = end + 1
    }
    let smallest = Double(positives) * Double(positives + 1) / 2
    return (rankSum - smallest) / (Double(positives) * Double(negatives))
  }
}
