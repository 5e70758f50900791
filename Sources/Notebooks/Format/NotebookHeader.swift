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
      let parts = word.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let number = Double(parts[1]), number >= 0, number.isFinite else {
        continue
      }
      if parts[0] == "rel" { relative = number }
      if parts[0] == "abs" { absolute = number }
    }
  }

  /// The largest distance allowed from a number written as `expected` with steps of `unit`:
  /// half a step and the tolerance, but never more than 5 % and half a step.
  public func allowance(expected: Double, unit: Double) -> Double {
    let largestShare = 0.05
    return unit / 2 + min(max(absolute, relative * abs(expected)), largestShare * abs(expected))
  }
}
