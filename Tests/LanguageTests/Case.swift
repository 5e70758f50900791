import Testing

/// A text and what should be made of it.
struct Case: Sendable, CustomTestStringConvertible {
  let text: String
  let expected: String

  init(_ text: String, _ expected: String) {
    self.text = text
    self.expected = expected
  }

  var testDescription: String { String(text.prefix(80)).debugDescription }
}
