import Glibc

/// A new folder for files between processes, which goes when they are done.
struct WorkerFolder {
  let path: String

  init?() {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    // mkdtemp puts letters in the place of the six X.
    var template = Array("\(parent)/jatai-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { return nil }
    path = String(cString: made)
  }

  /// Removes the folder and the files of a search in it.
  func remove() {
    for name in ["network.safetensors", "job.safetensors"] { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}
