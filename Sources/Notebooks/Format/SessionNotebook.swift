import Diagnostics
import Scripting

/// Writes a session as a notebook: the statements that survived, with their output.
public enum SessionNotebook {
  /// What `Session.notebookComposer` is set to.
  public static let composer: @Sendable (Session, String, Bool) -> String = {
    session,
    path,
    everything in
    text(of: session, path: path, includesFailures: everything)
  }

  /// The notebook's text; failed statements are left out, or kept as comments.
  static func text(of session: Session, path: String, includesFailures: Bool) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let name = printable(file.split(separator: ".").first.map(String.init) ?? "session").trimmed
    let header = NotebookHeader([
      ("notebook", "1"), ("id", name), ("title", name), ("tool", Replay.tool),
      ("seed", String(session.initialSeed)), ("tolerance", "rel=1e-3 abs=1e-6"),
    ])
    var text = "#!/usr/bin/env jatai\n" + header.lines.map { $0 + "\n" }.joined()
    var cell: String?
    for (position, entry) in session.history.enumerated() {
      if includesFailures { text += failures(of: session, at: position) }
      if entry.cellID != cell {
        cell = entry.cellID
        let id = entry.cellID.isEmpty ? Notebook.sessionCell : entry.cellID
        text += "\n# %% id=\"\(id)\"\n"
      }
      text += entry.text + "\n" + NotebookEditor.text(of: entry.outcome.output)
    }
    if session.history.isEmpty { text += "\n# %% id=\"\(Notebook.sessionCell)\"\n" }
    if includesFailures { text += failures(of: session, at: session.history.count) }
    return text
  }

  private static func failures(of session: Session, at position: Int) -> String {
    session.failures.filter { $0.position == position }.map { failure in
      var text = failure.outcome.text.lines.map { "# failed: \($0)\n" }.joined()
      switch failure.outcome.status {
      case .failed(let error), .interrupted(let error, _):
        text += "# because: \(printable(error.message))\n"
      case .succeeded, .quit: break
      }
      return text
    }
    .joined()
  }
}
