import Diagnostics
import Language
import Scripting
import Tensors
import TestSupport

/// Scripts as hands, editors and disks damage them, and scripts that only a grammar would write.
///
/// An input depends on its seed only, so that a failure can be made again from its number.
enum FuzzInput {
  /// Recorded scripts to begin with; long ones would only be slower.
  private static let scripts: [Script] = ScriptCase.all
    .filter { !["copies", "limits"].contains($0.topic) }
    .compactMap { script in
      do {
        let text = String(decoding: try FileSystem().read(script.path), as: UTF8.self)
        let code = Array(GoldenScript.code(of: text).utf8)
        return code.count <= longest ? Script(code) : nil
      } catch {
        return nil
      }
    }

  /// Bytes of the longest script to begin with.
  private static let longest = 600

  /// A recorded script and where its tokens and lines are.
  private struct Script {
    let bytes: [UInt8]
    let tokens: [SourceRange]
    let lines: [Int]

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      tokens = Lexer.tokens(of: SourceFile(name: "fuzz", bytes: bytes)).map(\.range)
        .filter { $0.start < $0.end }
      lines = [0] + bytes.indices.filter { bytes[$0] == 10 }.map { $0 + 1 }
    }
  }

  /// Pieces that are put in.
  private static let pieces =
    [
      "(", ")", "[", "]", "{", "}", "\"", "\"\"\"", "\\(", "\\", "#", "\n", ";", ",", "|", "=",
      "==",
      "+=", "..", ".", "@1", "%", "%%", "-", "**", ":", " ", "\t", "\r\n", "\r", "\0", "\u{1B}[2J",
      "\u{9B}", "\u{7F}", "\u{FEFF}", "\u{202E}", "\u{200B}", "\u{2028}", "\u{301}", "а", "中", "🙂",
      "👩‍👩‍👧", "é", "重", "שלום", "if true then 1 else 2", "if ", "else ", "for i in 1..3 { }",
      "while false { }", "func(x) = x", "func f(n) = f(n + 1)\nf(1)\n", "in ", "not ", " and ",
      "quiet ", "sweep k in [1, 2] { k }", "network n { input 4; dense 3 }", "shortcut ",
      "within 1",
      " step 0 ", "then ", "return ", "break", "none", "it", "random()", "undo", "redo", "history",
      "check \"c\" { }", "expect 1 == 1", "# %% cell\n", "1e", "0x", "28x28x1", "1e9x1e9",
      "999999999x999999999", "9999999999999999", "9007199254740993", "1e308", "-1e308", "1e-320",
      "0", "-1", "0.5", "64KiB", "3ms", "50%", "2of4", "[[1, 2], [3]]", "tensor [[1]]",
      "(tensor [1, 2, 3])", "{ a: 1 }", "[]", "\"\"", "* 1e9", "zeros([1e5, 1e5])", "[0] * 1e8",
      "\"ab\" * 1e8", "0..1e15", ":.99", "[-1]", "[0..2]", "1 / 0", "sqrt(-1)",
    ]
    .map { Array($0.utf8) }

  /// Values for the names that generated scripts use.
  private static let preludes = [
    "",
    "a = [1, 2, 3]\nbase = { x: 1, values: [2, 3], in: 4 }\ndigits = tensor [[1, 2], [3, 4]]\n"
      + "x_1 = 28x28x1\nacurácia = 0.5\nnet = \"text\"\n",
    "a = 3\nbase = 64KiB\ndigits = 1..5\nx_1 = -0.25\nacurácia = 3ms\nnet = none\n",
    "func a(x) = x * 2\nbase = true\ndigits = [[1, 2], [3, 4]]\nx_1 = [{ x: 1 }, { x: 2 }]\n"
      + "network net { input 4; dense 3 : x; dense 2 }\nacurácia = func() = 1\n",
    "a = \"é\"\nbase = tensor [1, 2, 3]\ndigits = dataset [{ x: 1, y: 2 }, { x: 3, y: 4 }] "
      + "target=\"y\"\nx_1 = 80%\nnet = random(3x3)\nacurácia = { values: a }\n",
  ]

  /// The bytes of one input.
  static func bytes(seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    guard !scripts.isEmpty else { return [] }
    var script: Script
    if generator.nextIndex(below: 3) == 0 {
      var grammar = ScriptGenerator(seed: seed)
      let prelude = preludes[generator.nextIndex(below: preludes.count)]
      script = Script(Array((prelude + grammar.script()).utf8))
      if generator.nextIndex(below: 2) == 0 { return script.bytes }
    } else {
      script = any(&generator)
      if generator.nextIndex(below: 4) == 0 {
        script = spliced(script, any(&generator), &generator)
      }
    }
    for _ in 0...generator.nextIndex(below: 3) {
      script = Script(
        generator.nextIndex(below: 2) == 0
          ? withTokensMoved(script, &generator) : withBytesChanged(script.bytes, &generator)
      )
    }
    return script.bytes
  }

  private static func any(_ generator: inout SeededGenerator) -> Script {
    scripts[generator.nextIndex(below: scripts.count)]
  }

  /// The beginning of one script and the end of another.
  private static func spliced(
    _ first: Script,
    _ second: Script,
    _ generator: inout SeededGenerator
  ) -> Script {
    let end = first.lines[generator.nextIndex(below: first.lines.count)]
    let start = second.lines[generator.nextIndex(below: second.lines.count)]
    return Script(Array(first.bytes[..<end] + second.bytes[start...]))
  }

  /// One token deleted, doubled, exchanged with another, or replaced by one of another script.
  private static func withTokensMoved(
    _ script: Script,
    _ generator: inout SeededGenerator
  ) -> [UInt8] {
    guard !script.tokens.isEmpty else { return script.bytes }
    let one = script.tokens[generator.nextIndex(below: script.tokens.count)]
    let other = script.tokens[generator.nextIndex(below: script.tokens.count)]
    let (first, last) = one.start < other.start ? (one, other) : (other, one)
    let bytes = script.bytes
    switch generator.nextIndex(below: 4) {
    case 0: return Array(bytes[..<one.start] + bytes[one.end...])
    case 1: return Array(bytes[..<one.end] + bytes[one.start...])
    case 2 where first.end <= last.start:
      return Array(
        bytes[..<first.start] + bytes[last.start..<last.end] + bytes[first.end..<last.start]
          + bytes[first.start..<first.end] + bytes[last.end...]
      )
    default:
      let source = any(&generator)
      guard !source.tokens.isEmpty else { return bytes }
      let token = source.tokens[generator.nextIndex(below: source.tokens.count)]
      return Array(bytes[..<one.start] + source.bytes[token.start..<token.end] + bytes[one.end...])
    }
  }

  /// Some bytes deleted, changed, repeated or put in.
  private static func withBytesChanged(
    _ bytes: [UInt8],
    _ generator: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = bytes
    let start = generator.nextIndex(below: bytes.count + 1)
    let end = min(bytes.count, start + generator.nextIndex(below: 12))
    switch generator.nextIndex(below: 6) {
    case 0: bytes.removeSubrange(start..<end)
    case 1: if start < bytes.count { bytes[start] = UInt8(generator.nextIndex(below: 256)) }
    case 2: if start < bytes.count { bytes[start] ^= 1 << UInt8(generator.nextIndex(below: 8)) }
    case 3:
      bytes.insert(contentsOf: bytes[start..<end], at: generator.nextIndex(below: bytes.count + 1))
    default: bytes.insert(contentsOf: pieces[generator.nextIndex(below: pieces.count)], at: start)
    }
    return bytes
  }
}
