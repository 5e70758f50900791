import Glibc
import Testing

@testable import Terminal

@Suite("History")
struct HistoryTests {
  /// A new folder that `body` may fill.
  private func inFolder(_ body: (String) throws -> Void) rethrows {
    var template = Array("/tmp/jatai-history-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return }
    let folder = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
    defer {
      for name in ["/a/b/history", "/history", "/a/b", "/a", ""] { remove(folder + name) }
    }
    try body(folder)
  }

  @Test
  func `entries of several rows come back as they were`() {
    inFolder { folder in
      let file = HistoryFile(path: folder + "/a/b/history")
      let entries = [
        "x = 1", "network a {\n  input 4\n}", "print \"\\n \\\\ ção\"", "a\\", "\r\\r",
      ]
      for entry in entries { file.append(entry) }
      #expect(file.entries() == entries)
      var status = stat()
      #expect(stat(file.path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test
  func `two sessions append to one file`() {
    inFolder { folder in
      let (one, other) = (
        HistoryFile(path: folder + "/history"), HistoryFile(path: folder + "/history")
      )
      one.append("a")
      other.append("b")
      one.append("c")
      #expect(other.entries() == ["a", "b", "c"])
    }
  }

  @Test(arguments: ["/proc/none/history", "/dev/null", "/dev/full", "/", "/tmp", "relative/\u{0}"])
  func `a place that cannot be written costs nothing`(path: String) {
    let file = HistoryFile(path: path)
    file.append("x")
    #expect(file.entries() == [])
  }

  @Test
  func `of a large file the end is read, from a whole line on`() {
    inFolder { folder in
      let file = HistoryFile(path: folder + "/history")
      let line = String(repeating: "z", count: 99_999)
      for number in 0..<12 { file.append("\(number)" + line) }
      let entries = file.entries()
      #expect(entries.count == 10)
      #expect(entries.allSatisfy { $0.hasSuffix(line) && $0.count <= line.count + 2 })
    }
  }

  @Test
  func `invalid bytes in the file are replaced`() throws {
    inFolder { folder in
      let path = folder + "/history"
      let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
      write(descriptor, [0x61, 0xFF, 0x0A, 0x0A, 0x62] as [UInt8], 5)
      close(descriptor)
      #expect(HistoryFile(path: path).entries() == ["a\u{FFFD}", "b"])
    }
  }

  @Test
  func `blank and repeated entries are not kept`() {
    var history = InputHistory(entries: ["one"])
    let added = ["two", "two", "  "].map { history.add($0) }
    #expect(added == [true, false, false])
    #expect(history.entries == ["one", "two"])
  }

  @Test
  func `the newest entry with the same beginning is offered`() {
    let history = InputHistory(entries: ["train a", "prune b", "train base"])
    #expect(history.continuation(of: "train ") == "base")
    #expect(history.continuation(of: "train base") == nil)
    #expect(history.continuation(of: "") == nil)
  }

  @Test
  func `memory is bounded`() {
    var history = InputHistory()
    for number in 0..<(InputHistory.capacity + 10) { _ = history.add("\(number)") }
    #expect(history.entries.count == InputHistory.capacity)
    #expect(history.entries.first == "10")
  }
}
