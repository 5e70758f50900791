import Glibc

/// The history's file: one entry a line, oldest first, only ever appended to.
///
/// Two sessions at once interleave whole entries. A newline within an entry is written `\n` and a
/// backslash `\\`. Any failure (no home, a full or read-only disk) costs only the memory of the
/// session: the prompt goes on.
public struct HistoryFile: Sendable {
  /// Only this much of the end of the file is read.
  static let bytesRead = 1 << 20

  /// Where the file is.
  public let path: String

  /// The history at `path`; a path that no file system can hold is as good as none.
  public init(path: String) {
    self.path = path.utf8.contains(0) ? "" : path
  }

  /// The user's file: `$JATAI_HISTORY`, else `$XDG_STATE_HOME/jatai/history`, else
  /// `~/.local/state/jatai/history`; nil when no variable says, or when the first is empty.
  public static func ofUser() -> HistoryFile? {
    if let path = TerminalDevice.variable("JATAI_HISTORY") {
      return path.isEmpty ? nil : HistoryFile(path: path)
    }
    // The XDG base directory specification: a relative path is to be ignored.
    if let state = TerminalDevice.variable("XDG_STATE_HOME"), state.hasPrefix("/") {
      return HistoryFile(path: state + "/jatai/history")
    }
    guard let home = TerminalDevice.variable("HOME"), home.hasPrefix("/") else { return nil }
    return HistoryFile(path: home + "/.local/state/jatai/history")
  }

  /// The entries of the file, oldest first; none if it cannot be read.
  public func entries() -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    guard let size = regularSize(descriptor) else { return [] }
    let start = max(0, size - HistoryFile.bytesRead)
    lseek(descriptor, start, SEEK_SET)
    var bytes = [UInt8](repeating: 0, count: size - start)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
      }
      guard got > 0 else { break }
      count += got
    }
    var lines = bytes[..<count].split(separator: UInt8(ascii: "\n"))
    // Reading from the middle begins within a line.
    if start > 0, !lines.isEmpty { lines.removeFirst() }
    return lines.map { HistoryFile.unescaped(String(decoding: $0, as: UTF8.self)) }
  }

  /// Appends one entry in one write; makes the file (mode 0600) and its folders when missing.
  public func append(_ entry: String) {
    makeFolders()
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard regularSize(descriptor) != nil else { return }
    var line = HistoryFile.escaped(entry) + "\n"
    line.withUTF8 { _ = write(descriptor, $0.baseAddress, $0.count) }
  }

  static func escaped(_ entry: String) -> String {
    var result = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func unescaped(_ line: String) -> String {
    var result = String.UnicodeScalarView()
    var isEscape = false
    for scalar in line.unicodeScalars {
      if isEscape {
        result.append(scalar == "n" ? "\n" : scalar == "r" ? "\r" : scalar)
        isEscape = false
      } else if scalar == "\\" {
        isEscape = true
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private func regularSize(_ descriptor: Int32) -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  private func makeFolders() {
    var folder = ""
    for component in path.split(separator: "/").dropLast() {
      folder += (folder.isEmpty && !path.hasPrefix("/") ? "" : "/") + component
      mkdir(folder, 0o700)
    }
  }
}
