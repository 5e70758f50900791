/// What stands before the first row of the text being edited.
public struct Prompt: Sendable, Hashable {
  /// A piece and its style.
  public struct Part: Sendable, Hashable {
    /// The piece as it is read.
    public var text: String
    /// How it is shown.
    public var style: TextStyle

    /// A piece of a prompt.
    public init(_ text: String, _ style: TextStyle) {
      self.text = text
      self.style = style
    }
  }

  /// The pieces from left to right.
  public var parts: [Part]

  /// A prompt of these pieces.
  public init(_ parts: [Part]) {
    self.parts = parts
  }

  /// The prompt of the statement with this number: `jatai[3]» `.
  public static func statement(_ number: Int) -> Prompt {
    Prompt([Part("jatai", .prompt), Part("[\(number)]", .accent), Part("» ", .prompt)])
  }

  /// The prompt without styles.
  public var text: String { parts.map(\.text).joined() }

  /// Columns that the prompt takes.
  var width: Int { text.cellWidth }
}
