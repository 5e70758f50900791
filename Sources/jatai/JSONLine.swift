import Diagnostics
import FoundationEssentials
import Scripting

/// A statement's outcome as one line of JSON, with numbers at full precision.
enum JSONLine {
  private struct Line: Encodable {
    var line: Int
    var statement: String
    var status: String
    var output: [Output]
    var checks: [Check]?
    var error: String?
  }

  private struct Output: Encodable {
    var kind: String
    var text: String
    var numbers: [Double]?
  }

  private struct Check: Encodable {
    var title: String
    var points: Double
    var score: Double
  }

  static func text(of outcome: StatementOutcome, in source: SourceFile) -> String {
    var status = "ok"
    var message: String?
    switch outcome.status {
    case .succeeded: break
    case .quit: status = "quit"
    case .failed(let error): (status, message) = ("failed", error.message)
    case .interrupted(let error, _): (status, message) = ("interrupted", error.message)
    }
    let line = Line(
      line: source.position(of: outcome.range.start).line,
      statement: outcome.text,
      status: status,
      output: outcome.output.map { line in
        let numbers = line.segments.compactMap { segment -> Double? in
          if case .number(let value, _) = segment, value.isFinite { value } else { nil }
        }
        return Output(
          kind: "\(line.kind)",
          text: line.text,
          numbers: numbers.isEmpty ? nil : numbers
        )
      },
      checks: outcome.checks.isEmpty
        ? nil : outcome.checks.map { Check(title: $0.title, points: $0.points, score: $0.score) },
      error: message
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(line) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}
