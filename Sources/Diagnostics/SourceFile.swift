/// A script's text with the name it is reported under.
public final class SourceFile: Sendable {
  /// The name shown in diagnostics, usually a path.
  public let name: String
  /// The text as UTF-8; all ranges are offsets into it.
  public let bytes: [UInt8]

  /// Keeps `text` under `name`.
  public init(name: String, text: String) {
    self.name = name
    bytes = Array(text.utf8)
  }

  /// Keeps bytes as they were read; invalid UTF-8 is the lexer's to report.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// The text of `range`, with invalid bytes replaced.
  public func text(of range: SourceRange) -> String {
    let lower = max(0, min(range.start, bytes.count))
    let upper = max(lower, min(range.end, bytes.count))
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }
}

extension SourceFile: Hashable {
  /// Two sources are equal only if they are the same object.
  public static func == (left: SourceFile, right: SourceFile) -> Bool { left === right }

  /// Hashes the object's identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
