import Glibc

/// A new folder for files between processes, which goes when they are done.
struct WorkerFolder {
  let path: String

  /// A folder in `parent`, or in the system's place for such.
  init?(in parent: String? = nil) {
    let parent = parent ?? FileSystem.environment("TMPDIR") ?? "/tmp"
    // mkdtemp puts letters in the place of the six X.
    // mkdtemp writes a name of its own over the six letters.
    var template = Array("\(parent)/jatai-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { return nil }
    path = String(cString: made)
  }

  /// Removes the folder with its files.
  func remove() {
    for name in FileSystem.files(in: path) { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}
