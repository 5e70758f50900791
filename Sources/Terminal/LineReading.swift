/// What came of asking for a statement.
public enum ReadResult: Sendable, Hashable {
  /// The text that was accepted, without the newline at its end.
  case line(String)
  /// Ctrl-C: what was typed is dropped.
  case interrupted
  /// Ctrl-D on an empty line, or the terminal has gone.
  case end
}

/// Something that asks a person for statements.
public protocol LineReading: AnyObject {
  /// Asks once and waits.
  func readLine() -> ReadResult
  /// Sets what is shown before the text from the next `readLine()` on.
  func setPrompt(_ prompt: Prompt)
  /// Remembers an entry, in memory and in the history's file.
  func addHistory(_ entry: String)
}

/// What an editor asks about the text it holds; it knows nothing about the language itself.
public struct EditorAssistance {
  /// Whether Enter runs the text rather than beginning another row.
  public var isComplete: (String) -> Bool = { _ in true }
  /// Styles of stretches of the text, in order and without overlap.
  public var styles: (String) -> [StyledRange] = { _ in [] }
  /// Text to offer in grey behind the cursor at the end; the right arrow takes it.
  public var hint: (String) -> String = { _ in "" }
  /// Remarks to show behind lines of the text, by the line's number from 0.
  public var remarks: (String) -> [Int: String] = { _ in [:] }
  /// What Tab offers for a text and a cursor given as a UTF-8 offset.
  public var completion: (String, Int) -> Completion? = { _, _ in nil }

  /// Plain text: each line is complete, and nothing is offered.
  public init() {}
}
