import Glibc
import Scripting

/// Asks for statements on a terminal without control sequences: the system's own line editing, a
/// plain prompt, and further rows of a block indented as far as the prompt.
public final class DumbLineReader: LineReading {
  private let input: TerminalInput
  private let device: TerminalDevice
  private let isComplete: (String) -> Bool
  private let historyFile: HistoryFile?
  private var prompt = Prompt([])

  /// Reads `input` and asks on `device`.
  public init(
    input: Int32 = STDIN_FILENO,
    device: TerminalDevice,
    historyFile: HistoryFile?,
    isComplete: @escaping (String) -> Bool
  ) {
    TerminalDevice.useUnicode()
    self.input = TerminalInput(descriptor: input)
    self.device = device
    self.historyFile = historyFile
    self.isComplete = isComplete
  }

  /// Sets what is written before the first row.
  public func setPrompt(_ prompt: Prompt) {
    self.prompt = prompt
  }

  /// Adds an entry to the history's file.
  public func addHistory(_ entry: String) {
    historyFile?.append(entry)
  }

  /// Reads rows until they are complete.
  public func readLine() -> ReadResult {
    defer { Interrupt.clear() }
    input.dropSignals()
    device.write(prompt.text)
    var bytes: [UInt8] = []
    while true {
      switch input.next() {
      case .byte(UInt8(ascii: "\n")):
        let text = String(decoding: bytes, as: UTF8.self)
        if isComplete(text) { return .line(text) }
        bytes.append(UInt8(ascii: "\n"))
        device.write(String(repeating: " ", count: prompt.width))
      case .byte(let byte): bytes.append(byte)
      case .signal(.interrupt):
        device.write("^C\n")
        return .interrupted
      case .signal(.resumed):
        device.write(prompt.text + String(decoding: bytes, as: UTF8.self))
      case .signal, .timeout: continue
      case .end:
        device.write("\n")
        return .end
      }
    }
  }
}
