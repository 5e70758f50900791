import ArgumentParser
import Diagnostics
import Glibc
import Notebooks
import Scripting

/// Reading and writing for the verbs of the command line.
enum Files {
  /// A script by its path; `-` is standard input.
  static func source(_ path: String) throws -> SourceFile {
    if path == "-" {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else {
          complain("standard input cannot be read: \(String(cString: strerror(errno)))")
          throw ExitCode(ExitStatus.usage)
        }
        guard count > 0 else { break }
        bytes += buffer[..<count]
      }
      return SourceFile(name: "<stdin>", bytes: bytes)
    }
    return SourceFile(name: path, bytes: try bytes(path))
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    do {
      return try FileSystem().read(path)
    } catch {
      complain("\(error.description); \(error.remedy)")
      throw ExitCode(ExitStatus.usage)
    }
  }

  static func save(_ bytes: [UInt8], to path: String) throws {
    do {
      try FileSystem().save(bytes, to: path)
    } catch {
      complain("\(error.description); \(error.remedy)")
      throw ExitCode(ExitStatus.failed)
    }
  }

  /// Writes bytes to standard output.
  static func write(_ bytes: [UInt8]) {
    _ = FileSystem.writeAll(bytes, to: STDOUT_FILENO)
  }

  /// Writes lines to standard output, without anything that could act on a terminal.
  static func say(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    write(Array(lines.map { printable(String($0)) + "\n" }.joined().utf8))
  }

  /// Writes an error to standard error.
  static func complain(_ message: String) {
    _ = FileSystem.writeAll(Array("jatai: error: \(printable(message))\n".utf8), to: STDERR_FILENO)
  }

  /// Writes diagnostics to standard error.
  static func report(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      let text = DiagnosticRenderer(usesColour: false).render(diagnostic)
      _ = FileSystem.writeAll(Array((text + "\n").utf8), to: STDERR_FILENO)
    }
  }

  /// A notebook, or exit 2 with what is wrong with it.
  static func notebook(_ path: String) throws -> Notebook {
    let notebook = Notebook.parse(try source(path), vocabulary: Session.vocabulary)
    if notebook.hasErrors {
      report(notebook.diagnostics)
      throw ExitCode(ExitStatus.usage)
    }
    return notebook
  }
}
