import Notebooks
import Scripting
import Terminal

/// The prompt, or statements from a pipe.
enum Prompt {
  /// Runs until it ends and gives the exit code.
  static func start() -> Int32 {
    let session = Session(host: TerminalHost())
    session.notebookComposer = SessionNotebook.composer
    session.beginCell(Notebook.sessionCell)
    return REPL(session: session).run()
  }
}
