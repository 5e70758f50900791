import Diagnostics
import Scripting

/// Changes of a notebook's text that leave every other byte alone.
enum NotebookEditor {
  /// Replaces byte ranges, which must not overlap.
  static func replacing(
    _ edits: [(range: SourceRange, text: String)],
    in source: SourceFile
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.bytes.count)
    var position = 0
    for edit in edits.sorted(by: { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }
    ) {
      bytes += source.bytes[position..<edit.range.start]
      bytes += edit.text.utf8
      position = edit.range.end
    }
    return bytes + source.bytes[position...]
  }

  /// Output lines as they stand in a file.
  static func text(of lines: [OutputLine], ending: String = "\n") -> String {
    lines.map { line in
      let text = printable(line.text)
      return "#\(line.kind.rawValue)" + (text.isEmpty ? "" : " ") + text + ending
    }
    .joined()
  }

  /// What a file's lines end with: as its first line does.
  static func lineEnding(of source: SourceFile) -> String {
    guard let newline = source.bytes.firstIndex(of: UInt8(ascii: "\n")), newline > 0,
      source.bytes[newline - 1] == UInt8(ascii: "\r")
    else { return "\n" }
    return "\r\n"
  }
}

/// Makes the student's copy of a key.
public enum Stripper {
  /// What begins a line that tells the student the task: part of the notebook format, nothing left to do.
  private static let taskMarker = "# TODO"

  /// The notebook without solutions, hidden cells and output.
  ///
  /// Of a task cell its comments that begin with the task's marker stay, or one such line is put
  /// there; the rest of its body goes.
  public static func strip(_ notebook: Notebook) -> [UInt8] {
    var edits: [(range: SourceRange, text: String)] = []
    let ending = NotebookEditor.lineEnding(of: notebook.source)
    for cell in notebook.cells {
      if cell.isHidden {
        edits.append((cell.range, ""))
      } else if cell.kind.isTask {
        edits.append((cell.body, emptied(notebook.source.text(of: cell.body), ending)))
      } else {
        edits += cell.steps.flatMap { $0.recorded.map { ($0.range, "") } }
      }
    }
    return NotebookEditor.replacing(edits, in: notebook.source)
  }

  private static func emptied(_ body: String, _ ending: String) -> String {
    let kept = body.lines.filter { $0.trimmed.hasPrefix(taskMarker) }
    let lines = kept.isEmpty ? [taskMarker] : kept
    return lines.map { $0 + ending }.joined() + ending
  }
}
