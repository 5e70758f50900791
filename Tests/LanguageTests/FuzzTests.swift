import Diagnostics
import Language
import TestSupport
import Testing

/// Damaged scripts: whatever they hold, reading, formatting, colouring and reporting them ends, and
/// what has no errors keeps its meaning when it is formatted.
@Suite("Fuzzing")
struct FuzzTests {
  /// Inputs a batch; a debug build reads fewer.
  private static let inputsPerBatch: UInt64 = {
    #if DEBUG
    100
    #else
    5_000
    #endif
  }()

  @Test(arguments: UInt64(0)..<20)
  func `damaged scripts never crash`(batch: UInt64) {
    let scripts = SampleScripts.all.map { Array($0.utf8) }
    for seed in batch * Self.inputsPerBatch..<(batch + 1) * Self.inputsPerBatch {
      var mutator = ScriptMutator(seed: seed)
      let bytes = mutator.damaged(scripts)
      let source = SourceFile(name: "t.jatai", bytes: bytes)
      let program = Parser.parse(source, vocabulary: .sample)
      for diagnostic in program.diagnostics.prefix(3) {
        let text = DiagnosticRenderer().render(diagnostic)
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }, "seed \(seed)")
        #expect(diagnostic.range.start >= 0 && diagnostic.range.end <= bytes.count, "seed \(seed)")
      }
      checkTokens(source, seed: seed)
      _ = Parser.isIncomplete(String(decoding: bytes, as: UTF8.self), vocabulary: .sample)
      guard !program.diagnostics.contains(where: { $0.severity == .error }) else { continue }
      let formatted = Formatter.format(program)
      let again = parsed(formatted)
      #expect(Outline.of(again) == Outline.of(program), "seed \(seed)")
      #expect(Formatter.format(again) == formatted, "seed \(seed)")
    }
  }

  /// Tokens are in order, do not overlap, and leave out nothing but white space and bytes that are
  /// not UTF-8.
  private func checkTokens(_ source: SourceFile, seed: UInt64) {
    var end = 0
    var isOrdered = true
    for token in Lexer.tokens(of: source) {
      let range = token.range
      isOrdered = isOrdered && range.start >= end && range.end >= range.start
      guard isOrdered else { break }
      isOrdered = source.bytes[end..<range.start].allSatisfy { $0 <= 0x20 || $0 >= 0x80 }
      end = range.end
    }
    #expect(isOrdered, "seed \(seed)")
  }
}

/// Damages scripts as hands, networks and disks do.
struct ScriptMutator {
  private var generator: ScriptGenerator

  init(seed: UInt64) {
    generator = ScriptGenerator(seed: seed)
  }

  private static let pieces = [
    "(", ")", "[", "]", "{", "}", "\"", "\"\"\"", "\\(", "\\", "#", "# %% x\n", "\n", ";", ",", "|",
    "=", "==", "..", ".", "@", "%", "%%", "-", "**", ":", " ", "\t", "\r\n", "\0", "\u{FEFF}",
    "\u{301}", "а", "中", "🙂", "if ", "else ", "func ", "for ", "in ", "not ", "quiet ", "sweep ",
    "network ", "train ", "shortcut ", "within ", "step ", "then ", "return ", "1e", "0x", "28x",
    "9999999999999999", "64KiB", "2of4",
  ].map { Array($0.utf8) }

  mutating func damaged(_ scripts: [[UInt8]]) -> [UInt8] {
    var bytes = scripts[generator.below(scripts.count)]
    if generator.below(4) == 0 { bytes = Array(generator.script().utf8) }
    for _ in 0...generator.below(6) {
      let start = generator.below(bytes.count + 1)
      let end = min(bytes.count, start + generator.below(12))
      switch generator.below(6) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.insert(UInt8(generator.below(256)), at: start)
      case 2: bytes.insert(contentsOf: bytes[start..<end], at: generator.below(bytes.count + 1))
      case 3: bytes.removeSubrange(start...)
      default:
        bytes.insert(contentsOf: Self.pieces[generator.below(Self.pieces.count)], at: start)
      }
      if bytes.isEmpty { bytes = [UInt8(ascii: "x")] }
    }
    return bytes
  }
}
