import Diagnostics
import Language

/// A script seen as cells with prose, statements and recorded output.
public struct Notebook: Sendable {
  /// The text.
  public let source: SourceFile
  /// The lines at its top.
  public let header: NotebookHeader
  /// In order; a script without `# %%` lines is one cell.
  public let cells: [Cell]
  /// Its statements, with those of all cells.
  public let program: Program
  /// What is wrong with its text, its cells and its header.
  public let diagnostics: [Diagnostic]

  /// The name of the one cell of a script without cells, and of a prompt session.
  public static let sessionCell = "session"

  /// Whether any diagnostic keeps it from running.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The cell called `id`.
  public func cell(id: String) -> Cell? { cells.first { $0.id == id } }

  /// Reads a script or notebook; broken parts are reported and left out.
  public static func parse(_ source: SourceFile, vocabulary: Vocabulary) -> Notebook {
    var reader = NotebookReader(source, vocabulary: vocabulary)
    return reader.notebook()
  }
}
