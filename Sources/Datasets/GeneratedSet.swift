import Tensors

/// A dataset made when asked for.
public enum GeneratedSet: String, CaseIterable, Hashable, Sendable {
  case line
  case sine
  case xor
  case ring
  case blobs
  case spirals
}

extension GeneratedSet {
  /// What is made, in one line.
  public var summary: String {
    switch self {
    case .line: "y = 2x - 1 for x in -1..1"
    case .sine: "y = sin x for x in 0..2π"
    case .xor: "the four corners of a square; opposite corners are of one class"
    case .ring: "a ring around another, each a class"
    case .blobs: "three round clouds of points, each a class"
    case .spirals: "two spirals wound around each other, each a class"
    }
  }

  /// The names of the input columns.
  public var columns: [String] {
    switch self {
    case .line, .sine: ["x"]
    case .xor, .ring, .blobs, .spirals: ["x", "y"]
    }
  }

  /// The classes in the order of their labels; empty where a number is to be learnt.
  public var classNames: [String] {
    switch self {
    case .line, .sine: []
    case .xor, .ring, .spirals: ["0", "1"]
    case .blobs: ["0", "1", "2"]
    }
  }

  /// How many samples there are unless a script says so.
  public var defaultSamples: Int {
    switch self {
    case .xor: 4
    case .line: 100
    case .sine: 1000
    case .ring, .blobs, .spirals: 300
    }
  }

  /// The standard deviation of the noise unless a script says so.
  public var defaultNoise: Double {
    switch self {
    case .line, .sine, .xor: 0
    case .ring, .spirals: 0.05
    case .blobs: 0.25
    }
  }

  /// The most samples that can be asked for.
  public static let mostSamples = 10_000_000

  /// Makes the set.
  ///
  /// - `line`: x uniform in -1..1 times `scale`, y = 2x - 1 + noise.
  /// - `sine`: x uniform in 0..2π times `scale`, y = sin x + noise (the data of TensorFlow Lite
  ///   Micro's "hello world").
  /// - `xor`: sample i is corner i mod 4 of (0,0) (0,1) (1,0) (1,1); class x xor y.
  /// - `ring`: class 0 on a circle of radius 0.6, class 1 on one of radius 1.
  /// - `blobs`: class k around the point at angle 2πk/3 of the unit circle.
  /// - `spirals`: t uniform in 0..1, radius t, angle 3.5πt + πk for class k.
  ///
  /// Noise is normal, with standard deviation `noise`: added to y of `line` and `sine`, else to
  /// both coordinates before they are multiplied by `scale`. Classes take turns.
  ///
  /// - Throws: `outOfRange` for an option that cannot be.
  public func generate(
    samples: Int? = nil,
    noise: Double? = nil,
    scale: Double = 1,
    using random: inout SeededGenerator
  ) throws(DatasetError) -> Dataset {
    let count = samples ?? defaultSamples
    let noise = noise ?? defaultNoise
    guard (1...Self.mostSamples).contains(count) else {
      throw .outOfRange(
        option: "samples",
        value: Double(count),
        allowed: "in 1...\(Self.mostSamples)"
      )
    }
    guard noise >= 0, noise <= Self.largestOption else {
      throw .outOfRange(option: "noise", value: noise, allowed: "at least 0")
    }
    guard scale > 0, scale <= Self.largestOption else {
      throw .outOfRange(option: "scale", value: scale, allowed: "greater than 0")
    }
    var inputs: [Float] = []
    var values: [Float] = []
    var labels: [Double] = []
    for index in 0..<count {
      switch self {
      case .line:
        let x = (2 * random.nextUnit() - 1) * scale
        inputs.append(Float(x))
        values.append(Float(2 * x - 1 + noise * random.nextNormal()))
      case .sine:
        let x = 2 * Double.pi * random.nextUnit() * scale
        inputs.append(Float(x))
        values.append(Float(ExactMath.sin(x) + noise * random.nextNormal()))
      case .xor, .ring, .blobs, .spirals:
        let (x, y, label) = point(index, using: &random)
        inputs.append(Float((x + noise * random.nextNormal()) * scale))
        inputs.append(Float((y + noise * random.nextNormal()) * scale))
        labels.append(Double(label))
      }
    }
    let answers: Answers
    if labels.isEmpty {
      answers = .values(Tensor(Shape([count, 1]), values))
    } else {
      answers = .wholeNumbers(
        labels: labels.map { Int32($0) },
        names: classNames,
        values: Tensor(Shape([count, 1]), labels.map { Float($0) })
      )
    }
    return try Dataset(
      name: rawValue,
      inputs: Tensor(Shape([count, columns.count]), inputs),
      answers: answers,
      columns: columns,
      answerColumns: [labels.isEmpty ? "y" : "class"]
    )
  }

  /// The largest noise and scale: far beyond use, and far from overflow in 32-bit floats.
  private static let largestOption = 1e12

  /// The place and class of a sample before noise and scale.
  private func point(
    _ index: Int,
    using random: inout SeededGenerator
  ) -> (x: Double, y: Double, label: Int) {
    switch self {
    case .line, .sine: return (0, 0, 0)
    case .xor:
      let (x, y) = (index / 2 % 2, index % 2)
      return (Double(x), Double(y), x ^ y)
    case .ring:
      let label = index % 2
      let angle = 2 * Double.pi * random.nextUnit()
      let radius = label == 0 ? 0.6 : 1
      return (radius * ExactMath.cos(angle), radius * ExactMath.sin(angle), label)
    case .blobs:
      let label = index % 3
      let angle = 2 * Double.pi * Double(label) / 3
      return (ExactMath.cos(angle), ExactMath.sin(angle), label)
    case .spirals:
      let label = index % 2
      let radius = random.nextUnit()
      let angle = Double.pi * (3.5 * radius + Double(label))
      return (radius * ExactMath.cos(angle), radius * ExactMath.sin(angle), label)
    }
  }
}
