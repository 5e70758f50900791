import Diagnostics
import Language

extension Vocabulary {
  /// The verbs and units of the language's own description.
  static let sample = Vocabulary(
    verbs: words(
      """
      dataset split normalize augment features tensor show load train evaluate predict gradcheck
      prune quantize cluster distill sensitivity compare search convert export boards deploy
      simulate emulate print plot report explain help undo redo history save run seed limit quit
      """
    ),
    units: words(
      """
      % B kB KB MB GB TB KiB MiB GiB TiB bit ns us ms s min h day month year Hz kHz MHz GHz nJ uJ
      mJ J uW mW W V mV A mA uA Ah mAh MAC FLOP OP FLOPS OPS TOPS GFLOPS fps
      """
    )
  )

  private static func words(_ text: String) -> Set<String> {
    Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))
  }
}

/// Parses a text with the sample vocabulary.
func parsed(_ text: String) -> Program {
  Parser.parse(SourceFile(name: "t.jatai", text: text), vocabulary: .sample)
}

/// Parses bytes with the sample vocabulary.
func parsed(_ bytes: [UInt8]) -> Program {
  Parser.parse(SourceFile(name: "t.jatai", bytes: bytes), vocabulary: .sample)
}
