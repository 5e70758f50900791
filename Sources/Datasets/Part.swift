/// What a sample is for: to learn from, to tune on, or to report on.
public enum Part: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  case train
  case validation
  case test

  /// The name scripts use after the point: `digits.train`.
  public var description: String { rawValue }
}

/// Which stored samples belong to which part, in the order in which they are read.
struct Parts: Hashable, Sendable, Codable {
  var train: [Int] = []
  var validation: [Int] = []
  var test: [Int] = []

  subscript(part: Part) -> [Int] {
    get {
      switch part {
      case .train: train
      case .validation: validation
      case .test: test
      }
    }
    set {
      switch part {
      case .train: train = newValue
      case .validation: validation = newValue
      case .test: test = newValue
      }
    }
  }

  /// Training, then validation, then test samples.
  var all: [Int] { train + validation + test }

  var count: Int { train.count + validation.count + test.count }
}
