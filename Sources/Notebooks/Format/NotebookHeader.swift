/// The `# key: value` lines between two `# ---` lines at the top of a notebook.
public struct NotebookHeader: Hashable, Sendable {
  /// Keys and values in the order written; unknown keys are kept.
  public private(set) var entries: [Entry]

  /// One line of the header.
  public struct Entry: Hashable, Sendable {
    /// The word before the colon.
    public var key: String
    /// The rest of the line, without the spaces around it.
    public var value: String
  }

  /// A header of entries.
  public init(_ entries: [(key: String, value: String)] = []) {
    self.entries = entries.map { Entry(key: $0.key, value: $0.value) }
  }

  /// The value of a key, or nil.
  public subscript(key: String) -> String? {
    entries.first { $0.key == key }?.value
  }

  /// The session's seed; 42 where the header has none.
  public var seed: UInt64 { self["seed"].flatMap(UInt64.init) ?? 42 }

  /// How far numbers may be apart; `rel=1e-3 abs=1e-6` where the header has none.
  public var tolerance: Tolerance { Tolerance(self["tolerance"] ?? "") }

  /// The share of the points that passes, 0...1; a half where the header has none.
  public var passMark: Double {
    guard var text = self["pass"] else { return 0.5 }
    let isPercent = text.hasSuffix("%")
    if isPercent { text.removeLast() }
    guard let number = Double(text), number.isFinite else { return 0.5 }
    return isPercent ? number / 100 : number
  }

  /// What is wrong with a value, or nil; keys of other programs may hold anything.
  static func problem(key: String, value: String) -> String? {
    switch key {
    case "notebook":
      return value == "1" ? nil : "this program reads notebooks of version 1, not '\(value)'"
    case "seed":
      return UInt64(value) == nil ? "seed needs a whole number, but here is '\(value)'" : nil
    case "pass":
      let digits = value.hasSuffix("%") ? String(value.dropLast()) : value
      let largest = value.hasSuffix("%") ? 100.0 : 1
      let isShare = Double(digits).map { (0...largest).contains($0) } ?? false
      return isShare ? nil : "pass needs a share such as 60%, but here is '\(value)'"
    case "tolerance":
      let isRead = value.split(separator: " ").allSatisfy { Tolerance.part($0) != nil }
      return isRead ? nil : "tolerance is 'rel=1e-3 abs=1e-6', but here is '\(value)'"
    default: return nil
    }
  }

  /// The lines as a notebook begins with them.
  var lines: [String] {
    ["# ---"] + entries.map { "# \($0.key): \($0.value)" } + ["# ---"]
  }
}

/// How far a replayed number may be from the recorded one.
public struct Tolerance: Hashable, Sendable {
  /// Share of the expected number.
  public var relative: Double
  /// Absolute distance.
  public var absolute: Double

  /// Reads `rel=1e-3 abs=1e-6`; what is missing or broken keeps that default.
  public init(_ text: String) {
    relative = 1e-3
    absolute = 1e-6
    for word in text.split(separator: " ") {
      switch Tolerance.part(word) {
      case .relative(let number): relative = number
      case .absolute(let number): absolute = number
      case nil: break
      }
    }
  }

  /// One word of a tolerance.
  fileprivate enum Part {
    case relative(Double)
    case absolute(Double)
  }

  fileprivate static func part(_ word: Substring) -> Part? {
    let parts = word.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let number = Double(parts[1]), number >= 0, number.isFinite else {
      return nil
    }
    switch parts[0] {
    case "rel": return .relative(number)
    case "abs": return .absolute(number)
    default: return nil
    }
  }

  /// The largest distance allowed from a number written as `expected` with steps of `unit`:
  /// `unit/2 + max(abs, rel · |expected|)`, but never more than 5 % of a number that is not 0.
  public func allowance(expected: Double, unit: Double) -> Double {
    let largestShare = 0.05
    let size = abs(expected)
    let allowed = unit / 2 + max(absolute, relative * size)
    return size == 0 ? allowed : min(allowed, largestShare * size)
  }
}
