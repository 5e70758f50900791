import Glibc

/// Names of files, for completion inside strings.
public enum FileNames {
  /// Folders larger than this are listed in part.
  private static let entryLimit = 10_000

  /// Candidates for a path that has been begun; names that begin with a dot are offered only when
  /// the dot has been typed, and a folder ends with `/`.
  ///
  /// - Parameters:
  ///   - path: what stands in the string up to the cursor; `~/` is the home folder.
  ///   - extensions: endings such as `.csv` to offer; all files when empty. Folders always.
  /// - Returns: the candidates by name.
  public static func candidates(
    for path: String,
    extensions: [String] = []
  ) -> [Completion.Candidate] {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? ""
    let beginning = slash.map { String(path[path.index(after: $0)...]) } ?? path
    var place = folder.isEmpty ? "./" : folder
    if place.hasPrefix("~/"), let home = TerminalDevice.variable("HOME") {
      place = home + place.dropFirst()
    }
    guard let stream = opendir(place) else { return [] }
    defer { closedir(stream) }
    var found: [Completion.Candidate] = []
    var seen = 0
    while seen < entryLimit, let entry = readdir(stream) {
      seen += 1
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasPrefix(beginning), name != ".", name != ".." else { continue }
      guard !name.hasPrefix(".") || beginning.hasPrefix(".") else { continue }
      // A name with a control character, quote or backslash could not be typed as it is.
      guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0 == "\"" || $0 == "\\" })
      else { continue }
      if isFolder(place + name) {
        found.append(.init(folder + name + "/", suffix: ""))
      } else if extensions.isEmpty || extensions.contains(where: { name.hasSuffix($0) }) {
        found.append(.init(folder + name, suffix: "\""))
      }
    }
    return found.sorted { $0.text < $1.text }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
