import Glibc
import Testing

@testable import Terminal

@Suite("Statements from a pipe")
struct PlainReaderTests {
  /// Reads `text` through a pipe; a line is complete unless a brace is open or `+` ends it.
  private func items(_ text: String, limit: Int = PlainReader.limit) -> [PlainReader.Item] {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return [] }
    var bytes = Array(text.utf8)
    write(ends[1], &bytes, bytes.count)
    close(ends[1])
    defer { close(ends[0]) }
    let reader = PlainReader(descriptor: ends[0], limit: limit) { text in
      text.count { $0 == "{" } <= text.count { $0 == "}" } && !text.hasSuffix("+")
    }
    var items: [PlainReader.Item] = []
    while true {
      let item = reader.next()
      items.append(item)
      switch item {
      case .statement: continue
      case .tooLong, .interrupted, .end: return items
      }
    }
  }

  private func statement(_ text: String, _ line: Int) -> PlainReader.Item {
    .statement(Array(text.utf8), line: line)
  }

  @Test
  func `statements are gathered until they are complete`() {
    #expect(
      items("a\nb {\n  c\n}\n\nd +\ne\nf")
        == [
          statement("a\n", 1), statement("b {\n  c\n}\n", 2), statement("\n", 5),
          statement("d +\ne\n", 6), statement("f", 8), .end,
        ]
    )
  }

  @Test
  func `what is open at the end is handed out all the same`() {
    #expect(items("a {\n b") == [statement("a {\n b", 1), .end])
    #expect(items("") == [.end])
  }

  @Test
  func `a statement is bounded`() {
    #expect(
      items("ab\n{aaaaaaaaa\n", limit: 8) == [
        statement("ab\n", 1), .tooLong(line: 2, limit: 8),
      ]
    )
  }

  @Test
  func `bytes that are no UTF-8 are handed on`() {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    write(ends[1], [0xFF, 0x0A] as [UInt8], 2)
    close(ends[1])
    let reader = PlainReader(descriptor: ends[0]) { _ in true }
    #expect(reader.next() == .statement([0xFF, 0x0A], line: 1))
    close(ends[0])
  }
}
