import Glibc

/// The folder of models and vectors beside the package, which a clean clone does not have.
public enum SharedFolder {
  /// Its path: `JATAI_SHARED`, or `../shared` seen from the package's root.
  public static let path: String = {
    if let given = getenv("JATAI_SHARED") { return String(cString: given) }
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    // A checkout may lie one folder deeper than its neighbours.
    for steps in ["..", "../.."] where access("/\(root)/\(steps)/shared/golden", R_OK) == 0 {
      return "/\(root)/\(steps)/shared"
    }
    return "/\(root)/../shared"
  }()

  /// Whether the golden vectors are there.
  public static let hasGolden = access(path + "/golden/manifest.json", R_OK) == 0

  /// Whether the pre-trained models are there.
  public static let hasModels = access(path + "/models/MANIFEST.tsv", R_OK) == 0
}

/// The bytes of a file, or nil if it cannot be read.
public func fileBytes(_ path: String) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    guard count > 0 else { return bytes }
    bytes += chunk[0..<count]
  }
}

/// The names of a folder's files that end with `suffix`, sorted; empty if there is no such folder.
public func fileNames(in folder: String, suffix: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name.hasSuffix(suffix) { names.append(name) }
  }
  return names.sorted()
}

/// The value of an environment variable.
public func environmentValue(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

/// The path of a file of this project, given from its root.
public func packagePath(_ path: String) -> String {
  "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/" + path
}
