import Diagnostics
import Glibc
import Language
import Scripting

/// Asks for statements and runs them: with a prompt at a terminal, silently from a pipe.
public struct REPL {
  private let session: Session

  /// A loop over a session, whose host writes what statements give out.
  public init(session: Session) {
    self.session = session
  }

  /// Runs until `quit`, the end of input, or, from a pipe, the first statement that fails.
  ///
  /// - Returns: the exit code: 0; from a pipe also 1 for a failed statement, 2 for one that cannot
  ///   be read, 130 for Ctrl-C.
  public func run() -> Int32 {
    TerminalSignals.install()
    let device = TerminalDevice(descriptor: STDOUT_FILENO)
    if isatty(STDIN_FILENO) == 1, device.kind != .none {
      converse(through: reader(on: device), on: device)
      return 0
    }
    return runPiped()
  }

  // MARK: At a terminal

  private func converse(through reader: any LineReading, on device: TerminalDevice) {
    let greeting = "Jatai: 'help' lists the commands, Tab completes them, Ctrl-D leaves."
    device.write(TextStyle.hint.painted(greeting, colored: device.usesColor) + "\n")
    var number = 1
    while !session.isQuitting {
      reader.setPrompt(.statement(number))
      switch reader.readLine() {
      case .interrupted: continue
      case .end: return
      case .line(let text):
        guard !text.allSatisfy(\.isWhitespace) else { continue }
        reader.addHistory(text)
        Interrupt.clear()
        _ = session.run(SourceFile(name: "jatai[\(number)]", text: text))
        number += 1
      }
    }
  }

  private func reader(on device: TerminalDevice) -> any LineReading {
    let historyFile = HistoryFile.ofUser()
    guard let editor = LineEditor(program: "jatai", device: device, historyFile: historyFile) else {
      return DumbLineReader(
        device: device,
        historyFile: historyFile,
        isComplete: REPL.isComplete
      )
    }
    let answers = LayerRemarks(session: session)
    let session = session
    editor.assistance.isComplete = REPL.isComplete
    editor.assistance.styles = SyntaxColours.styles
    editor.assistance.remarks = { answers.remarks(for: $0) }
    editor.assistance.completion = { text, cursor in
      StatementCompletion(session: session).completion(of: text, at: cursor)
    }
    return editor
  }

  /// Whether a text is whole statements.
  private static func isComplete(_ text: String) -> Bool {
    Parser.isIncomplete(text, vocabulary: Session.vocabulary) == nil
  }

  // MARK: From a pipe

  private func runPiped() -> Int32 {
    let name = "<stdin>"
    let reader = PlainReader(descriptor: STDIN_FILENO, isComplete: REPL.isComplete)
    while true {
      switch reader.next() {
      case .statement(let bytes, let line):
        let outcome = session.run(SourceFile(name: name, bytes: bytes, firstLine: line))
        if outcome.exitCode != 0 { return outcome.exitCode }
        if session.isQuitting { return 0 }
      case .tooLong(let line, let limit):
        session.host.report(
          Diagnostic(
            "statement-too-long",
            "a statement has at most \(limit >> 20)MiB, and this one has more",
            at: SourceRange(0, 0),
            remedy: "is a bracket never closed?",
            source: SourceFile(name: name, bytes: [], firstLine: line)
          )
        )
        return 2
      case .interrupted: return 130
      case .end: return 0
      }
    }
  }
}
