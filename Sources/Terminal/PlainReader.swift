import Glibc

/// Reads statements from a pipe or file: no prompt, no editing, nothing written.
///
/// A statement is handed out as soon as its last line is read, so that a program at the other end of
/// the pipe gets its answer before it sends more.
public final class PlainReader {
  /// What came of asking for a statement.
  public enum Item: Equatable {
    /// The bytes of one statement with all its lines, and the number of its first line from 1.
    case statement([UInt8], line: Int)
    /// A statement is longer than `limit` bytes; nothing more is read.
    case tooLong(line: Int, limit: Int)
    /// Ctrl-C while waiting.
    case interrupted
    /// There is no more.
    case end
  }

  /// The longest statement: 16 MiB.
  public static let limit = 1 << 24

  private let input: TerminalInput
  private let isComplete: (String) -> Bool
  private let limit: Int
  private var line = 1

  /// Reads `descriptor`; `isComplete` says whether the lines so far are whole statements.
  public init(
    descriptor: Int32,
    limit: Int = PlainReader.limit,
    isComplete: @escaping (String) -> Bool
  ) {
    input = TerminalInput(descriptor: descriptor)
    self.limit = limit
    self.isComplete = isComplete
  }

  /// The next statement; what stands before the end of input is one, complete or not.
  public func next() -> Item {
    var bytes: [UInt8] = []
    var brackets = BracketScanner()
    var scanned = 0
    let first = line
    while true {
      switch input.next() {
      case .byte(let byte):
        guard bytes.count < limit else { return .tooLong(line: first, limit: limit) }
        bytes.append(byte)
        guard byte == UInt8(ascii: "\n") else { continue }
        line += 1
        brackets.read(bytes[scanned...])
        scanned = bytes.count
        // The scanner spares the parser the lines of a long block, read again and again.
        if brackets.isOpen { continue }
        if isComplete(String(decoding: bytes.dropLast(), as: UTF8.self)) {
          return .statement(bytes, line: first)
        }
      case .signal(.interrupt): return .interrupted
      case .signal, .timeout: continue
      case .end: return bytes.isEmpty ? .end : .statement(bytes, line: first)
      }
    }
  }
}
