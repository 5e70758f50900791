import Scripting

/// The answers to the layer lines of an open `network` block: output shape, parameters, MACs.
///
/// Only lines that have been left with Enter are answered, and only when they change: a key within
/// a line costs nothing.
final class LayerRemarks {
  private let session: Session
  private var lines = ""
  private var remarks: [Int: String] = [:]

  /// Answers of `session`, whose names the lines may use.
  init(session: Session) {
    self.session = session
  }

  /// Remarks by line number from 0.
  func remarks(for text: String) -> [Int: String] {
    guard let end = text.lastIndex(of: "\n") else { return [:] }
    let finished = String(text[..<end])
    if finished != lines {
      lines = finished
      remarks = [:]
      for answer in session.layerAnswers(in: finished) {
        remarks[answer.line] = answer.isError ? "✗ \(answer.text)" : "→ \(answer.text)"
      }
    }
    return remarks
  }
}
