/// A piece of an output line.
public enum Segment: Hashable, Sendable, Codable {
  /// Words, compared exactly on replay.
  case text(String)
  /// A number: its value in the unit that is written behind it, and how it was written. Replay
  /// compares the value at full precision against the recorded digits.
  case number(Double, written: String)
}

/// What a line of output is, which decides its mark in a notebook.
public enum OutputKind: String, Hashable, Sendable, Codable {
  /// `#> `
  case text = ">"
  /// `#~ `: times, speeds, paths, dates, hosts; never compared.
  case volatile = "~"
  /// `#@ `: kind, name and hash of something made.
  case artefact = "@"
  /// `#! `: the message of an error.
  case error = "!"
}

/// One line that a statement gives out.
public struct OutputLine: Hashable, Sendable, Codable {
  /// What it is.
  public var kind: OutputKind
  /// Its pieces; they hold no newline and no control character.
  public var segments: [Segment]

  /// A line of pieces.
  public init(_ kind: OutputKind = .text, _ segments: [Segment]) {
    self.kind = kind
    self.segments = segments
  }

  /// A line of plain words.
  public init(_ kind: OutputKind = .text, _ text: String) {
    self.init(kind, [.text(text)])
  }

  /// A line of plain words, compared on replay.
  public init(_ text: String) { self.init(.text, [.text(text)]) }

  /// The line as written.
  public var text: String {
    segments.map { segment in
      switch segment {
      case .text(let text): text
      case .number(_, let written): written
      }
    }
    .joined()
  }
}

/// What a long command is doing, for a progress bar.
public struct Progress: Hashable, Sendable {
  /// What is counted, such as `epoch`.
  public var title: String
  /// Whole units done and the whole number of units.
  public var done: Int
  /// How many units there are.
  public var total: Int
  /// Share of the current unit, 0...1.
  public var fraction: Double
  /// Figures so far, such as `loss 0.2213`.
  public var detail: String

  /// A state of progress.
  public init(title: String, done: Int, total: Int, fraction: Double, detail: String) {
    self.title = title
    self.done = done
    self.total = total
    self.fraction = fraction
    self.detail = detail
  }
}
