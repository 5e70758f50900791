import Diagnostics
import Language
import Scripting
import Tensors
import TestSupport
import Testing

/// Mutated scripts go through lexer, parser, checker, formatter and interpreter with small limits:
/// whatever they do, they end with a value or a diagnostic.
@Suite struct FuzzTests {
  /// Scripts to begin with: all golden ones that need no data.
  private static let seeds: [[UInt8]] = ScriptCase.all
    .filter { !["errors", "networks", "limits", "copies"].contains($0.topic) }
    .compactMap { script in
      do { return try FileSystem().read(script.path) } catch { return nil }
    }

  /// Pieces that are put in.
  private static let pieces = [
    "(", ")", "[", "]", "{", "}", "\"", "\\(", "\n", ";", " ", "=", "|", "..", "**", "-", "@1",
    "func(x) = x", "if true then 1 else 2", "for i in 1..3 { }", "while false { }", "1e308", "0",
    "-1", "64KiB", "3ms", "28x28x1", "none", "it", "random()", "undo", "redo", "a", "x", "é", "重",
    "check \"c\" { }", "expect 1 == 1", "sweep k in [1] { k }", "quiet ", "[[1, 2], [3]]",
    "tensor [[1]]", "{ a: 1 }", "\u{0}", "# %% cell", "within 1", "not ", " in ", "\t", "\"\"\"",
  ]

  @Test(arguments: 0..<20)
  func `no mutated script crashes or hangs`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<50 {
      let bytes = FuzzTests.mutated(using: &generator)
      let source = SourceFile(name: "fuzz", bytes: bytes)
      let session = Session(host: TestHost(folder: "/nonexistent"))
      session.limits = SessionLimits(steps: 20_000, outputBytes: 10_000)
      session.memoryLimit = 1 << 22
      _ = session.check(source)
      let program = Parser.parse(source, vocabulary: Session.vocabulary)
      guard !program.diagnostics.contains(where: { $0.severity == .error }) else { continue }
      for statement in program.statements {
        session.execute(statement, of: program)
        if session.isQuitting { break }
      }
    }
  }

  private static func mutated(using generator: inout SeededGenerator) -> [UInt8] {
    guard !seeds.isEmpty else { return [] }
    var bytes = seeds[generator.nextIndex(below: seeds.count)]
    for _ in 0..<(1 + generator.nextIndex(below: 6)) {
      let place = generator.nextIndex(below: bytes.count + 1)
      switch generator.nextIndex(below: 5) {
      case 0:
        bytes.insert(contentsOf: pieces[generator.nextIndex(below: pieces.count)].utf8, at: place)
      case 1:
        let end = min(bytes.count, place + generator.nextIndex(below: 12))
        bytes.removeSubrange(place..<end)
      case 2:
        if place < bytes.count { bytes[place] = UInt8(generator.nextIndex(below: 256)) }
      case 3:
        let other = seeds[generator.nextIndex(below: seeds.count)]
        let start = generator.nextIndex(below: other.count + 1)
        let end = min(other.count, start + generator.nextIndex(below: 60))
        bytes.insert(contentsOf: other[start..<end], at: place)
      default:
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        let line = Array(lines[generator.nextIndex(below: lines.count)])
        bytes.insert(contentsOf: line, at: place)
      }
    }
    return bytes
  }
}
